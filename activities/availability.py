"""When clinicians work: their weekly hours, time off, the practice's holidays; and what takes their time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session as Database
from sqlmodel import col, or_, select

from models.calendar import midnight
from models.errors import Refused
from models.scheduling import Hours, Off, Span
from models.tables import Availability, BusyTime, Clinician, Session, TimeOff


@dataclass(frozen=True)
class Shift:
    """Working hours of a weekday (0 Monday) as staff enter them."""

    weekday: int
    opens: time
    closes: time


def set_hours(db: Database, clinician_id: int, shifts: Sequence[Shift], since: date) -> None:
    """The weekly hours of a clinician from a day on; the former ones end the day before."""
    if db.get(Clinician, clinician_id, with_for_update=True) is None:
        raise Refused("there is no such clinician")
    _check(shifts)
    for row in _rows(db, clinician_id):
        if row.effective_from >= since:
            db.delete(row)
        elif row.effective_until is None or row.effective_until >= since:
            row.effective_until = since - timedelta(days=1)
    for shift in shifts:
        db.add(Availability(clinician_id=clinician_id, effective_from=since, **vars(shift)))


def hours(db: Database, clinician_id: int) -> list[Hours]:
    """Every working hour of a clinician, also former and later ones."""
    rows = _rows(db, clinician_id)
    return [Hours(r.weekday, r.opens, r.closes, r.effective_from, r.effective_until) for r in rows]


def take_off(db: Database, clinician_id: int | None, first: date, last: date, reason: str, tz: ZoneInfo) -> int:
    """Whole days off, both inside: a clinician's, or without one a holiday of the practice; its id."""
    if last < first:
        raise Refused("the last day lies before the first")
    return block(db, clinician_id, midnight(first, tz), midnight(last + timedelta(days=1), tz), reason)


def block(db: Database, clinician_id: int | None, starts: datetime, ends: datetime, reason: str) -> int:
    """Time off from one moment to another; its id."""
    if ends <= starts:
        raise Refused("the time off must end after it begins")
    if clinician_id is not None and db.get(Clinician, clinician_id) is None:
        raise Refused("there is no such clinician")
    known_as = reason.strip() or ("Holiday" if clinician_id is None else "Time off")
    row = TimeOff(clinician_id=clinician_id, starts=starts, ends=ends, reason=known_as)
    db.add(row)
    db.flush()
    return row.id or 0


def come_back(db: Database, time_off_id: int) -> None:
    """Take time off back; series book at their next look what they had left out for it."""
    row = db.get(TimeOff, time_off_id)
    if row is None:
        raise Refused("there is no such time off")
    db.delete(row)


def off(db: Database, clinician_id: int, since: datetime, until: datetime) -> list[Off]:
    """The holidays and the clinician's time off that touch a time."""
    whose = or_(col(TimeOff.clinician_id).is_(None), TimeOff.clinician_id == clinician_id)
    rows = db.exec(select(TimeOff).where(whose, TimeOff.starts < until, TimeOff.ends > since)).all()
    return [Off(r.starts, r.ends, r.reason) for r in rows]


def busy(db: Database, clinician_id: int, since: datetime, until: datetime) -> list[Span]:
    """What another calendar says of a time."""
    query = select(BusyTime).where(
        BusyTime.clinician_id == clinician_id, BusyTime.starts < until, BusyTime.ends > since
    )
    return [Span(row.starts, row.ends) for row in db.exec(query).all()]


def taken(db: Database, clinician_id: int, since: datetime, until: datetime) -> list[Span]:
    """What takes a clinician's time: sessions, time off, and what another calendar holds."""
    query = select(Session).where(
        Session.clinician_id == clinician_id, ~col(Session.released), Session.starts < until, Session.ends > since
    )
    booked = [Span(row.starts, row.ends) for row in db.exec(query).all()]
    away = [Span(found.starts, found.ends) for found in off(db, clinician_id, since, until)]
    return [*booked, *away, *busy(db, clinician_id, since, until)]


def _check(shifts: Sequence[Shift]) -> None:
    for shift in shifts:
        if not 0 <= shift.weekday <= 6:
            raise Refused("a weekday is 0 (Monday) to 6 (Sunday)")
        if shift.opens >= shift.closes:
            raise Refused("working hours must end after they begin")
        others = [o for o in shifts if o is not shift and o.weekday == shift.weekday]
        if any(shift.opens < o.closes and o.opens < shift.closes for o in others):
            raise Refused("two working hours of a day overlap")


def _rows(db: Database, clinician_id: int) -> Sequence[Availability]:
    query = select(Availability).where(Availability.clinician_id == clinician_id)
    return db.exec(query.order_by(col(Availability.weekday), col(Availability.opens))).all()
