"""The gate of every route: who asks is known, may do this, and sent the form from our own page."""

from typing import Any

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from models.errors import Refused
from starter.web.access.permissions import THERAPY_ONLY, Do, allowed
from starter.web.forms import Typed
from starter.web.site import Site
from starter.web.visit import Guest, NotFound, SignInNeeded, Visit

MOST_FIELDS, LARGEST_TEXT = 1000, 12 * 1024 * 1024
LARGEST_FORM, LARGEST_OF_GUESTS = 64 * 1024 * 1024, 12 * 1024 * 1024
"""Bytes of a form with its files, refused before it is read; each page tells at its field how large a file may be."""


class Gate:
    """Lets through who may do this; answers the visit."""

    def __init__(self, do: Do) -> None:
        self.do = do

    async def __call__(self, request: Request) -> Visit:
        site: Site = request.app.state.site
        known = site.known(request)
        typed = await read_form(request, LARGEST_FORM if known and known.complete else LARGEST_OF_GUESTS)
        if known is None or not known.complete:
            raise SignInNeeded(request)
        visit = Visit(request, site, typed, known)
        visit.must_come_from_here()
        if not allowed(visit.account.roles, self.do):
            raise NotFound(forbidden=True)
        if self.do in THERAPY_ONLY and visit.practice.kind != "therapy":
            raise NotFound
        return visit


class OpenGate:
    """Lets everybody through; forms must still come from our own page."""

    async def __call__(self, request: Request) -> Guest:
        guest = Guest(request, request.app.state.site, await read_form(request))
        guest.must_come_from_here()
        return guest


def may(do: Do) -> Any:
    """The default of a handler's `visit: Visit` parameter: only who may do this gets there."""
    return Depends(Gate(do))


def anyone() -> Any:
    """The default of a handler's `guest: Guest` parameter: nobody needs to be signed in."""
    return Depends(OpenGate())


async def read_form(request: Request, largest: int = LARGEST_OF_GUESTS) -> Typed:
    """What was typed and uploaded; empty for a page that is only looked at."""
    if request.method not in ("POST", "PUT", "PATCH", "DELETE"):
        return Typed()
    if int(request.headers.get("content-length") or 0) > largest:
        raise Refused(f"this is too large: a form with its files may have {largest // 1024**2} MB")
    form: FormData = await request.form(max_files=10, max_fields=MOST_FIELDS, max_part_size=LARGEST_TEXT)
    texts: dict[str, list[str]] = {}
    files: dict[str, list[UploadFile]] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files.setdefault(name, []).append(value)
        else:
            texts.setdefault(name, []).append(value.replace("\0", ""))  # no key types it, and no text column holds it
    return Typed(texts, files)
