"""CPT codes of psychotherapy against minutes: every edge of the time rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.coding import CODE_MINUTES, mismatch


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
