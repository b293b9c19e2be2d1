"""What a payer says of a claim as a whole, laid out over its lines, so that each session's money is its own (0034).

An answer without lines is spread over them in proportion to their charges. Where lines are told and explain themselves,
an adjustment of the claim beside them takes from its payment (005010X221A1, balancing): both are spread
over what the lines' own adjustments leave of their charges. All to the cent, for each line and for the claim.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from models.facts import Adjusted, PaidLine
from models.money import ZERO, spread, total


def laid_out(whole: PaidLine, charges: Sequence[Decimal]) -> list[PaidLine]:
    """What is said of several lines at once, in a part for each, in proportion to what they charge in dollars."""
    return _parts(whole, charges)


def beside_lines(told: Sequence[PaidLine], paid: Decimal, of_claim: Sequence[Adjusted]) -> list[PaidLine]:
    """Lines with their part of what was adjusted on the claim; `paid` is what the whole claim was paid."""
    over = _weights([line.charged - _adjusted(line) for line in told], [line.charged for line in told])
    parts = _parts(PaidLine(ZERO, paid, tuple(of_claim)), over)
    return [
        replace(line, paid=part.paid, adjustments=(*line.adjustments, *part.adjustments))
        for line, part in zip(told, parts, strict=True)
    ]


def _parts(whole: PaidLine, over: Sequence[Decimal]) -> list[PaidLine]:
    adjusted = [a.amount for a in whole.adjustments]
    found = []
    paid_and_adjusted, charges = spread([whole.paid, *adjusted], over), spread([whole.charged], over)
    for (paid, *amounts), [charged] in zip(paid_and_adjusted, charges, strict=True):
        shares = tuple(replace(a, amount=amount) for a, amount in zip(whole.adjustments, amounts, strict=True))
        found.append(PaidLine(charged, paid, tuple(a for a in shares if a.amount)))
    return found


def _weights(wanted: Sequence[Decimal], charges: Sequence[Decimal]) -> list[Decimal]:
    """What to spread over, in dollars; the charges where it is below zero somewhere, or nothing."""
    return list(wanted if min(wanted) >= ZERO and total(wanted) > ZERO else charges)


def _adjusted(line: PaidLine) -> Decimal:
    return total(a.amount for a in line.adjustments)
