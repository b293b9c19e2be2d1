"""Calendars kept elsewhere: their busy times are read, what they are about is not kept; a bad one changes nothing."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import calendars
from models.errors import Refused, Unreachable
from models.facts import By
from models.scheduling import Span
from models.tables import BusyTime, ExternalCalendar
from tests.activities.practice import DAY, HOUR, OPENED, Desk

CHICAGO = ZoneInfo("America/Chicago")
ADDRESS = "https://calendar.example/secret-4711.ics"


def ics(*events: str) -> bytes:
    body = "".join(f"BEGIN:VEVENT\r\nUID:{n}\r\n{event}\r\nEND:VEVENT\r\n" for n, event in enumerate(events))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{body}END:VCALENDAR\r\n".encode()


@dataclass
class FakeWeb:
    """Answers what was laid out; an error is raised."""

    answers: list[bytes | Exception] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        raise AssertionError(f"nothing is posted: {url}, {body!r}, {headers}")

    def get(self, url: str, most: int) -> bytes:
        assert most > 0
        self.asked.append(url)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def reading(desk: Desk, *answers: bytes | Exception) -> FakeWeb:
    """Dana's other calendar, with what it will answer."""
    web = FakeWeb(list(answers))
    desk.world = replace(desk.world, web=web)
    with Database(desk.world.engine) as db, db.begin():
        calendars.connect(db, desk.world.vault, 1, ADDRESS)
    return web


def busy(desk: Desk) -> list[Span]:
    return [Span(row.starts, row.ends) for row in desk.rows(select(BusyTime).order_by(col(BusyTime.starts)))]


def found(*events: str) -> list[str]:
    spans = calendars.busy_times(ics(*events), OPENED, OPENED + 14 * DAY, CHICAGO)
    return [f"{s.starts.astimezone(CHICAGO):%d %H:%M}-{s.ends.astimezone(CHICAGO):%H:%M}" for s in spans]


def test_a_time_in_a_zone_in_utc_and_without_one_are_read_as_they_mean() -> None:
    assert found("DTSTART:20260303T160000Z\r\nDTEND:20260303T170000Z") == ["03 10:00-11:00"]
    assert found("DTSTART;TZID=America/New_York:20260303T110000\r\nDTEND;TZID=America/New_York:20260303T120000") == [
        "03 10:00-11:00"
    ]
    assert found("DTSTART:20260303T100000\r\nDTEND:20260303T110000") == ["03 10:00-11:00"]


def test_a_recurring_event_is_read_at_each_of_its_times_over_the_change_of_clocks() -> None:
    zone = "TZID=America/Chicago"
    event = f"DTSTART;{zone}:20260302T180000\r\nDTEND;{zone}:20260302T190000\r\nRRULE:FREQ=WEEKLY"
    assert found(event) == ["02 18:00-19:00", "09 18:00-19:00"]


def test_whole_days_are_the_practices_days_and_what_takes_no_time_is_left_out() -> None:
    whole = "DTSTART;VALUE=DATE:20260305\r\nDTEND;VALUE=DATE:20260306"
    free = "DTSTART:20260303T160000Z\r\nDTEND:20260303T170000Z\r\nTRANSP:TRANSPARENT"
    gone = "DTSTART:20260304T160000Z\r\nDTEND:20260304T170000Z\r\nSTATUS:CANCELLED"
    assert found(whole, free, gone) == ["05 00:00-00:00"]


@pytest.mark.parametrize("content", [b"", b"<html>sign in</html>", b"\xff\xfe\x00", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT"])
def test_what_is_no_calendar_is_refused(content: bytes) -> None:
    with pytest.raises(Refused, match="not a calendar"):
        calendars.busy_times(content, OPENED, OPENED + DAY, CHICAGO)


def test_busy_times_are_replaced_at_each_reading_and_kept_when_it_fails(desk: Desk) -> None:
    event = "SUMMARY:Dentist\r\nDTSTART:20260303T160000Z\r\nDTEND:20260303T170000Z"
    web = reading(desk, ics(event), Unreachable("no answer"), Refused("the server there answered 404"), ics())
    assert desk.ask(calendars.due, None) == (1,)
    assert desk.ask(calendars.read, 1)
    assert web.asked == [ADDRESS]
    ten = datetime(2026, 3, 3, 10, tzinfo=CHICAGO)
    assert busy(desk) == [Span(ten, ten + HOUR)]
    for trouble in ("no answer", "the server there answered 404"):
        assert not desk.ask(calendars.read, 1)
        assert desk.row(ExternalCalendar, 1).trouble == trouble
        assert busy(desk) == [Span(ten, ten + HOUR)]
    assert desk.ask(calendars.read, 1)
    assert busy(desk) == []
    assert desk.row(ExternalCalendar, 1).trouble == ""


def test_the_address_is_sealed_at_rest(desk: Desk) -> None:
    reading(desk)
    assert b"secret" not in desk.row(ExternalCalendar, 1).address


def test_a_calendar_disconnected_is_forgotten_whole(desk: Desk) -> None:
    reading(desk, ics("DTSTART:20260303T160000Z\r\nDTEND:20260303T170000Z"))
    desk.ask(calendars.read, 1)
    with Database(desk.world.engine) as db, db.begin():
        calendars.disconnect(db, 1)
    assert busy(desk) == []
    assert desk.ask(calendars.due, None) == ()
    assert not desk.ask(calendars.read, 1)


def test_the_feed_has_the_sessions_that_are_held_and_nobodys_name(desk: Desk) -> None:
    kept = desk.book(desk.client(), starts=desk.now + DAY)
    desk.cancel(desk.book(desk.client(), starts=desk.now + 2 * DAY), By.PRACTICE)
    desk.book(desk.client(), starts=desk.now + 3 * DAY, clinician_id=desk.clinician())
    with Database(desk.world.engine) as db, db.begin():
        former = calendars.new_feed(db, 1, desk.now)
        secret = calendars.new_feed(db, 1, desk.now)
        assert calendars.feed(db, former, desk.now) is None
        file = calendars.feed(db, secret, desk.now + timedelta(minutes=1))
    assert file is not None
    [event] = Calendar.from_ical(file).events
    assert (event["uid"], event["summary"]) == (f"{kept}@feed", "Session")
    assert event.start == desk.now + DAY
    assert b"Doe" not in file
