"""Diagnoses: found by code or by words, and only those that may stand on a claim."""

import pytest

from activities import code_lists
from activities.diagnoses import MOST_FOUND, checked, named, search
from models.errors import Refused


@pytest.mark.parametrize(
    "typed", ["F41.1", "f411", "generalized anxiety", "Anxiety generalized", "overanxious", "generali anx"]
)
def test_a_diagnosis_is_found_by_its_code_its_title_or_another_name_of_it(typed: str) -> None:
    assert ("F41.1", "Generalized anxiety disorder") in [(found.code, found.title) for found in search(typed)]


def test_only_codes_that_can_be_billed_are_found_and_mental_disorders_come_first() -> None:
    found = [diagnosis.code for diagnosis in search("anxiety")]
    assert "F41" not in found
    assert not [one for one in search("panic") if "tympanic" in one.title]
    assert found[0].startswith("F")
    assert 1 < len(found) <= MOST_FOUND


def test_what_nothing_is_called_finds_nothing_and_one_letter_is_too_little() -> None:
    assert search("zzzz qqqq") == []
    with pytest.raises(Refused):
        search("f")


def test_codes_are_kept_once_in_their_order_and_in_capitals() -> None:
    assert checked(["f41.1", "", "F32.1", " F41.1 "]) == ("F41.1", "F32.1")


@pytest.mark.parametrize("code", ["F41", "F99.99", "<script>", "41.1"])
def test_a_code_that_no_claim_may_carry_is_refused(code: str) -> None:
    with pytest.raises(Refused, match="not a billable"):
        checked([code])


def test_an_unknown_code_keeps_no_title() -> None:
    assert [(d.code, d.title) for d in named(["F41.0", "X"])] == [
        ("F41.0", "Panic disorder [episodic paroxysmal anxiety]"),
        ("X", ""),
    ]


@pytest.mark.parametrize(("code", "category"), [("F41", True), ("F32.A", False), ("F41.99", False), ("F41.1", False)])
def test_a_category_has_codes_below_it(code: str, category: bool) -> None:
    assert code_lists.diagnoses().is_category(code) is category


def test_who_names_a_category_is_told_where_its_codes_begin() -> None:
    with pytest.raises(Refused, match=r"F41 is not a billable .* a category, whose codes begin with F41\.0$"):
        checked(["F41"])
