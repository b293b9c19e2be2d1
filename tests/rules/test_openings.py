"""Free times: within working hours, never over what is taken, at the same wall-clock hours all year."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from models.rules.openings import openings, within_hours
from models.scheduling import Hours, Span

CHICAGO = ZoneInfo("America/Chicago")
MONDAY = date(2027, 3, 1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MORNINGS = Hours(0, time(9), time(12), date(2020, 1, 1))


def at(hour: int, minute: int = 0, day: int = 1) -> datetime:
    return datetime(2027, 3, day, hour, minute, tzinfo=CHICAGO).astimezone(UTC)


def starts(*taken: Span, minutes: int = 60, not_before: datetime = LONG_AGO) -> list[str]:
    found = openings([MORNINGS], taken, minutes, MONDAY, MONDAY + timedelta(days=6), not_before, CHICAGO)
    return [f"{span.starts.astimezone(CHICAGO):%H:%M}" for span in found]


def test_a_morning_has_a_time_every_half_hour_that_still_ends_in_it() -> None:
    assert starts() == ["09:00", "09:30", "10:00", "10:30", "11:00"]
    assert starts(minutes=180) == ["09:00"]
    assert starts(minutes=181) == []


def test_what_is_taken_is_not_offered_and_what_ends_then_is() -> None:
    assert starts(Span(at(10), at(10, 30))) == ["09:00", "10:30", "11:00"]


def test_nothing_is_offered_before_its_earliest_time() -> None:
    assert starts(not_before=at(10, 15)) == ["10:30", "11:00"]


def test_hours_hold_from_their_first_day_to_their_last() -> None:
    former = Hours(0, time(9), time(10), date(2020, 1, 1), MONDAY)
    later = Hours(0, time(14), time(15), MONDAY + timedelta(days=1))
    found = openings([former, later], [], 60, MONDAY, MONDAY + timedelta(days=7), LONG_AGO, CHICAGO)
    assert [f"{s.starts.astimezone(CHICAGO):%d %H:%M}" for s in found] == ["01 09:00", "08 14:00"]


def test_working_hours_stay_when_the_clocks_change() -> None:
    sundays = Hours(6, time(1), time(4), date(2020, 1, 1))
    day = date(2027, 3, 14)  # 2:00 does not exist
    found = openings([sundays], [], 60, day, day, LONG_AGO, CHICAGO)
    assert [f"{s.starts.astimezone(CHICAGO):%H:%M}" for s in found] == ["01:00", "01:30", "03:00"]


def test_a_time_lies_within_hours_or_it_does_not() -> None:
    assert within_hours([MORNINGS], Span(at(11), at(12)), CHICAGO)
    assert not within_hours([MORNINGS], Span(at(11, 30), at(12, 30)), CHICAGO)
    assert not within_hours([MORNINGS], Span(at(9, day=2), at(10, day=2)), CHICAGO)


@given(st.lists(st.tuples(st.integers(0, 7 * 24 * 4), st.integers(1, 40)), max_size=8), st.integers(10, 200))
def test_no_free_time_overlaps_what_is_taken(pieces: list[tuple[int, int]], minutes: int) -> None:
    quarter = timedelta(minutes=15)
    taken = [Span(at(0) + begin * quarter, at(0) + (begin + length) * quarter) for begin, length in pieces]
    hours = [Hours(day, time(8), time(18), date(2020, 1, 1)) for day in range(5)]
    for found in openings(hours, taken, minutes, MONDAY, MONDAY + timedelta(days=6), LONG_AGO, CHICAGO):
        assert not any(found.overlaps(span) for span in taken)
        assert within_hours(hours, found, CHICAGO)
