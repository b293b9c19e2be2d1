"""When a clinician is free: working hours, without what is booked, time off, or taken in another calendar."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from models.calendar import instant, local_day
from models.scheduling import Hours, Span

WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
GRID = timedelta(minutes=30)
"""Free times begin every half hour of a working day, counted from its start."""


def openings(
    hours: Iterable[Hours],
    taken: Iterable[Span],
    minutes: int,
    first: date,
    last: date,
    not_before: datetime,
    tz: ZoneInfo,
) -> tuple[Span, ...]:
    """The times of that length that may be booked on the local days `first`..`last`, in order."""
    busy = sorted(taken, key=lambda span: span.starts)
    length = timedelta(minutes=minutes)
    found = {
        starts
        for worked in shifts(hours, first, last, tz)
        for starts in _grid(worked, length)
        if starts >= not_before and not any(b.overlaps(Span(starts, starts + length)) for b in busy)
    }
    return tuple(Span(starts, starts + length) for starts in sorted(found))


def shifts(hours: Iterable[Hours], first: date, last: date, tz: ZoneInfo) -> Iterator[Span]:
    """The working times of the local days `first`..`last`; their wall-clock hours stay when the clocks change."""
    plan = tuple(hours)
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        for kept in plan:
            if kept.weekday == day.weekday() and kept.since <= day <= (kept.until or day):
                yield Span(
                    instant(datetime.combine(day, kept.opens), tz), instant(datetime.combine(day, kept.closes), tz)
                )


def within_hours(hours: Iterable[Hours], wanted: Span, tz: ZoneInfo) -> bool:
    """Whether a time lies within one working time."""
    day = local_day(wanted.starts, tz)
    return any(s.starts <= wanted.starts and wanted.ends <= s.ends for s in shifts(hours, day, day, tz))


def _grid(worked: Span, length: timedelta) -> Iterator[datetime]:
    starts = worked.starts
    while starts + length <= worked.ends:
        yield starts
        starts += GRID
