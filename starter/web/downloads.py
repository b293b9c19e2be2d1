"""Files as browsers get them: with their true type, a name that tells nothing, and nothing in them that runs."""

from fastapi import Response

LOCKED = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
"""For what somebody else uploaded: whatever it holds, it does nothing."""


def pdf(content: bytes, name: str) -> Response:
    """A paper of our own, shown in the browser."""
    return Response(
        content, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


def sheet(content: str, name: str) -> Response:
    """A table for a spreadsheet, saved."""
    return saved(content, "text/csv", name)


def saved(content: str, media_type: str, name: str) -> Response:
    """Text that is saved, not shown."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=f"{media_type}; charset=utf-8", headers=headers)


def picture(svg: str) -> Response:
    """A drawing of our own: no script and no style in it, and none would run."""
    return Response(svg, media_type="image/svg+xml", headers={"Content-Security-Policy": "default-src 'none'"})


def uploaded(content: bytes, media_type: str, name: str) -> Response:
    """What somebody uploaded: an image may be shown, anything else is saved first."""
    shown = "inline" if media_type.startswith("image/") else "attachment"
    headers = {
        "Content-Disposition": f'{shown}; filename="{name}"',
        "Content-Security-Policy": LOCKED,
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type=media_type, headers=headers)
