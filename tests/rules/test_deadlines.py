"""Filing and appeal clocks: warned at two thirds, escalated at 90 %, never unseen."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.deadlines import appeal_by, filing_clock

HELD = date(2027, 3, 1)


@pytest.mark.parametrize(
    ("days", "warn", "escalate"),
    [(90, 60, 81), (180, 120, 162), (365, 243, 328), (95, 63, 85), (30, 20, 27), (1, 0, 0), (None, 60, 81)],
)
def test_the_clock_warns_at_two_thirds_and_escalates_at_ninety_percent(
    days: int | None, warn: int, escalate: int
) -> None:
    clock = filing_clock(HELD, days)
    assert (clock.warn_on - HELD, clock.escalate_on - HELD) == (timedelta(days=warn), timedelta(days=escalate))
    assert clock.last - HELD == timedelta(days=days or 90)


def test_a_year_over_leap_day_ends_a_calendar_day_earlier() -> None:
    assert filing_clock(date(2027, 3, 1), 365).last == date(2028, 2, 29)
    assert filing_clock(date(2026, 3, 1), 365).last == date(2027, 3, 1)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 1000))
def test_a_person_is_told_before_it_is_too_late(held: date, days: int) -> None:
    clock = filing_clock(held, days)
    assert held <= clock.warn_on <= clock.escalate_on < clock.last


@pytest.mark.parametrize(
    ("days", "last"), [(None, date(2027, 5, 30)), (180, date(2027, 8, 28)), (30, date(2027, 3, 31))]
)
def test_an_appeal_is_heard_for_the_payers_days_or_ninety(days: int | None, last: date) -> None:
    assert appeal_by(HELD, days) == last
