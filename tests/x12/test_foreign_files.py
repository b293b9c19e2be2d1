"""Files none of us wrote: published examples and real answers, read where they lie beside the checkout."""

from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from models.x12 import acknowledgment, claim_837p, eligibility_270_271, status_276_277
from models.x12.envelope import kinds
from models.x12.remittance_835 import problems, read

FILES = Path(__file__).resolve().parents[2].parent / "shared" / "x12"

REMITTANCES = [
    ("cob-contractural-adjustment.835", "34.00", "541.00", "34.00", "0", "0", {"OA": "507.00"}, "2"),
    ("demo.835", "150000.00", "226366.97", "149998.73", "0", "-1.27", {"CO": "76368.24"}, "11"),
    ("medicare-part-a.835", "150000.00", "226366.97", "149998.73", "0", "-1.27", {"CO": "76368.24"}, "11"),
    ("managed-care.835", "945.00", "2000.00", "945.00", "900.00", "0", {"CO": "155.00", "PR": "900.00"}, "11"),
    (
        *("secondary-payment.835", "1222.00", "11075.14", "1222.00", "220.00", "0"),
        *({"OA": "9548.14", "PR": "220.00", "CO": "85.00"}, "22"),
    ),
    ("tertiary-payment.835", "187.50", "1766.50", "187.50", "0", "0", {"OA": "1579.00"}, "3"),
]


def text_of(name: str) -> str:
    if not (FILES / name).exists():
        pytest.skip(f"{name} is not beside this checkout")
    return (FILES / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "payment", "charged", "paid", "patient", "moved", "adjusted", "statuses"),
    REMITTANCES,
    ids=[each[0] for each in REMITTANCES],
)
def test_a_published_remittance_is_read_to_the_cent(
    name: str,
    payment: str,
    charged: str,
    paid: str,
    patient: str,
    moved: str,
    adjusted: dict[str, str],
    statuses: str,
) -> None:
    [remittance] = read(text_of(name))
    claims = remittance.claims
    by_group: defaultdict[str, Decimal] = defaultdict(Decimal)
    for adjustment in (each for claim in claims for each in claim.every_adjustment):
        by_group[adjustment.group] += adjustment.amount
    assert remittance.payment == Decimal(payment)
    assert sum(claim.charged for claim in claims) == Decimal(charged)
    assert sum(claim.paid for claim in claims) == Decimal(paid)
    assert sum(claim.patient_owes for claim in claims) == Decimal(patient)
    assert sum(each.amount for each in remittance.provider_adjustments) == Decimal(moved)
    assert by_group == {group: Decimal(amount) for group, amount in adjusted.items()}
    assert "".join(claim.status for claim in claims) == statuses


def test_every_published_remittance_explains_itself_even_where_a_procedure_took_two_elements() -> None:
    assert [name for name, *_ in REMITTANCES for each in read(text_of(name)) if problems(each)] == []


@pytest.mark.parametrize(
    ("name", "accepted", "rejected"),
    [
        ("999-imsweb-x12-parser-1.edi", True, ()),
        ("999-imsweb-x12-parser-2.edi", False, ("0028",)),
        ("999-kputnam-stupidedi-1.edi", False, ("0002", "0003")),
    ],
)
def test_a_real_999_is_read_though_its_envelope_is_careless(
    name: str, accepted: bool, rejected: tuple[str, ...]
) -> None:
    text = text_of(name)
    [ack] = acknowledgment.read_999(text)
    assert kinds(text) == {"999"}
    assert (ack.accepted, ack.rejected) == (accepted, rejected)
    assert bool(ack.problems) is not accepted


@pytest.mark.parametrize(
    ("name", "claim", "accepted", "category", "charge"),
    [
        ("277ca-imsweb-x12-parser-1.edi", "5781", True, "A2", "125.00"),
        ("277ca-imsweb-x12-parser-2.edi", "3920394930203", False, "A7", "199.14"),
    ],
)
def test_a_real_277ca_is_read(name: str, claim: str, accepted: bool, category: str, charge: str) -> None:
    text = text_of(name)
    [ack] = acknowledgment.read_277ca(text)
    assert kinds(text) == {"277CA"}
    assert (ack.claim_number, ack.accepted, ack.category) == (claim, accepted, category)
    assert ack.charge == Decimal(charge)
    assert [each.accepted for each in acknowledgment.read_277ca_files(text)] == [True]


@pytest.mark.parametrize(
    ("name", "number", "charge", "lines"),
    [
        ("demo.example1.837", "26463774", "100.00", 4),
        ("demo.cob.example3.B.837", "26407789", "79.04", 3),
        ("demo.autoaccident.837", "900000032", "185.00", 2),
    ],
)
def test_a_published_claim_is_read(name: str, number: str, charge: str, lines: int) -> None:
    [file] = claim_837p.read(text_of(name))
    [claim] = file.claims
    assert (claim.number, claim.charge, len(claim.lines)) == (number, Decimal(charge), lines)
    assert claim_837p.problems(claim) == []


@pytest.mark.parametrize(
    ("name", "patient"), [("subscriber-health-benefit-check.271", ""), ("dependent-health-benefit-check.271", "MARY")]
)
def test_a_published_eligibility_answer_is_read(name: str, patient: str) -> None:
    [told] = eligibility_270_271.read_271(text_of(name))[0].answers
    inside, outside = told.terms(), told.terms(in_network=False)
    assert (told.active, told.plan, told.member_id) == (True, "GOLD 123 PLAN", "123456789")
    assert (inside.copay, outside.copay) == (Decimal("10.00"), Decimal("30.00"))
    assert (inside.deductible_left, inside.coinsurance) == (None, None)
    assert (told.patient.first if told.patient else "") == patient


def test_a_published_refusal_of_an_eligibility_request_is_read_although_its_trailer_has_another_number() -> None:
    [response] = eligibility_270_271.read_271(text_of("subscriber-health-benefit-check-error.271"))
    [rejection] = response.rejections
    assert (response.answers, rejection.level, rejection.code) == ((), "provider", "50")
    assert rejection.text == "the provider may not ask"


@pytest.mark.parametrize(
    ("name", "answers", "verdicts"),
    [
        ("claim-level-status.277", [("ABCXYZ1", "P3"), ("ABCXYZ2", "F0"), ("ABCXYC3", "F2")], []),
        ("claim-level-status-ncpdp.277", [("ABCXYZ1", "F2")], []),
        ("provider-level-status.277", [("ABCXYZ1", "P3")], [("0", "E0")]),
        ("information-receiver-level-status.277", [], [("ABC276XXX", "E0")]),
    ],
)
def test_a_published_claim_status_is_read(
    name: str, answers: list[tuple[str, str]], verdicts: list[tuple[str, str]]
) -> None:
    [response] = status_276_277.read_277(text_of(name))
    assert [(each.trace, each.category) for each in response.answers] == answers
    assert [(each.trace, each.category) for each in response.verdicts] == verdicts
