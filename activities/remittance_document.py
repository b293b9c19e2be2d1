"""A payer's payment on paper: the explanation of benefits, claim by claim, with what stands beside the claims."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Engine
from sqlmodel import Session as Database

from activities import papers
from activities.documents import drawn
from activities.wording import long_date, short_date, usd
from models.money import total
from models.tables import Practice
from models.x12 import adjustment_words


@dataclass(frozen=True)
class PaidService:
    """A service as the payer paid it; `reasons` are group, code and amount of what it did not pay."""

    code: str
    charged: Decimal
    paid: Decimal
    reasons: tuple[tuple[str, str, Decimal], ...]


@dataclass(frozen=True)
class PaidClaim:
    """A claim in the payment."""

    number: str
    client: str
    held_on: date | None
    last_day: date | None
    status: str
    payer_number: str
    charged: Decimal
    paid: Decimal
    services: tuple[PaidService, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class PaymentOnPaper:
    """The payment: whose, how, when; its claims; what was adjusted beside them."""

    payer: str
    trace: str
    method: str
    paid_on: date
    payment: Decimal
    claims: Sequence[PaidClaim]
    beside: Sequence[tuple[str, str, Decimal]]


def pdf(engine: Engine, payment: PaymentOnPaper) -> bytes:
    """The payment as PDF; its sums are made from its lines."""
    with Database(engine) as db:
        card = papers.card_of(db.get_one(Practice, 1))
    of_claims = total(claim.paid for claim in payment.claims)
    rest = [
        (f"{code}: {PLB.get(code, 'adjustment of the account')} {reference}".rstrip(), usd(amount))
        for code, reference, amount in payment.beside
    ]
    data = {
        "payer": payment.payer,
        "facts": [
            ("Paid on", long_date(payment.paid_on)),
            ("Trace", payment.trace),
            ("By", METHODS.get(payment.method, payment.method)),
            ("Payment", usd(payment.payment)),
        ],
        "claims": [_claim(claim) for claim in payment.claims],
        "sums": [("Paid for claims", usd(of_claims)), *rest, ("Payment", usd(payment.payment))],
    }
    return drawn("remittance", card, payment.paid_on, data)


def _sessions(first: date, last: date) -> str:
    return f"session {short_date(first)}" if first == last else f"sessions {short_date(first)} to {short_date(last)}"


def _claim(claim: PaidClaim) -> dict[str, object]:
    about = [_sessions(claim.held_on, claim.last_day or claim.held_on)] if claim.held_on else []
    about += [f"payer's number {claim.payer_number}"] if claim.payer_number else []
    about.append(adjustment_words.CLAIM_STATUSES.get(claim.status, f"status {claim.status}").lower())
    return {
        "name": " ".join(part for part in (claim.number, claim.client) if part),
        "about": ", ".join(about),
        "lines": [row for service in claim.services for row in _service(service)],
        "remarks": [f"{r} {adjustment_words.REMARKS.get(r, '')}".strip() for r in claim.remarks],
        "charged": usd(claim.charged),
        "paid": usd(claim.paid),
    }


def _service(service: PaidService) -> list[tuple[str, str, str, str, str]]:
    """One row a reason; the service's own amounts stand in the first."""
    reasons = service.reasons or (("", "", Decimal(0)),)
    found = []
    for place, (group, code, amount) in enumerate(reasons):
        words = f"{group}-{code} {adjustment_words.REASONS.get(code, '')}".strip() if code else ""
        first = place == 0
        found.append(
            (
                service.code or "claim" if first else "",
                usd(service.charged) if first else "",
                words,
                usd(amount) if code else "",
                usd(service.paid) if first else "",
            )
        )
    return found


METHODS = {"ACH": "EFT (ACH)", "CHK": "Check", "FWT": "Wire", "BOP": "The payer's choice", "NON": "No payment"}
"""How a payment travels (BPR04), in plain words."""
PLB = {
    "WO": "overpayment taken back",
    "FB": "carried forward",
    "L6": "interest",
    "72": "refund that you sent",
    "CS": "adjustment",
    "J1": "paid without a claim",
    "AP": "acceleration of benefits",
    "IR": "withheld for taxes",
    "50": "late filing",
    "51": "interest penalty",
    "90": "early payment allowance",
    "AH": "origination fee",
    "AM": "applied to what you borrowed",
    "B2": "rebate",
    "B3": "recovery allowance",
    "BD": "bad debt",
    "CR": "capitation interest",
    "CT": "capitation",
    "E3": "withholding",
    "GO": "graduate medical education",
    "LE": "levy",
    "LS": "lump sum",
    "OA": "outlier adjustment",
    "PI": "periodic interim payment",
    "RA": "retroactive adjustment",
}
"""Adjustments of the provider's account (PLB03-1), in plain words."""
