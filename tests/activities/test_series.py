"""The steps of a series: what is booked ahead and left out, how it is changed and ended; nothing is booked twice."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import availability, series
from models.errors import Refused
from models.facts import By
from models.messages import Booking
from models.scheduling import SeriesBooking, SeriesChange, SeriesClash, SeriesEnd, SeriesStanding
from models.tables import SeriesSkip, Session
from tests.activities.practice import DAY, Desk

CHICAGO = ZoneInfo("America/Chicago")
ONE = UUID(int=1)
TUESDAY = date(2026, 3, 3)
"""The day after the desk opens."""
TEN = time(10, 0)
WEEK = timedelta(weeks=1)


def begin(desk: Desk, *clients: int, rule: str = "FREQ=WEEKLY", **changes: Any) -> SeriesStanding:
    known: dict[str, Any] = {"series_id": ONE, "clinician_id": 1, "service_id": 1, "first": TUESDAY, "at": TEN}
    wish = SeriesBooking(client_ids=clients or (desk.client(),), rule=rule, **{**known, **changes})
    return desk.ask(series.begin, wish)


def days(desk: Desk) -> list[date]:
    return [s.starts.astimezone(CHICAGO).date() for s in booked(desk)]


def booked(desk: Desk) -> list[Session]:
    return desk.rows(select(Session).where(~col(Session.released)).order_by(col(Session.starts)))


def tuesdays(*weeks: int) -> list[date]:
    return [TUESDAY + week * WEEK for week in weeks]


def off(desk: Desk, first: date, last: date, clinician_id: int | None = None) -> None:
    with Database(desk.world.engine) as db, db.begin():
        availability.take_off(db, clinician_id, first, last, "", CHICAGO)


def test_a_series_is_booked_eight_weeks_ahead_and_goes_on_as_time_does(desk: Desk) -> None:
    standing = begin(desk)
    assert days(desk) == tuesdays(*range(8))
    assert standing.next_look == desk.now + DAY
    desk.now += DAY
    standing = desk.ask(series.book_ahead, ONE)
    assert days(desk) == tuesdays(*range(9))
    assert standing.next_look == booked(desk)[-1].starts + WEEK - series.AHEAD


def test_a_series_looked_at_again_books_nothing_twice(desk: Desk) -> None:
    begin(desk)
    before = booked(desk)
    for _ in range(3):
        desk.ask(series.book_ahead, ONE)
    begin(desk)
    assert desk.only(series.book_ahead, ONE).handover.bookings == ()
    assert [s.id for s in booked(desk)] == [s.id for s in before]


def test_a_session_of_a_series_has_the_same_name_however_often_it_is_asked_for(desk: Desk) -> None:
    wish = SeriesBooking(ONE, 1, 1, (desk.client(),), "FREQ=WEEKLY;COUNT=2", TUESDAY, TEN)
    first = desk.only(series.begin, wish).handover.bookings
    again = desk.only(series.book_ahead, ONE).handover.bookings
    assert first == again
    assert [b.series_day for b in first] == tuesdays(0, 1)


def test_its_hour_stays_when_the_clocks_change(desk: Desk) -> None:
    begin(desk, rule="FREQ=WEEKLY;COUNT=3")  # Chicago changes its clocks on 8 March 2026
    assert {s.starts.astimezone(CHICAGO).time() for s in booked(desk)} == {TEN}
    assert len({s.starts.time() for s in booked(desk)}) == 2


def test_holidays_and_the_clinicians_time_off_are_left_out_and_come_back_with_them(desk: Desk) -> None:
    first, second, third = tuesdays(1, 2, 3)
    off(desk, first, first)
    off(desk, second, second, 1)
    off(desk, third, third, desk.clinician())
    begin(desk, rule="FREQ=WEEKLY;COUNT=5")
    assert days(desk) == tuesdays(0, 3, 4)
    with Database(desk.world.engine) as db, db.begin():
        availability.come_back(db, 1)
    desk.ask(series.book_ahead, ONE)
    assert days(desk) == tuesdays(0, 1, 3, 4)


def test_a_day_left_out_by_hand_stays_out_and_a_booked_one_is_cancelled_instead(desk: Desk) -> None:
    begin(desk)
    with Database(desk.world.engine) as db, db.begin():
        series.leave_out(db, ONE, TUESDAY + 8 * WEEK, "away")
        with pytest.raises(Refused, match="cancel its session"):
            series.leave_out(db, ONE, TUESDAY, "away")
    desk.now += 2 * WEEK
    desk.ask(series.book_ahead, ONE)
    assert TUESDAY + 8 * WEEK not in days(desk)


def test_a_cancelled_session_of_a_series_is_not_booked_again(desk: Desk) -> None:
    begin(desk)
    desk.cancel(booked(desk)[1].id)
    desk.ask(series.book_ahead, ONE)
    assert days(desk) == tuesdays(0, *range(2, 8))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rule": "FREQ=YEARLY"}, "not a rule"),
        ({"clinician_id": 9}, "no active clinician"),
        ({"service_id": 9}, "no service"),
        ({"first": date(2026, 3, 1)}, "past"),
        ({"rule": "FREQ=WEEKLY;UNTIL=20260301"}, "no date"),
    ],
)
def test_a_series_that_cannot_be_is_refused(desk: Desk, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words):
        begin(desk, **changes)
    assert booked(desk) == []


def test_this_and_following_move_and_what_lies_before_stays(desk: Desk) -> None:
    begin(desk, rule="FREQ=WEEKLY;COUNT=5")
    before = [s.id for s in booked(desk)]
    thursday = TUESDAY + 2 * WEEK + 2 * DAY
    desk.ask(series.change, SeriesChange(ONE, TUESDAY + 2 * WEEK, thursday, time(15, 30), "Room 5"))
    found = booked(desk)
    assert [s.id for s in found] == before, "the same sessions, held at other times"
    assert days(desk) == [*tuesdays(0, 1), *(thursday + week * WEEK for week in range(3))]
    assert [f"{s.starts.astimezone(CHICAGO):%H:%M} {s.place}" for s in found] == ["10:00 "] * 2 + ["15:30 Room 5"] * 3


def test_what_is_booked_after_a_change_follows_it(desk: Desk) -> None:
    begin(desk)
    thursday = TUESDAY + 2 * DAY
    desk.ask(series.change, SeriesChange(ONE, TUESDAY, thursday, TEN, ""))
    desk.now += 3 * WEEK
    desk.ask(series.book_ahead, ONE)
    assert {day.weekday() for day in days(desk)} == {3}
    assert len(days(desk)) == len(set(days(desk))) == 11


@pytest.mark.parametrize("by", [-1, 1, 2])
def test_a_series_moves_by_whole_weeks_and_back_without_booking_a_day_twice(desk: Desk, by: int) -> None:
    first = TUESDAY + 3 * WEEK
    begin(desk, first=first)
    desk.ask(series.change, SeriesChange(ONE, first, first + by * WEEK, time(12, 0), ""))
    desk.ask(series.change, SeriesChange(ONE, first + by * WEEK, first, TEN, ""))
    desk.ask(series.book_ahead, ONE)
    found = days(desk)
    assert len(found) == len(set(found))
    assert found[0] == first
    assert {s.starts.astimezone(CHICAGO).time() for s in booked(desk)} == {TEN}


def test_a_series_ends_from_a_day_on_without_a_fee(desk: Desk) -> None:
    begin(desk)
    standing = desk.ask(series.end, SeriesEnd(ONE, TUESDAY + 3 * WEEK, By.PRACTICE))
    assert days(desk) == tuesdays(0, 1, 2)
    assert standing.next_look is None
    desk.now += 4 * WEEK
    desk.ask(series.book_ahead, ONE)
    assert days(desk) == tuesdays(0, 1, 2)
    assert desk.entries() == []


@pytest.mark.parametrize("day", [TUESDAY + DAY, TUESDAY - WEEK])
def test_a_day_that_is_none_of_the_series_changes_and_ends_nothing(desk: Desk, day: date) -> None:
    begin(desk)
    with pytest.raises(Refused, match="not a day of this series"):
        desk.ask(series.end, SeriesEnd(ONE, day, By.PRACTICE))
    with pytest.raises(Refused, match="not a day of this series"):
        desk.ask(series.change, SeriesChange(ONE, day, TUESDAY, TEN, ""))


def test_a_clash_is_a_task_until_another_time_is_found(desk: Desk) -> None:
    client = desk.client()
    day = TUESDAY + WEEK
    desk.book(client, starts=datetime.combine(day, TEN, CHICAGO))
    wish = SeriesBooking(ONE, 1, 1, (client,), "FREQ=WEEKLY;COUNT=3", TUESDAY, TEN)
    standing = desk.only(series.begin, wish)
    free, taken, last = standing.handover.bookings
    for booking in (free, last):
        desk.follow_booking(booking)
    with pytest.raises(Refused, match="another session"):
        desk.follow_booking(taken)
    desk.ask(series.clashed, SeriesClash(taken.session_id, "taken", ONE, day))
    assert "series_clash" in desk.tasks()
    assert [skip.day for skip in desk.rows(select(SeriesSkip))] == [day]
    desk.ask(series.book_ahead, ONE)
    assert len(booked(desk)) == 3, "not tried again by itself"
    by_hand = Booking(UUID(int=7), 1, 1, (client,), free.starts + DAY, series_id=ONE, series_day=day)
    desk.follow_booking(by_hand)
    assert "series_clash" not in desk.tasks()
    assert desk.rows(select(SeriesSkip)) == []


def test_one_mail_tells_of_a_series_and_none_of_each_session(desk: Desk) -> None:
    one, other = desk.client(), desk.client()
    begin(desk, one, other)
    assert [(m.kind, m.client_id) for m in desk.mails] == [("series", one), ("series", other)]
    desk.ask(series.change, SeriesChange(ONE, TUESDAY, TUESDAY, time(11, 0), ""))
    assert [m.kind for m in desk.mails] == ["series"] * 4
    assert len({m.key for m in desk.mails}) == 4
