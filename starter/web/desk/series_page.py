"""A series: its dates with what became of each; this and following or all moved, ended, or one day left out."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import series as steps
from models.calendar import local_day
from models.errors import Refused
from models.facts import By
from models.rules.recurrence import in_words
from models.tables import AttendanceRow, Client, Clinician, Series, Service, Session
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.forms import Filled, blank
from starter.web.visit import NotFound, Visit

router = APIRouter()
SHOWN = timedelta(weeks=26)


class ChangeForm(BaseModel):
    from_day: date
    to_day: date
    at: time
    place: Annotated[str, Field(max_length=300)] = ""


class EndForm(BaseModel):
    from_day: date
    by: By


class LeaveForm(BaseModel):
    day: date
    why: Annotated[str, Field(max_length=200)]


@dataclass(frozen=True)
class Date:
    """A day of a series: its session where one is booked (moved away from its time or not), else why there is none."""

    day: date
    starts: datetime
    session_id: UUID | None
    status: str
    note: str


@dataclass(frozen=True)
class Shown:
    """A series with its dates from today on."""

    id: UUID
    rule: str
    at: time
    first: date
    until: date | None
    place: str
    clinician_id: int
    clinician: str
    service: str
    service_id: int
    clients: tuple[tuple[int, str], ...]
    dates: tuple[Date, ...]

    @property
    def ahead(self) -> list[Date]:
        """The days that can still be changed."""
        return [one for one in self.dates if not one.note]


@router.get("/series/{series_id}")
def series(series_id: UUID, visit: Visit = may(Do.SEE_CALENDAR)) -> Response:
    return _page(visit, _series(visit, series_id))


@router.post("/series/{series_id}/change")
def change(series_id: UUID, visit: Visit = may(Do.BOOK)) -> Response:
    shown, filled = _series(visit, series_id), visit.read(ChangeForm)
    if filled.ok:
        wanted = filled.values
        wish = visit.office.series.change(series_id, wanted.from_day, wanted.to_day, wanted.at, wanted.place)
        try:
            visit.ask(wish)
            return visit.go(f"/series/{series_id}", told="The series is changed; its sessions move in a moment.")
        except Refused as no:
            filled.refuse(no, "to_day")
    return _page(visit, shown, 422, changing=filled)


@router.post("/series/{series_id}/end")
def end(series_id: UUID, visit: Visit = may(Do.BOOK)) -> Response:
    shown, filled = _series(visit, series_id), visit.read(EndForm)
    if filled.ok:
        try:
            visit.ask(visit.office.series.end(series_id, filled.values.from_day, filled.values.by))
            return visit.go(
                f"/series/{series_id}", told="The series ends; its later sessions are cancelled in a moment."
            )
        except Refused as no:
            filled.refuse(no)
    return _page(visit, shown, 422, ending=filled)


@router.post("/series/{series_id}/leave-out")
def leave_out(series_id: UUID, visit: Visit = may(Do.BOOK)) -> Response:
    shown, filled = _series(visit, series_id), visit.read(LeaveForm)
    if filled.ok:
        try:
            visit.write(steps.leave_out, series_id, filled.values.day, filled.values.why)
            return visit.go(f"/series/{series_id}", told="That day is left out.")
        except Refused as no:
            filled.refuse(no, "day")
    return _page(visit, shown, 422, leaving=filled)


def _page(visit: Visit, shown: Shown, status: int = 200, **forms: Filled[Any]) -> Response:
    first = shown.ahead[0].day if shown.ahead else visit.today
    known: dict[str, Filled[Any]] = {
        "changing": blank(from_day=first, to_day=first, at=f"{shown.at:%H:%M}", place=shown.place),
        "ending": blank(from_day=first, by=By.PRACTICE),
        "leaving": blank(),
        **forms,
    }
    return visit.page("desk/calendar/series.html", status, series=shown, rule=in_words(shown.rule), **known)


def _series(visit: Visit, series_id: UUID) -> Shown:
    found = visit.write(_shown, series_id, visit)
    whose = visit.whose_clients(Do.SEE_CALENDAR)
    if found is None or (whose is not None and found.clinician_id not in whose):
        raise NotFound
    return found


def _shown(db: Database, series_id: UUID, visit: Visit) -> Shown | None:
    found = db.get(Series, series_id)
    if found is None:
        return None
    clients = db.exec(select(Client).where(col(Client.id).in_(steps.clients_of(db, series_id)))).all()
    return Shown(
        found.id,
        found.rule,
        found.at,
        found.first,
        found.until,
        found.place,
        found.clinician_id,
        db.get_one(Clinician, found.clinician_id).name,
        db.get_one(Service, found.service_id).name,
        found.service_id,
        tuple((one.id or 0, one.name) for one in clients),
        _dates(db, found, visit),
    )


def _dates(db: Database, found: Series, visit: Visit) -> tuple[Date, ...]:
    booked = {s.series_day: s for s in steps.sessions_of(db, found.id)}
    statuses: dict[UUID, list[str]] = {}
    rows = select(AttendanceRow).join(Session, col(Session.id) == AttendanceRow.session_id)
    for row in db.exec(rows.where(Session.series_id == found.id).order_by(col(AttendanceRow.id))).all():
        statuses.setdefault(row.session_id, []).append(row.status)
    planned = steps.planned(db, found, visit.today, local_day(visit.now + SHOWN, visit.tz))
    dates = []
    for one in planned:
        session = booked.get(one.day)
        status = statuses[session.id][0] if session else ""
        starts = session.starts if session else one.starts
        dates.append(Date(one.day, starts, session.id if session else None, status, "" if session else one.skipped))
    return tuple(dates)
