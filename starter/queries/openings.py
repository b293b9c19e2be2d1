"""Free times: for booking by clients themselves, and to see who of those waiting a time suits."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import availability, waitlist
from models.calendar import midnight, zone
from models.errors import Refused
from models.rules import openings as rules
from models.rules.waitlist import Match, suitable
from models.scheduling import Span
from models.tables import Clinician, Practice, Service


@dataclass(frozen=True)
class Opening:
    """A time at which a clinician is free for a session."""

    clinician_id: int
    starts: datetime
    ends: datetime


def openings(
    engine: Engine, clinician_id: int | None, service_id: int, first: date, last: date, now: datetime
) -> list[Opening]:
    """The free times of one clinician or of all on the local days `first`..`last`, in order; none in the past."""
    with Database(engine) as db:
        service = db.get(Service, service_id)
        if service is None:
            raise Refused(f"there is no service {service_id}")
        found = [
            Opening(working, span.starts, span.ends)
            for working in _working(db, clinician_id)
            for span in _of_clinician(db, working, service.minutes, first, last, now)
        ]
    return sorted(found, key=lambda o: (o.starts, o.clinician_id))


def waiting_for(engine: Engine, clinician_id: int, starts: datetime, ends: datetime, today: date) -> tuple[Match, ...]:
    """Who on the waitlist a time suits, the longest waiting first."""
    with Database(engine) as db:
        tz = zone(db.get_one(Practice, 1).timezone)
        return suitable(waitlist.waiting(db, today), clinician_id, Span(starts, ends), tz)


def warnings(engine: Engine, clinician_id: int, starts: datetime, ends: datetime) -> list[str]:
    """What speaks against a time without forbidding it: outside working hours, time off, taken in another calendar."""
    with Database(engine) as db:
        tz = zone(db.get_one(Practice, 1).timezone)
        hours, wanted = availability.hours(db, clinician_id), Span(starts, ends)
        found = [f"{o.reason}: this is time off" for o in availability.off(db, clinician_id, starts, ends)]
        if hours and not rules.within_hours(hours, wanted, tz):
            found.append("this is outside the working hours")
        if any(span.overlaps(wanted) for span in availability.busy(db, clinician_id, starts, ends)):
            found.append("another calendar says that this time is taken")
    return found


def _of_clinician(
    db: Database, clinician_id: int, minutes: int, first: date, last: date, now: datetime
) -> tuple[Span, ...]:
    tz = zone(db.get_one(Practice, 1).timezone)
    taken = availability.taken(db, clinician_id, midnight(first, tz), midnight(last + timedelta(days=1), tz))
    return rules.openings(availability.hours(db, clinician_id), taken, minutes, first, last, now, tz)


def _working(db: Database, clinician_id: int | None) -> list[int]:
    query = select(Clinician.id).where(col(Clinician.active).is_(True)).order_by(col(Clinician.id))
    return [found for found in db.exec(query).all() if found is not None and clinician_id in (None, found)]
