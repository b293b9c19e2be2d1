"""One claim at the sandbox clearinghouse: the rule that applies, the 277CA's verdict, the payer's answers to come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from models.x12.acknowledgment import ClaimAck
from models.x12.claims import Claim837, problems
from models.x12.parties import Provider
from starter.sandbox.adjudication import adjudicate, reversal
from starter.sandbox.clearinghouse_books import Answer, Book, Route
from starter.sandbox.payer_rules import Denied, Paid, Rejected, Rule
from starter.sandbox.payer_script import Script

VOID, ORIGINAL = "8", "1"
OUT_OF_BALANCE = Rejected("A7", "400")


@dataclass(frozen=True)
class Case:
    """A claim with the payer's number of it and the rule that matched."""

    claim: Claim837
    icn: str
    rule: Rule

    @property
    def rejection(self) -> Rejected | None:
        """Why the claim does not reach adjudication; a claim that does not add up never does."""
        if problems(self.claim):
            return OUT_OF_BALANCE
        return self.rule.behaviour if isinstance(self.rule.behaviour, Rejected) else None


def cases(book: Book, script: Script, claims: Iterable[Claim837], now: datetime) -> list[Case]:
    """Each claim numbered by its payer, in the order they were sent."""
    return [_case(book, script, claim, now) for claim in claims]


def _case(book: Book, script: Script, claim: Claim837, now: datetime) -> Case:
    nth = book.next(f"claim {claim.payer.id}")
    return Case(claim, new_icn(book, claim.payer.id, now), script.rule_for(claim, nth))


def new_icn(book: Book, payer: str, now: datetime) -> str:
    """Year, day of the year and a running number, as Medicare's are: unique per payer."""
    return f"{now:%y%j}{book.next(f'icn {payer}'):08d}"


def claim_ack(case: Case, now: datetime) -> ClaimAck:
    claim, said = case.claim, case.rejection
    if said:
        return ClaimAck(
            claim.number, False, said.category, said.status, said.entity, "", None, claim.charge, now.date()
        )
    return ClaimAck(claim.number, True, "A2", "20", "PR", "", case.icn, claim.charge, now.date())


def plan(book: Book, route: Route, payee: Provider, case: Case, now: datetime) -> None:
    """Owe what the rule says; a replacement or a void first takes back what was paid before."""
    claim, rule = case.claim, case.rule
    if not isinstance(rule.behaviour, Paid | Denied):
        return
    due, root, turn = now + rule.after, case.icn, 0
    if claim.frequency != ORIGINAL:
        earlier = book.standing(route.receiver.id, claim.payer.id, claim.number, claim.payer_claim_number or "")
        if earlier:
            due, root, turn = max(due, earlier.due), earlier.root, earlier.turn + 1
            _take_back(book, earlier, due)
    if claim.frequency == VOID:
        return
    payment = adjudicate(claim, rule.behaviour, case.icn)
    answer = Answer(route, claim.payer, payee, payment, root, due, turn)
    book.plan(answer)
    if rule.take_back and not payment.denied:
        later = due + rule.take_back.after
        _take_back(book, answer, later)
        corrected = adjudicate(claim, rule.take_back.corrected, new_icn(book, claim.payer.id, now))
        book.plan(Answer(route, claim.payer, payee, corrected, root, later, turn + 1))


def _take_back(book: Book, paid: Answer, due: datetime) -> None:
    """Owe the mirror of a payment, after it."""
    mirror = reversal(paid.payment)
    book.reversed(paid)
    book.plan(Answer(paid.route, paid.payer, paid.payee, mirror, paid.root, due, paid.turn + 1))
