"""Every other address of the API: a problem, not a page. Its name puts it behind all others."""

from fastapi import Request
from fastapi.responses import Response

from starter.web.api.answering import Problem, api_router

router = api_router("unknown")
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


@router.api_route("/{address:path}", methods=METHODS, include_in_schema=False)
def unknown(address: str, request: Request) -> Response:
    """There is nothing here."""
    return Problem("missing", 404, f"there is no {request.method} /{address}: see /api/v1/docs").answer()
