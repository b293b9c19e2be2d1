"""What would get a claim refused is found before it leaves: all of it at once, each with its mend."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.facts import ClaimFacts
from models.rules.scrub import scrub, valid_npi

HELD = date(2027, 3, 2)
CLEAN = ClaimFacts(
    code="90837",
    minutes=60,
    held_on=HELD,
    charge=Decimal("180.00"),
    diagnoses=("F33.1",),
    member_id="U0099887701",
    rendering_npi="1234567893",
    billing_npi="1987654328",
    note_signed=True,
    covered_from=date(2027, 1, 1),
    covered_until=date(2027, 12, 31),
)


def test_a_clean_claim_may_leave() -> None:
    assert scrub(CLEAN) == []


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"code": ""}, "procedure", "service code"),
        ({"code": "9083"}, "procedure", "service code"),
        ({"code": "9083a"}, "procedure", "service code"),
        ({"minutes": 52}, "minutes", "minutes"),
        ({"diagnoses": ()}, "diagnosis_missing", "diagnosis"),
        ({"diagnoses": ("F33.1", "depressed")}, "diagnosis", "diagnosis"),
        ({"diagnoses": ("309.81",)}, "diagnosis", "diagnosis"),
        ({"diagnoses": ("F33.",)}, "diagnosis", "diagnosis"),
        ({"diagnoses": ("F33.12345",)}, "diagnosis", "diagnosis"),
        ({"diagnoses": ("F33.1",) * 13}, "diagnosis_count", "diagnosis"),
        ({"note_signed": False}, "note", "note"),
        ({"charge": Decimal("0.00")}, "charge", "charge"),
        ({"charge": Decimal("-1.00")}, "charge", "charge"),
        ({"rendering_npi": "1234567890"}, "npi", "rendering NPI"),
        ({"billing_npi": ""}, "npi", "billing NPI"),
        ({"member_id": "  "}, "member", "member id"),
        ({"missing": ("date of birth",)}, "demographics", "date of birth"),
        ({"covered_from": date(2027, 3, 3)}, "coverage", "coverage"),
        ({"covered_until": date(2027, 3, 1)}, "coverage", "coverage"),
    ],
)
def test_one_fault_is_one_finding_with_its_field(wrong: dict[str, Any], code: str, field: str) -> None:
    [finding] = scrub(replace(CLEAN, **wrong))
    assert (finding.code, finding.field) == (code, field)
    assert finding.what
    assert finding.mend


@pytest.mark.parametrize(
    "fine",
    [
        {"covered_from": HELD, "covered_until": HELD},
        {"covered_from": None, "covered_until": None},
        {"diagnoses": ("F331", "U07.1", "Z63.0", "C4A.9", "F43", "S72.001A")},
        {"diagnoses": ("F33.1",) * 12},
        {"code": "H0004", "minutes": 5},
        {"code": "0362T", "minutes": 5},
        {"charge": Decimal("0.01")},
    ],
)
def test_what_a_payer_takes_is_not_held(fine: dict[str, Any]) -> None:
    assert scrub(replace(CLEAN, **fine)) == []


def test_every_fault_is_told_at_once() -> None:
    broken = replace(CLEAN, minutes=10, diagnoses=(), member_id="", billing_npi="1", note_signed=False)
    assert {f.code for f in scrub(broken)} == {"minutes", "diagnosis_missing", "member", "npi", "note"}


def test_a_finding_repeats_nothing_of_the_client() -> None:
    broken = replace(CLEAN, diagnoses=("F33.1 Jane",), member_id=" ", rendering_npi="1234567890")
    assert "Jane" not in str(scrub(broken))


@pytest.mark.parametrize("npi", ["1234567893", "1987654328", "1245319599"])
def test_an_npi_with_its_check_digit_is_valid(npi: str) -> None:
    assert valid_npi(npi)


@pytest.mark.parametrize(
    "npi", ["", "123456789", "12345678930", "1234567894", "1234-56789", "١٢٣٤٥٦٧٨٩٣", "123456789X"]
)
def test_anything_else_is_no_npi(npi: str) -> None:
    assert not valid_npi(npi)


@given(st.integers(0, 999_999_999))
def test_of_ten_check_digits_exactly_one_is_right(stem: int) -> None:
    assert sum(valid_npi(f"{stem:09d}{digit}") for digit in range(10)) == 1


@given(st.integers(0, 8), st.integers(0, 9))
def test_one_mistyped_digit_is_noticed(place: int, digit: int) -> None:
    npi = "1234567893"
    mistyped = npi[:place] + str(digit) + npi[place + 1 :]
    assert valid_npi(mistyped) == (mistyped == npi)
