"""The days of a series: at local time whatever the clocks do, without what is left out, and once moved."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import Refused
from models.rules.recurrence import Rhythm, days, in_words, occurrences, read_rule, rule_for, shifted
from models.scheduling import Off, Recurring

NEW_YORK = ZoneInfo("America/New_York")
TUESDAY = date(2027, 3, 2)
TEN = time(10, 0)
WEEKLY = rule_for(Rhythm.WEEKLY, 1, TUESDAY)
DATES = st.dates(date(2026, 1, 1), date(2030, 12, 31))
RHYTHMS = st.sampled_from(Rhythm)


def weekly(until: date | None = None) -> Recurring:
    return Recurring(WEEKLY, TUESDAY, TEN, until)


def test_a_weekly_series_keeps_its_hour_when_the_clocks_change() -> None:
    """As fullcalendar #1403 does not: a weekly series shifted by an hour at daylight saving time."""
    found = occurrences(weekly(), 50, TUESDAY, date(2027, 11, 30), (), {}, NEW_YORK)
    assert {o.starts.astimezone(NEW_YORK).time() for o in found} == {TEN}
    assert {o.starts.time() for o in found} == {time(14, 0), time(15, 0)}, "in UTC it does move"
    assert {o.day.weekday() for o in found} == {1}
    assert len(found) == 40


def test_an_hour_that_the_clocks_skip_is_held_after_it() -> None:
    sunday = date(2027, 3, 14)
    [found] = occurrences(
        Recurring(rule_for(Rhythm.WEEKLY, 1, sunday), sunday, time(2, 30)), 50, sunday, sunday, (), {}, NEW_YORK
    )
    assert found.starts == datetime(2027, 3, 14, 7, 30, tzinfo=UTC)
    assert found.starts.astimezone(NEW_YORK).time() == time(3, 30)


def test_holidays_and_time_off_are_left_out_with_their_reason() -> None:
    off = Off(datetime(2027, 3, 9, 5, tzinfo=UTC), datetime(2027, 3, 10, 5, tzinfo=UTC), "Holiday")
    found = occurrences(weekly(), 50, TUESDAY, date(2027, 3, 23), (off,), {date(2027, 3, 16): "client away"}, NEW_YORK)
    assert [o.skipped for o in found] == ["", "Holiday", "client away", ""]


def test_time_off_that_ends_as_the_session_starts_leaves_it() -> None:
    starts = datetime(2027, 3, 2, 15, tzinfo=UTC)
    for off in (Off(starts - timedelta(hours=3), starts, "off"), Off(starts + timedelta(minutes=50), starts, "off")):
        [found] = occurrences(weekly(), 50, TUESDAY, TUESDAY, (off,), {}, NEW_YORK)
        assert not found.skipped


@pytest.mark.parametrize(
    ("rule", "endless", "until"),
    [
        ("FREQ=WEEKLY;COUNT=3", "FREQ=WEEKLY", date(2027, 3, 16)),
        ("rrule:freq=weekly;interval=2;count=3", "FREQ=WEEKLY;INTERVAL=2", date(2027, 3, 30)),
        ("FREQ=WEEKLY;UNTIL=20270601", "FREQ=WEEKLY", date(2027, 6, 1)),
        ("FREQ=MONTHLY;BYDAY=1TU", "FREQ=MONTHLY;BYDAY=1TU", None),
    ],
)
def test_a_rule_may_say_its_end_as_a_count_or_a_day(rule: str, endless: str, until: date | None) -> None:
    assert read_rule(rule, TUESDAY) == (endless, until)


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "often",
        "FREQ=SECONDLY",
        "FREQ=WEEKLY;BYHOUR=3",
        "FREQ=WEEKLY;COUNT=0",
        "FREQ=WEEKLY;COUNT=521",
        "FREQ=WEEKLY;UNTIL=soon",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;INTERVAL=",
    ],
)
def test_a_rule_that_sessions_do_not_recur_by_is_refused(rule: str) -> None:
    with pytest.raises(Refused):
        read_rule(rule, TUESDAY)


def test_a_series_ends_on_its_last_day() -> None:
    assert days(weekly(date(2027, 3, 9)), TUESDAY, date(2027, 12, 31)) == [TUESDAY, date(2027, 3, 9)]
    assert days(weekly(date(2027, 3, 1)), TUESDAY, date(2027, 12, 31)) == []


def test_the_fifth_weekday_of_a_month_is_the_last() -> None:
    assert rule_for(Rhythm.MONTHLY_BY_WEEKDAY, 1, date(2027, 3, 30)) == "FREQ=MONTHLY;INTERVAL=1;BYDAY=-1TU"


@given(RHYTHMS, st.integers(1, 8), DATES)
def test_a_series_begins_on_its_first_day(rhythm: Rhythm, every: int, first: date) -> None:
    rule = rule_for(rhythm, every, first)
    assert days(Recurring(rule, first, TEN), first, first + timedelta(days=800))[0] == first


@given(RHYTHMS, st.integers(1, 4), DATES, st.integers(-30, 30))
def test_a_moved_series_goes_on_from_the_new_day_in_the_same_rhythm(
    rhythm: Rhythm, every: int, first: date, by: int
) -> None:
    new = first + timedelta(days=by)
    rule = shifted(rule_for(rhythm, every, first), first, new)
    assert rule == rule_for(rhythm, every, new)


def test_several_weekdays_move_together() -> None:
    assert shifted("FREQ=WEEKLY;BYDAY=MO,TH", TUESDAY, TUESDAY + timedelta(days=2)) == "FREQ=WEEKLY;BYDAY=WE,SA"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=WEEKLY;INTERVAL=1;BYDAY=TU", "every week on Tue"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "every 2 weeks on Mon, Thu"),
        ("FREQ=MONTHLY;INTERVAL=1;BYDAY=-1FR", "every month on the last Fri"),
        ("FREQ=MONTHLY;BYMONTHDAY=15", "every month on day 15"),
        ("FREQ=DAILY", "every day"),
    ],
)
def test_a_rule_can_be_said_in_words(rule: str, words: str) -> None:
    assert in_words(rule) == words
