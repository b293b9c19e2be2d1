"""Practice time: local days, quiet hours and pay periods. `now` is always an argument.

Instants are aware and UTC inside; a `date` is a day in the practice's (or a client's) time zone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from models.errors import Refused

QUIET_FROM = time(21, 0)
QUIET_UNTIL = time(8, 0)


class PayCycle(StrEnum):
    """How often a practice pays."""

    WEEKLY = "weekly"
    BIWEEKLY = "biweekly"
    SEMIMONTHLY = "semimonthly"
    MONTHLY = "monthly"


@dataclass(frozen=True)
class Period:
    """A pay period: its first and last local day, both inside."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def zone(name: str) -> ZoneInfo:
    """The time zone of that IANA name; Refused when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused(f"{name[:40]!r} is not a time zone; use an IANA name such as America/New_York") from None


def within(day: date, since: date | None, until: date | None) -> bool:
    """Whether a day lies between two, both included; one that is not set is open. SQL: `starter/queries/reading.py`."""
    return (since or day) <= day <= (until or day)


def local_day(at: datetime, tz: ZoneInfo) -> date:
    """The local day on which an instant falls."""
    return at.astimezone(tz).date()


def instant(local: datetime, tz: ZoneInfo) -> datetime:
    """A wall-clock time (no zone) in `tz` as UTC; of a repeated hour the first, of a skipped one the time after."""
    return local.replace(tzinfo=tz, fold=0).astimezone(UTC)


def midnight(day: date, tz: ZoneInfo) -> datetime:
    """The first instant of a local day, in UTC."""
    return instant(datetime.combine(day, time.min), tz)


def outside_quiet_hours(at: datetime, tz: ZoneInfo) -> datetime:
    """`at`, or the last allowed minute before it where it falls into 21:00-08:00 local time."""
    local = at.astimezone(tz)
    if local.time() >= QUIET_FROM:
        day = local.date()
    elif local.time() < QUIET_UNTIL:
        day = local.date() - timedelta(days=1)
    else:
        return at
    return instant(datetime.combine(day, QUIET_FROM), tz) - timedelta(minutes=1)


def period_of(day: date, cycle: PayCycle, anchor: date) -> Period:
    """The pay period that holds `day`; `anchor` is the first day of some period."""
    if cycle in (PayCycle.WEEKLY, PayCycle.BIWEEKLY):
        length = 7 if cycle is PayCycle.WEEKLY else 14
        first = day - timedelta(days=(day - anchor).days % length)
        return Period(first, first + timedelta(days=length - 1))
    if cycle is PayCycle.SEMIMONTHLY:
        if day.day <= 15:
            return Period(day.replace(day=1), day.replace(day=15))
        return Period(day.replace(day=16), _month_start(day, 1, 1) - timedelta(days=1))
    first = _month_start(day, 0, anchor.day)
    if first > day:
        first = _month_start(day, -1, anchor.day)
    return Period(first, _month_start(first, 1, anchor.day) - timedelta(days=1))


def month_before(day: date, months: int = 1) -> date:
    """The first day of the month so many before that of a day (0: its own, -1: the next one)."""
    return _month_start(day, -months, 1)


def month_written(text: str) -> date:
    """The first day of a month written as 2027-03; ValueError where it is written otherwise."""
    return date.fromisoformat(f"{text}-01")


def periods_ending(since: date, until: date, cycle: PayCycle, anchor: date) -> Iterator[Period]:
    """Every pay period whose last day lies in `since`..`until`, oldest first."""
    period = period_of(since, cycle, anchor)
    while period.last <= until:
        yield period
        period = period_of(period.last + timedelta(days=1), cycle, anchor)


def _month_start(day: date, months: int, start_day: int) -> date:
    """Day `start_day` of the month `months` after that of `day`; a month too short for it gives its last day."""
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    after = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return min(first + timedelta(days=start_day - 1), after - timedelta(days=1))
