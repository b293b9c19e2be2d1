"""From text to interchanges: the envelopes are looked up, then nested, noting where opening and closing disagree.

Only what belongs to an envelope is cut here; the segments of a transaction are counted, and cut when they are read.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

from models.errors import Parked
from models.x12.segments import SEGMENT_ID, Delimiters, Segment, segments
from models.x12.structure import Group, Interchange, Party, Problem, Source, Transaction

NOT_BLANK = re.compile(r"\S")
DELIMITERS_WITHIN = 200
"""An ISA is 106 characters long; one whose fields have other widths is still found."""
NO_NAME = "has no valid identifier"


@dataclass
class RawInterchange:
    """One interchange: the segments of its envelopes and those outside of transactions, and where each of these is."""

    source: Source
    segments: list[Segment] = field(default_factory=list)
    transactions: dict[str, tuple[int, int]] = field(default_factory=dict)
    """From ST to after SE, by its name in errors."""


def next_interchange(text: str, where: str, problems: list[Problem], start: int = 0) -> RawInterchange | None:
    """The interchange that starts there, up to its IEA, the next ISA or the end."""
    if not (delimiters := _delimiters(text[start : start + DELIMITERS_WITHIN])):
        problems.append(Problem(where, "does not start with a readable ISA segment"))
        return None
    scan = _Scan(text, where, delimiters, problems, start)
    scan.run()
    source = Source(text, start, scan.at, where, delimiters)
    return RawInterchange(source, scan.found, scan.spans)


class _Scan:
    """Goes from envelope segment to envelope segment, counts what stands between, and notes what is no segment."""

    def __init__(self, text: str, where: str, delimiters: Delimiters, problems: list[Problem], start: int) -> None:
        self.text, self.where, self.delimiters, self.problems = text, where, delimiters, problems
        self.marks, self.odd, self.each = _patterns(delimiters.element, delimiters.terminator)
        self.at, self.ordinal = start, 0
        self.within, self.position, self.inside = where, 0, ""
        self.found: list[Segment] = []
        self.spans: dict[str, tuple[int, int]] = {}

    def run(self) -> None:
        """To the end of the interchange, which is `at` then."""
        if not self._take(self.at, "ISA"):
            return
        while mark := self.marks.search(self.text, self.at - 1):
            name, begin = mark[1].upper(), mark.start(1)
            self._between(mark.start() + 1)
            if name == "ISA":
                self._close(self.at)
                return
            if not self._take(begin, name) or name == "IEA":
                return
        last = self.text.rfind(self.delimiters.terminator, self.at)
        self._between(last + 1)
        self._close(self.at)
        if NOT_BLANK.search(self.text, self.at):
            self._cut_off()

    def _take(self, begin: int, name: str) -> bool:
        """An envelope segment; False where the text ends within it."""
        stop = self.text.find(self.delimiters.terminator, begin)
        if stop < 0:
            self._cut_off()
            return False
        self.ordinal += 1
        self.position += 1
        if name == "ST":
            self._close(begin)
            self.within, self.position = f"{self.where}, transaction {len(self.spans) + 1}", 1
            self.inside = self.within
            self.spans[self.within] = (begin, begin)
        [segment] = segments(self.text, begin, stop + 1, self.within, self.delimiters)
        self.found.append(segment._replace(position=self.position))
        self.at = stop + 1
        if name != "TA1" and name != "ST":
            self._close(self.at if name == "SE" else begin)
        if name == "SE":
            self.within, self.position = self.where, self.ordinal
        return True

    def _close(self, end: int) -> None:
        if self.inside:
            self.spans[self.inside] = (self.spans[self.inside][0], end)
            self.inside = ""

    def _between(self, end: int) -> None:
        """What stands before the next envelope segment: counted in a transaction, kept outside of one."""
        if end <= self.at:
            return
        first = self.position
        if self.inside:
            self._note_odd(end)
            self.position += self._count(self.at, end)
        else:
            for segment in segments(self.text, self.at, end, self.within, self.delimiters):
                self.position = first + segment.position
                self.found.append(segment._replace(position=self.position))
                if not SEGMENT_ID.fullmatch(segment.id):
                    self.problems.append(Problem(f"{self.within}, segment {self.position}", NO_NAME))
        self.ordinal += self.position - first
        self.at = end

    def _note_odd(self, end: int) -> None:
        counted, position = self.at, self.position
        for odd in self.odd.finditer(self.text, self.at - 1, end):
            if odd.end() < end:
                position += self._count(counted, odd.start() + 1)
                counted = odd.start() + 1
                self.problems.append(Problem(f"{self.within}, segment {position + 1}", NO_NAME))

    def _count(self, start: int, end: int) -> int:
        """How many segments end between two places."""
        if self.delimiters.terminator.isspace():
            return sum(1 for _ in self.each.finditer(self.text, start, end))
        return self.text.count(self.delimiters.terminator, start, end)

    def _cut_off(self) -> None:
        where = f"{self.within}, segment {self.position + 1}"
        self.problems.append(Problem(where, "is cut off: the segment terminator is missing"))
        self._close(self.at)
        self.at = len(self.text)


@lru_cache
def _patterns(element: str, terminator: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Envelope segments, segments with no valid identifier (each after a terminator), and any segment."""
    e, t = re.escape(element), re.escape(terminator)
    marks = re.compile(rf"{t}\s*(ISA|IEA|GS|GE|ST|SE|TA1)\s*(?={e}|{t})", re.IGNORECASE)
    odd = re.compile(rf"{t}\s*(?=\S)(?![A-Z][A-Z0-9]{{1,2}}\s*(?:{e}|{t}))", re.IGNORECASE | re.ASCII)
    return marks, odd, re.compile(rf"\S[^{t}]*{t}")


def _delimiters(text: str) -> Delimiters | None:
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
    return Delimiters(element, repetition, component, terminator)


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
            self._wrong(self.raw.source.where, "the interchange has no IEA: it is cut off")
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
            source=self.raw.source,
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
            outside = sum(s.id == "TA1" and s.within == opening.within for s in self.raw.segments)
            self._same_number(closing, 1, closing.position - outside, "the number of segments from ST to SE")
            if closing.text(2) != opening.text(2) and not self.tolerant:
                self._wrong(f"{closing.where}, element 2", "is not the control number of its ST")
        if not opening.text(1) or not opening.text(2):
            self._wrong(opening.where, "lacks the transaction set or its control number")
        start, end = self.raw.transactions[opening.within]
        whole, delimiters = self.raw.source.whole, self.raw.source.delimiters
        source = Source(whole, start, end, opening.within, delimiters)
        return Transaction(opening.text(1), opening.text(2), opening.text(3) or version, source)

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
