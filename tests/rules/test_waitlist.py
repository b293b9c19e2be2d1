"""Who is offered a freed time: whom it suits, the longest waiting first, with time to answer by day."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from models.rules.waitlist import expires, suitable, suits
from models.scheduling import Span, Waiting

CHICAGO = ZoneInfo("America/Chicago")
DANA = 1


def at(hour: int, minute: int = 0, day: int = 2) -> datetime:
    """A moment of March 2027 in Chicago; the 2nd is a Tuesday."""
    return datetime(2027, 3, day, hour, minute, tzinfo=CHICAGO).astimezone(UTC)


FREED = Span(at(10), at(11))
ANY_TIME = Waiting(1, 1, 50, None, (), time(0), time(23, 59), None, at(9, day=1))


@pytest.mark.parametrize(
    "wish",
    [{}, {"clinician_id": DANA}, {"weekdays": (1,)}, {"opens": time(10), "closes": time(10, 50)}, {"minutes": 60}],
)
def test_a_freed_time_suits_who_wished_for_such_a_one(wish: dict[str, Any]) -> None:
    assert suits(replace(ANY_TIME, **wish), DANA, FREED, CHICAGO)


@pytest.mark.parametrize(
    "wish",
    [
        {"clinician_id": 2},
        {"weekdays": (0, 2)},
        {"opens": time(10, 1)},
        {"closes": time(10, 49)},
        {"minutes": 61},
        {"until": date(2027, 3, 1)},
    ],
)
def test_a_freed_time_is_not_offered_to_whom_it_does_not_suit(wish: dict[str, Any]) -> None:
    assert not suits(replace(ANY_TIME, **wish), DANA, FREED, CHICAGO)


def test_the_longest_waiting_are_asked_first() -> None:
    late, early = replace(ANY_TIME, entry_id=1, since=at(9)), replace(ANY_TIME, entry_id=2, since=at(8))
    found = suitable([late, early], DANA, FREED, CHICAGO)
    assert [match.entry_id for match in found] == [2, 1]
    assert found[0].why == "waits since 2027-03-02 for any day, any time"


@pytest.mark.parametrize(
    ("now", "starts", "until"),
    [
        (at(9), at(9, day=9), at(13)),
        (at(9), at(14), at(12)),
        (at(22), at(14, day=9), at(12, day=3)),
        (at(5), at(14, day=9), at(12)),
        (at(12), at(14), None),
        (at(15), at(14), None),
    ],
)
def test_an_offer_holds_four_hours_of_daytime_and_ends_before_the_session(
    now: datetime, starts: datetime, until: datetime | None
) -> None:
    assert expires(now, starts, CHICAGO) == until


def test_nobody_is_woken_by_an_offer_that_ends_at_night() -> None:
    for hour in range(24):
        until = expires(at(hour), at(9, day=20), CHICAGO)
        assert until is not None
        assert until - at(hour) >= timedelta(hours=4)
