"""What became of a file: TA1 judges the interchange, 999 its groups and transactions (005010X231A1).

The 277CA, which judges claim by claim, is in `claim_acknowledgment` and named here too.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from models.errors import Refused
from models.x12.action_words import CORRECT_NAMED_PARTS
from models.x12.claim_acknowledgment import ClaimAck, FileAck, read_277ca, read_277ca_files, write_277ca
from models.x12.code_words import (
    ELEMENT_ERRORS,
    GROUP_ERRORS,
    SEGMENT_ERRORS,
    TA1_NOTES,
    TRANSACTION_ERRORS,
    code_of,
    ta1_action,
    words,
)
from models.x12.envelope import Envelope, Interchange, Problem, interchanges
from models.x12.segments import Segment, Segments, cut, every, need
from models.x12.writing import Body, Row, compose, compose_bare

__all__ = [
    "ClaimAck",
    "FileAck",
    "GroupAck",
    "InterchangeAck",
    "TransactionAck",
    "read_277ca",
    "read_277ca_files",
    "read_999",
    "read_ta1",
    "write_277ca",
    "write_999",
    "write_ta1",
]

GUIDE = "005010X231A1"
ACCEPTED = ("A", "E")
PLACE = re.compile(r"segment (?P<position>\d+) (?P<segment>\w+)(?:, element (?P<element>\d+)(?:-(?P<component>\d+))?)?")


@dataclass(frozen=True)
class InterchangeAck:
    """The verdict on our ISA; `code` is TA105, `note` its words, `sent` the time in our ISA."""

    control: int
    accepted: bool
    code: str = "000"
    note: str = ""
    sent: datetime | None = None

    @property
    def action(self) -> str:
        """What to do; nothing where it was accepted."""
        return "" if self.accepted else ta1_action(self.code)


@dataclass(frozen=True)
class TransactionAck:
    """The verdict on one ST of ours; `code` is IK501."""

    control: str
    accepted: bool
    code: str = "A"
    problems: tuple[Problem, ...] = ()
    set_id: str = "837"


@dataclass(frozen=True)
class GroupAck:
    """The verdict on one GS of ours; `code` is AK901, and P means that only some of it was accepted."""

    group_control: int
    functional_id: str
    accepted: bool
    code: str
    problems: tuple[Problem, ...] = ()
    transactions: tuple[TransactionAck, ...] = ()
    version: str = "005010X222A1"

    @property
    def action(self) -> str:
        """What to do; nothing where all of it was accepted."""
        return "" if self.accepted else CORRECT_NAMED_PARTS

    @property
    def rejected(self) -> tuple[str, ...]:
        """The ST control numbers that were not accepted."""
        return tuple(transaction.control for transaction in self.transactions if not transaction.accepted)


def read_ta1(text: str) -> tuple[InterchangeAck, ...]:
    """Every TA1 of the text."""
    return tuple(ack for interchange in interchanges(text, tolerant=True) for ack in ta1_acks(interchange))


def ta1_acks(interchange: Interchange) -> list[InterchangeAck]:
    """The TA1 of one interchange."""
    return [_interchange_ack(segment) for segment in interchange.acknowledgments]


def _interchange_ack(segment: Segment) -> InterchangeAck:
    verdict, code = segment.required(4), segment.text(5)
    if verdict not in ("A", "E", "R"):
        raise segment.broken(4, "is none of A, E, R")
    return InterchangeAck(segment.integer(1), verdict in ACCEPTED, code, words(TA1_NOTES, code))


def write_ta1(envelope: Envelope, acks: Sequence[InterchangeAck]) -> str:
    return compose_bare(envelope, [_ta1(ack, envelope) for ack in acks])


def _ta1(ack: InterchangeAck, envelope: Envelope) -> Row:
    sent = ack.sent or envelope.created
    verdict = "A" if ack.accepted else "R"
    return ("TA1", f"{ack.control:09d}", sent.strftime("%y%m%d"), sent.strftime("%H%M"), verdict, ack.code)


def read_999(text: str) -> tuple[GroupAck, ...]:
    """The verdict on each of our groups."""
    return tuple(
        group_ack(transaction.segments)
        for interchange in interchanges(text, tolerant=True)
        for transaction in interchange.transactions
        if transaction.set_id == "999"
    )


def group_ack(segments: Segments) -> GroupAck:
    """One 999."""
    head, runs = cut(segments, "AK2")
    group, verdict = need(head, "AK1"), need(segments, "AK9")
    control = group.integer(2)
    transactions = tuple(_transaction_ack(run, control) for run in runs)
    code = verdict.required(1)
    return GroupAck(
        group_control=control,
        functional_id=group.text(1),
        accepted=code in ACCEPTED and all(transaction.accepted for transaction in transactions),
        code=code,
        problems=(
            *_errors(verdict, range(5, 10), GROUP_ERRORS, f"group {control}"),
            *(problem for transaction in transactions for problem in transaction.problems),
        ),
        transactions=transactions,
        version=group.text(3),
    )


def _transaction_ack(run: Segments, group_control: int) -> TransactionAck:
    opening, verdict = run[0], need(run, "IK5")
    where = f"group {group_control}, transaction {opening.required(2)}"
    problems = [problem for loop in cut(run, "IK3")[1] for problem in _segment_problems(loop, where)]
    code = verdict.required(1)
    return TransactionAck(
        control=opening.text(2),
        accepted=code in ACCEPTED,
        code=code,
        problems=(*problems, *_errors(verdict, range(2, 7), TRANSACTION_ERRORS, where)),
        set_id=opening.text(1),
    )


def _segment_problems(loop: Segments, where: str) -> Iterator[Problem]:
    """One problem per wrong element, or one for the segment; the rejected value itself is not repeated."""
    wrong = loop[0]
    place = f"{where}, segment {wrong.text(2)} {wrong.text(1)}"
    about = _context(loop)
    elements = every(loop, "IK4")
    for element in elements:
        number = "-".join(element.parts(1)[:2])
        yield Problem(f"{place}, element {number}", words(ELEMENT_ERRORS, element.text(3)) + about)
    if not elements:
        yield Problem(place, words(SEGMENT_ERRORS, wrong.text(4)) + about)


def _context(loop: Segments) -> str:
    """The claim a problem belongs to, as CTX names it."""
    named = [segment.part(1, 2) for segment in every(loop, "CTX") if segment.part(1, 1) == "CLM01"]
    return f" (claim {named[0]})" if named else ""


def _errors(segment: Segment, elements: range, table: dict[str, str], where: str) -> list[Problem]:
    return [Problem(where, words(table, segment.text(element))) for element in elements if segment.text(element)]


def write_999(envelope: Envelope, acks: Sequence[GroupAck]) -> str:
    """One 999 per group that is answered."""
    return compose(envelope, "FA", GUIDE, [Body("999", _group_rows(ack), GUIDE) for ack in acks])


def _group_rows(ack: GroupAck) -> list[Row]:
    if not ack.transactions:
        raise Refused("a 999 names each transaction it answers")
    count = len(ack.transactions)
    taken = str(count - len(ack.rejected))
    code = ack.code or ("A" if ack.accepted else "R")
    return [
        ("AK1", ack.functional_id, str(ack.group_control), ack.version),
        *(row for transaction in ack.transactions for row in _transaction_rows(transaction, ack.version)),
        ("AK9", code, str(count), str(count), taken),
    ]


def _transaction_rows(ack: TransactionAck, version: str) -> Iterator[Row]:
    yield ("AK2", ack.set_id, ack.control, version)
    whole = []
    for problem in ack.problems:
        if place := PLACE.search(problem.where):
            yield from _problem_rows(problem, place)
        else:
            whole.append(code_of(TRANSACTION_ERRORS, problem.what, "5"))
    codes = [] if ack.accepted else (whole or ["5"])
    yield ("IK5", "A" if ack.accepted else "R", *codes[:5])


def _problem_rows(problem: Problem, place: re.Match[str]) -> list[Row]:
    segment, element = (place["segment"], place["position"]), place["element"]
    claim = re.search(r"\(claim ([^)]+)\)", problem.what)
    context: list[Row] = [("CTX", ("CLM01", claim[1]))] if claim else []
    if not element:
        return [("IK3", *segment, "", code_of(SEGMENT_ERRORS, problem.what, "8")), *context]
    position = (element, place["component"] or "")
    code = code_of(ELEMENT_ERRORS, problem.what, "7")
    return [("IK3", *segment, "", "8"), *context, ("IK4", position, "", code)]
