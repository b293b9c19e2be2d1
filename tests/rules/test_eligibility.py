"""When payers are asked who is covered, and what their answers mean for a day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.claim_status import news
from models.rules.deadlines import ask_on
from models.rules.eligibility import Asked, Called, Told, due, not_covered, unclear
from models.rules.records import Cover, RecordFacts, coverage_ended, coverage_unclear

TODAY = date(2026, 3, 4)
DAY = timedelta(days=1)
ACTIVE = Told(TODAY, active=True)
GONE = Told(TODAY, active=False)
RECORD = RecordFacts("Doe", None, ("12 Elm", "Mesa", "AZ", "85201"), "pat@x.example", "", True, (), False, True)


@pytest.mark.parametrize(
    ("last", "asks"),
    [
        (None, True),
        (Asked(TODAY - 2 * DAY, TODAY, told=False), True),
        (Asked(TODAY, TODAY + 2 * DAY, told=False), False),
        (Asked(TODAY - 5 * DAY, TODAY - 3 * DAY, told=True), False),
        (Asked(TODAY - 9 * DAY, TODAY - 6 * DAY, told=True), True),
        (Asked(TODAY - 9 * DAY, TODAY + 1 * DAY, told=True), False),
        (Asked(TODAY - 6 * DAY, date(2026, 2, 28), told=True), True),
    ],
    ids=["never", "unanswered", "unanswered today", "told lately", "told long ago", "told for later", "a new month"],
)
def test_a_payer_is_asked_once_a_day_until_it_tells_and_again_when_that_counts_no_more(
    last: Asked | None, asks: bool
) -> None:
    assert due(last, TODAY + 2 * DAY, TODAY) is asks


@pytest.mark.parametrize(
    ("called", "asks"),
    [
        (Called(TODAY - 9 * DAY, True, TODAY + 2 * DAY), False),
        (Called(TODAY - 9 * DAY, True, TODAY + 1 * DAY), True),
        (Called(TODAY, True), False),
        (Called(TODAY - 6 * DAY, True), True),
        (Called(TODAY, False, TODAY - 30 * DAY), False),
    ],
    ids=["to the day they named", "beyond it", "today", "long ago, no day named", "they said no today"],
)
def test_what_was_said_on_the_telephone_spares_the_question_as_long_as_it_counts(called: Called, asks: bool) -> None:
    assert due(None, TODAY + 2 * DAY, TODAY, called) is asks


@given(told=st.dates(date(2026, 1, 1), date(2026, 12, 31)), day=st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_no_answer_counts_into_another_month_or_for_longer_than_a_week(told: date, day: date) -> None:
    if not due(Asked(told, told, told=True), day, told):
        assert (told.year, told.month) == (day.year, day.month)
        assert day - told <= 7 * DAY


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (None, ""),
        (ACTIVE, ""),
        (Told(TODAY), ""),
        (GONE, "the insurer said on 2026-03-04 that the coverage is not active"),
        (
            replace(ACTIVE, ends=date(2026, 2, 28)),
            "the insurer said on 2026-03-04 that the coverage ended on 2026-02-28",
        ),
        (
            replace(ACTIVE, begins=date(2026, 4, 1)),
            "the insurer said on 2026-03-04 that the coverage begins on 2026-04-01",
        ),
    ],
)
def test_what_an_answer_means_for_a_session(told: Told | None, why: str) -> None:
    assert not_covered(told, TODAY + DAY) == why


def test_a_payer_that_cannot_tell_says_nothing_of_the_coverage() -> None:
    told = Told(TODAY, problem="the insured person is not found (ask for the card)")
    assert not_covered(told, TODAY) == ""
    assert unclear(told).endswith("could not tell: the insured person is not found (ask for the card)")
    assert unclear(ACTIVE) == unclear(None) == ""


def test_a_coverage_that_its_payer_denies_has_ended_though_its_dates_are_open() -> None:
    ended = coverage_ended(replace(RECORD, covers=(Cover(None, None, GONE),)), TODAY)
    assert ended is not None
    assert ended.why == "the insurer said on 2026-03-04 that the coverage is not active: ask for the new card"
    another = Cover(None, None, ACTIVE)
    assert coverage_ended(replace(RECORD, covers=(Cover(None, None, GONE), another)), TODAY), "it is billed first"
    mended = Cover(None, TODAY - DAY, GONE)
    assert coverage_ended(replace(RECORD, covers=(mended, another)), TODAY) is None


def test_a_coverage_that_is_not_found_is_unclear_and_not_ended() -> None:
    lost = replace(RECORD, covers=(Cover(None, None, Told(TODAY, problem="not found")),))
    assert coverage_ended(lost, TODAY) is None
    assert "not found" in coverage_unclear(lost, TODAY)
    assert coverage_unclear(replace(lost, covers=(Cover(None, TODAY - DAY, lost.covers[0].told),)), TODAY) == ""


def test_a_silent_payer_is_asked_after_two_weeks() -> None:
    assert ask_on(date(2026, 3, 4)) == date(2026, 3, 18)


FOLLOWS = {
    "wait": ("P1", "A2", "E1"),
    "task": ("F1", "F2", "D0", "A4", "P3", "R3", "E0", "Z9"),
    "rejected": ("A3", "A7"),
}


@pytest.mark.parametrize(
    ("category", "follows"), [(category, follows) for follows, these in FOLLOWS.items() for category in these]
)
def test_what_follows_from_a_status(category: str, follows: str) -> None:
    said = news(category, "send the records")
    assert said.follows == follows
    assert bool(said.what) is (follows == "task")
