"""Booking: one session or a series, with what speaks against the time said before anybody commits."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import series
from activities.availability import taken
from models.calendar import instant
from models.errors import Refused
from models.rules import recurrence
from models.rules.recurrence import Occurrence, Rhythm
from models.scheduling import Span
from models.tables import Clinician, Series, Service, Session
from starter.queries.openings import waiting_for, warnings
from starter.queries.services import bookable
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.choosing import MOST, named, people
from starter.web.forms import Filled, blank
from starter.web.visit import NotFound, Visit

router = APIRouter()
LATELY = timedelta(days=90)
"""Whose places are offered again."""
RHYTHMS = (
    ("", "once"),
    (Rhythm.WEEKLY, "every week, or every few weeks"),
    (Rhythm.MONTHLY_BY_WEEKDAY, "every month on that weekday (such as the third Tuesday)"),
    (Rhythm.MONTHLY_BY_DATE, "every month on that day of the month"),
)
SHOWN = timedelta(weeks=26)
"""How far ahead the dates of a series are shown before it is booked."""


class BookForm(BaseModel):
    client_ids: Annotated[list[int], Field(min_length=1, max_length=30)]
    clinician_id: int
    service_id: int
    day: date
    at: time
    place: Annotated[str, Field(max_length=300)] = ""
    rhythm: Rhythm | None = None
    every: Annotated[int, Field(ge=1, le=26)] = 1
    times: Annotated[int, Field(ge=1, le=recurrence.MOST)] | None = None
    until: date | None = None
    series_id: UUID | None = None
    series_day: date | None = None
    sure: bool = False

    @property
    def rule(self) -> str:
        """The RRULE of a series, with its end where one is said."""
        assert self.rhythm is not None
        rule = recurrence.rule_for(self.rhythm, self.every, self.day)
        if self.times:
            return f"{rule};COUNT={self.times}"
        return f"{rule};UNTIL={self.until:%Y%m%d}" if self.until else rule


@dataclass(frozen=True)
class Planned:
    """A date of a series before it is booked; `note` says why it will not be, "" when it will."""

    starts: datetime
    note: str


@router.get("/sessions/new")
def new(
    starts: str = "",
    clinician: int | None = None,
    client: int | None = None,
    service: int | None = None,
    series_id: UUID | None = None,
    series_day: date | None = None,
    visit: Visit = may(Do.BOOK),
) -> Response:
    """The form, filled with what the address says: a moment (or only a day) of the practice's clock, ids."""
    day, _, at = starts.partition("T")
    chosen = [client] if client else []
    whose = visit.whose_clients(Do.BOOK) or ()
    filled = blank(
        client_ids=chosen,
        clinician_id=clinician or (whose[0] if len(whose) == 1 else None),
        service_id=service,
        day=day or visit.today,
        at=at,
        every=1,
        series_id=series_id,
        series_day=series_day,
    )
    return _page(visit, filled)


@router.post("/sessions/new")
def book(visit: Visit = may(Do.BOOK)) -> Response:
    if visit.typed.text("find"):
        known = {name: values for name, values in visit.typed.texts.items() if name != "form_key"}
        lists = {"client_ids": known.pop("client_ids", [])}
        return _page(visit, Filled({**{name: values[-1] for name, values in known.items()}, **lists}))
    filled = visit.read(BookForm)
    if not filled.ok:
        filled.typed.setdefault("client_ids", [])
        if "client_ids" in filled.errors:
            filled.errors["client_ids"] = f"choose who comes: look for the {visit.words.client} by name"
        return _page(visit, filled, 422)
    try:
        _must_be_ours(visit, filled.values)
        return _booked(visit, filled)
    except Refused as no:
        filled.refuse(no, "at" if "another session" in str(no) or "past" in str(no) else "")
        return _page(visit, filled, 422)


def _booked(visit: Visit, filled: Filled[BookForm]) -> Response:
    """Booked; or the page once more, with what one should know first."""
    wanted = filled.values
    dates = _dates(visit, wanted) if wanted.rhythm else []
    against = [] if wanted.rhythm else _warnings(visit, wanted)
    if (dates or against) and not wanted.sure:
        return _page(visit, filled, dates=dates, against=against)
    coming = tuple(dict.fromkeys(wanted.client_ids))
    if wanted.rhythm:
        begun = visit.office.series.book(
            wanted.clinician_id,
            wanted.service_id,
            coming,
            wanted.rule,
            wanted.day,
            wanted.at,
            wanted.place,
            visit.wish,
        )
        return visit.go(f"/series/{visit.ask(begun)}", told="The series is booked.")
    starts = instant(datetime.combine(wanted.day, wanted.at), visit.tz)
    new = visit.office.sessions.book(
        wanted.clinician_id,
        wanted.service_id,
        coming,
        starts,
        wanted.place,
        entered_afterwards=starts <= visit.now,
        session_id=visit.wish,
        series_day=(wanted.series_id, wanted.series_day) if wanted.series_id and wanted.series_day else None,
    )
    return visit.go(f"/sessions/{visit.ask(new)}", told="Booked.")


def _page(visit: Visit, filled: Filled[Any], status: int = 200, **more: Any) -> Response:
    offered = visit.write(_offered, visit.whose_clients(Do.BOOK), visit.now - LATELY)
    shown = {"dates": [], "against": [], "waiting": _waiting(visit, filled), "rhythms": RHYTHMS, **offered, **more}
    return visit.page("desk/calendar/booking.html", status, form=filled, people=_people(visit, filled), **shown)


def _people(visit: Visit, filled: Filled[Any]) -> list[tuple[int, str]]:
    chosen = [int(one) for one in filled.typed.get("client_ids", []) if str(one).isdigit()]
    return people(visit, chosen, str(filled.typed.get("who", "")))


def _waiting(visit: Visit, filled: Filled[Any]) -> list[tuple[int, str, str]]:
    """Who on the waitlist the time suits: id, name, why."""
    try:
        day, at = date.fromisoformat(filled.typed["day"]), time.fromisoformat(filled.typed["at"])
        clinician_id = int(filled.typed["clinician_id"])
    except (ValueError, KeyError):
        return []
    starts = instant(datetime.combine(day, at), visit.tz)
    if starts <= visit.now or not visit.can(Do.KEEP_WAITLIST):
        return []
    found = waiting_for(visit.engine, clinician_id, starts, starts + timedelta(hours=2), visit.today)
    names = dict(visit.write(named, [match.client_id for match in found]))
    return [(match.client_id, names[match.client_id], match.why) for match in found[:MOST]]


def _must_be_ours(visit: Visit, wanted: BookForm) -> None:
    """NotFound for whom this person does not see, or a calendar that is not theirs."""
    for client_id in wanted.client_ids:
        visit.must_see_client(client_id)
    whose = visit.whose_clients(Do.BOOK)
    if whose is not None and wanted.clinician_id not in whose:
        raise NotFound


def _warnings(visit: Visit, wanted: BookForm) -> list[str]:
    starts = instant(datetime.combine(wanted.day, wanted.at), visit.tz)
    if starts <= visit.now:
        return ["this time has passed: the session is entered afterwards, and nobody gets a mail of it"]
    service = visit.write(lambda db: db.get(Service, wanted.service_id))
    ends = starts + timedelta(minutes=service.minutes if service else 0)
    return warnings(visit.engine, wanted.clinician_id, starts, ends)


def _dates(visit: Visit, wanted: BookForm) -> list[Planned]:
    """The dates of a series as they would be booked, those that are taken or left out with the reason."""
    rule, until = recurrence.read_rule(wanted.rule, wanted.day)
    planned = Series(
        id=visit.wish,
        clinician_id=wanted.clinician_id,
        service_id=wanted.service_id,
        rule=rule,
        first=wanted.day,
        until=until,
        at=wanted.at,
        created_at=visit.now,
    )
    return visit.write(_planned, planned, min(until or wanted.day + SHOWN, wanted.day + SHOWN))


def _planned(db: Database, wanted: Series, last: date) -> list[Planned]:
    service = db.get(Service, wanted.service_id)
    if service is None:
        raise Refused("choose a service")
    found = series.planned(db, wanted, wanted.first, last)
    length = timedelta(minutes=service.minutes)
    busy = taken(db, wanted.clinician_id, found[0].starts, found[-1].starts + length) if found else []
    return [Planned(o.starts, _note(o, Span(o.starts, o.starts + length), busy)) for o in found]


def _note(occurrence: Occurrence, wanted: Span, busy: list[Span]) -> str:
    if occurrence.skipped:
        return f"left out: {occurrence.skipped}"
    return "taken: this becomes a task" if any(span.overlaps(wanted) for span in busy) else ""


def _offered(db: Database, whose: tuple[int, ...] | None, since: datetime) -> dict[str, Any]:
    """Clinicians, services and the places used lately."""
    clinicians = db.exec(select(Clinician).where(col(Clinician.active).is_(True)).order_by(col(Clinician.name))).all()
    services = db.exec(bookable()).all()
    lately = col(Session.starts) > since
    places = select(Session.place).where(Session.place != "", lately).distinct().order_by(Session.place).limit(30)
    return {
        "clinicians": [(one.id, one.name) for one in clinicians if whose is None or one.id in whose],
        "services": [(one.id, f"{one.name}, {one.minutes} min") for one in services],
        "places": db.exec(places).all(),
    }
