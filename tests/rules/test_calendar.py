"""Practice time: local days across daylight saving, quiet hours, pay periods without gap or overlap."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.calendar import (
    QUIET_FROM,
    QUIET_UNTIL,
    PayCycle,
    instant,
    local_day,
    midnight,
    outside_quiet_hours,
    period_of,
    periods_ending,
    zone,
)
from models.errors import Refused

NEW_YORK = ZoneInfo("America/New_York")
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
ANCHORS = st.dates(date(2019, 1, 1), date(2041, 12, 31))
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
ZONES = st.sampled_from(
    [ZoneInfo(name) for name in ("America/New_York", "America/Phoenix", "Pacific/Honolulu", "America/Havana")]
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_time_zone_nobody_has_is_refused() -> None:
    assert zone("America/Chicago").key == "America/Chicago"
    for wrong in ("Mars/Olympus", "", "../etc", "EST5EDT,M3"):
        with pytest.raises(Refused, match="not a time zone"):
            zone(wrong)


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("2027-03-14T01:59", "2027-03-14T06:59"),
        ("2027-03-14T02:30", "2027-03-14T07:30"),  # skipped: 03:30 in summer time
        ("2027-03-14T03:00", "2027-03-14T07:00"),
        ("2027-11-07T00:59", "2027-11-07T04:59"),
        ("2027-11-07T01:30", "2027-11-07T05:30"),  # repeated: the first of the two
        ("2027-11-07T02:00", "2027-11-07T07:00"),
    ],
)
def test_a_wall_clock_time_becomes_one_instant_in_spring_and_autumn(local: str, expected: str) -> None:
    assert instant(wall(local), NEW_YORK) == utc(expected)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2027, 3, 14), 23), (date(2027, 11, 7), 25), (date(2028, 2, 29), 24), (date(2027, 7, 1), 24)],
)
def test_a_local_day_is_as_long_as_its_clock_says(day: date, hours: int) -> None:
    assert midnight(day + timedelta(days=1), NEW_YORK) - midnight(day, NEW_YORK) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2027, 3, 14), "2027-03-14T05:00"),  # Havana skips 00:00-01:00
        (date(2027, 11, 7), "2027-11-07T04:00"),  # Havana has 00:00-01:00 twice
    ],
)
def test_a_day_starts_at_its_first_instant_where_midnight_is_skipped_or_repeated(day: date, first: str) -> None:
    havana = ZoneInfo("America/Havana")
    assert midnight(day, havana) == utc(first)
    assert local_day(utc(first), havana) == day
    assert local_day(utc(first) - timedelta(seconds=1), havana) == day - timedelta(days=1)


@given(INSTANTS, ZONES)
def test_an_instant_falls_between_the_midnights_of_its_local_day(at: datetime, tz: ZoneInfo) -> None:
    day = local_day(at, tz)
    assert midnight(day, tz) <= at < midnight(day + timedelta(days=1), tz)


@pytest.mark.parametrize(
    ("local", "sent"),
    [
        ("2027-03-02T08:00", "2027-03-02T08:00"),
        ("2027-03-02T07:59:59", "2027-03-01T20:59"),
        ("2027-03-02T00:00", "2027-03-01T20:59"),
        ("2027-03-02T20:59:59", "2027-03-02T20:59:59"),
        ("2027-03-02T21:00", "2027-03-02T20:59"),
        ("2027-03-02T23:59", "2027-03-02T20:59"),
        ("2027-03-01T03:00", "2027-02-28T20:59"),
        ("2028-03-01T03:00", "2028-02-29T20:59"),
        ("2027-01-01T06:00", "2026-12-31T20:59"),
        ("2027-03-14T03:30", "2027-03-13T20:59"),
        ("2027-11-07T01:30", "2027-11-06T20:59"),
    ],
)
def test_quiet_hours_send_back_to_the_last_allowed_minute(local: str, sent: str) -> None:
    assert outside_quiet_hours(instant(wall(local), NEW_YORK), NEW_YORK) == instant(wall(sent), NEW_YORK)


@given(INSTANTS, ZONES)
def test_nothing_is_sent_in_quiet_hours_nor_later_than_wanted(at: datetime, tz: ZoneInfo) -> None:
    sent = outside_quiet_hours(at, tz)
    assert sent <= at
    assert QUIET_UNTIL <= sent.astimezone(tz).time() < QUIET_FROM
    assert at - sent <= timedelta(hours=12, minutes=1)


@pytest.mark.parametrize(
    ("day", "cycle", "anchor", "first", "last"),
    [
        ("2027-03-01", "weekly", "2027-03-01", "2027-03-01", "2027-03-07"),
        ("2027-03-07", "weekly", "2027-03-01", "2027-03-01", "2027-03-07"),
        ("2027-03-08", "weekly", "2027-03-01", "2027-03-08", "2027-03-14"),
        ("2027-02-28", "weekly", "2027-03-01", "2027-02-22", "2027-02-28"),
        ("2026-12-31", "weekly", "2027-03-01", "2026-12-28", "2027-01-03"),
        ("2027-03-14", "biweekly", "2027-03-01", "2027-03-01", "2027-03-14"),
        ("2027-03-15", "biweekly", "2027-03-01", "2027-03-15", "2027-03-28"),
        ("2027-02-28", "biweekly", "2027-03-01", "2027-02-15", "2027-02-28"),
        ("2027-02-15", "semimonthly", "2027-01-01", "2027-02-01", "2027-02-15"),
        ("2027-02-16", "semimonthly", "2027-01-01", "2027-02-16", "2027-02-28"),
        ("2028-02-29", "semimonthly", "2027-01-01", "2028-02-16", "2028-02-29"),
        ("2027-12-31", "semimonthly", "2027-01-01", "2027-12-16", "2027-12-31"),
        ("2027-04-30", "monthly", "2027-01-01", "2027-04-01", "2027-04-30"),
        ("2027-04-09", "monthly", "2027-01-10", "2027-03-10", "2027-04-09"),
        ("2027-04-10", "monthly", "2027-01-10", "2027-04-10", "2027-05-09"),
        ("2027-01-05", "monthly", "2027-01-10", "2026-12-10", "2027-01-09"),
        ("2027-01-31", "monthly", "2026-12-31", "2027-01-31", "2027-02-27"),
        ("2027-02-27", "monthly", "2026-12-31", "2027-01-31", "2027-02-27"),
        ("2027-02-28", "monthly", "2026-12-31", "2027-02-28", "2027-03-30"),
        ("2028-02-28", "monthly", "2026-12-31", "2028-01-31", "2028-02-28"),
        ("2028-02-29", "monthly", "2026-12-31", "2028-02-29", "2028-03-30"),
        ("2027-04-30", "monthly", "2026-12-31", "2027-04-30", "2027-05-30"),
    ],
)
def test_a_day_lies_in_the_period_its_practice_would_name(
    day: str, cycle: str, anchor: str, first: str, last: str
) -> None:
    period = period_of(date.fromisoformat(day), PayCycle(cycle), date.fromisoformat(anchor))
    assert (str(period.first), str(period.last)) == (first, last)


@given(DAYS, st.sampled_from(PayCycle), ANCHORS)
def test_periods_hold_every_day_exactly_once(day: date, cycle: PayCycle, anchor: date) -> None:
    period = period_of(day, cycle, anchor)
    assert day in period
    assert period_of(period.first, cycle, anchor) == period == period_of(period.last, cycle, anchor)
    before = period_of(period.first - timedelta(days=1), cycle, anchor)
    assert before.last + timedelta(days=1) == period.first
    assert period_of(period.last + timedelta(days=1), cycle, anchor).first == period.last + timedelta(days=1)


@given(ANCHORS, st.sampled_from([PayCycle.WEEKLY, PayCycle.BIWEEKLY, PayCycle.MONTHLY]))
def test_the_anchor_starts_a_period(anchor: date, cycle: PayCycle) -> None:
    assert period_of(anchor, cycle, anchor).first == anchor


def test_the_periods_that_end_between_two_days_are_told_oldest_first() -> None:
    ending = periods_ending(date(2027, 3, 7), date(2027, 3, 21), PayCycle.WEEKLY, date(2027, 3, 1))
    assert [p.last for p in ending] == [date(2027, 3, 7), date(2027, 3, 14), date(2027, 3, 21)]
    assert list(periods_ending(date(2027, 3, 8), date(2027, 3, 13), PayCycle.WEEKLY, date(2027, 3, 1))) == []


@given(DAYS, st.integers(0, 120), st.sampled_from(PayCycle), ANCHORS)
def test_every_period_that_ends_in_a_span_is_told_once(day: date, span: int, cycle: PayCycle, anchor: date) -> None:
    until = day + timedelta(days=span)
    days = (day + timedelta(days=n) for n in range(span + 1))
    ends = [d for d in days if period_of(d, cycle, anchor).last == d]
    assert [p.last for p in periods_ending(day, until, cycle, anchor)] == ends


def test_quiet_hours_are_nine_in_the_evening_to_eight_in_the_morning() -> None:
    assert (time(21), time(8)) == (QUIET_FROM, QUIET_UNTIL)
