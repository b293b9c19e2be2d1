"""Times that clients ask for: each is booked on the calendar, or answered with why not."""

from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from activities import requests
from models.errors import Refused
from models.facts import RequestStatus
from models.words import sentence
from starter.queries import portal as queries
from starter.queries.portal import Wish
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.forms import Filled, blank
from starter.web.visit import NotFound, Visit

router = APIRouter()


class DeclineForm(BaseModel):
    reply: str = Field(max_length=requests.LONGEST)


class BookedForm(BaseModel):
    session_id: UUID


@router.get("/requests")
def open_requests(visit: Visit = may(Do.ANSWER_REQUESTS)) -> Response:
    return _page(visit, blank(), None)


@router.get("/requests/{request_id}")
def one(request_id: UUID, visit: Visit = may(Do.ANSWER_REQUESTS)) -> Response:
    """Where a task leads: the request among those that wait."""
    _wish(visit, request_id)
    return _page(visit, blank(), request_id)


@router.post("/requests/{request_id}/decline")
def decline(request_id: UUID, visit: Visit = may(Do.ANSWER_REQUESTS)) -> Response:
    """Say why not; the client reads it in the portal."""
    _wish(visit, request_id)
    filled = visit.read(DeclineForm)
    if filled.ok:
        try:
            visit.write(requests.answer, visit.office.line.vault, request_id, filled.values.reply)
            visit.ask(visit.office.requests.close(request_id, RequestStatus.DECLINED))
            return visit.go("/requests", told="The request is answered.")
        except Refused as no:
            filled.refuse(no, "reply")
    return _page(visit, filled, request_id, 422)


@router.post("/requests/{request_id}/booked")
def booked(request_id: UUID, visit: Visit = may(Do.ANSWER_REQUESTS)) -> Response:
    """The appointment that was booked for it."""
    wish = _wish(visit, request_id)
    filled = visit.read(BookedForm)
    if not filled.ok or queries.appointment(visit.engine, wish.client_id, filled.values.session_id) is None:
        raise NotFound
    try:
        visit.ask(visit.office.requests.close(request_id, RequestStatus.BOOKED, filled.values.session_id))
    except Refused as no:
        return visit.go("/requests", told=f"{sentence(str(no))}.")
    return visit.go("/requests", told="The request is answered.")


def _page(visit: Visit, filled: Filled[DeclineForm], chosen: UUID | None, status: int = 200) -> Response:
    vault, booked = visit.office.line.vault, queries.possible_answers(visit.engine, visit.now)
    waiting = [
        (wish, requests.wishes_of(vault, wish.id, wish.wishes), [b for b in booked if b.request_id == wish.id])
        for wish in queries.open_wishes(visit.engine)
    ]
    return visit.page("desk/forms/requests.html", status, waiting=waiting, form=filled, chosen=chosen)


def _wish(visit: Visit, request_id: UUID) -> Wish:
    found = queries.wish(visit.engine, request_id)
    if found is None:
        raise NotFound
    return found
