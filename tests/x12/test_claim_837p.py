"""The 837P: what we write is valid, says what was meant, and reads back the same."""

import gc
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from models.errors import Parked, Refused
from models.x12.claim_837p import problems, read, readings_of, write
from models.x12.claims import Claim837, ClaimFile
from models.x12.envelope import interchanges
from models.x12.judge import judge
from models.x12.normal import normal
from models.x12.parties import Address, Adjustment, Payer, Person, Provider
from tests.x12 import builders as a

REPLACEMENT = a.claim("C4", frequency="7", payer_claim_number="ICN1", authorization="AUTH1")
SOLE = replace(a.CLINICIAN, address=a.OFFICE, tax_id="123456789", tax_kind="SY")
FILES = {
    "one claim": a.claim_file(),
    "two payers and a dependent": a.claim_file(a.claim(payer=a.SUMMIT), a.dependent_claim(), a.claim("C9")),
    "secondary": a.claim_file(a.secondary_claim()),
    "replacement and void": a.claim_file(REPLACEMENT, replace(REPLACEMENT, number="C5", frequency="8")),
    "all at once": a.claim_file(a.dependent_claim("D1"), a.dependent_claim("D2"), a.secondary_claim(), REPLACEMENT),
    "group plan, Medicare second": a.claim_file(
        replace(a.secondary_claim(), payer=Payer("Medicare", "04402", "MB"), group_number="G77", insurance_type="12")
    ),
    "several lines": a.claim_file(a.claim(lines=(a.line("1"), a.line("2", "45.50", modifiers=("95", "HO"), units=2)))),
    "in full": a.claim_file(
        a.claim(
            supervising=Provider("1457353999", "Rivera", "Lena"),
            referring=Provider("1245319599", "Okafor", "Sam"),
            onset=date(2026, 1, 15),
            note="Records are sent by fax",
            authorization="AUTH1",
            group_number="G77",
            lines=(
                a.line("1", note="Crisis, second hour by phone"),
                a.line("2", "75.00", code="90840", place_of_service="12"),
                a.line("3", "300.00", until=date(2026, 3, 4), units=Decimal(2)),
            ),
        ),
        pay_to=Address("PO Box 9", "Springfield", "IL", "62705"),
    ),
    "telehealth with add-on codes": a.claim_file(
        a.claim(
            "T1", place_of_service="10", lines=(a.line("1", modifiers=("95",)), a.line("2", "20.00", code="90785"))
        ),
        a.claim(
            "T2",
            place_of_service="02",
            lines=(a.line("1", code="99213", modifiers=("GT",)), a.line("2", "60.00", code="90833")),
        ),
        a.claim(
            "T3",
            place_of_service="10",
            lines=(a.line("1", code="99214", modifiers=("93",)), a.line("2", "90.00", code="90838")),
        ),
    ),
    "sole proprietor billed under a social security number": a.claim_file(a.claim(rendering=SOLE), billing=SOLE),
    "solo clinician": a.claim_file(
        a.claim(rendering=replace(a.CLINICIAN, address=a.OFFICE, tax_id="123456789")),
        billing=replace(a.CLINICIAN, address=a.OFFICE, tax_id="123456789"),
    ),
}


def segments(file: ClaimFile, *wanted: str) -> list[tuple[str, ...]]:
    [found] = interchanges(write(file))
    every = next(found.transactions).segments
    return [each.elements for each in every if each.elements[: len(wanted)] == wanted]


@pytest.mark.parametrize("file", FILES.values(), ids=FILES.keys())
def test_a_written_file_keeps_to_the_guide_and_reads_back_the_same(file: ClaimFile) -> None:
    text = write(file)
    assert judge(text) == []
    assert read(text) == [file]


def test_levels_are_numbered_through_the_file_and_point_to_their_parents() -> None:
    file = a.claim_file(a.claim(), a.dependent_claim("D1"), a.claim("C2"), a.dependent_claim("D2"))
    levels = [(level[1], level[2], level[3], level[4]) for level in segments(file, "HL")]
    assert levels == [
        ("1", "", "20", "1"),
        ("2", "1", "22", "0"),
        ("3", "1", "22", "1"),
        ("4", "3", "23", "0"),
        ("5", "1", "22", "0"),
        ("6", "1", "22", "1"),
        ("7", "6", "23", "0"),
    ]


def test_many_claims_of_many_families_stay_valid_and_in_their_order() -> None:
    """openemr/openemr #6471: HL numbers over many claims pointed to the wrong parents."""
    claims = [a.dependent_claim(f"N{n}") if n % 3 else a.claim(f"N{n}") for n in range(40)]
    text = write(a.claim_file(*claims))
    assert judge(text) == []
    assert [claim.number for claim in read(text)[0].claims] == [f"N{n}" for n in range(40)]


def test_reasons_of_one_group_share_one_segment() -> None:
    """openemr/openemr #6268: of several reasons of one group only one reached the secondary payer."""
    claim = a.secondary_claim()
    [coverage] = claim.other_coverages
    [decided] = coverage.lines
    mixed = (
        Adjustment("PR", "1", a.usd("20.00")),
        Adjustment("CO", "45", a.usd("30.00")),
        Adjustment("PR", "2", a.usd("20.00")),
    )
    file = a.claim_file(
        replace(claim, other_coverages=(replace(coverage, lines=(replace(decided, adjustments=mixed),)),))
    )
    assert segments(file, "CAS") == [
        ("CAS", "PR", "1", "20.00", "", "2", "20.00"),
        ("CAS", "CO", "45", "30.00"),
    ]
    assert judge(write(file)) == []


def test_the_seventh_reason_of_a_group_opens_a_second_segment() -> None:
    reasons = tuple(Adjustment("CO", str(code), a.usd("1.00")) for code in (4, 16, 18, 22, 45, 50, 97))
    claim = a.secondary_claim()
    file = a.claim_file(
        replace(claim, other_coverages=(replace(claim.other_coverages[0], lines=(), adjustments=reasons),))
    )
    assert [(cas[2], (len(cas) - 1) // 3) for cas in segments(file, "CAS")] == [("4", 6), ("97", 1)]
    assert read(write(file))[0].claims[0].other_coverages[0].adjustments == reasons


def test_a_claim_decided_as_a_whole_is_dated_at_the_payer_and_one_decided_by_line_at_the_line() -> None:
    claim = a.secondary_claim()
    whole = replace(
        claim.other_coverages[0], lines=(), paid_on=a.PAID, adjustments=(Adjustment("CO", "45", a.usd("70")),)
    )
    for coverage in (whole, claim.other_coverages[0]):
        file = a.claim_file(replace(claim, other_coverages=(coverage,)))
        assert segments(file, "DTP", "573") == [("DTP", "573", "D8", "20260320")]
        assert judge(write(file)) == []


def test_a_balanced_coordination_of_benefits_has_no_problems() -> None:
    assert problems(a.secondary_claim()) == []


def test_every_sum_of_a_claim_that_does_not_add_up_is_told_at_once() -> None:
    claim = a.secondary_claim()
    [coverage] = claim.other_coverages
    [decided] = coverage.lines
    wrong = replace(coverage, paid=a.usd("81.00"), lines=(replace(decided, paid=a.usd("79.00")),))
    found = problems(replace(claim, charge=a.usd("151.00"), other_coverages=(wrong,)))
    assert [problem.where for problem in found] == [
        "claim C3",
        "claim C3, coverage P, line C3-1",
        "claim C3, coverage P",
    ]


def test_diagnoses_are_written_without_their_dots_the_principal_first() -> None:
    file = a.claim_file(a.claim(diagnoses=("F41.1", "f33.1", "Z63.0")))
    assert segments(file, "HI") == [("HI", "ABK:F411", "ABF:F331", "ABF:Z630")]


def test_a_subscriber_who_is_not_the_patient_is_named_without_demographics() -> None:
    file = a.claim_file(a.dependent_claim())
    withheld = replace(file, claims=(replace(file.claims[0], subscriber=a.PAT),))
    assert write(withheld) == write(file)


def test_names_in_any_alphabet_reach_the_payer_in_characters_it_takes() -> None:
    text = write(a.claim_file(a.claim(subscriber=Person("Núñez-Åberg", "Zoë", date(1990, 4, 5), "F", a.HOME))))
    assert judge(text) == []
    assert read(text)[0].claims[0].subscriber.last == "Nunez-Aberg"


def test_a_file_without_claims_or_with_too_many_diagnoses_is_refused() -> None:
    with pytest.raises(Refused):
        write(replace(a.claim_file(), claims=()))
    with pytest.raises(Refused):
        write(a.claim_file(a.claim(diagnoses=("F411",) * 13)))


def test_each_billing_provider_of_a_foreign_file_is_a_file_of_its_own() -> None:
    other = Provider("1234567893", "Other Practice", tax_id="987654321", address=a.OFFICE)
    first, second = read(write(a.claim_file()) + write(a.claim_file(billing=other, envelope=a.envelope(control=906))))
    assert (first.billing.name, second.billing.name) == ("Harbor Counseling", "Other Practice")
    assert (first.envelope.control, second.envelope.control) == (905, 906)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("CLM*C1*150.00", "CLM*C1*lots", "CLM, element 2: is not a number"),
        ("CLM*C1*", "CLM**", "CLM, element 1: is missing"),
        ("11:B:1", "11:B:5", "CLM, element 5: is none of 1, 7, 8"),
        ("SV1*HC", "SV2*HC", "LX: no SV1 follows"),
        ("005010X222A1", "005010X223A2", "is not a professional claim"),
        ("DTP*472*D8*20260302", "DTP*472*D8*20260231", "DTP, element 3: is not a date"),
    ],
)
def test_a_claim_that_cannot_be_read_is_parked_with_place_and_reason(old: str, new: str, told: str) -> None:
    with pytest.raises(Parked, match=told):
        read(write(a.claim_file()).replace(old, new))


def of_two_providers() -> str:
    """A transaction in which a second provider bills too."""
    text = write(a.claim_file(a.claim("C1"), a.dependent_claim("C2")))
    segments = text.split("~\n")
    start = next(place for place, segment in enumerate(segments) if segment.startswith("HL*1**20"))
    end = next(place for place, segment in enumerate(segments) if segment.startswith("SE*"))
    again = [segment.replace("1234567893", "1245319599") for segment in segments[start:end]]
    return a.recounted("~\n".join([*segments[:end], *again, *segments[end:]]))


def test_each_provider_of_a_transaction_bills_its_own_claims() -> None:
    found = [(file.billing.npi, [claim.number for claim in file.claims]) for file in read(of_two_providers())]
    assert found == [("1234567893", ["C1", "C2"]), ("1245319599", ["C1", "C2"])]


def test_a_provider_whose_claims_nobody_asked_for_is_passed_over() -> None:
    [one] = interchanges(of_two_providers())
    assert [reading.head.billing.npi for reading in readings_of(one)] == ["1234567893", "1245319599"]
    told = [(each["billing"]["npi"], len(each["claims"])) for each in normal(of_two_providers())["transactions"]]
    assert told == [("1234567893", 2), ("1245319599", 2)]


def test_a_large_file_is_shown_without_holding_its_claims() -> None:
    """Files of 50 MB take no multiple of their size in memory: a claim is read, told and let go."""
    text = write(a.claim_file(*(a.claim(f"C{number}") for number in range(40))))
    before = claims_held()
    for file in normal(text)["transactions"]:
        told = iter(file["claims"])
        for _ in range(30):
            next(told)
        assert claims_held() - before <= 2
        assert len(list(told)) == 10


def claims_held() -> int:
    return sum(isinstance(each, Claim837) for each in gc.get_objects())
