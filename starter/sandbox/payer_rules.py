"""How a payer of the sandbox behaves, as data: a condition on the claim and what becomes of a claim that meets it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from models.money import ZERO, rounded, share
from models.x12.claims import Claim837, Line
from models.x12.code_words import TRANSACTION_ERRORS, words
from models.x12.parties import Adjustment

ANY = "*"
ALL = Decimal(100)


@dataclass(frozen=True)
class Paid:
    """Pays by a fee schedule (`fees` by procedure code, "*" any other) or a percentage of the charge.

    As a later coverage it pays `share` percent of what the earlier payer left to the patient instead.
    """

    fees: Mapping[str, Decimal]
    percent_of_charge: Decimal | None = None
    deductible: Decimal = ZERO
    copay: Decimal = ZERO
    coinsurance: Decimal = ZERO
    share: Decimal = ALL

    def allowed(self, line: Line) -> Decimal | None:
        """What the payer grants for the line, never more than was charged; None where it does not cover the code."""
        if self.percent_of_charge is not None:
            return share(line.charge, self.percent_of_charge)
        fee = self.fees.get(line.code, self.fees.get(ANY))
        return None if fee is None else min(rounded(fee * line.units), line.charge)


@dataclass(frozen=True)
class Denied:
    """Adjudicates and pays nothing, for this reason."""

    group: str
    reason: str

    def of(self, charge: Decimal) -> Adjustment:
        return Adjustment(self.group, self.reason, charge)


@dataclass(frozen=True)
class Rejected:
    """Refuses the claim in the 277CA: it never reaches adjudication."""

    category: str
    status: str
    entity: str = ""


@dataclass(frozen=True)
class FileRejected:
    """Refuses the transaction the claim travels in, with this code (IK502) in the 999."""

    code: str

    @property
    def words(self) -> str:
        return words(TRANSACTION_ERRORS, self.code)


@dataclass(frozen=True)
class Silent:
    """Accepts the claim and is never heard of again."""


Terms = Paid | Denied
Behaviour = Terms | Rejected | FileRejected | Silent


@dataclass(frozen=True)
class TakeBack:
    """So long after the payment it is reversed and the claim adjudicated again, on these terms."""

    after: timedelta
    corrected: Terms


@dataclass(frozen=True)
class Rule:
    """A condition that is None does not matter; `nth` counts the payer's claims in the order they were sent."""

    behaviour: Behaviour
    payer: str = ANY
    frequency: str | None = None
    sequence: str | None = None
    code: str | None = None
    authorization: bool | None = None
    nth: int | None = None
    after: timedelta = timedelta()
    take_back: TakeBack | None = None

    def matches(self, claim: Claim837, nth: int) -> bool:
        return (
            self.payer in (ANY, claim.payer.id)
            and self.frequency in (None, claim.frequency)
            and self.sequence in (None, claim.payer_sequence)
            and (self.code is None or any(line.code == self.code for line in claim.lines))
            and self.authorization in (None, claim.authorization is not None)
            and self.nth in (None, nth)
        )
