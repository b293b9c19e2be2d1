"""Reminders: at policy times, in the client's zone, never at night, never twice, never too late."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.calendar import instant
from models.rules.reminders import reminder_times

NEW_YORK = ZoneInfo("America/New_York")
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
DEFAULT = (48, 24, 2)


def at(text: str, tz: ZoneInfo = NEW_YORK) -> datetime:
    return instant(datetime.fromisoformat(text), tz)


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        ("2027-03-04T11:00", ["2027-03-02T11:00", "2027-03-03T11:00", "2027-03-04T09:00"]),
        ("2027-03-04T10:00", ["2027-03-02T10:00", "2027-03-03T10:00", "2027-03-04T08:00"]),
        ("2027-03-04T09:59", ["2027-03-02T09:59", "2027-03-03T09:59", "2027-03-03T20:59"]),
        ("2027-03-04T07:00", ["2027-03-01T20:59", "2027-03-02T20:59", "2027-03-03T20:59"]),
        ("2027-03-04T22:00", ["2027-03-02T20:59", "2027-03-03T20:59", "2027-03-04T20:00"]),
        ("2028-03-01T07:30", ["2028-02-27T20:59", "2028-02-28T20:59", "2028-02-29T20:59"]),
        # Clocks go forward on the 14th: 24 real hours before 10:00 is 09:00 by the clock.
        ("2027-03-14T10:00", ["2027-03-12T09:00", "2027-03-13T09:00", "2027-03-14T08:00"]),
        ("2027-03-15T08:30", ["2027-03-12T20:59", "2027-03-14T08:30", "2027-03-14T20:59"]),
        # Clocks go back on November 7th: 24 real hours before 10:00 is 11:00 by the clock.
        ("2027-11-07T10:00", ["2027-11-05T11:00", "2027-11-06T11:00", "2027-11-07T08:00"]),
    ],
)
def test_reminders_go_out_at_policy_times_outside_quiet_hours(starts: str, expected: list[str]) -> None:
    assert list(reminder_times(at(starts), LONG_AGO, DEFAULT, NEW_YORK)) == [at(text) for text in expected]


def test_quiet_hours_are_those_of_the_client_not_of_the_practice() -> None:
    honolulu = ZoneInfo("Pacific/Honolulu")
    [reminder] = reminder_times(at("2027-03-04T11:00"), LONG_AGO, [2], honolulu)
    assert reminder == at("2027-03-03T20:59", honolulu)


def test_two_reminders_moved_to_the_same_minute_are_one() -> None:
    assert len(reminder_times(at("2027-03-04T07:00"), LONG_AGO, [2, 4, 8], NEW_YORK)) == 1


def test_no_policy_hours_no_reminders() -> None:
    assert reminder_times(at("2027-03-04T07:00"), LONG_AGO, [], NEW_YORK) == ()


def test_what_was_due_before_the_booking_or_this_very_moment_is_not_sent() -> None:
    starts = at("2027-03-04T11:00")
    assert reminder_times(starts, starts - timedelta(hours=24), DEFAULT, NEW_YORK) == (at("2027-03-04T09:00"),)
    assert reminder_times(starts, starts, DEFAULT, NEW_YORK) == ()
    assert reminder_times(starts, starts + timedelta(days=1), DEFAULT, NEW_YORK) == ()


def test_a_reminder_at_the_start_itself_is_none() -> None:
    assert reminder_times(at("2027-03-04T11:00"), LONG_AGO, [0], NEW_YORK) == ()


@given(
    st.datetimes(datetime(2026, 6, 1), datetime(2028, 6, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.timedeltas(timedelta(days=-1), timedelta(days=10)),
    st.lists(st.integers(0, 200), max_size=6),
    st.sampled_from(["America/New_York", "America/Phoenix", "Pacific/Honolulu", "Europe/Dublin"]),
)
def test_reminders_are_in_allowed_hours_ahead_ascending_and_each_once(
    starts: datetime, notice: timedelta, hours: list[int], name: str
) -> None:
    tz, now = ZoneInfo(name), starts - notice
    times = reminder_times(starts, now, hours, tz)
    assert all(now < sent < starts for sent in times)
    assert all(8 <= sent.astimezone(tz).hour < 21 for sent in times)
    assert list(times) == sorted(set(times))
    assert len(times) <= len(set(hours))
