"""A professional claim and the file it travels in, named by meaning; `claim_837p` reads and writes them."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from models.money import total
from models.x12.envelope import Envelope, Problem
from models.x12.parties import Address, Adjustment, Payer, Person, Provider

Frequency = Literal["1", "7", "8"]
ORIGINAL, REPLACEMENT, VOID = "1", "7", "8"
Sequence = Literal["P", "S", "T"]


@dataclass(frozen=True)
class Submitter:
    """Who sends the file and whom to call about it, or to write to where there is no phone."""

    name: str
    id: str
    contact: str
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class LineAdjudication:
    """What another payer decided on one line, found by our control number of the line."""

    control: str
    paid: Decimal
    adjustments: tuple[Adjustment, ...] = ()
    paid_on: dt.date | None = None
    patient_owes: Decimal | None = None


@dataclass(frozen=True)
class OtherCoverage:
    """Another payer of the same claim; `paid` is None while it has not decided."""

    payer: Payer
    member_id: str
    subscriber: Person
    relationship: str = "18"
    sequence: Sequence = "P"
    paid: Decimal | None = None
    patient_owes: Decimal | None = None
    adjustments: tuple[Adjustment, ...] = ()
    paid_on: dt.date | None = None
    lines: tuple[LineAdjudication, ...] = ()
    claim_number: str | None = None
    """That payer's own number of the claim (REF*F8)."""
    group_number: str = ""
    insurance_type: str = ""


@dataclass(frozen=True)
class Line:
    """One service; `control` (REF*6R) is how the 835 names it.

    `until` is the last of several days, `place_of_service` one that differs from the claim's.
    """

    control: str
    code: str
    modifiers: tuple[str, ...]
    charge: Decimal
    units: Decimal
    date: dt.date
    diagnosis_pointers: tuple[int, ...] = (1,)
    until: dt.date | None = None
    place_of_service: str = ""
    note: str = ""


@dataclass(frozen=True)
class Claim837:
    """One claim to one payer; `patient` is given where a dependent, not the subscriber, was treated.

    `insurance_type` (SBR05, such as 12 working aged) is what Medicare asks for when it is not primary; `supervising`
    is whoever answers for a clinician in training, `referring` who sent the client, `onset` when the illness began.
    """

    number: str
    charge: Decimal
    frequency: Frequency
    place_of_service: str
    diagnoses: tuple[str, ...]
    rendering: Provider
    payer: Payer
    member_id: str
    subscriber: Person
    lines: tuple[Line, ...]
    relationship: str = "18"
    patient: Person | None = None
    payer_claim_number: str | None = None
    authorization: str | None = None
    payer_sequence: Sequence = "P"
    other_coverages: tuple[OtherCoverage, ...] = ()
    group_number: str = ""
    insurance_type: str = ""
    supervising: Provider | None = None
    referring: Provider | None = None
    onset: dt.date | None = None
    note: str = ""


@dataclass(frozen=True)
class ClaimFile:
    """The claims of one billing provider in one transaction of one interchange; `pay_to` where money goes elsewhere."""

    envelope: Envelope
    submitter: Submitter
    receiver: Payer
    billing: Provider
    claims: tuple[Claim837, ...]
    transaction: str = "0001"
    pay_to: Address | None = None


def problems(claim: Claim837) -> list[Problem]:
    """Every sum of the claim that does not add up, those of the other payers included."""
    where = f"claim {claim.number}"
    found = []
    if claim.charge != total(line.charge for line in claim.lines):
        found.append(Problem(where, "the charge is not the sum of its lines"))
    for coverage in claim.other_coverages:
        if coverage.paid is not None:
            found += _imbalances(claim, coverage, f"{where}, coverage {coverage.sequence}")
    return found


def _imbalances(claim: Claim837, coverage: OtherCoverage, where: str) -> list[Problem]:
    """The balancing the guide asks of a coordinated claim: by line, and the payer's payment as a whole."""
    found = []
    charges = {line.control: line.charge for line in claim.lines}
    for line in coverage.lines:
        explained = line.paid + total(adjustment.amount for adjustment in line.adjustments)
        if charges.get(line.control) != explained:
            found.append(Problem(f"{where}, line {line.control}", "the charge is not paid plus adjustments"))
    of_claim = total(adjustment.amount for adjustment in coverage.adjustments)
    paid = total(line.paid for line in coverage.lines) if coverage.lines else claim.charge
    if coverage.paid != paid - of_claim:
        found.append(Problem(where, "what was paid does not follow from lines and adjustments"))
    return found
