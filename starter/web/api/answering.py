"""How the API answers: problems as RFC 9457 says, lists in pages, whatever goes wrong in words a program can act on."""

import base64
import json
import logging
import traceback
from collections.abc import Callable, Coroutine, Sequence
from typing import Annotated, Any, Generic, TypeVar

from fastapi import APIRouter, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from models.errors import PracticeError, Unreachable
from starter.web.forms import in_words

Row = TypeVar("Row")
HERE = "/api/v1"
Cursor = Annotated[str | None, Query(description="`next` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=200, description="Rows of a page.")]
LARGEST_BODY = 256 * 1024
log = logging.getLogger("persession.api")


class Problem(Exception):
    """What is wrong with a request: its kind, its HTTP status, what to do, and errors by field."""

    def __init__(
        self, kind: str, status: int, detail: str, fields: dict[str, str] | None = None, wait: int = 0
    ) -> None:
        super().__init__(detail)
        self.kind, self.status, self.detail, self.fields, self.wait = kind, status, detail, fields or {}, wait

    def answer(self) -> Response:
        """As `application/problem+json`."""
        told: dict[str, Any] = {
            "type": f"{HERE}/docs#problem-{self.kind}",
            "title": TITLES[self.kind],
            "status": self.status,
            "detail": self.detail,
        }
        if self.fields:
            told["errors"] = [{"field": field, "message": message} for field, message in self.fields.items()]
        headers = {"Retry-After": str(self.wait)} if self.wait else {}
        if self.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return JSONResponse(told, self.status, headers, media_type="application/problem+json")


TITLES = {
    "unauthorized": "No key, or one that does not hold",
    "forbidden": "The key may not do this",
    "missing": "There is no such thing",
    "invalid": "The request is not understood",
    "refused": "The practice's rules forbid this",
    "key-reused": "The Idempotency-Key belongs to another request",
    "too-many": "Too many requests",
    "unreachable": "Somebody needed does not answer",
    "fault": "Something went wrong here",
}
"""Every kind of problem; the page of the API explains the same."""


class ProblemBody(BaseModel):
    """A problem, for the description of the API."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] = Field(default=[], description="What is wrong, by field.")


class Listed(BaseModel, Generic[Row]):
    """A page of a list; `next` is the cursor of the page after it."""

    data: list[Row]
    next: str | None = None


def page(found: Sequence[Row], limit: int, place: Callable[[Row], Sequence[object]]) -> Listed[Row]:
    """A page of what was found (one more than the limit, where there is more); `place` says where a row stands."""
    shown = list(found[:limit])
    more = len(found) > limit
    return Listed(data=shown, next=_cursor(place(shown[-1])) if more else None)


def after(cursor: str | None, parts: int) -> list[str | None]:
    """Where the page before ended; nowhere for the first."""
    if cursor is None:
        return [None] * parts
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except ValueError:
        place = None
    if not isinstance(place, list) or len(place) != parts:
        raise Problem("invalid", 422, "this cursor was not given by this list", {"cursor": "leave it out to begin"})
    return place


def _cursor(place: Sequence[object]) -> str:
    return base64.urlsafe_b64encode(json.dumps([str(part) for part in place]).encode()).decode()


class ApiRoute(APIRoute):
    """A route whose every failure is a problem."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                if int(request.headers.get("content-length") or 0) > LARGEST_BODY:
                    raise Problem("invalid", 413, "a request may have 256 KB")
                return await handle(request)
            except Exception as fault:
                return problem_of(request, fault).answer()

        return guarded


def problem_of(request: Request, fault: Exception) -> Problem:
    """What a program is told of a failure; an unforeseen one is noted without what was sent."""
    if isinstance(fault, Problem):
        return fault
    if isinstance(fault, RequestValidationError):
        fields = {".".join(str(part) for part in error["loc"][1:]): in_words(error) for error in fault.errors()}
        return Problem("invalid", 422, "some fields are not understood; nothing was changed", fields)
    if isinstance(fault, HTTPException):
        return Problem("invalid", fault.status_code, str(fault.detail))
    if isinstance(fault, Unreachable | OperationalError):
        return Problem("unreachable", 503, "somebody needed does not answer; ask again with the same key", wait=10)
    if isinstance(fault, PracticeError):
        return Problem("refused", 409, str(fault))
    where = "".join(traceback.format_tb(fault.__traceback__)[-3:])
    log.error("%s %s failed: %s\n%s", request.method, request.url.path, type(fault).__name__, where)
    return Problem("fault", 500, "it was noted; nothing more is known to you or us")


def api_router(tag: str) -> APIRouter:
    """A router of the API."""
    problems: dict[int | str, dict[str, Any]] = {"4XX": {"model": ProblemBody, "description": "A problem"}}
    return APIRouter(prefix=HERE, route_class=ApiRoute, tags=[tag], responses=problems)
