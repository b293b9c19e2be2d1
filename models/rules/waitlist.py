"""Who is offered a freed time: those it suits, the longest waiting first, with time to answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.calendar import QUIET_UNTIL, instant, local_day, outside_quiet_hours
from models.scheduling import Span, Waiting

TIME_TO_ANSWER = timedelta(hours=4)
WHOLE_DAY = (time(0), time(23, 59))
LEAST_NOTICE = timedelta(hours=2)
"""A time that begins sooner is offered to nobody by itself."""


@dataclass(frozen=True)
class Match:
    """Somebody whom a freed time suits, and why."""

    entry_id: int
    client_id: int
    why: str


def suitable(waiting: Iterable[Waiting], clinician_id: int, freed: Span, tz: ZoneInfo) -> tuple[Match, ...]:
    """Those whom a freed time of a clinician suits, the longest waiting first."""
    fitting = [w for w in waiting if suits(w, clinician_id, freed, tz)]
    return tuple(
        Match(w.entry_id, w.client_id, f"waits since {local_day(w.since, tz)} for {_wish(w)}")
        for w in sorted(fitting, key=lambda w: (w.since, w.entry_id))
    )


def suits(wish: Waiting, clinician_id: int, freed: Span, tz: ZoneInfo) -> bool:
    """Whether a wish is for such a time: clinician, length of the service, weekday, hours and last day."""
    starts = freed.starts.astimezone(tz)
    ends = (freed.starts + timedelta(minutes=wish.minutes)).astimezone(tz)
    return (
        wish.clinician_id in (None, clinician_id)
        and freed.starts + timedelta(minutes=wish.minutes) <= freed.ends
        and starts.date() <= (wish.until or starts.date())
        and (not wish.weekdays or starts.weekday() in wish.weekdays)
        and starts.date() == ends.date()
        and wish.opens <= starts.time()
        and ends.time() <= wish.closes
    )


def expires(now: datetime, starts: datetime, tz: ZoneInfo) -> datetime | None:
    """Until when an offer made now may be taken, nights not counted; None when there is no time left to offer it."""
    latest = starts - LEAST_NOTICE
    if now >= latest:
        return None
    return min(_morning(now, tz) + TIME_TO_ANSWER, latest)


def _morning(now: datetime, tz: ZoneInfo) -> datetime:
    """`now`, or the end of the quiet hours that it falls into."""
    if outside_quiet_hours(now, tz) == now:
        return now
    local = now.astimezone(tz)
    day = local.date() + timedelta(days=local.time() > QUIET_UNTIL)
    return instant(datetime.combine(day, QUIET_UNTIL), tz)


def _wish(wish: Waiting) -> str:
    days = ", ".join(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[day] for day in wish.weekdays) or "any day"
    if (wish.opens, wish.closes) == WHOLE_DAY:
        return f"{days}, any time"
    return f"{days}, {wish.opens:%H:%M} to {wish.closes:%H:%M}"
