"""Claims, answers and remittances with sensible defaults; a test says only what it is about."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from models.x12.acknowledgment import ClaimAck, GroupAck, InterchangeAck, TransactionAck
from models.x12.claims import Claim837, ClaimFile, Line, LineAdjudication, OtherCoverage, Submitter
from models.x12.envelope import Envelope, Problem
from models.x12.parties import Address, Adjustment, Payer, Person, Provider
from models.x12.remittances import ClaimPayment, LinePayment, ProviderAdjustment, Remittance

SEEN = date(2026, 3, 2)
PAID = date(2026, 3, 20)
HOME = Address("12 Elm Street", "Springfield", "IL", "62701")
OFFICE = Address("400 Main Street", "Springfield", "IL", "627010000", "Suite 7")
PRACTICE = Provider("1234567893", "Harbor Counseling", tax_id="123456789", taxonomy="101YM0800X", address=OFFICE)
CLINICIAN = Provider("1987654328", "Stone", "Ada", taxonomy="103TC0700X")
MERIDIAN = Payer("Meridian Health", "60054")
SUMMIT = Payer("Summit Mutual", "87726", "BL")
PAT = Person("Doe", "Pat", date(1990, 4, 5), "F", HOME)
SAM = Person("Doe", "Sam", date(2015, 6, 7), "M", HOME)


def envelope(**changes: Any) -> Envelope:
    return replace(Envelope("PERSESSION", "CLEARING", 905, datetime(2026, 3, 3, 14, 30, tzinfo=UTC)), **changes)


def usd(text: str) -> Decimal:
    return Decimal(text)


def line(control: str = "C1-1", charge: str = "150.00", **changes: Any) -> Line:
    return replace(Line(control, "90837", (), usd(charge), Decimal(1), SEEN, (1,)), **changes)


def claim(number: str = "C1", **changes: Any) -> Claim837:
    lines = changes.get("lines", (line(f"{number}-1"),))
    original = Claim837(
        number=number,
        charge=sum((each.charge for each in lines), usd("0.00")),
        frequency="1",
        place_of_service="11",
        diagnoses=("F411", "F331"),
        rendering=CLINICIAN,
        payer=MERIDIAN,
        member_id="W123456789",
        subscriber=PAT,
        lines=lines,
    )
    return replace(original, **changes)


def dependent_claim(number: str = "C2", **changes: Any) -> Claim837:
    return claim(number, subscriber=Person("Doe", "Pat"), patient=SAM, relationship="19", **changes)


def secondary_claim(number: str = "C3") -> Claim837:
    """Meridian paid 80.00 of 150.00 and gave three reasons of two groups; Summit is billed the rest."""
    decided = LineAdjudication(
        f"{number}-1",
        usd("80.00"),
        (
            Adjustment("PR", "1", usd("20.00")),
            Adjustment("PR", "2", usd("20.00")),
            Adjustment("CO", "45", usd("30.00")),
        ),
        PAID,
    )
    first = OtherCoverage(
        MERIDIAN,
        "W123456789",
        Person("Doe", "Pat", address=HOME),
        paid=usd("80.00"),
        patient_owes=usd("40.00"),
        lines=(decided,),
        claim_number="ICN77",
    )
    return claim(number, payer=SUMMIT, member_id="S55", payer_sequence="S", other_coverages=(first,))


def claim_file(*claims: Claim837, **changes: Any) -> ClaimFile:
    submitter = Submitter("Harbor Counseling", "HARBOR1", "Billing Office", "2175550100")
    file = ClaimFile(envelope(), submitter, Payer("Sandbox Clearinghouse", "SANDBOX"), PRACTICE, claims or (claim(),))
    return replace(file, **changes)


def line_payment(control: str = "C1-1", **changes: Any) -> LinePayment:
    paid = LinePayment(
        code="90837",
        modifiers=("95",),
        control=control,
        date=SEEN,
        charged=usd("150.00"),
        paid=usd("90.00"),
        units=Decimal(1),
        adjustments=(Adjustment("CO", "45", usd("30.00")), Adjustment("PR", "3", usd("30.00"))),
        allowed=usd("120.00"),
    )
    return replace(paid, **changes)


def claim_payment(number: str = "C1", **changes: Any) -> ClaimPayment:
    paid = ClaimPayment(
        number=number,
        status="1",
        charged=usd("150.00"),
        paid=usd("90.00"),
        patient_owes=usd("30.00"),
        icn="ICN1",
        lines=(line_payment(f"{number}-1"),),
        date=SEEN,
    )
    return replace(paid, **changes)


def reversal(number: str = "C1") -> ClaimPayment:
    """The mirror of `claim_payment`."""
    paid = line_payment(f"{number}-1")
    mirrored = replace(
        paid,
        charged=-paid.charged,
        paid=-paid.paid,
        adjustments=tuple(replace(each, amount=-each.amount) for each in paid.adjustments),
        allowed=None,
    )
    return claim_payment(
        number, status="22", charged=usd("-150.00"), paid=usd("-90.00"), patient_owes=usd("0.00"), lines=(mirrored,)
    )


def remittance(*claims: ClaimPayment, **changes: Any) -> Remittance:
    claims = claims or (claim_payment(),)
    moved = changes.get("provider_adjustments", ())
    paid = sum((each.paid for each in claims), usd("0.00")) - sum((each.amount for each in moved), usd("0.00"))
    payer = replace(MERIDIAN, address=Address("1 Payer Plaza", "Chicago", "IL", "60601"))
    return replace(Remittance(payer, PRACTICE.npi, PRACTICE.name, paid, "ACH", "TRACE1", PAID, claims), **changes)


RECOUPED = ProviderAdjustment("WO", usd("25.00"), "ICN0")


def group_ack() -> GroupAck:
    """Two transactions answered, the second rejected for an element and for a missing segment."""
    where = "group 905, transaction 0002"
    wrong = (
        Problem(f"{where}, segment 22 CLM, element 2", "required element is missing (claim C1)"),
        Problem(f"{where}, segment 30 REF", "required segment is missing"),
        Problem(where, "one or more segments are in error"),
    )
    transactions = (TransactionAck("0001", True), TransactionAck("0002", False, "R", wrong))
    return GroupAck(905, "HC", False, "P", wrong, transactions)


def interchange_ack(**changes: Any) -> InterchangeAck:
    return replace(InterchangeAck(905, True, "000", "no error"), **changes)


def claim_ack(number: str = "C1", **changes: Any) -> ClaimAck:
    text = "Accepted into adjudication: accepted for processing (payer)"
    ack = ClaimAck(number, True, "A2", "20", "PR", text, "ICN1", usd("150.00"), date(2026, 3, 4))
    return replace(ack, **changes)


def rejected_ack(number: str = "C2") -> ClaimAck:
    text = "Rejected for invalid information: contract or member number (insured)"
    return claim_ack(
        number, accepted=False, category="A7", status="164", entity="IL", text=text, payer_claim_number=None
    )


def recounted(text: str) -> str:
    """An edited file with its SE counts made right, so that the edit reaches the reader behind them."""
    start, fixed = 0, []
    for place, segment in enumerate(text.split("~\n")):
        start = place if segment.startswith("ST*") else start
        if segment.startswith("SE*"):
            segment = "*".join(["SE", str(place - start + 1), *segment.split("*")[2:]])
        fixed.append(segment)
    return "~\n".join(fixed)
