"""The steps of a session: what is refused, what each answers, and that its doors close behind it."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from activities import sessions
from models.errors import Refused
from models.facts import By, Status
from models.messages import Outcome
from models.tables import AttendanceRow, SessionMove
from tests.activities.practice import DAY, HOUR, Desk, usd

NOBODY = UUID(int=99)


def over(desk: Desk, how: str) -> UUID:
    """A session that ended in this way, with client 1."""
    session = desk.book(desk.client(), starts=desk.now + HOUR)
    if how == "cancelled":
        desk.cancel(session)
        return session
    desk.now += 2 * HOUR
    if how == "attended":
        desk.attend(session)
    else:
        desk.no_show(session)
    return session


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"service_id": 9}, "no service 9"),
        ({"clinician_id": 9}, "no active clinician 9"),
        ({"starts": "past"}, "lies in the past"),
        ({"entered_afterwards": True}, "lies in the future"),
    ],
)
def test_a_booking_that_cannot_be_is_refused(desk: Desk, changes: dict[str, object], words: str) -> None:
    if changes.get("starts"):
        changes = {"starts": desk.now - timedelta(minutes=1)}
    with pytest.raises(Refused, match=words):
        desk.book(desk.client(), **changes)


@pytest.mark.parametrize("clients", [(), (1, 1), (1, 9)])
def test_a_session_needs_clients_that_are_there_each_once(desk: Desk, clients: tuple[int, ...]) -> None:
    desk.client()
    with pytest.raises(Refused, match="client"):
        desk.book(*clients)


def test_a_session_entered_afterwards_is_booked_and_mails_nobody(desk: Desk) -> None:
    session = desk.book(desk.client(), starts=desk.now - 2 * DAY, entered_afterwards=True)
    desk.attend(session)
    desk.sign(session)
    assert desk.balance("income:session") == usd("-150.00")
    assert "booked" not in [m.kind for m in desk.mails]


@pytest.mark.parametrize("how", ["cancelled", "attended", "no_show"])
def test_what_is_over_is_not_cancelled_confirmed_moved_or_ended_again(desk: Desk, how: str) -> None:
    session = over(desk, how)
    before = desk.entries()
    wishes: list[Callable[[], object]] = [
        lambda: desk.cancel(session),
        lambda: desk.move(session, desk.now + 3 * DAY),
        lambda: desk.ask(sessions.confirm, Outcome(session, Status.CONFIRMED)),
        lambda: desk.no_show(session),
    ]
    for wish in wishes:
        with pytest.raises(Refused):
            wish()
    assert desk.entries() == before


def test_an_outcome_is_not_recorded_before_the_start(desk: Desk) -> None:
    session = desk.book(desk.client())
    for early in (desk.attend, desk.no_show, desk.sign):
        with pytest.raises(Refused, match="not started"):
            early(session)


@pytest.mark.parametrize("minutes", [0, -5, 1441])
def test_nobody_stays_for_impossible_minutes(desk: Desk, minutes: int) -> None:
    session = desk.book(desk.client(), starts=desk.now + HOUR)
    desk.now += 2 * HOUR
    with pytest.raises(Refused, match="not a length"):
        desk.attend(session, minutes=minutes)


def test_a_session_that_is_not_there_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused, match="no such session"):
        desk.cancel(NOBODY)


def test_a_stranger_has_no_outcome_in_a_session(desk: Desk) -> None:
    session, stranger = over(desk, "no_show"), desk.client()
    with pytest.raises(Refused, match="not in this session"):
        desk.attend(session, stranger)


def test_each_attendee_has_an_own_ending_and_the_session_waits_for_the_last(desk: Desk) -> None:
    desk.pay_rule("flat", "60.00")
    one, other = desk.client(), desk.client()
    session = desk.book(one, other, starts=desk.now + HOUR)
    desk.now += 2 * HOUR
    assert desk.attend(session, one).undecided == 1
    assert desk.sign(session).over is False
    assert desk.balance(f"receivable:client:{one}") == usd("150.00")
    assert desk.pay_lines() == []
    assert desk.no_show(session, other).over
    assert [line.amount for line in desk.pay_lines()] == [usd("60.00")]


def test_a_note_is_signed_once(desk: Desk) -> None:
    session = desk.hold(desk.client())
    with pytest.raises(Refused, match="signed already"):
        desk.sign(session)


def test_an_unsigned_note_is_a_task_until_it_is_signed(desk: Desk) -> None:
    session = over(desk, "attended")
    desk.now += DAY
    for _ in range(2):
        desk.ask(sessions.ask_for_note, session)
    assert desk.tasks() == ["unsigned_note"]
    desk.sign(session)
    assert desk.tasks() == []


def test_a_moved_session_gives_its_hour_free_and_takes_the_new_one(desk: Desk) -> None:
    client, starts = desk.client(), desk.now + 3 * DAY
    session = desk.book(client, starts=starts)
    assert desk.move(session, starts + DAY).starts == starts + DAY
    desk.book(client, starts=starts)
    with pytest.raises(Refused, match="another session"):
        desk.book(client, starts=starts + DAY)


def test_who_moved_and_who_cancelled_is_kept(desk: Desk) -> None:
    starts, booked_at = desk.now + 3 * DAY, desk.now
    session = desk.book(desk.client(), starts=starts)
    desk.move(session, starts + DAY)
    desk.now += HOUR
    desk.move(session, starts + 2 * DAY, By.PRACTICE)
    desk.cancel(session, By.PRACTICE)
    assert [(m.number, m.at, m.starts_before, m.starts, m.by) for m in desk.rows(select(SessionMove))] == [
        (1, booked_at, starts, starts + DAY, By.CLIENT),
        (2, booked_at + HOUR, starts + DAY, starts + 2 * DAY, By.PRACTICE),
    ]
    assert desk.rows(select(AttendanceRow.cancelled_by)) == [By.PRACTICE]


def test_a_move_onto_another_session_is_refused_and_charges_nothing(desk: Desk) -> None:
    client = desk.client()
    taken, session = desk.book(client, starts=desk.now + 2 * DAY), desk.book(client, starts=desk.now + HOUR)
    with pytest.raises(Refused, match="another session"):
        desk.move(session, desk.now + 2 * DAY + HOUR / 2)
    assert desk.entries() == []
    assert desk.ask(sessions.look, session).starts == desk.now + HOUR
    assert desk.ask(sessions.look, taken).status == "booked"


def test_reminders_are_at_policy_times_in_the_clients_zone_and_for_those_expected(desk: Desk) -> None:
    here, there = desk.client(), desk.client(timezone="America/Los_Angeles")
    session = desk.book(here, there, starts=desk.now + 5 * DAY)
    reminders = desk.ask(sessions.look, session).reminders
    assert {client for r in reminders for client in r.client_ids} == {here, there}
    desk.cancel(session, client_id=there)
    assert {c for r in desk.ask(sessions.look, session).reminders for c in r.client_ids} == {here}
