"""Which days a series is held on: an RRULE counted in local days, so that its hour stays when the clocks change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from models.calendar import instant
from models.errors import Refused
from models.scheduling import Off, Recurring

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
SHORT = dict(zip(WEEKDAYS, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))
NTH = {"": "", "1": "the first ", "2": "the second ", "3": "the third ", "4": "the fourth ", "-1": "the last "}
PARTS = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYSETPOS", "WKST", "COUNT", "UNTIL"}
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY")
MOST = 520
"""Dates that a counted series may have: ten years of weeks."""


class Rhythm(StrEnum):
    """How a series comes back, as people say it."""

    WEEKLY = "weekly"
    MONTHLY_BY_WEEKDAY = "monthly_by_weekday"
    MONTHLY_BY_DATE = "monthly_by_date"


@dataclass(frozen=True)
class Occurrence:
    """A day of a series and its start in UTC; `skipped` says why it is not held, "" when it is."""

    day: date
    starts: datetime
    skipped: str = ""


def rule_for(rhythm: Rhythm, every: int, first: date) -> str:
    """The RRULE of a rhythm that begins on a day, such as every second week or each third Tuesday."""
    if rhythm is Rhythm.WEEKLY:
        return f"FREQ=WEEKLY;INTERVAL={every};BYDAY={WEEKDAYS[first.weekday()]}"
    if rhythm is Rhythm.MONTHLY_BY_DATE:
        return f"FREQ=MONTHLY;INTERVAL={every};BYMONTHDAY={first.day}"
    return f"FREQ=MONTHLY;INTERVAL={every};BYDAY={_nth_weekday(first)}"


def read_rule(text: str, first: date) -> tuple[str, date | None]:
    """A rule without its end, and the last day that its COUNT or UNTIL gives; Refused when it is not understood."""
    parts = _parts(text)
    end = {key: parts.pop(key) for key in ("COUNT", "UNTIL") if key in parts}
    endless = ";".join(f"{key}={value}" for key, value in parts.items())
    try:
        days = rrulestr(endless, dtstart=datetime.combine(first, time()))
        if "UNTIL" in end:
            return endless, date.fromisoformat(end["UNTIL"][:8])
        if "COUNT" in end:
            wanted = int(end["COUNT"])
            if not 0 < wanted <= MOST:
                raise Refused(f"a series has 1 to {MOST} dates, not {wanted}")
            return endless, [day for day, _ in zip(days, range(wanted), strict=False)][-1].date()
    except (ValueError, TypeError, IndexError):
        raise Refused(f"{text!r} is not a rule such as FREQ=WEEKLY;INTERVAL=2") from None
    return endless, None


def days(series: Recurring, since: date, until: date) -> list[date]:
    """The local days of a series in `since`..`until`, whether they are held or not."""
    last = min(until, series.until or until)
    found = rrulestr(series.rule, dtstart=datetime.combine(series.first, time()))
    return [at.date() for at in found.between(_start(since), _start(last), inc=True)] if since <= last else []


def occurrences(
    series: Recurring,
    minutes: int,
    since: date,
    until: date,
    off: Iterable[Off],
    left_out: Mapping[date, str],
    tz: ZoneInfo,
) -> tuple[Occurrence, ...]:
    """Each day of a series with its start, left out where somebody said so, and where time off overlaps it."""
    times_off = tuple(off)
    return tuple(_occurrence(series, day, minutes, times_off, left_out, tz) for day in days(series, since, until))


def shifted(rule: str, old: date, new: date) -> str:
    """The rule once the occurrence of the day `old` is held on `new`, and those after it accordingly."""
    parts = _parts(rule)
    if parts["FREQ"] == "MONTHLY" and "BYDAY" in parts:
        parts["BYDAY"] = _nth_weekday(new)
    elif "BYDAY" in parts:
        by = (new - old).days
        moved = [WEEKDAYS[(WEEKDAYS.index(name) + by) % 7] for name in parts["BYDAY"].split(",")]
        parts["BYDAY"] = ",".join(moved)
    if "BYMONTHDAY" in parts:
        parts["BYMONTHDAY"] = str(new.day)
    return ";".join(f"{key}={value}" for key, value in parts.items())


def in_words(rule: str) -> str:
    """A rule as people say it, such as "every 2 weeks on Tue"."""
    parts = _parts(rule)
    unit = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month"}[parts["FREQ"]]
    every = int(parts.get("INTERVAL", "1"))
    often = f"every {unit}" if every == 1 else f"every {every} {unit}s"
    if "BYMONTHDAY" in parts:
        return f"{often} on day {parts['BYMONTHDAY']}"
    return f"{often} on {_days_in_words(parts['BYDAY'])}" if "BYDAY" in parts else often


def _occurrence(
    series: Recurring, day: date, minutes: int, off: tuple[Off, ...], left_out: Mapping[date, str], tz: ZoneInfo
) -> Occurrence:
    starts = instant(datetime.combine(day, series.at), tz)
    ends = starts + timedelta(minutes=minutes)
    why = left_out.get(day) or next((o.reason for o in off if o.starts < ends and starts < o.ends), "")
    return Occurrence(day, starts, why)


def _parts(text: str) -> dict[str, str]:
    """A rule by its parts; Refused when one is not of those that sessions recur by."""
    pairs = [part.partition("=") for part in text.strip().upper().removeprefix("RRULE:").split(";") if part]
    parts = {key: value for key, _, value in pairs}
    if parts.get("FREQ") not in FREQUENCIES or not set(parts) <= PARTS or not all(parts.values()):
        raise Refused(f"{text!r} is not a rule such as FREQ=WEEKLY;INTERVAL=2")
    return parts


def _nth_weekday(day: date) -> str:
    """The third Tuesday as 3TU; what comes after the fourth is the last."""
    nth = (day.day - 1) // 7 + 1
    return f"{nth if nth < 5 else -1}{WEEKDAYS[day.weekday()]}"


def _days_in_words(listed: str) -> str:
    return ", ".join(f"{NTH.get(name[:-2], '')}{SHORT[name[-2:]]}" for name in listed.split(","))


def _start(day: date) -> datetime:
    return datetime.combine(day, time())
