"""A payer's answer as ledger entries: paid, contractual, the client's or the next coverage's share (RULES 3)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from models.facts import Adjusted, Answer, PaidLine
from models.money import ZERO, total
from models.rules.denials import PLAYS
from models.rules.ledger import Draft, Event, draft

SHARED = frozenset({"1", "2", "3"})
"""Deductible, coinsurance, copay: the payer allowed the service (CARC 1-3)."""


@dataclass(frozen=True)
class Decision:
    """What an answer means: the entries, the shares that follow, and what nobody has decided yet."""

    entries: tuple[Draft, ...]
    denied: tuple[Adjusted, ...]
    shared: Decimal


def decide(answer: Answer) -> Decision:
    """The entries for an answer that is not a reversal. A denied line posts nothing and is reported as denied."""
    denied = tuple(a for line in answer.lines if is_denied(line) for a in line.adjustments)
    lines = [line for line in answer.lines if not is_denied(line)]
    entries = tuple(_entries(answer, lines))
    share = total(a.amount for line in lines for a in line.adjustments if a.group == "PR")
    return Decision(entries, denied, share)


def is_denied(line: PaidLine) -> bool:
    """Nothing paid and nothing allowed; a deductible that takes it all is allowed, so not a denial.

    A later payer that adds nothing to what the first one did (OA-23) has not denied, unless it says so
    with a code of the playbook.
    """
    codes = {f"{a.group}-{a.reason}" for a in line.adjustments}
    shares = [a for a in line.adjustments if a.group == "PR" and a.amount]
    allowed = any(a.reason in SHARED or f"PR-{a.reason}" not in PLAYS for a in shares)
    settled_before = "OA-23" in codes and codes.isdisjoint(PLAYS)
    return line.paid == ZERO and bool(codes) and not allowed and not settled_before


def _entries(answer: Answer, lines: list[PaidLine]) -> Iterator[Draft]:
    paid = total(line.paid for line in lines)
    if paid:
        yield draft(Event.PAYER_PAID, paid, "remittance.paid", "835 pays", payer=answer.payer_id)
    adjustments = [a for line in lines for a in line.adjustments]
    for a in adjustments:
        if a.group == "PR" and a.amount:
            yield _share(answer, a)
    yield from _contractual(answer, paid, adjustments)


def _share(answer: Answer, a: Adjusted) -> Draft:
    why = f"835 {a.group}-{a.reason}"
    if answer.next_payer_id is not None:
        return draft(
            Event.NEXT_COVERAGE,
            a.amount,
            "remittance.next_coverage",
            f"{why}: the next coverage's turn",
            payer=answer.payer_id,
            next_payer=answer.next_payer_id,
        )
    return draft(
        Event.CLIENT_SHARE,
        a.amount,
        "remittance.client_share",
        f"{why}: the client's share",
        payer=answer.payer_id,
        client=answer.client_id,
    )


def _contractual(answer: Answer, paid: Decimal, adjustments: list[Adjusted]) -> Iterator[Draft]:
    """A later payer repeats what the first one took off, so only what was left open can still be adjusted."""
    room = answer.left_open - paid - total(a.amount for a in adjustments if a.group == "PR")
    for a in adjustments:
        if a.group not in ("CO", "PI"):
            continue
        amount = max(ZERO, min(a.amount, room)) if answer.secondary else a.amount
        room -= amount
        if amount:
            why = f"835 {a.group}-{a.reason}: agreed with the payer"
            yield draft(Event.CONTRACTUAL, amount, "remittance.contractual", why, payer=answer.payer_id)
