"""Inquiries at the sandbox clearinghouse: 270s and 276s accepted, passed to their payers and answered at once."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from models.errors import Parked
from models.x12.acknowledgment import GroupAck, TransactionAck
from models.x12.claim_status import StatusAnswer, StatusInquiry, StatusRequest
from models.x12.eligibility import EligibilityRequest, EligibilityResponse
from models.x12.eligibility_270_271 import read_270, write_271
from models.x12.envelope import Envelope, Group, Interchange, Problem
from models.x12.status import Status
from models.x12.status_276_277 import read_276, write_277
from starter.sandbox.clearinghouse_books import Book
from starter.sandbox.payer_script import Script

ASKING = ("270", "276")
IN_PROCESS, PAID, DENIED = Status("P1", "20"), Status("F1", "65"), Status("F2", "88")


def asks(interchange: Interchange) -> bool:
    """Whether an interchange holds inquiries and nothing else."""
    kinds = {transaction.set_id for transaction in interchange.transactions}
    return bool(kinds) and kinds <= set(ASKING)


def acknowledged(interchange: Interchange) -> tuple[tuple[GroupAck, ...], bool]:
    """The 999 for each group, and whether its inquiries could be read; pyx12 has no map to judge them by."""
    try:
        about = [len(request.inquiries) for request in read_270(interchange.text)]
        about += [len(request.inquiries) for request in read_276(interchange.text)]
        problem = "" if all(about) else "nothing is asked"
    except Parked as broken:
        problem = str(broken)
    return tuple(_ack(group, problem) for group in interchange.groups), not problem


def answers(
    book: Book, script: Script, interchange: Interchange, now: datetime, new_envelope: Callable[[], Envelope]
) -> Iterator[tuple[Envelope, str, str]]:
    """Each answer, one a request: its envelope, its kind, its text."""
    for request in read_270(interchange.text):
        envelope = new_envelope()
        yield envelope, "271", write_271(envelope, [_told(script, request, now)])
    for asked in read_276(interchange.text):
        envelope = new_envelope()
        told = [_stands(book, script, interchange, asked, each, now) for each in asked.inquiries]
        yield envelope, "277", write_277(envelope, asked, told)


def _ack(group: Group, problem: str) -> GroupAck:
    code, problems = ("R", (Problem("", problem),)) if problem else ("A", ())
    acks = tuple(TransactionAck(each.control, not problem, code, problems, each.set_id) for each in group.transactions)
    return GroupAck(group.control, group.functional_id, not problem, code, transactions=acks, version=group.version)


def _told(script: Script, request: EligibilityRequest, now: datetime) -> EligibilityResponse:
    told = [script.covered(request.payer.id, each.member_id).answer(each, now.date()) for each in request.inquiries]
    return EligibilityResponse(request.reference, request.payer, request.provider, tuple(told))


def _stands(
    book: Book, script: Script, interchange: Interchange, asked: StatusRequest, inquiry: StatusInquiry, now: datetime
) -> StatusAnswer:
    """By the script; else by what the payer decided, once that is out, and that it is at work before."""
    rule = script.standing(asked.payer.id, book.next(f"status {asked.payer.id}"))
    plain = StatusAnswer(inquiry.trace, (IN_PROCESS,), inquiry.claim_number, "", inquiry.charge, None, now.date())
    if rule:
        return replace(plain, statuses=(rule.status,))
    decided = book.released(interchange.sender.id, asked.payer.id, inquiry.claim_number)
    if decided is None:
        return plain
    status, paid = (DENIED if decided.payment.denied else PAID), decided.payment.paid
    return replace(plain, statuses=(status,), payer_claim_number=decided.payment.icn, paid=paid)
