"""Sessions for other programs: read, booked, moved, cancelled, confirmed, ended; every change through its workflow."""

from collections.abc import Callable, Coroutine
from typing import Any, Literal
from uuid import UUID

from fastapi.responses import Response
from pydantic import AwareDatetime, BaseModel, Field

from models.billed import AddOn, Held
from models.facts import By
from models.messages import SessionStanding
from starter.office.sessions import Sessions
from starter.queries import api as queries
from starter.queries.api import SessionOut
from starter.web.api.answering import Cursor, Limit, Listed, Problem, after, api_router, page
from starter.web.api.caller import Caller, Scope, wants

router = api_router("sessions")
READ, WRITE = wants(Scope.SESSIONS_READ), wants(Scope.SESSIONS_WRITE)


class BookingIn(BaseModel):
    """A wish to hold a session."""

    clinician_id: int
    service_id: int
    client_ids: list[int] = Field(min_length=1, max_length=50)
    starts: AwareDatetime = Field(description="With its offset, such as 2027-03-02T11:00:00-06:00.")
    place: str = Field("", max_length=200)


class MoveIn(BaseModel):
    """A wish to hold it at another time."""

    starts: AwareDatetime
    by: By = Field(description="Who wishes it: a client's late wish costs what was agreed.")


class CancelIn(BaseModel):
    """A wish not to come; without a client it is everybody's."""

    by: By
    client_id: int | None = None


class ConfirmIn(BaseModel):
    """Somebody will come; without a client everybody."""

    client_id: int | None = None


class OutcomeIn(BaseModel):
    """How it ended; without a client for all still expected."""

    status: Literal["attended", "no_show"]
    client_id: int | None = None
    minutes: int | None = Field(None, gt=0, le=24 * 60, description="As really spent, where they attended.")


class AddOnIn(BaseModel):
    """A service done beside the session's own."""

    service_id: int
    minutes: int | None = Field(None, gt=0, le=24 * 60, description="Of psychotherapy, beside a visit (90833, ...).")


class DetailIn(BaseModel):
    """How it was held and what was done beside it; what is left out stays. Without a client for everybody who came."""

    client_id: int | None = None
    held: Held | None = None
    add_ons: list[AddOnIn] | None = Field(None, max_length=10, description="All of them.")
    replace: bool = Field(False, description="Bill what was decided on already once more, as a replacement.")


@router.get("/sessions")
def sessions(
    caller: Caller = READ,
    since: AwareDatetime | None = None,
    before: AwareDatetime | None = None,
    clinician_id: int | None = None,
    client_id: int | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Listed[SessionOut]:
    """Sessions by their start."""
    starts, number = after(cursor, 2)
    found = queries.sessions(
        caller.engine,
        limit,
        since=since,
        before=before,
        clinician_id=clinician_id,
        client_id=client_id,
        after_starts=starts,
        after_id=number,
    )
    return page(found, limit, lambda row: (row.starts.isoformat(), row.id))


@router.get("/sessions/{session_id}")
def session(session_id: UUID, caller: Caller = READ) -> SessionOut:
    """One session."""
    return known(caller, session_id)


@router.post("/sessions", status_code=201, response_model=SessionOut)
def book(wish: BookingIn, caller: Caller = WRITE) -> Response:
    """Book a session; refused when the time is taken."""

    def booked(new: UUID) -> SessionOut:
        clients = tuple(wish.client_ids)
        booking = caller.office.sessions.book(
            wish.clinician_id, wish.service_id, clients, wish.starts, wish.place, session_id=new
        )
        return known(caller, caller.ask(booking))

    return caller.once(booked)


@router.post("/sessions/{session_id}/move", response_model=SessionOut)
def move(session_id: UUID, wish: MoveIn, caller: Caller = WRITE) -> Response:
    """Hold it at another time."""
    return changed(caller, session_id, lambda sessions: sessions.reschedule(session_id, wish.starts, wish.by))


@router.post("/sessions/{session_id}/cancel", response_model=SessionOut)
def cancel(session_id: UUID, wish: CancelIn, caller: Caller = WRITE) -> Response:
    """Cancel it for a client, or for all."""
    return changed(caller, session_id, lambda sessions: sessions.cancel(session_id, wish.by, wish.client_id))


@router.post("/sessions/{session_id}/confirm", response_model=SessionOut)
def confirm(session_id: UUID, wish: ConfirmIn, caller: Caller = WRITE) -> Response:
    """A client, or all of them, will come."""
    return changed(caller, session_id, lambda sessions: sessions.confirm(session_id, wish.client_id))


@router.post("/sessions/{session_id}/outcome", response_model=SessionOut)
def outcome(session_id: UUID, wish: OutcomeIn, caller: Caller = WRITE) -> Response:
    """How it ended; what that costs and whom, the practice's rules say."""
    if wish.status == "attended":
        return changed(caller, session_id, lambda office: office.attend(session_id, wish.client_id, wish.minutes))
    return changed(caller, session_id, lambda office: office.no_show(session_id, wish.client_id))


@router.post("/sessions/{session_id}/detail", response_model=SessionOut)
def detail(session_id: UUID, wish: DetailIn, caller: Caller = WRITE) -> Response:
    """Say how it was held and what was done beside it.

    What was charged is reversed and charged anew, and what was billed of it follows; refused while that is decided on.
    """
    told = wish.add_ons
    beside = None if told is None else tuple(AddOn(one.service_id, one.minutes) for one in told)
    return changed(
        caller,
        session_id,
        lambda sessions: sessions.detail(session_id, wish.client_id, wish.held, beside, wish.replace),
    )


def changed(
    caller: Caller, session_id: UUID, wish: Callable[[Sessions], Coroutine[Any, Any, SessionStanding]]
) -> Response:
    """A session after somebody's wish came true."""
    known(caller, session_id)

    def granted(_: UUID) -> SessionOut:
        caller.ask(wish(caller.office.sessions))
        return known(caller, session_id)

    return caller.once(granted, 200)


def known(caller: Caller, session_id: UUID) -> SessionOut:
    """A session as it stands; a problem when there is none."""
    found = queries.session(caller.engine, session_id)
    if found is None:
        raise Problem("missing", 404, "there is no such session")
    return found
