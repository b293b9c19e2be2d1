"""One segment of an X12 file: its elements by number, read exactly or parked with the place and the reason.

What a segment says is never repeated in an error, since it may be about a patient: place and reason are enough.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from models.errors import Parked
from models.money import dollars

NUMBER = re.compile(r"[+-]?(?=\.?[0-9])[0-9]{0,15}(\.[0-9]{0,8})?", re.ASCII)
SEPARATORS_SEEN = ":>|<\\"
"""Sub-element separators real files use, among them some that their own ISA16 does not announce."""


BLANK = "\r\n\t "
"""What may stand between a segment and its terminator."""
BLOCK = 1 << 16
SEGMENT_ID = re.compile("[A-Z][A-Z0-9]{1,2}")


class Segment(NamedTuple):
    """Elements as the standard numbers them: `elements[0]` is the identifier, `elements[1]` the first element.

    A tuple, and its place in words made only when somebody asks: a large file has a million of them.
    """

    elements: tuple[str, ...]
    within: str
    position: int = 0
    component: str = ":"
    repetition: str = "^"

    @property
    def id(self) -> str:
        return self.elements[0]

    @property
    def where(self) -> str:
        """The place in words, for errors."""
        name = self.id if SEGMENT_ID.fullmatch(self.id) else "with no valid identifier"
        return f"{self.within}, segment {self.position} {name}"

    def text(self, number: int) -> str:
        """The element without surrounding blanks; "" where the segment has none."""
        return self.elements[number].strip() if number < len(self.elements) else ""

    def required(self, number: int) -> str:
        if not (text := self.text(number)):
            raise self.broken(number, "is missing")
        return text

    def parts(self, number: int) -> tuple[str, ...]:
        """The sub-elements, also where the file uses another separator than it announced."""
        text = self.text(number)
        separator = self.component
        if separator not in text:
            separator = next((seen for seen in SEPARATORS_SEEN if seen in text), separator)
        return tuple(part.strip() for part in text.split(separator))

    def part(self, number: int, sub: int) -> str:
        """Sub-element `sub`, counted from 1; "" where there is none."""
        parts = self.parts(number)
        return parts[sub - 1] if sub <= len(parts) else ""

    def repeats(self, number: int) -> tuple[str, ...]:
        """The repetitions of an element; one where the file has no repetition separator."""
        text = self.text(number)
        return tuple(text.split(self.repetition)) if self.repetition else (text,)

    def amount(self, number: int) -> Decimal:
        """An amount that must be there, in whole cents."""
        try:
            return _dollars(self.required(number))
        except LookupError:
            raise self.broken(number, "is not a number") from None
        except ValueError:
            raise self.broken(number, "has more than two decimals") from None

    def amount_or_none(self, number: int) -> Decimal | None:
        return self.amount(number) if self.text(number) else None

    def quantity(self, number: int) -> Decimal:
        return Decimal(self._numeral(number))

    def integer(self, number: int) -> int:
        text = self.required(number)
        if not re.fullmatch("[0-9]{1,18}", text):
            raise self.broken(number, "is not a whole number")
        return int(text)

    def day(self, number: int) -> date:
        """A date that must be there: CCYYMMDD, or the first of a range."""
        text = self.required(number)
        if not (day := as_day(text.split("-")[0])):
            raise self.broken(number, "is not a date")
        return day

    def day_or_none(self, number: int) -> date | None:
        """The date, or nothing where there is none or it is not on the calendar."""
        return as_day(self.text(number).split("-")[0])

    def days(self, number: int) -> tuple[date, ...]:
        """The date, or the first and the last of a range (RD8); those that are on no calendar are left out."""
        return tuple(day for text in self.text(number).split("-") if (day := as_day(text)))

    def broken(self, number: int, why: str) -> Parked:
        return Parked(f"{self.where}, element {number}: {why}")

    def _numeral(self, number: int) -> str:
        text = self.required(number)
        if not NUMBER.fullmatch(text):
            raise self.broken(number, "is not a number")
        return text


@lru_cache(maxsize=1 << 14)
def _dollars(text: str) -> Decimal:
    """An amount as files write it, which say the same ones again and again; LookupError: it is no number."""
    if not NUMBER.fullmatch(text):
        raise LookupError
    return dollars(text)


@lru_cache(maxsize=1 << 12)
def as_day(text: str) -> date | None:
    if not re.fullmatch("[0-9]{8}", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


Segments = Sequence[Segment]


class Delimiters(NamedTuple):
    """The signs an interchange parts its pieces with, as its ISA shows them; no `repetition` where it has none."""

    element: str
    repetition: str
    component: str
    terminator: str


Heard = Callable[[int], None]
"""Who wants to know how much of something is done, in %."""


def nobody(_: int) -> None:
    """Wants to know nothing."""


def segments(
    text: str, start: int, end: int, within: str, delimiters: Delimiters, heard: Heard = nobody
) -> Iterator[Segment]:
    """The segments between two places of a text, counted from 1; what lacks its terminator is left out.

    Cut a block at a time: cutting a large text at once would take many times its size.
    """
    first, whole = start, max(end - start, 1)
    element, repetition, component, terminator = delimiters
    names: dict[str, str] = {}
    blanks_count = not terminator.isspace()
    position = 0
    while (stop := _block(text, terminator, start, end)) >= 0:
        for piece in text[start:stop].split(terminator):
            raw = piece.lstrip().rstrip(BLANK)
            if raw or blanks_count:
                pieces = raw.split(element)
                if (name := names.get(pieces[0])) is None:
                    name = names[pieces[0]] = pieces[0].strip().upper()
                pieces[0] = name
                position += 1
                yield Segment(tuple(pieces), within, position, component, repetition)
        start = stop + 1
        heard((start - first) * 100 // whole)


def _block(text: str, terminator: str, start: int, end: int) -> int:
    """Where a block of whole segments ends: its last terminator; -1 where there is none."""
    stop = text.rfind(terminator, start, min(start + BLOCK, end))
    return stop if stop >= 0 else text.find(terminator, start, end)


def cut(segments: Segments, starts: str | Callable[[Segment], bool]) -> tuple[Segments, list[Segments]]:
    """What comes before the first segment that starts a loop, and each loop up to the next one."""
    if callable(starts):
        cuts = [place for place, segment in enumerate(segments) if starts(segment)]
    else:
        cuts = [place for place, segment in enumerate(segments) if segment.elements[0] == starts]
    bounds = [*cuts, len(segments)]
    return segments[: bounds[0]], [segments[start:end] for start, end in pairwise(bounds)]


def runs(segments: Iterable[Segment], *starts: str) -> Iterator[list[Segment]]:
    """Segments that come one by one, as runs: each up to the next one with an identifier that starts another."""
    run: list[Segment] = []
    for segment in segments:
        if run and segment.elements[0] in starts:
            yield run
            run = []
        run.append(segment)
    if run:
        yield run


def first(segments: Segments, name: str, *wanted: str) -> Segment | None:
    """The first segment with this identifier and, where given, these leading elements."""
    for segment in segments:
        if segment.elements[0] == name and (not wanted or _begins(segment, wanted)):
            return segment
    return None


def every(segments: Segments, name: str, *wanted: str) -> list[Segment]:
    """All segments with this identifier and, where given, these leading elements ("" matches any)."""
    return [s for s in segments if s.elements[0] == name and (not wanted or _begins(s, wanted))]


def _begins(segment: Segment, wanted: Sequence[str]) -> bool:
    return all(not value or segment.text(place) == value for place, value in enumerate(wanted, start=1))


def need(segments: Segments, name: str, *wanted: str) -> Segment:
    """The first such segment; its absence is named by the place where it was looked for."""
    if found := first(segments, name, *wanted):
        return found
    where = segments[0].where if segments else "the transaction"
    raise Parked(f"{where}: no {'*'.join(filter(None, (name, *wanted)))} follows")


def reference(segments: Segments, qualifier: str) -> str:
    """REF02 of the first REF with this qualifier; "" where there is none."""
    found = first(segments, "REF", qualifier)
    return found.text(2) if found else ""
