"""The totals of an 835 taken a second time, from the text itself: what was read must come to the same."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from decimal import Decimal, InvalidOperation

from models.money import ZERO, total
from models.x12.envelope import Interchange
from models.x12.remittances import Remittance


@dataclass
class Totals:
    """What must be the same in the file and in what was read from it."""

    claims: int = 0
    charges: Decimal = ZERO
    payments: Decimal = ZERO
    patient_shares: Decimal = ZERO
    line_charges: Decimal = ZERO
    line_payments: Decimal = ZERO
    adjustments: defaultdict[str, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    provider_adjustments: Decimal = ZERO


def differing(one: Totals, other: Totals) -> list[str]:
    """The names of the totals that are not the same."""
    return [
        each.name.replace("_", " ") for each in fields(Totals) if getattr(one, each.name) != getattr(other, each.name)
    ]


def in_text(interchange: Interchange) -> list[Totals]:
    """The totals of each 835, by plain splitting."""
    found: list[Totals] = []
    within = False
    for elements in _pieces(interchange):
        name = elements[0].strip().upper()
        if name == "ST":
            within = elements[1:2] == ["835"] or (len(elements) > 1 and elements[1].strip() == "835")
            found += [Totals()] if within else []
        elif within:
            _add(found[-1], name, elements)
    return found


def as_read(remittance: Remittance) -> Totals:
    claims = remittance.claims
    lines = [line for claim in claims for line in claim.lines]
    found = Totals(
        claims=len(claims),
        charges=total(claim.charged for claim in claims),
        payments=total(claim.paid for claim in claims),
        patient_shares=total(claim.patient_owes for claim in claims),
        line_charges=total(line.charged for line in lines),
        line_payments=total(line.paid for line in lines),
        provider_adjustments=total(adjustment.amount for adjustment in remittance.provider_adjustments),
    )
    for claim in claims:
        for each in claim.every_adjustment:
            found.adjustments[each.group] += each.amount
    return found


def _pieces(interchange: Interchange) -> Iterator[list[str]]:
    """The elements of each segment, one at a time: a copy of all of them would be many times the text."""
    text, end, start = interchange.text, interchange.terminator, 0
    while (stop := text.find(end, start)) >= 0:
        yield text[start:stop].split(interchange.element)
        start = stop + len(end)


def _add(totals: Totals, name: str, elements: list[str]) -> None:
    if name == "CLP":
        totals.claims += 1
        totals.charges += _amount(elements, 3)
        totals.payments += _amount(elements, 4)
        totals.patient_shares += _amount(elements, 5)
    elif name == "SVC":
        moved = len(elements[1].strip()) == 2 if len(elements) > 1 else 0  # kind and code as two elements
        totals.line_charges += _amount(elements, 2 + moved)
        totals.line_payments += _amount(elements, 3 + moved)
    elif name == "CAS":
        for place in range(3, len(elements), 3):
            if elements[place].strip():
                totals.adjustments[elements[1].strip()] += _amount(elements, place)
    elif name == "PLB":
        totals.provider_adjustments += total(_amount(elements, place) for place in range(4, len(elements), 2))


def _amount(elements: list[str], place: int) -> Decimal:
    """The amount, or nothing: one that is no number is told, with its place, where the file is read."""
    try:
        return Decimal(elements[place].strip()) if len(elements) > place and elements[place].strip() else ZERO
    except InvalidOperation:
        return ZERO
