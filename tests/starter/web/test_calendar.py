"""The calendar's pages: seen by day, week and month; booked, moved, cancelled and ended with the price said before."""

import re
from datetime import date, time, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import availability
from activities.availability import Shift
from models.tables import Coverage, Practice, Service, Session, WaitlistEntry
from starter.web.access.permissions import Role
from tests.starter.web.pages import Browser, Pages, Screen, unfit
from tests.workflows.practice import ANA, DANA, ERIN, INA, THERAPY, TZ, Life

CLINICAL = re.compile(r"clinic|therap|patient|diagnos|claim|copay|coverage|payer|chart")


def day(life: Life, number: int) -> date:
    return life.at(number, 12).astimezone(TZ).date()


def with_hours(life: Life) -> None:
    """Dana works nine to five, Monday to Friday."""
    shifts = [Shift(weekday, time(9), time(17)) for weekday in range(5)]
    with Database(life.office.engine) as db, db.begin():
        availability.set_hours(db, DANA, shifts, day(life, 0))


def off(life: Life, number: int, clinician_id: int | None = None) -> None:
    with Database(life.office.engine) as db, db.begin():
        availability.take_off(db, clinician_id, day(life, number), day(life, number), "Closed", TZ)


def sessions(life: Life) -> list[Session]:
    return life.rows(select(Session).order_by(col(Session.starts)))


async def booked(browser: Browser, life: Life, **changes: object) -> str:
    """The words of the page after booking Ana with Dana on Thursday at ten."""
    fields = {
        "client_ids": ANA,
        "clinician_id": DANA,
        "service_id": THERAPY,
        "day": day(life, 3),
        "at": "10:00",
        "place": "Room 2",
        **changes,
    }
    return (await browser.post("/sessions/new", **fields)).words


async def test_a_free_time_is_clicked_and_booked_for_whom_one_finds_by_name(pages: Pages) -> None:
    with_hours(pages.life)
    desk = await pages.as_(Role.FRONT_DESK)
    thursday = day(pages.life, 3)
    seen = await desk.get(f"/calendar?view=day&day={thursday}&clinician={DANA}")
    link = f"/sessions/new?starts={thursday}T10:00&amp;clinician={DANA}"
    assert link in seen.text
    form = await desk.get(link.replace("&amp;", "&"))
    assert form.value("at") == "10:00"
    found = await desk.post("/sessions/new", find="yes", who="ortiz", day=thursday, at="10:00", clinician_id=DANA)
    assert "Ana Ortiz, born 1985-05-17" in found.words
    assert "Ortiz" not in found.path
    assert "Booked." in await booked(desk, pages.life)
    assert "Ana Ortiz" in (await desk.get(f"/calendar?view=week&day={thursday}&clinician={DANA}")).words
    assert "Ana Ortiz" in (await desk.get(f"/calendar?view=month&day={thursday}")).words


async def test_the_form_sent_twice_books_once(pages: Pages) -> None:
    desk, wish = await pages.as_(Role.FRONT_DESK), uuid4()
    for _ in range(2):
        assert "Booked." in await booked(desk, pages.life, wish=wish)
    assert len(sessions(pages.life)) == 1


async def test_a_taken_time_is_said_at_the_field_and_what_was_typed_is_kept(pages: Pages) -> None:
    desk = await pages.as_(Role.FRONT_DESK)
    await booked(desk, pages.life)
    answer = await desk.post(
        "/sessions/new",
        client_ids=INA,
        clinician_id=DANA,
        service_id=THERAPY,
        day=day(pages.life, 3),
        at="10:30",
        place="<script>alert(1)</script>",
    )
    assert answer.status == 422
    assert "another session" in answer.words
    assert answer.value("place") == "<script>alert(1)</script>"
    assert "<script>alert" not in answer.text


async def test_what_speaks_against_a_time_is_said_first_and_forbids_nothing(pages: Pages) -> None:
    with_hours(pages.life)
    off(pages.life, 4)
    desk = await pages.as_(Role.FRONT_DESK)
    assert "outside the working hours" in await booked(desk, pages.life, at="19:00")
    assert "Closed: this is time off" in await booked(desk, pages.life, day=day(pages.life, 4))
    assert sessions(pages.life) == []
    assert "Booked." in await booked(desk, pages.life, day=day(pages.life, 4), sure="true")


async def test_the_fee_is_said_before_one_cancels_and_again_as_charged(pages: Pages) -> None:
    life, desk = pages.life, await pages.as_(Role.FRONT_DESK)
    session_id = await life.book(life.at(0, 10))
    page = await desk.get(f"/sessions/{session_id}/cancel")
    assert "$75.00 Cancelled with less than 24 hours' notice" in page.words
    assert "no fee Cancelled: no fee" in page.words, "where the practice wishes it"
    seen = page.value("seen")
    answer = await desk.post(f"/sessions/{session_id}/cancel", seen=seen, by="client")
    assert "late cancelled" in answer.words
    assert "Waive the fee of $75.00" in answer.words
    waived = await desk.post(f"/sessions/{session_id}/waive", client_id=ANA, reason="was ill")
    assert "The fee is waived." in waived.words
    assert life.owed() == 0


async def test_who_looked_at_an_older_page_hears_how_the_session_stands_now(pages: Pages) -> None:
    """Two people at the desk change the same session."""
    life = pages.life
    one, other = await pages.as_(Role.FRONT_DESK), await pages.as_(Role.FRONT_DESK)
    session_id = await life.book(life.at(3, 10))
    seen = (await one.get(f"/sessions/{session_id}/cancel")).value("seen")
    wish = {"seen": (await other.get(f"/sessions/{session_id}/move")).value("seen"), "by": "practice"}
    for _ in range(2):
        moved = await other.post(f"/sessions/{session_id}/move", **wish, day=day(life, 4), at="11:00")
        assert "Moved." in moved.words
    elsewhere = await other.post(f"/sessions/{session_id}/move", **wish, day=day(life, 4), at="12:00")
    assert elsewhere.status == 422
    stale = await one.post(f"/sessions/{session_id}/cancel", seen=seen, by="client")
    assert stale.status == 422
    assert "somebody changed this session meanwhile: it is booked, at" in stale.words
    assert life.statuses(session_id) == ["booked"]


async def test_a_session_is_checked_in_and_its_outcome_recorded_with_the_share_said_before(pages: Pages) -> None:
    life, desk = pages.life, await pages.as_(Role.FRONT_DESK)
    life.change(Coverage, 1, copay=Decimal("25.00"))
    session_id = await life.book(life.at(0, 10), ANA, INA)
    listed = await desk.post(f"/sessions/{session_id}/check-in", client_id=ANA, back="today")
    assert "here" in listed.words.lower()
    assert "since 12:00 am" in listed.words
    await life.sleep_until(life.at(0, 11))
    desk = await pages.as_(Role.FRONT_DESK)
    page = await desk.get(f"/sessions/{session_id}/outcome")
    assert "$150.00 Service rate" in page.words
    assert "$25.00" in page.words
    assert "opay of the coverage" in page.words
    done = await desk.post(f"/sessions/{session_id}/outcome", seen=page.value("seen"), how="attended", client_id=ANA)
    assert "Recorded: attended." in done.words
    page = await desk.get(f"/sessions/{session_id}/outcome")
    await desk.post(f"/sessions/{session_id}/outcome", seen=page.value("seen"), how="no_show", client_id=INA)
    assert life.statuses(session_id) == ["attended", "no_show"]


async def test_somebody_joins_a_group_and_leaves_it_again(pages: Pages) -> None:
    life, desk = pages.life, await pages.as_(Role.FRONT_DESK)
    session_id = await life.book(life.at(3, 10))
    assert "Ina Ortiz" in (await desk.post(f"/sessions/{session_id}/find", who="ina")).words
    assert "Added." in (await desk.post(f"/sessions/{session_id}/join", client_id=INA)).words
    assert "already" in (await desk.post(f"/sessions/{session_id}/join", client_id=INA)).words
    page = await desk.get(f"/sessions/{session_id}/cancel?client_id={INA}")
    await desk.post(f"/sessions/{session_id}/cancel", seen=page.value("seen"), by="practice", client_id=INA)
    assert life.statuses(session_id) == ["booked", "cancelled"]
    assert "Added." in (await desk.post(f"/sessions/{session_id}/join", client_id=INA)).words
    assert life.statuses(session_id) == ["booked", "booked"]


async def test_a_series_is_shown_before_it_is_booked_then_moved_and_ended(pages: Pages) -> None:
    life, desk = pages.life, await pages.as_(Role.FRONT_DESK)
    off(life, 10)
    many = {"rhythm": "weekly", "every": 1, "times": 4}
    shown = await booked(desk, life, **many)
    assert "3 of 4 in the next half year" in shown
    assert "left out: Closed" in shown
    assert sessions(life) == []
    wish = uuid4()
    for _ in range(2):
        assert "The series is booked." in await booked(desk, life, **many, sure="true", wish=wish)
    await life.eventually(lambda: len(sessions(life)) == 3)
    second = day(life, 17)
    moved = await desk.post(
        f"/series/{wish}/change", from_day=second, to_day=second + timedelta(days=1), at="15:00", place="Room 3"
    )
    assert "The series is changed" in moved.words
    await life.eventually(lambda: [s.place for s in sessions(life)] == ["Room 2", "Room 3", "Room 3"])
    assert [s.starts.astimezone(TZ).strftime("%a %H:%M") for s in sessions(life)] == [
        "Thu 10:00",
        "Fri 15:00",
        "Fri 15:00",
    ]
    ended = await desk.post(f"/series/{wish}/end", from_day=second + timedelta(days=1), by="practice")
    assert "The series ends" in ended.words
    await life.eventually(lambda: sum(not s.released for s in sessions(life)) == 1)


async def test_a_date_of_a_series_that_is_taken_becomes_a_task_and_is_found_another_time(pages: Pages) -> None:
    life, desk = pages.life, await pages.as_(Role.FRONT_DESK)
    await life.book(life.at(10, 10), INA)
    many = {"rhythm": "weekly", "times": 2, "sure": "true"}
    wish = uuid4()
    assert "The series is booked." in await booked(desk, life, **many, wish=wish)
    await life.eventually(lambda: "series_clash" in life.tasks())
    page = await desk.get(f"/series/{wish}")
    assert "left out: there is another session" in page.words
    await booked(desk, life, day=day(life, 10), at="13:00", series_id=wish, series_day=day(life, 10))
    await life.eventually(lambda: "series_clash" not in life.tasks())
    assert "left out" not in (await desk.get(f"/series/{wish}")).words


async def test_a_freed_time_is_offered_to_who_waits_and_taken(pages: Pages) -> None:
    life, desk = pages.life, await pages.as_(Role.FRONT_DESK)
    session_id = await life.book(life.at(3, 10))
    kept = await desk.post("/waitlist/new", client_id=INA, service_id=THERAPY, weekdays=[3])
    assert "On the waitlist." in kept.words
    again = await desk.post("/waitlist/new", client_id=INA, service_id=THERAPY)
    assert "waits for this service already" in again.words
    page = await desk.get(f"/sessions/{session_id}/cancel")
    await desk.post(f"/sessions/{session_id}/cancel", seen=page.value("seen"), by="client")
    await life.eventually(lambda: "offer" in life.mails(INA))
    assert "open" in (await desk.get("/waitlist")).words
    for _ in range(2):
        assert "Taken off the waitlist." in (await desk.post("/waitlist/1/withdraw")).words


@pytest.mark.parametrize("path", ["/sessions/{}", "/sessions/{}/cancel", "/sessions/{}/move", "/sessions/{}/outcome"])
async def test_a_clinician_sees_only_their_own_sessions(pages: Pages, path: str) -> None:
    life = pages.life
    mine = await life.book(life.at(3, 10))
    others = await life.book(life.at(3, 10), INA, clinician=ERIN)
    clinician = await pages.as_(Role.CLINICIAN, clinician_id=DANA)
    assert (await clinician.get(path.format(mine))).status == 200
    assert (await clinician.get(path.format(others))).status == 404
    assert (await clinician.get(path.format(UUID(int=5)))).status == 404
    shown = (await clinician.get(f"/calendar?day={day(life, 3)}")).words
    assert "Ana Ortiz" in shown
    assert "Ina Ortiz" not in shown


async def test_hours_time_off_and_a_feed_are_set_by_their_clinician(pages: Pages) -> None:
    life = pages.life
    dana = await pages.as_(Role.CLINICIAN, clinician_id=DANA)
    assert (await dana.get(f"/availability/{ERIN}")).status == 404
    base = f"/availability/{DANA}"
    wrong = await dana.post(f"{base}/hours", since=day(life, 0), opens_0_0="17:00", closes_0_0="09:00")
    assert "must end after they begin" in wrong.words
    assert wrong.value("opens_0_0") == "17:00"
    kept = await dana.post(f"{base}/hours", since=day(life, 0), opens_0_0="09:00", closes_0_0="12:00")
    assert "The working hours are set." in kept.words
    await life.book(life.at(3, 10))
    gone = await dana.post(f"{base}/off", first=day(life, 3), reason="Training")
    assert "These sessions stand in a time off" in gone.words
    some = await dana.post(f"{base}/off", first=day(life, 4), opens="09:00", closes="11:00", reason="Dentist")
    assert "9:00 am to 11:00 am" in some.words
    assert "must end after" in (await dana.post(f"{base}/off", first=day(life, 4), opens="11:00", closes="09:00")).words
    made = await dana.post(f"{base}/feed")
    address = made.text.partition("/feeds/")[2].partition("<")[0]
    anybody = await pages.someone()
    feed = (await anybody.get(f"/feeds/{address}")).text
    assert "SUMMARY:Session" in feed
    assert "Ortiz" not in feed
    await dana.post(f"{base}/feed/end")
    assert (await anybody.get(f"/feeds/{address}")).status == 404


async def test_a_calendar_that_cannot_be_read_says_so_and_keeps_its_address_to_itself(pages: Pages) -> None:
    dana = await pages.as_(Role.CLINICIAN, clinician_id=DANA)
    base = f"/availability/{DANA}"
    assert "begins with https" in (await dana.post(f"{base}/calendar", address="file:///etc/passwd")).words
    inside = await dana.post(f"{base}/calendar", address="http://127.0.0.1:9/secret.ics")
    assert "It could not be read: its host stands in a private network" in inside.words
    assert "secret.ics" not in inside.text


async def test_tutors_read_no_clinical_word(pages: Pages) -> None:
    life = pages.life
    life.change(Practice, 1, kind="tutoring")
    life.change(Service, THERAPY, name="Algebra")
    desk = await pages.as_(Role.FRONT_DESK)
    session_id = await life.book(life.at(3, 10))
    paths = ["/calendar", "/calendar?view=month", "/calendar/today", "/sessions/new", "/waitlist/new", "/availability"]
    paths += [f"/sessions/{session_id}{page}" for page in ("", "/cancel", "/move", "/outcome")]
    for path in [*paths, f"/availability/{DANA}"]:
        answer = await desk.get(path)
        assert answer.status == 200, path
        assert not CLINICAL.search(answer.words.lower()), path


async def test_every_page_is_readable_by_everybody_at_every_width(screen: Screen) -> None:
    life = screen.pages.life
    with_hours(life)
    off(life, 4)
    first = await life.book(life.at(0, 10), ANA, INA)
    later = await life.book(life.at(3, 10))
    await life.office.sessions.confirm(later)
    await life.book(life.at(3, 12), INA, clinician=ERIN)
    wish = uuid4()
    await life.office.series.book(DANA, THERAPY, (ANA,), "FREQ=WEEKLY;COUNT=3", day(life, 1), time(14), "Room 1", wish)
    await life.eventually(lambda: len(sessions(life)) == 6)
    with Database(life.office.engine) as db, db.begin():
        db.add(WaitlistEntry(client_id=INA, service_id=THERAPY, weekdays=[1, 3], created_at=life.clock[0]))
    await life.sleep_until(life.at(0, 9, 40))
    thursday = day(life, 3)
    paths = (
        f"/calendar?day={thursday}",
        f"/calendar?view=week&day={thursday}&clinician={DANA}",
        f"/calendar?view=week&day={thursday}",
        f"/calendar?view=month&day={thursday}",
        "/calendar/today",
        f"/sessions/new?starts={thursday}T15:00&clinician={DANA}&client={ANA}",
        f"/sessions/{first}",
        f"/sessions/{later}/cancel",
        f"/sessions/{later}/move",
        f"/sessions/{first}/outcome",
        f"/series/{wish}",
        "/waitlist",
        "/waitlist/1",
        "/waitlist/new",
        "/availability",
        f"/availability/{DANA}",
    )
    assert await unfit(await screen.as_(Role.FRONT_DESK), *paths) == []
