"""A good faith estimate comes in time: 45 CFR 149.610, in business days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.estimates import Due, Given, Scheduled, business_days_after, business_days_between, due

MONDAY = date(2026, 3, 2)
THERAPY, GROUP = 1, 2
YEAR = Given(frozenset({THERAPY}), MONDAY, date(2027, 3, 1), MONDAY)


def booked(ahead: int, service: int = THERAPY) -> Scheduled:
    """A session booked on Monday for so many days later."""
    return Scheduled(service, MONDAY, MONDAY + timedelta(days=ahead))


@pytest.mark.parametrize(
    ("ahead", "on"),
    [
        (2, None),  # Wednesday
        (3, date(2026, 3, 3)),  # Thursday: 3 business days
        (7, date(2026, 3, 3)),
        (11, date(2026, 3, 3)),  # Friday of next week: 9 business days
        (14, date(2026, 3, 5)),  # Monday after: 10 business days
        (60, date(2026, 3, 5)),
    ],
)
def test_the_deadline_follows_from_how_far_ahead_it_was_scheduled(ahead: int, on: date | None) -> None:
    found = due([booked(ahead)], [], [], MONDAY)
    assert (found.on if found else None) == on


def test_who_asks_has_it_within_three_business_days() -> None:
    friday = date(2026, 3, 6)
    assert due([], [], [friday], friday) == Due(date(2026, 3, 11), "asked for on 2026-03-06: within 3 business days")


def test_an_estimate_answers_the_question_it_follows_only() -> None:
    assert due([], [YEAR], [MONDAY], MONDAY) is None
    assert due([], [YEAR], [MONDAY + timedelta(days=1)], MONDAY) is not None


def test_an_estimate_answers_for_its_services_and_days() -> None:
    assert due([booked(20), booked(27)], [YEAR], [], MONDAY) is None
    assert due([booked(20, GROUP)], [YEAR], [], MONDAY) is not None


def test_the_most_urgent_one_is_told() -> None:
    found = due([booked(20), booked(3)], [], [], MONDAY)
    assert found
    assert found.on == date(2026, 3, 3)


def test_a_year_that_ends_is_renewed_in_its_last_month() -> None:
    later = Scheduled(THERAPY, MONDAY, date(2027, 3, 10))
    assert due([later], [YEAR], [], date(2027, 1, 15)) is None
    found = due([later], [YEAR], [], date(2027, 2, 1))
    assert found == Due(date(2027, 3, 1), "the estimate ends on 2027-03-01 and sessions go on: renew it")


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 40))
def test_counting_business_days_forth_and_back_agrees(day: date, count: int) -> None:
    later = business_days_after(day, count)
    assert later.weekday() < 5
    assert business_days_between(day, later) == count
