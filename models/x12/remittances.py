"""What a payer paid, line by line, and whether it adds up; `remittance_835` reads and writes it."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from models.money import total
from models.x12.envelope import Problem
from models.x12.parties import Adjustment, Payer

SEQUENCES: dict[str, Literal["P", "S", "T"]] = {"1": "P", "2": "S", "3": "T", "19": "P", "20": "S", "21": "T"}
REVERSAL = "22"
DENIED = "4"


@dataclass(frozen=True, slots=True)
class LinePayment:
    """One service; `control` is our number of the line, `submitted_code` ours where the payer changed the code."""

    code: str
    modifiers: tuple[str, ...]
    control: str
    date: dt.date | None
    charged: Decimal
    paid: Decimal
    units: Decimal
    adjustments: tuple[Adjustment, ...] = ()
    remarks: tuple[str, ...] = ()
    allowed: Decimal | None = None
    submitted_code: str = ""


@dataclass(frozen=True, slots=True)
class ClaimPayment:
    """One claim; `status` is CLP02, `icn` the payer's number of it, `crossover_to` whom the payer sent it on to."""

    number: str
    status: str
    charged: Decimal
    paid: Decimal
    patient_owes: Decimal
    icn: str
    adjustments: tuple[Adjustment, ...] = ()
    lines: tuple[LinePayment, ...] = ()
    remarks: tuple[str, ...] = ()
    date: dt.date | None = None
    crossover_to: str = ""

    @property
    def payer_sequence(self) -> Literal["P", "S", "T", ""]:
        """As which coverage the payer adjudicated; "" where the status does not say (denied, reversed)."""
        return SEQUENCES.get(self.status, "")

    @property
    def reversal(self) -> bool:
        return self.status == REVERSAL

    @property
    def denied(self) -> bool:
        return self.status == DENIED

    @property
    def every_adjustment(self) -> tuple[Adjustment, ...]:
        """Those of the claim and those of its lines."""
        return (*self.adjustments, *(adjustment for line in self.lines for adjustment in line.adjustments))


@dataclass(frozen=True)
class ProviderAdjustment:
    """Money moved outside of claims; the payment is the claims minus these, so a recoupment is positive."""

    code: str
    amount: Decimal
    reference: str = ""


@dataclass(frozen=True)
class Remittance:
    """One payment; `payment` is negative where the payer takes money (BPR03 D)."""

    payer: Payer
    payee_npi: str
    payee_name: str
    payment: Decimal
    method: str
    trace: str
    date: dt.date
    claims: tuple[ClaimPayment, ...] = ()
    provider_adjustments: tuple[ProviderAdjustment, ...] = ()


def problems(remittance: Remittance) -> list[Problem]:
    """Every amount that does not explain itself: by line, by claim and for the payment as a whole."""
    found = [problem for claim in remittance.claims for _, problem in problems_of_claim(claim)]
    return [*found, *problems_of_payment(remittance, total(claim.paid for claim in remittance.claims))]


def problems_of_payment(remittance: Remittance, claims: Decimal) -> Iterator[Problem]:
    """The payment is what its claims were paid in all, minus what the payer moved outside of claims."""
    moved = total(adjustment.amount for adjustment in remittance.provider_adjustments)
    if remittance.payment != claims - moved:
        what = f"{remittance.payment} is not the claims' {claims} minus provider adjustments of {moved}"
        yield Problem(f"payment {remittance.trace}", what)


def problems_of_claim(claim: ClaimPayment) -> Iterator[tuple[int, Problem]]:
    """What a claim's amounts do not explain, with the line it is about (0: the claim)."""
    where = f"claim {claim.number}"
    for place, line in enumerate(claim.lines, start=1):
        for problem in _unexplained(f"{where}, line {place}", line.charged, line.paid, line.adjustments):
            yield place, problem
    for problem in _unexplained(where, claim.charged, claim.paid, claim.every_adjustment):
        yield 0, problem
    of_lines = total(line.charged for line in claim.lines)
    if claim.lines and of_lines != claim.charged:
        yield 0, Problem(where, f"the lines' charges are {of_lines}, the claim's {claim.charged}")


def _unexplained(where: str, charged: Decimal, paid: Decimal, adjustments: Iterable[Adjustment]) -> Iterator[Problem]:
    adjusted = total(adjustment.amount for adjustment in adjustments)
    if charged != paid + adjusted:
        yield Problem(where, f"charged {charged}, but paid {paid} and adjusted {adjusted}")
