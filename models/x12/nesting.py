"""From text to interchanges: cut by their own delimiters, then nested, noting where opening and closing disagree."""

import re
import sys
from dataclasses import dataclass
from datetime import UTC, datetime

from models.errors import Parked
from models.x12.segments import SEGMENT_ID, Segment
from models.x12.structure import Group, Interchange, Party, Problem, Transaction

NOT_BLANK = re.compile(r"\S")
DELIMITERS_WITHIN = 200
"""An ISA is 106 characters long; one whose fields have other widths is still found."""


@dataclass(frozen=True)
class RawInterchange:
    """One interchange cut into segments by its own delimiters, nothing nested yet; after `end` the next may begin."""

    text: str
    where: str
    element: str
    terminator: str
    segments: list[Segment]
    end: int = 0


def next_interchange(text: str, where: str, problems: list[Problem], start: int = 0) -> RawInterchange | None:
    """The interchange that starts there, up to its IEA, the next ISA or the end."""
    if not (delimiters := _delimiters(text[start : start + DELIMITERS_WITHIN])):
        problems.append(Problem(where, "does not start with a readable ISA segment"))
        return None
    element, repetition, component, terminator = delimiters
    segments: list[Segment] = []
    within, position, transactions = where, 0, 0
    seen: dict[str, str] = {}  # codes, dates and amounts come again and again: each is kept once
    at = start
    while something := NOT_BLANK.search(text, at):
        begin = something.start()
        end = text.find(terminator, begin)
        if end < 0:
            problems.append(
                Problem(f"{within}, segment {position + 1}", "is cut off: the segment terminator is missing")
            )
            at = len(text)
            break
        raw = text[begin:end].rstrip("\r\n\t ")
        if segments and raw[:4].upper() == f"ISA{element}":
            break
        at = end + 1
        name, *elements = [seen.setdefault(piece, piece) for piece in raw.split(element)]
        name = sys.intern(name.strip().upper())
        position += 1
        if name == "ST":
            transactions += 1
            within, position = f"{where}, transaction {transactions}", 1
        segments.append(Segment((name, *elements), within, position, component, repetition))
        if not SEGMENT_ID.fullmatch(name):
            problems.append(Problem(f"{within}, segment {position}", "has no valid identifier"))
        if name == "SE":
            within, position = where, len(segments)
        if name == "IEA":
            break
    return RawInterchange(text[start:at], where, element, terminator, segments, at)


def _delimiters(text: str) -> tuple[str, str, str, str] | None:
    """Element, repetition, component and terminator, as the ISA shows them; nothing where it is no ISA."""
    if text[:3].upper() != "ISA" or len(text) < 5:
        return None
    element = text[3]
    pieces = text.split(element, 16)
    if len(pieces) < 17 or len(pieces[16]) < 2:
        return None
    component, terminator = pieces[16][0], pieces[16][1]
    repetition = pieces[11] if len(pieces[11]) == 1 and not pieces[11].isalnum() else ""
    distinct = {element, component, terminator}
    if len(distinct) < 3 or any(sign.isalnum() or sign == " " for sign in distinct):
        return None
    return element, repetition, component, terminator


class Nesting:
    """Nests the segments of one interchange and notes where opening and closing disagree."""

    def __init__(self, raw: RawInterchange, problems: list[Problem], tolerant: bool) -> None:
        self.raw = raw
        self.problems = problems
        self.tolerant = tolerant

    def interchange(self) -> Interchange:
        isa, body = self.raw.segments[0], self.raw.segments[1:]
        closing = body.pop() if body and body[-1].id == "IEA" else None
        acknowledgments = [segment for segment in body if segment.id == "TA1"]
        runs = self._enclosed([segment for segment in body if segment.id != "TA1"], "GS", "GE")
        control = self._number(isa, 13)
        if not closing:
            self._wrong(self.raw.where, "the interchange has no IEA: it is cut off")
        else:
            self._same_number(closing, 2, control, "the control number of its ISA", excused=self.tolerant)
            self._same_number(closing, 1, len(runs), "the number of groups in it")
        return Interchange(
            control=control,
            sender=Party(isa.text(5), isa.text(6)),
            receiver=Party(isa.text(7), isa.text(8)),
            created=_moment(isa.text(9), isa.text(10)),
            production=isa.text(15) == "P",
            groups=tuple(self._group(run) for run in runs),
            acknowledgments=tuple(acknowledgments),
            text=self.raw.text,
            element=self.raw.element,
            terminator=self.raw.terminator,
        )

    def _group(self, run: list[Segment]) -> Group:
        opening, closing = run[0], run[-1]
        body = run[1:-1] if closing.id == "GE" else run[1:]
        runs = self._enclosed(body, "ST", "SE")
        control = self._number(opening, 6)
        if closing.id == "GE":
            self._same_number(closing, 2, control, "the control number of its GS")
            excused = self.tolerant and closing.text(1).lstrip("0") == closing.text(2).lstrip("0")
            self._same_number(closing, 1, len(runs), "the number of transactions in it", excused=excused)
        version = opening.text(8)
        transactions = tuple(self._transaction(run, version) for run in runs)
        return Group(opening.text(1), control, version, transactions)

    def _transaction(self, run: list[Segment], version: str) -> Transaction:
        opening, closing = run[0], run[-1]
        if closing.id == "SE":
            self._same_number(closing, 1, len(run), "the number of segments from ST to SE")
            if closing.text(2) != opening.text(2) and not self.tolerant:
                self._wrong(f"{closing.where}, element 2", "is not the control number of its ST")
        if not opening.text(1) or not opening.text(2):
            self._wrong(opening.where, "lacks the transaction set or its control number")
        return Transaction(opening.text(1), opening.text(2), opening.text(3) or version, tuple(run))

    def _enclosed(self, segments: list[Segment], head: str, tail: str) -> list[list[Segment]]:
        """The runs from head to tail; what lies outside of them or is never closed is wrong."""
        runs: list[list[Segment]] = []
        within = False
        for segment in segments:
            if segment.id == head:
                if within:
                    self._wrong(runs[-1][0].where, f"has no {tail} before the next {head}")
                runs.append([])
                within = True
            if within:
                runs[-1].append(segment)
            else:
                self._wrong(segment.where, f"stands outside of {head} and {tail}")
            within = within and segment.id != tail
        if within:
            self._wrong(runs[-1][0].where, f"has no {tail}: it is cut off")
        return runs

    def _number(self, segment: Segment, element: int) -> int:
        try:
            return segment.integer(element)
        except Parked:
            self._wrong(f"{segment.where}, element {element}", "is not a control number")
            return 0

    def _same_number(self, segment: Segment, element: int, expected: int, what: str, excused: bool = False) -> None:
        text = segment.text(element)
        if not excused and not (re.fullmatch("[0-9]{1,18}", text) and int(text) == expected):
            self._wrong(f"{segment.where}, element {element}", f"is not {what} ({expected})")

    def _wrong(self, where: str, what: str) -> None:
        self.problems.append(Problem(where, what))


def _moment(day: str, time: str) -> datetime | None:
    if not re.fullmatch("[0-9]{6}", day) or not re.fullmatch("[0-9]{4}", time):
        return None
    try:
        return datetime.strptime(day + time, "%y%m%d%H%M").replace(tzinfo=UTC)
    except ValueError:
        return None
