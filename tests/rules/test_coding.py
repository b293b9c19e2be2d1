"""CPT codes of psychotherapy against minutes: every edge of the time rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.coding import ADD_ONS, CODE_MINUTES, crisis_mismatch, further_crisis, mismatch, misplaced


@pytest.mark.parametrize(
    ("code", "fits", "does_not"),
    [
        ("90832", [16, 30, 37], [0, 15, 38, 60]),
        ("90834", [38, 45, 52], [15, 37, 53]),
        ("90837", [53, 60, 180], [15, 52]),
        ("90846", [26, 50, 120], [15, 25]),
        ("90847", [26, 50, 120], [15, 25]),
        ("90839", [30, 60, 74], [15, 29, 75]),
        ("90840", [30, 45], [15, 29]),
    ],
)
def test_a_code_stands_for_its_minutes_and_no_others(code: str, fits: list[int], does_not: list[int]) -> None:
    assert [m for m in fits if mismatch(code, m)] == []
    assert [m for m in does_not if not mismatch(code, m)] == []


@pytest.mark.parametrize(
    ("code", "minutes", "words"),
    [
        ("90837", 52, "90837 stands for 53 minutes and more, the session took 52; 90834 would fit"),
        ("90834", 53, "90834 stands for 38-52 minutes, the session took 53; 90837 would fit"),
        ("90834", 37, "90832 would fit individual psychotherapy"),
        ("90839", 29, "90832 would fit individual psychotherapy"),
        ("90837", 15, "below 16 minutes no psychotherapy code is billable"),
        ("90847", 15, "below 16 minutes no psychotherapy code is billable"),
        ("90847", 25, "no shorter code for family psychotherapy exists"),
        ("90839", 75, "add 90840 for each further 30 minutes"),
    ],
)
def test_a_mismatch_says_what_would_be_right(code: str, minutes: int, words: str) -> None:
    assert words in (mismatch(code, minutes) or "")


@pytest.mark.parametrize("code", ["90791", "90853", "99213", "H0004", ""])
def test_a_code_without_a_time_rule_fits_any_minutes(code: str) -> None:
    assert mismatch(code, 5) is None


@given(st.integers(0, 400))
def test_exactly_one_individual_code_fits_from_16_minutes_on(minutes: int) -> None:
    fitting = [code for code in ("90832", "90834", "90837") if mismatch(code, minutes) is None]
    assert len(fitting) == (1 if minutes >= 16 else 0)


@given(st.sampled_from(sorted(CODE_MINUTES)), st.integers(0, 15))
def test_below_16_minutes_nothing_is_billable(code: str, minutes: int) -> None:
    assert mismatch(code, minutes)


@pytest.mark.parametrize(
    ("code", "beside", "fits"),
    [
        ("90785", ["90832"], True),
        ("90785", ["90853"], True),
        ("90785", ["90791"], True),
        ("90785", ["90847"], False),
        ("90785", ["90839"], False),
        ("90785", ["99214"], False),
        ("90785", ["99214", "90833"], True),
        ("90833", ["99213"], True),
        ("90833", ["90837"], False),
        ("90833", ["99213", "90836"], False),
        ("90838", ["99349"], True),
        ("90840", ["90839"], True),
        ("90840", ["90837"], False),
        ("90837", ["99213"], False),
        ("", ["90837"], False),
    ],
)
def test_an_add_on_goes_with_its_services_and_no_others(code: str, beside: list[str], fits: bool) -> None:
    assert (misplaced(code, beside) is None) is fits


@given(st.sampled_from(sorted(ADD_ONS)))
def test_an_add_on_is_never_billed_alone(code: str) -> None:
    assert misplaced(code, [])
    assert misplaced(code, [code])


@pytest.mark.parametrize(("minutes", "units"), [(30, 0), (74, 0), (75, 1), (104, 1), (105, 2), (134, 2), (135, 3)])
def test_each_further_half_hour_of_crisis_counts_once_it_has_begun(minutes: int, units: int) -> None:
    assert further_crisis(minutes) == units
    assert crisis_mismatch(minutes, units) is None
    assert f"stand for {units}" in (crisis_mismatch(minutes, units + 1) or "")


@given(st.integers(75, 600))
def test_half_an_hour_more_is_one_unit_more(minutes: int) -> None:
    assert further_crisis(minutes + 30) == further_crisis(minutes) + 1


def test_psychotherapy_beside_a_visit_has_the_minutes_of_its_code() -> None:
    assert mismatch("90833", 30) is None
    assert "90836 would fit psychotherapy beside a visit" in (mismatch("90833", 45) or "")
