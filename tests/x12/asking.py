"""Eligibility and status asked and answered, with sensible defaults; a test says only what it is about."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from models.x12.claim_status import StatusAnswer, StatusInquiry, StatusRequest
from models.x12.eligibility import (
    Benefit,
    Contact,
    EligibilityAnswer,
    EligibilityRequest,
    EligibilityResponse,
    Inquiry,
    Rejection,
)
from models.x12.parties import Provider
from models.x12.status import Status
from tests.x12 import builders as a

VISIT = date(2026, 3, 4)
SEPARATE = Contact("PR", "Calm Minds Behavioral", "CALM1", "8005550100")
ALL_BENEFITS = (
    Benefit("1", services=("30",), plan="GOLD 500", begins=date(2026, 1, 1)),
    Benefit("1", services=("98", "MH")),
    Benefit("B", services=("MH",), people="IND", period="27", amount=Decimal("25.00"), network="in"),
    Benefit("B", services=("MH",), people="IND", period="27", amount=Decimal("60.00"), network="out"),
    Benefit("A", services=("30",), percent=Decimal("20"), network="in"),
    Benefit("C", services=("30",), people="IND", period="23", amount=Decimal("500.00"), network="in"),
    Benefit("C", services=("30",), people="IND", period="29", amount=Decimal("120.50"), network="in"),
    Benefit("C", services=("30",), people="FAM", period="29", amount=Decimal("820.00"), network="in"),
    Benefit("G", services=("30",), people="IND", period="29", amount=Decimal("1800.00"), network="both"),
    Benefit("F", services=("MH",), period="23", unit="VS", quantity=Decimal("20"), network="in"),
    Benefit("F", services=("MH",), period="29", unit="VS", quantity=Decimal("12"), authorization=True, network="in"),
    Benefit("U", services=("MH",), contacts=(SEPARATE,), messages=("Benefits are administered elsewhere",)),
)


def inquiry(trace: str = "E0000001", **changes: Any) -> Inquiry:
    return replace(Inquiry(trace, "W123456789", a.PAT, VISIT), **changes)


def dependent_inquiry(trace: str = "E0000002") -> Inquiry:
    return inquiry(trace, patient=replace(a.SAM, address=None), relationship="19")


def request(*inquiries: Inquiry) -> EligibilityRequest:
    asked = inquiries or (bare(inquiry()),)
    return EligibilityRequest(a.MERIDIAN, Provider("1234567893", "Harbor Counseling"), asked, "905")


def bare(one: Inquiry) -> Inquiry:
    """Without the address, which a 270 does not say."""
    return replace(one, subscriber=replace(one.subscriber, address=None))


def answer(**changes: Any) -> EligibilityAnswer:
    told = EligibilityAnswer(("E0000001",), "W123456789", a.PAT, benefits=ALL_BENEFITS, group_number="G77")
    return replace(told, **changes)


def response(*answers: EligibilityAnswer, rejections: tuple[Rejection, ...] = ()) -> EligibilityResponse:
    asked = request()
    return EligibilityResponse(asked.reference, asked.payer, asked.provider, answers, rejections)


def status_inquiry(trace: str = "S0000001", **changes: Any) -> StatusInquiry:
    person = replace(a.PAT, address=None)
    one = StatusInquiry(trace, "C0000001", Decimal("150.00"), a.SEEN, a.SEEN, "W123456789", person)
    return replace(one, **changes)


def status_request(*inquiries: StatusInquiry) -> StatusRequest:
    practice = Provider("1234567893", "Harbor Counseling")
    asked = inquiries or (status_inquiry(),)
    return StatusRequest(a.MERIDIAN, Provider("", "Harbor Counseling"), "PERSESSION", practice, asked, "905")


def status_answer(trace: str = "S0000001", *statuses: Status, **changes: Any) -> StatusAnswer:
    told = statuses or (Status("P1", "20"),)
    one = StatusAnswer(trace, told, "C0000001", "ICN77", Decimal("150.00"), Decimal("0.00"), date(2026, 3, 30))
    return replace(one, **changes)
