"""A step is done once: asked again after a crash, or twice at the same moment, it answers the same."""

import threading
import traceback
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, text
from sqlmodel import select
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities import payments, sessions
from activities.database import Step, Tx, World, open_engine, step
from models.errors import Parked, Unreachable
from models.messages import Booking, Handover, Money
from models.tables import KeptWords, Payment, Practice, StepDone
from tests.activities.practice import DAY, Desk, FakeRelay, usd

PAYMENT = UUID(int=7)


def asked(desk: Desk, wanted: Step[Any, Any], message: Any, activity_id: str = "1", attempt: int = 1) -> Any:
    """The step as a worker runs it, at an attempt of an activity of one workflow."""
    environment = ActivityEnvironment()
    environment.info = replace(
        environment.info,
        activity_id=activity_id,
        attempt=attempt,
        started_time=desk.now,
        workflow_id="payment/7",
        workflow_run_id="run",
    )
    return environment.run(wanted.bind(desk.world), message)


def paying(client: int, amount: str = "40.00", payment_id: UUID = PAYMENT) -> Money:
    return Money(payment_id, "payment", client, usd(amount), "cash")


def relayed(desk: Desk) -> list[Handover]:
    relay: Any = desk.world.relay
    assert isinstance(relay, FakeRelay)
    return relay.handed


def test_a_step_asked_again_answers_the_same_and_changes_nothing(desk: Desk) -> None:
    client = desk.client()
    first = asked(desk, payments.record, paying(client))
    desk.pay(client, "5.00")
    desk.now += DAY
    again = asked(desk, payments.record, paying(client), attempt=2)
    assert again == first
    assert first.balance == usd("-40.00")
    assert len(desk.entries()) == 2
    assert len(desk.rows(select(StepDone))) == 1


def test_what_follows_is_handed_on_again_after_a_crash_between_commit_and_relay(desk: Desk) -> None:
    client = desk.client()
    for attempt in (1, 2):
        asked(desk, payments.record, paying(client), attempt=attempt)
    first, second = relayed(desk)
    assert first == second
    assert [m.kind for m in first.mails] == ["receipt"]


def test_the_next_step_of_the_same_workflow_is_another_step(desk: Desk) -> None:
    client = desk.client()
    asked(desk, payments.record, paying(client))
    asked(desk, payments.record, paying(client, payment_id=UUID(int=8)), activity_id="2")
    assert desk.balance("cash:cash") == usd("80.00")


def test_of_two_attempts_at_the_same_moment_one_counts_and_both_answer_the_same(desk: Desk) -> None:
    client = desk.client()
    answers: list[Any] = []
    together = threading.Barrier(2)

    def attempt(number: int) -> None:
        together.wait()
        try:
            answers.append(asked(desk, payments.record, paying(client), attempt=number))
        except Exception:  # the database refused the second: Temporal asks again
            answers.append(asked(desk, payments.record, paying(client), attempt=number + 2))

    threads = [threading.Thread(target=attempt, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers[0] == answers[1]
    assert desk.balance("cash:cash") == usd("40.00")
    assert len(desk.rows(select(Payment))) == 1


def test_a_refusal_is_told_once_and_leaves_no_trace(desk: Desk) -> None:
    with pytest.raises(ApplicationError, match="no client 99") as told:
        asked(desk, payments.record, paying(99))
    assert (told.value.type, told.value.non_retryable) == ("Refused", True)
    assert desk.rows(select(StepDone)) == []
    assert relayed(desk) == []


def test_a_refused_step_may_be_asked_again_when_it_has_become_possible(desk: Desk) -> None:
    booking = Booking(UUID(int=1), 1, 1, (1,), desk.now + DAY)
    with pytest.raises(ApplicationError):
        asked(desk, sessions.book, booking)
    desk.client()
    assert asked(desk, sessions.book, booking).status == "booked"


WORDS = "Ruth grieves"


@step("test.writes_badly")
def writes_badly(tx: Tx, how: str) -> None:
    """Writes what the database does not take, with a client's words in it."""
    if how == "twice":
        for _ in range(2):
            tx.db.execute(insert(KeptWords).values(id=PAYMENT, about=WORDS, words=b"", kept_at=tx.now))
    tx.db.execute(text("update client set birth = :words"), {"words": WORDS})


@pytest.mark.parametrize(
    ("how", "told"), [("twice", r"UniqueViolation \(kept_words, kept_words_pkey\)"), ("unfit", "InvalidDatetimeFormat")]
)
def test_what_the_database_does_not_take_is_told_without_the_values(desk: Desk, how: str, told: str) -> None:
    desk.client()
    with pytest.raises(ApplicationError, match=told) as failed:
        asked(desk, writes_badly, how)
    printed = "".join(traceback.format_exception(failed.value))
    assert "in writes_badly" in printed
    assert "Ruth" not in printed
    assert not failed.value.non_retryable


@step("test.breaks")
def breaks(tx: Tx, how: str) -> None:
    """Writes, and then fails in some way."""
    tx.practice.name = "changed"
    tx.db.flush()
    raise {"parked": Parked("it contradicts itself"), "bug": KeyError("a bug")}[how]


@pytest.mark.parametrize(("how", "error"), [("parked", ApplicationError), ("bug", KeyError)])
def test_a_step_that_fails_changes_nothing(desk: Desk, how: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        asked(desk, breaks, how)
    assert desk.row(Practice, 1).name == "Elm Street Practice"


def test_a_database_that_does_not_answer_is_unreachable_and_tried_again(desk: Desk) -> None:
    nowhere = open_engine("postgresql://nobody@127.0.0.1:1/none")
    world = desk.world
    desk.world = World(nowhere, world.relay, world.mailer, world.clearinghouse, world.cards, world.vault)
    with pytest.raises(Unreachable, match="does not answer") as told:
        asked(desk, payments.record, paying(1))
    assert "nobody" not in str(told.value)


def test_a_practice_that_is_not_set_up_says_what_to_do(new_engine: Any) -> None:
    desk = Desk.opened(new_engine())
    empty = new_engine()
    world = desk.world
    desk.world = World(empty, world.relay, world.mailer, world.clearinghouse, world.cards, world.vault)
    with pytest.raises(ApplicationError, match="persession setup"):
        asked(desk, breaks, "bug")
