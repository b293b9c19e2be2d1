"""Free times: for booking by clients themselves, and to see who of those waiting a time suits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session as Database

from activities import availability, waitlist
from models.calendar import midnight, zone
from models.errors import Refused
from models.rules import openings as rules
from models.rules.waitlist import Match, suitable
from models.scheduling import Span
from models.tables import Practice, Service
from starter.queries import calendar
from starter.queries.reading import rows


@dataclass(frozen=True)
class Opening:
    """A time at which a clinician is free for a session."""

    clinician_id: int
    starts: datetime
    ends: datetime


@dataclass(frozen=True)
class _Busy:
    """A time of a clinician (None: everybody's) that is taken."""

    clinician_id: int | None
    starts: datetime
    ends: datetime


TAKEN = """
select clinician_id, starts, ends from session
where not released and clinician_id = any(:clinicians) and starts < :before and ends > :since
union all
select clinician_id, starts, ends from time_off
where (clinician_id is null or clinician_id = any(:clinicians)) and starts < :before and ends > :since
union all
select clinician_id, starts, ends from busy_time
where clinician_id = any(:clinicians) and starts < :before and ends > :since
"""


def openings(
    engine: Engine, clinician_id: int | None, service_id: int, first: date, last: date, now: datetime
) -> list[Opening]:
    """The free times of one clinician or of all on the local days `first`..`last`, in order; none in the past."""
    with Database(engine) as db:
        service = db.get(Service, service_id)
        if service is None:
            raise Refused(f"there is no service {service_id}")
        tz = zone(db.get_one(Practice, 1).timezone)
    who = None if clinician_id is None else [clinician_id]
    return free_times(engine, who, service.minutes, first, last, now, tz)


def free_times(
    engine: Engine, who: Sequence[int] | None, minutes: int, first: date, last: date, now: datetime, tz: ZoneInfo
) -> list[Opening]:
    """When each of these clinicians (None: all) is free for so many minutes."""
    working = {one.id: one.hours for one in calendar.working(engine, who)}
    span = {"since": midnight(first, tz), "before": midnight(last + timedelta(days=1), tz)}
    busy = rows(engine, _Busy, TAKEN, clinicians=list(working), **span)
    found = []
    for clinician_id, hours in working.items():
        taken = [Span(one.starts, one.ends) for one in busy if one.clinician_id in (None, clinician_id)]
        free = rules.openings(hours, taken, minutes, first, last, now, tz)
        found += [Opening(clinician_id, each.starts, each.ends) for each in free]
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
