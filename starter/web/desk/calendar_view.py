"""The calendar as it is drawn: columns of a day or of a clinician in rows of five minutes, or cells of days."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.calendar import midnight
from models.rules.openings import shifts
from models.scheduling import Span
from starter.queries.calendar import Band, Shown, Working

ROW = timedelta(minutes=5)
ROWS = 24 * 60 // 5
SLOT = timedelta(minutes=30)
EARLIEST, LATEST = 8, 18
"""Hours that a day shows at least."""


@dataclass(frozen=True)
class Block:
    """Something in a column: a session, a free time to book, time that is none, or now."""

    kind: str
    row: int
    length: int
    starts: datetime
    ends: datetime
    label: str = ""
    session: Shown | None = None


@dataclass(frozen=True)
class Column:
    """A clinician's day; `name` says whose or which."""

    name: str
    day: date
    clinician_id: int
    today: bool
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Grid:
    """Columns beside each other under the same hours."""

    hours: tuple[tuple[int, time], ...]
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Cell:
    """A day of a month or of everybody's week."""

    day: date
    today: bool
    inside: bool
    sessions: tuple[Shown, ...]
    off: tuple[str, ...]


@dataclass(frozen=True)
class Days:
    """What there is to draw: sessions, bands and clinicians of some days, as they stand now."""

    sessions: Sequence[Shown]
    bands: Sequence[Band]
    working: Sequence[Working]
    now: datetime
    tz: ZoneInfo


def grid(days: Days, wanted: Sequence[tuple[str, Working, date]]) -> Grid:
    """Columns (name, clinician, day), all from the earliest to the latest hour that one of them needs."""
    first, last = _hours(days, wanted)
    columns = tuple(_column(days, name, clinician, day, first, last) for name, clinician, day in wanted)
    return Grid(tuple(((hour - first) * 12, time(hour)) for hour in range(first, last)), columns)


def cells(days: Days, first: date, last: date, month: int | None = None) -> tuple[Cell, ...]:
    """The days `first`..`last`, each with its sessions that are held; `month` says which lie inside."""
    return tuple(_cell(days, first + timedelta(days=n), month) for n in range((last - first).days + 1))


def _cell(days: Days, day: date, month: int | None) -> Cell:
    span = _day(day, days.tz)
    held = tuple(s for s in days.sessions if not s.released and span.starts <= s.starts < span.ends)
    off = tuple(b.label for b in days.bands if b.kind == "off" and b.clinician_id is None and _touches(b, span))
    return Cell(day, days.now.astimezone(days.tz).date() == day, month in (None, day.month), held, off)


def _column(days: Days, name: str, clinician: Working, day: date, first: int, last: int) -> Column:
    opens = midnight(day, days.tz) if first == 0 else _at(day, first, days.tz)
    shown = Span(opens, _at(day, last, days.tz))
    mine = [s for s in days.sessions if s.clinician_id == clinician.id and not s.released and _touches(s, shown)]
    bands = [b for b in days.bands if b.clinician_id in (None, clinician.id) and _touches(b, shown)]
    worked = list(shifts(clinician.hours, day, day, days.tz))
    closed = _outside(worked, shown) if clinician.hours else []
    bookable = worked if clinician.hours else [shown]  # before anybody sets hours, any time may be booked
    free = [_block("free", span, shown, days.tz) for span in _free(days, mine, bands, bookable)]
    booked = [_block("session", Span(s.starts, s.ends), shown, days.tz, session=s) for s in mine]
    blocks = [
        *(_block("closed", span, shown, days.tz) for span in closed),
        *(_block(b.kind, Span(b.starts, b.ends), shown, days.tz, b.label) for b in bands),
        *sorted((*free, *booked), key=lambda block: block.starts),
        *_now(days, shown),
    ]
    today = days.now.astimezone(days.tz).date() == day
    return Column(name, day, clinician.id, today, tuple(blocks))


def _free(days: Days, sessions: Iterable[Shown], bands: Iterable[Band], bookable: Iterable[Span]) -> Iterator[Span]:
    """Half hours to come that nothing takes."""
    taken = [Span(s.starts, s.ends) for s in sessions] + [Span(b.starts, b.ends) for b in bands if b.kind == "off"]
    for shift in bookable:
        starts = shift.starts
        while starts + SLOT <= shift.ends:
            half = Span(starts, starts + SLOT)
            if starts > days.now and not any(half.overlaps(span) for span in taken):
                yield half
            starts += SLOT


def _now(days: Days, shown: Span) -> Iterator[Block]:
    if shown.starts <= days.now < shown.ends:
        yield _block("now", Span(days.now, days.now + ROW), shown, days.tz)


def _block(kind: str, span: Span, shown: Span, tz: ZoneInfo, label: str = "", session: Shown | None = None) -> Block:
    """Where it stands on the wall clock: five minutes a row, cut to what is shown."""
    starts, ends = max(span.starts, shown.starts), min(span.ends, shown.ends)
    row = _rows(shown.starts, starts, tz)
    length = max(1, _rows(shown.starts, ends, tz) - row)
    return Block(kind, row, length, span.starts.astimezone(tz), span.ends.astimezone(tz), label, session)


def _rows(origin: datetime, at: datetime, tz: ZoneInfo) -> int:
    begun, there = origin.astimezone(tz), at.astimezone(tz)
    days = (there.date() - begun.date()).days
    return (days * 24 * 60 + (there.hour - begun.hour) * 60 + there.minute - begun.minute) // 5


def _outside(worked: Sequence[Span], shown: Span) -> Iterator[Span]:
    """What of a shown day is not worked."""
    at = shown.starts
    for shift in sorted(worked, key=lambda span: span.starts):
        if at < shift.starts:
            yield Span(at, shift.starts)
        at = max(at, shift.ends)
    if at < shown.ends:
        yield Span(at, shown.ends)


def _hours(days: Days, wanted: Sequence[tuple[str, Working, date]]) -> tuple[int, int]:
    """The hours of the day that every column shows."""
    first, last = EARLIEST, LATEST
    shown = {day for _, _, day in wanted}
    spans = [Span(s.starts, s.ends) for s in days.sessions if not s.released]
    spans += [shift for _, clinician, day in wanted for shift in shifts(clinician.hours, day, day, days.tz)]
    for span in spans:
        starts, ends = span.starts.astimezone(days.tz), span.ends.astimezone(days.tz)
        if starts.date() in shown:
            first = min(first, starts.hour)
            last = max(last, ends.hour + (ends.minute > 0)) if ends.date() == starts.date() else 24
    return first, last


def _day(day: date, tz: ZoneInfo) -> Span:
    return Span(midnight(day, tz), midnight(day + timedelta(days=1), tz))


def _at(day: date, hour: int, tz: ZoneInfo) -> datetime:
    if hour == 24:
        return midnight(day + timedelta(days=1), tz)
    return datetime.combine(day, time(hour), tz)


def _touches(what: Shown | Band, span: Span) -> bool:
    return what.starts < span.ends and span.starts < what.ends
