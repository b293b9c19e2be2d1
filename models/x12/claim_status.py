"""Asking a payer where a silent claim stands, and what it answers; read and written in `status_276_277`."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from models.x12.parties import Payer, Person, Provider
from models.x12.status import Status, deciding, told

FINALIZED, NOT_FOUND = "F", ("A4", "D0")
REFUSED = ("A3", "A6", "A7", "A8")


@dataclass(frozen=True)
class StatusInquiry:
    """One claim asked after; `trace` is how the answer is found again, `patient` the dependent who was treated."""

    trace: str
    claim_number: str
    charge: Decimal
    first_day: date
    last_day: date
    member_id: str
    subscriber: Person
    patient: Person | None = None
    payer_claim_number: str = ""


@dataclass(frozen=True)
class StatusRequest:
    """Inquiries to one payer about the claims of one provider; `submitter` is who asks."""

    payer: Payer
    submitter: Provider
    submitter_id: str
    provider: Provider
    inquiries: tuple[StatusInquiry, ...]
    reference: str


@dataclass(frozen=True)
class StatusAnswer:
    """Where a claim stands, by our trace; of several statuses the gravest speaks for it, `text` tells them all.

    A verdict on everybody's inquiries (level payer, submitter or provider) has no claim number.
    """

    trace: str
    statuses: tuple[Status, ...]
    claim_number: str = ""
    payer_claim_number: str = ""
    charge: Decimal | None = None
    paid: Decimal | None = None
    on: date | None = None
    check: str = ""

    @property
    def deciding(self) -> Status:
        return deciding(list(self.statuses))

    @property
    def category(self) -> str:
        return self.deciding.category

    @property
    def text(self) -> str:
        return told(list(self.statuses))

    @property
    def action(self) -> str:
        return self.deciding.action


@dataclass(frozen=True)
class StatusResponse:
    """One 277: answers claim by claim, and verdicts on the request as a whole."""

    payer: Payer
    provider: Provider
    answers: tuple[StatusAnswer, ...] = ()
    verdicts: tuple[StatusAnswer, ...] = ()
    reference: str = ""
