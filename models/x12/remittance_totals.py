"""The totals of an 835 taken a second time, from the text itself: what was read must come to the same."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field, fields
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from models.money import ZERO, total
from models.x12.remittances import ClaimPayment, ProviderAdjustment
from models.x12.structure import Source


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

    def add(self, claim: ClaimPayment) -> None:
        """One more claim, as it was read."""
        self.claims += 1
        self.charges += claim.charged
        self.payments += claim.paid
        self.patient_shares += claim.patient_owes
        for line in claim.lines:
            self.line_charges += line.charged
            self.line_payments += line.paid
        for each in claim.every_adjustment:
            self.adjustments[each.group] += each.amount

    def add_outside(self, moved: tuple[ProviderAdjustment, ...]) -> None:
        """What was moved outside of claims."""
        self.provider_adjustments = total(adjustment.amount for adjustment in moved)


def differing(one: Totals, other: Totals) -> list[str]:
    """The names of the totals that are not the same."""
    return [
        each.name.replace("_", " ") for each in fields(Totals) if getattr(one, each.name) != getattr(other, each.name)
    ]


def in_text(source: Source) -> Totals:
    """The totals of one 835, found by searching its text for what holds money; equal amounts are counted first."""
    told: defaultdict[str, Counter[str]] = defaultdict(Counter)
    claims, element = 0, source.delimiters.element
    for found in _money(element, source.delimiters.terminator).finditer(source.whole, source.start, source.end):
        name, elements = found[1].upper(), found[2].split(element)
        claims += name == "CLP"
        _add(told, name, elements)
    sums = {name: _sum(amounts) for name, amounts in told.items()}
    totals = Totals(
        claims=claims,
        charges=sums.pop("CLP3", ZERO),
        payments=sums.pop("CLP4", ZERO),
        patient_shares=sums.pop("CLP5", ZERO),
        line_charges=sums.pop("SVC2", ZERO),
        line_payments=sums.pop("SVC3", ZERO),
        provider_adjustments=sums.pop("PLB", ZERO),
    )
    totals.adjustments.update(sums)
    return totals


@lru_cache
def _money(element: str, terminator: str) -> re.Pattern[str]:
    """Segments that hold money, each after a terminator, and what they say."""
    e, t = re.escape(element), re.escape(terminator)
    return re.compile(rf"{t}\s*(CLP|SVC|CAS|PLB)\s*{e}([^{t}]*)", re.IGNORECASE)


def _add(told: defaultdict[str, Counter[str]], name: str, elements: list[str]) -> None:
    """The amounts of a segment by what they are; `elements` begin with the first."""
    if name == "CLP":
        for place in (3, 4, 5):
            _tell(told[f"CLP{place}"], elements, place)
    elif name == "SVC":
        moved = len(elements[0].strip()) == 2  # kind and code as two elements
        for place in (2, 3):
            _tell(told[f"SVC{place}"], elements, place + moved)
    elif name == "CAS":
        group = elements[0].strip()
        for place in range(3, len(elements) + 1, 3):
            _tell(told[group], elements, place)
    else:
        for place in range(4, len(elements) + 1, 2):
            _tell(told["PLB"], elements, place)


def _tell(amounts: Counter[str], elements: list[str], place: int) -> None:
    if len(elements) >= place and (text := elements[place - 1].strip()):
        amounts[text] += 1


def _sum(amounts: Counter[str]) -> Decimal:
    return total(_amount(text) * count for text, count in amounts.items())


def _amount(text: str) -> Decimal:
    """The amount, or nothing: one that is no number is told, with its place, where the file is read."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return ZERO
