"""When clinicians work: weekly hours, time off, the practice's holidays; calendars elsewhere, and the feed of ours."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import availability as hours
from activities import calendars
from activities.availability import Shift
from models.calendar import instant, midnight
from models.errors import Refused
from models.rules.openings import WEEK
from models.tables import ExternalCalendar, Feed, Session, TimeOff
from starter.queries import calendar as queries
from starter.queries.calendar import Working
from starter.web.access.gate import anyone, may
from starter.web.access.permissions import Do
from starter.web.forms import Filled, blank
from starter.web.visit import Guest, NotFound, Visit

router = APIRouter()
SHIFTS = 2
"""Working times a day that the form has room for."""
Reason = Annotated[str, Field(max_length=120)]


class OffForm(BaseModel):
    first: date
    last: date | None = None
    opens: time | None = None
    closes: time | None = None
    reason: Reason = ""


class AddressForm(BaseModel):
    address: Annotated[str, Field(max_length=2000)]


class SinceForm(BaseModel):
    since: date


@router.get("/availability")
def everybody(visit: Visit = may(Do.KEEP_HOURS)) -> Response:
    found = queries.working(visit.engine, visit.whose_clients(Do.KEEP_HOURS))
    return _everybody(visit, found, blank())


@router.post("/availability/holidays")
def holiday(visit: Visit = may(Do.KEEP_HOLIDAYS)) -> Response:
    filled = visit.read(OffForm)
    if filled.ok and _off(visit, filled, None):
        return visit.go("/availability", told="The holiday is set.")
    return _everybody(visit, queries.working(visit.engine, visit.whose_clients(Do.KEEP_HOURS)), filled, 422)


@router.post("/availability/holidays/{time_off_id}/end")
def no_holiday(time_off_id: int, visit: Visit = may(Do.KEEP_HOLIDAYS)) -> Response:
    return _come_back(visit, time_off_id, None, "/availability")


@router.get("/availability/{clinician_id}")
def one(clinician_id: int, visit: Visit = may(Do.KEEP_HOURS)) -> Response:
    return _page(visit, _clinician(visit, clinician_id))


@router.post("/availability/{clinician_id}/hours")
def set_hours(clinician_id: int, visit: Visit = may(Do.KEEP_HOURS)) -> Response:
    clinician, filled = _clinician(visit, clinician_id), visit.read(SinceForm)
    if filled.ok:
        try:
            shifts = [shift for day in range(7) for shift in _shifts(visit, day)]
            visit.write(hours.set_hours, clinician_id, shifts, filled.values.since)
            return visit.go(f"/availability/{clinician_id}", told="The working hours are set.")
        except Refused as no:
            filled.refuse(no)
    return _page(visit, clinician, 422, week=filled)


@router.post("/availability/{clinician_id}/off")
def take_off(clinician_id: int, visit: Visit = may(Do.KEEP_HOURS)) -> Response:
    clinician, filled = _clinician(visit, clinician_id), visit.read(OffForm)
    if filled.ok and (told := _off(visit, filled, clinician_id)):
        return visit.go(f"/availability/{clinician_id}", told=told)
    return _page(visit, clinician, 422, off=filled)


@router.post("/availability/{clinician_id}/off/{time_off_id}/end")
def come_back(clinician_id: int, time_off_id: int, visit: Visit = may(Do.KEEP_HOURS)) -> Response:
    _clinician(visit, clinician_id)
    return _come_back(visit, time_off_id, clinician_id, f"/availability/{clinician_id}")


@router.post("/availability/{clinician_id}/calendar")
def connect(clinician_id: int, visit: Visit = may(Do.KEEP_HOURS)) -> Response:
    """Read another calendar from now on; the first reading is at once, so that a wrong address shows."""
    clinician, filled = _clinician(visit, clinician_id), visit.read(AddressForm)
    if filled.ok:
        try:
            visit.write(calendars.connect, visit.office.line.vault, clinician_id, filled.values.address)
            visit.ask(visit.office.calendars.read(f"{clinician_id}/{visit.now:%Y%m%dT%H%M%S}"))
            return visit.go(
                f"/availability/{clinician_id}", told="The calendar is kept; see below whether it was read."
            )
        except Refused as no:
            filled.refuse(no, "address")
    filled.typed["address"] = ""
    return _page(visit, clinician, 422, elsewhere=filled)


@router.post("/availability/{clinician_id}/calendar/end")
def disconnect(clinician_id: int, visit: Visit = may(Do.KEEP_HOURS)) -> Response:
    _clinician(visit, clinician_id)
    visit.write(calendars.disconnect, clinician_id)
    return visit.go(f"/availability/{clinician_id}", told="The other calendar is forgotten.")


@router.post("/availability/{clinician_id}/feed")
def new_feed(clinician_id: int, visit: Visit = may(Do.KEEP_HOURS)) -> Response:
    """A new address, shown on this one page only."""
    clinician = _clinician(visit, clinician_id)
    secret = visit.write(calendars.new_feed, clinician_id, visit.now)
    return _page(visit, clinician, feed_address=f"{visit.site.url}/feeds/{secret}.ics")


@router.post("/availability/{clinician_id}/feed/end")
def end_feed(clinician_id: int, visit: Visit = may(Do.KEEP_HOURS)) -> Response:
    _clinician(visit, clinician_id)
    visit.write(calendars.end_feed, clinician_id)
    return visit.go(f"/availability/{clinician_id}", told="That address opens nothing any more.")


@router.get("/feeds/{secret}.ics")
def feed(secret: str, guest: Guest = anyone()) -> Response:
    """A clinician's sessions, for whoever has the secret address: times and places, nobody's name."""
    found = guest.write(calendars.feed, secret, guest.now)
    if found is None:
        raise NotFound
    return Response(found, media_type="text/calendar; charset=utf-8")


def _everybody(visit: Visit, found: Sequence[Working], filled: Filled[Any], status: int = 200) -> Response:
    holidays = visit.write(_time_off, None, visit)
    return visit.page("desk/calendar/availability.html", status, working=found, holidays=holidays, form=filled)


def _page(visit: Visit, clinician: Working, status: int = 200, **more: Any) -> Response:
    shown: dict[str, Any] = {
        "week": blank(since=visit.today + timedelta(days=1), **_typed(clinician)),
        "off": blank(),
        "elsewhere": blank(),
        "feed_address": "",
        **more,
    }
    return visit.page(
        "desk/calendar/hours.html",
        status,
        clinician=clinician,
        days=WEEK,
        slots=range(SHIFTS),
        time_off=visit.write(_time_off, clinician.id, visit),
        booked=visit.write(_booked_in_time_off, clinician.id, visit),
        calendar=visit.write(lambda db: db.get(ExternalCalendar, clinician.id)),
        has_feed=visit.write(lambda db: db.get(Feed, clinician.id)) is not None,
        **shown,
    )


def _typed(clinician: Working) -> dict[str, str]:
    """The hours that hold from now on, as the form's fields have them."""
    fields: dict[str, str] = {}
    for day in range(7):
        lasting = [h for h in clinician.hours if h.weekday == day and h.until is None]
        for slot, kept in enumerate(sorted(lasting, key=lambda h: h.opens)[:SHIFTS]):
            fields[f"opens_{day}_{slot}"], fields[f"closes_{day}_{slot}"] = (
                f"{kept.opens:%H:%M}",
                f"{kept.closes:%H:%M}",
            )
    return fields


def _shifts(visit: Visit, day: int) -> list[Shift]:
    found = []
    for slot in range(SHIFTS):
        opens, closes = visit.typed.text(f"opens_{day}_{slot}"), visit.typed.text(f"closes_{day}_{slot}")
        if not opens and not closes:
            continue
        try:
            found.append(Shift(day, time.fromisoformat(opens), time.fromisoformat(closes)))
        except ValueError:
            raise Refused(f"{WEEK[day]}: both times, such as 09:00 and 17:00, please") from None
    return found


def _off(visit: Visit, filled: Filled[OffForm], clinician_id: int | None) -> str:
    """What to tell once the days are off; "" when that was refused."""
    wanted = filled.values
    try:
        last = wanted.last or wanted.first
        if wanted.opens or wanted.closes:
            starts = instant(datetime.combine(wanted.first, wanted.opens or time(0)), visit.tz)
            ends = instant(datetime.combine(last, wanted.closes or time(23, 59)), visit.tz)
            visit.write(hours.block, clinician_id, starts, ends, wanted.reason)
        else:
            visit.write(hours.take_off, clinician_id, wanted.first, last, wanted.reason, visit.tz)
        return "The time off is set."
    except Refused as no:
        filled.refuse(no, "last")
        return ""


def _come_back(visit: Visit, time_off_id: int, clinician_id: int | None, back: str) -> Response:
    row = visit.write(lambda db: db.get(TimeOff, time_off_id))
    if row is None or row.clinician_id != clinician_id:
        raise NotFound
    visit.write(hours.come_back, time_off_id)
    return visit.go(back, told="Taken back.")


def _clinician(visit: Visit, clinician_id: int) -> Working:
    whose = visit.whose_clients(Do.KEEP_HOURS)
    found = queries.working(visit.engine, [clinician_id] if whose is None or clinician_id in whose else [])
    if not found:
        raise NotFound
    return found[0]


def _time_off(db: Database, clinician_id: int | None, visit: Visit) -> Sequence[TimeOff]:
    """Time off that is not over: a clinician's, or the practice's holidays."""
    query = select(TimeOff).where(TimeOff.ends > midnight(visit.today, visit.tz))
    whose = col(TimeOff.clinician_id).is_(None) if clinician_id is None else TimeOff.clinician_id == clinician_id
    return db.exec(query.where(whose).order_by(col(TimeOff.starts))).all()


def _booked_in_time_off(db: Database, clinician_id: int, visit: Visit) -> Sequence[Session]:
    """Sessions that stand in a time off: to be moved or cancelled, which nobody does by itself."""
    mine = col(TimeOff.clinician_id).is_(None) | (col(TimeOff.clinician_id) == clinician_id)
    off = select(TimeOff.id).where(mine, TimeOff.starts < Session.ends, TimeOff.ends > Session.starts)
    query = select(Session).where(
        Session.clinician_id == clinician_id, ~col(Session.released), Session.starts > visit.now, off.exists()
    )
    return db.exec(query.order_by(col(Session.starts))).all()
