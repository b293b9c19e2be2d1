"""One session: who comes, and what can be done with it; what a change costs is shown before anybody commits."""

from collections.abc import Coroutine
from datetime import date, datetime, time
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlmodel import Session as Database

from activities import fees
from activities.fees import Preview
from activities.shares import ShareOf
from models.billed import HELD_WORDS
from models.calendar import instant, local_day
from models.errors import Refused
from models.facts import By, Status
from models.messages import SessionStanding
from models.rules.share import Share
from starter.office.sessions import Sessions
from starter.queries import calendar as queries
from starter.queries.calendar import Shown
from starter.queries.eligibility import expected
from starter.queries.openings import warnings
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.choosing import people
from starter.web.forms import Filled, blank
from starter.web.visit import NotFound, Visit

router = APIRouter()
Seen = Annotated[str, Field(max_length=2000)]


CANCELLED: dict[str, str] = {
    Status.CANCELLED: "The session is cancelled.",
    Status.LATE_CANCELLED: "The session is cancelled; it counts as a late cancellation.",
}
STAYS = "Kept. The session takes place with the others."


class CancelForm(BaseModel):
    seen: Seen
    by: By
    client_id: int | None = None


class MoveForm(BaseModel):
    seen: Seen
    by: By
    day: date
    at: time
    place: Annotated[str, Field(max_length=300)] = ""
    sure: bool = False


class OutcomeForm(BaseModel):
    seen: Seen
    client_id: int | None = None
    how: Literal["attended", "no_show"]
    minutes: Annotated[int, Field(ge=1, le=24 * 60)] | None = None


class ClientForm(BaseModel):
    client_id: int
    back: Literal["today", ""] = ""


class WaiveForm(BaseModel):
    client_id: int
    reason: Annotated[str, Field(max_length=300)]


@router.get("/sessions/{session_id}")
def session(session_id: UUID, visit: Visit = may(Do.SEE_CALENDAR)) -> Response:
    return _page(visit, _session(visit, session_id))


@router.post("/sessions/{session_id}/find")
def find(session_id: UUID, visit: Visit = may(Do.BOOK)) -> Response:
    """Look for somebody who is to join."""
    wanted = visit.typed.text("who")
    return _page(visit, _session(visit, session_id), found=people(visit, [], wanted), who=wanted)


@router.post("/sessions/{session_id}/confirm")
def confirm(session_id: UUID, visit: Visit = may(Do.BOOK)) -> Response:
    shown = _session(visit, session_id)
    return _done(visit, shown, visit.office.sessions.confirm(session_id, seen=visit.typed.text("seen")), "Confirmed.")


@router.post("/sessions/{session_id}/check-in")
def check_in(session_id: UUID, visit: Visit = may(Do.BOOK)) -> Response:
    shown, filled = _session(visit, session_id), visit.read(ClientForm)
    if not filled.ok:
        raise NotFound
    wish = visit.office.sessions.check_in(session_id, filled.values.client_id)
    return _done(visit, shown, wish, "Checked in.", "/calendar/today" if filled.values.back else "")


@router.post("/sessions/{session_id}/join")
def join(session_id: UUID, visit: Visit = may(Do.BOOK)) -> Response:
    shown, filled = _session(visit, session_id), visit.read(ClientForm)
    if not filled.ok:
        raise NotFound
    visit.must_see_client(filled.values.client_id)
    return _done(visit, shown, visit.office.sessions.join(session_id, filled.values.client_id), "Added.")


@router.post("/sessions/{session_id}/waive")
def waive(session_id: UUID, visit: Visit = may(Do.WAIVE_FEES)) -> Response:
    shown, filled = _session(visit, session_id), visit.read(WaiveForm)
    if not filled.ok:
        return _page(visit, shown, 422, wrong="say why the fee is waived")
    wanted = filled.values
    return _done(
        visit, shown, visit.office.sessions.waive(session_id, wanted.client_id, wanted.reason), "The fee is waived."
    )


@router.get("/sessions/{session_id}/cancel")
def cancel_page(session_id: UUID, client_id: int | None = None, visit: Visit = may(Do.BOOK)) -> Response:
    shown = _session(visit, session_id)
    return _cancel_page(visit, shown, blank(seen=shown.seen, client_id=client_id))


@router.post("/sessions/{session_id}/cancel")
def cancel(session_id: UUID, visit: Visit = may(Do.BOOK)) -> Response:
    shown, filled = _session(visit, session_id), visit.read(CancelForm)
    if filled.ok:
        wanted = filled.values
        wish = visit.office.sessions.cancel(session_id, wanted.by, wanted.client_id, wanted.seen)
        if answered := _granted(visit, filled, wish):
            return visit.go(f"/sessions/{session_id}", told=CANCELLED.get(answered.status, STAYS))
    return _cancel_page(visit, shown, filled, 422)


@router.get("/sessions/{session_id}/move")
def move_page(session_id: UUID, visit: Visit = may(Do.BOOK)) -> Response:
    shown = _session(visit, session_id)
    local = shown.starts.astimezone(visit.tz)
    known = {"day": local.date(), "at": f"{local:%H:%M}", "place": shown.place}
    return _move_page(visit, shown, blank(seen=shown.seen, by=By.PRACTICE, **known))


@router.post("/sessions/{session_id}/move")
def move(session_id: UUID, visit: Visit = may(Do.BOOK)) -> Response:
    shown, filled = _session(visit, session_id), visit.read(MoveForm)
    if filled.ok:
        wanted = filled.values
        starts = instant(datetime.combine(wanted.day, wanted.at), visit.tz)
        against = warnings(visit.engine, shown.clinician_id, starts, starts + (shown.ends - shown.starts))
        if against and not wanted.sure:
            return _move_page(visit, shown, filled, against=against)
        wish = visit.office.sessions.reschedule(session_id, starts, wanted.by, wanted.place, wanted.seen)
        if _granted(visit, filled, wish, "at") or _was_sent_twice(visit, shown, filled):
            return visit.go(f"/sessions/{session_id}", told="Moved.")
    return _move_page(visit, shown, filled, 422)


@router.get("/sessions/{session_id}/outcome")
def outcome_page(session_id: UUID, client_id: int | None = None, visit: Visit = may(Do.BOOK)) -> Response:
    shown = _session(visit, session_id)
    return _outcome_page(visit, shown, blank(seen=shown.seen, client_id=client_id, how="attended"))


@router.post("/sessions/{session_id}/outcome")
def outcome(session_id: UUID, visit: Visit = may(Do.BOOK)) -> Response:
    shown, filled = _session(visit, session_id), visit.read(OutcomeForm)
    if filled.ok:
        wanted, office = filled.values, visit.office.sessions
        if _granted(visit, filled, _ended(office, session_id, wanted), "how"):
            return visit.go(f"/sessions/{session_id}", told=f"Recorded: {wanted.how.replace('_', '-')}.")
    return _outcome_page(visit, shown, filled, 422)


def _was_sent_twice(visit: Visit, shown: Shown, filled: Filled[MoveForm]) -> bool:
    """Whether the page was too old because the same form had moved the session so already."""
    wanted, now = filled.values, _session(visit, shown.id)
    local = now.starts.astimezone(visit.tz)
    stale = any("meanwhile" in error for error in filled.errors.values())
    return stale and (local.date(), local.time(), now.place) == (wanted.day, wanted.at, wanted.place)


def _ended(office: Sessions, session_id: UUID, wanted: OutcomeForm) -> Coroutine[Any, Any, SessionStanding]:
    if wanted.how == "attended":
        return office.attend(session_id, wanted.client_id, wanted.minutes, wanted.seen)
    return office.no_show(session_id, wanted.client_id, wanted.seen)


def _granted(
    visit: Visit, filled: Filled[Any], wish: Coroutine[Any, Any, SessionStanding], field: str = ""
) -> SessionStanding | None:
    """How the session stands after the wish; None when it was refused, which the form then says.

    A page that is too old says how the session stands now; sent again, it is meant as that is.
    """
    try:
        return visit.ask(wish)
    except Refused as no:
        stale = "meanwhile" in str(no)
        filled.refuse(no, "" if stale or field == "" else field)
    return None


def _done(
    visit: Visit, shown: Shown, wish: Coroutine[Any, Any, SessionStanding], told: str, back: str = ""
) -> Response:
    try:
        visit.ask(wish)
    except Refused as no:
        return _page(visit, _session(visit, shown.id), 422, wrong=str(no))
    return visit.go(back or f"/sessions/{shown.id}", told=told)


def _session(visit: Visit, session_id: UUID) -> Shown:
    """The session; NotFound where there is none, or it is in a calendar that this person does not see."""
    found = queries.session(visit.engine, session_id)
    whose = visit.whose_clients(Do.SEE_CALENDAR)
    if found is None or (whose is not None and found.clinician_id not in whose):
        raise NotFound
    return found


def _page(visit: Visit, shown: Shown, status: int = 200, **more: Any) -> Response:
    context = {"wrong": "", "found": [], "who": "", "shares": _shares(visit, shown), "held_words": HELD_WORDS, **more}
    ahead = [c for c in shown.clients if Status(c.status).ahead]
    return visit.page("desk/calendar/session.html", status, session=shown, ahead=ahead, **context)


def _shares(visit: Visit, shown: Shown) -> dict[int, Share]:
    """What each client who comes is expected to pay, for those who see what is paid."""
    coming = [one.client_id for one in shown.clients if one.status not in ("cancelled", "late_cancelled", "no_show")]
    if not coming or not visit.can(Do.SEE_BILLING):
        return {}
    day = local_day(shown.starts, visit.tz)
    visits = [ShareOf(one, shown.clinician_id, shown.service_id, shown.billable, day) for one in coming]
    return dict(zip(coming, expected(visit.engine, visits, visit.tz), strict=True))


def _cancel_page(visit: Visit, shown: Shown, filled: Filled[Any], status: int = 200) -> Response:
    costs = dict(zip(By, _previews(visit, shown, *(("cancel", by) for by in By)), strict=True))
    return _change_page(visit, "cancel", shown, filled, status, costs=costs)


def _move_page(visit: Visit, shown: Shown, filled: Filled[Any], status: int = 200, **more: Any) -> Response:
    costs = dict(zip(By, _previews(visit, shown, *(("move", by) for by in By)), strict=True))
    return _change_page(visit, "move", shown, filled, status, costs=costs, **{"against": [], **more})


def _outcome_page(visit: Visit, shown: Shown, filled: Filled[Any], status: int = 200) -> Response:
    came, missed = _previews(visit, shown, ("attend", By.PRACTICE), ("no_show", By.PRACTICE))
    costs = {"attend": came, "no_show": missed}
    return _change_page(visit, "outcome", shown, filled, status, costs=costs)


def _change_page(visit: Visit, name: str, shown: Shown, filled: Filled[Any], status: int, **more: Any) -> Response:
    """A page that changes the session; its form carries how the session stands on it."""
    filled.typed["seen"] = shown.seen
    names = {c.client_id: c.client for c in shown.clients}
    ahead = [(c.client_id, c.client) for c in shown.clients if Status(c.status).ahead or c.presumed]
    template = f"desk/calendar/{name}.html"
    return visit.page(template, status, session=shown, form=filled, names=names, ahead=ahead, **more)


def _previews(visit: Visit, shown: Shown, *asked: tuple[str, By]) -> list[dict[int, Preview]]:
    """What each of these changes would cost each client, by client; read in one go."""

    def read(db: Database) -> list[dict[int, Preview]]:
        found = fees.previews(db, shown.id, asked, visit.now)
        return [{one.client_id: one for one in each} for each in found]

    return visit.write(read)
