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
    """What an answer means: the entries, the shares that follow, and the lines that nobody has decided yet.

    `lines` says of each entry which line of the answer it is of (from 0).
    """

    entries: tuple[Draft, ...]
    lines: tuple[int, ...]
    denied_lines: tuple[PaidLine, ...]
    shared: Decimal

    @property
    def denied(self) -> tuple[Adjusted, ...]:
        """Why nothing was paid of the denied lines."""
        return tuple(a for line in self.denied_lines for a in line.adjustments)


def decide(answer: Answer) -> Decision:
    """The entries for an answer that is not a reversal. A denied line posts nothing and is reported as denied."""
    granted = [(place, line) for place, line in enumerate(answer.lines) if not is_denied(line)]
    found = list(_entries(answer, granted))
    return Decision(
        entries=tuple(drafted for _, drafted in found),
        lines=tuple(place for place, _ in found),
        denied_lines=tuple(filter(is_denied, answer.lines)),
        shared=total(a.amount for _, line in granted for a in line.adjustments if a.group == "PR"),
    )


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


def _entries(answer: Answer, lines: list[tuple[int, PaidLine]]) -> Iterator[tuple[int, Draft]]:
    """Line after line: what was paid, shared, taken off. A later payer repeats what the first one took off, so only
    what was left open can still be adjusted.
    """
    room = answer.left_open - total(line.paid + _shares(line) for _, line in lines)
    for place, line in lines:
        on = f" on {line.of}" if line.of else ""
        if line.paid:
            yield place, draft(Event.PAYER_PAID, line.paid, "remittance.paid", f"835 pays{on}", payer=answer.payer_id)
        for a in line.adjustments:
            if a.group == "PR" and a.amount:
                yield place, _share(answer, a, on)
        for a in line.adjustments:
            if a.group not in ("CO", "PI"):
                continue
            amount = max(ZERO, min(a.amount, room)) if answer.secondary else a.amount
            room -= amount
            if amount:
                why = f"835 {a.group}-{a.reason}{on}: agreed with the payer"
                yield place, draft(Event.CONTRACTUAL, amount, "remittance.contractual", why, payer=answer.payer_id)


def _shares(line: PaidLine) -> Decimal:
    return total(a.amount for a in line.adjustments if a.group == "PR")


def _share(answer: Answer, a: Adjusted, on: str) -> Draft:
    why = f"835 {a.group}-{a.reason}{on}"
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
