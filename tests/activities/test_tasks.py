"""Tasks: one for a cause, due for a role, gone with their cause."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

import pytest
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import mail, reviews, tasks
from activities.database import Tx
from activities.tasks import Errand
from models.errors import Refused
from models.facts import TaskKind
from models.messages import Mail, TaskChange, TaskClosing, TaskStart
from models.tables import Account, Client, Coverage, Message, Task, TaskEvent
from tests.activities.practice import DAY, HOUR, Desk


def opened(desk: Desk, kind: TaskKind = TaskKind.CLAIM_HELD, cause: str = "claim/C1") -> tuple[TaskStart, ...]:
    """Open a task; what was started for it."""
    with Database(desk.world.engine) as db, db.begin():
        tx = Tx(db, desk.now, desk.world)
        tasks.open_task(tx, kind, cause, "do something")
        return tx.after.handover().tasks


def said_done(desk: Desk, task_id: UUID, words: str = "called the payer") -> None:
    """A person closes a task, in their words."""
    comment_id = uuid5(task_id, words)
    with Database(desk.world.engine) as db, db.begin():
        tasks.comment(db, task_id, comment_id, words, None, desk.now)
    desk.ask(tasks.close, TaskClosing(task_id, comment_id))


def account(desk: Desk, name: str, *roles: str, clinician_id: int | None = None) -> int:
    login = f"{name.lower()}@elmstreet.example"
    row = Account(login=login, email=login, name=name, roles=list(roles), created_at=desk.now)
    row.clinician_id = clinician_id
    return desk.add(row).id or 0


def errand(desk: Desk, **changes: Any) -> Errand:
    """A task that a person makes, and its start."""
    known: dict[str, Any] = {"id": UUID(int=9), "title": "Order forms", "details": "", "role": "front_desk"}
    made = Errand(**{**known, "due_at": desk.now + 3 * DAY, **changes})
    with Database(desk.world.engine) as db, db.begin():
        tasks.write_errand(db, made, desk.now)
    return made


def history(desk: Desk, task_id: UUID) -> list[tuple[str, str]]:
    query = select(TaskEvent).where(TaskEvent.task_id == task_id).order_by(col(TaskEvent.at), col(TaskEvent.deed))
    return [(event.deed, event.words) for event in desk.rows(query)]


def addressed(desk: Desk) -> list[tuple[str, int | None]]:
    """Whom steps asked to mail what."""
    return [(mail.kind, mail.account_id) for mail in desk.mails]


def closed(desk: Desk, cause: str, *kinds: TaskKind) -> tuple[UUID, ...]:
    with Database(desk.world.engine) as db, db.begin():
        tx = Tx(db, desk.now, desk.world)
        tasks.close_tasks(tx, cause, "its cause is gone", *kinds)
        return tx.after.handover().closed_tasks


def test_a_cause_has_one_open_task_of_a_kind(desk: Desk) -> None:
    assert len(opened(desk)) == 1
    assert opened(desk) == ()
    assert len(opened(desk, TaskKind.CLAIM_DENIED)) == 1
    assert len(opened(desk, cause="claim/C2")) == 1


def test_a_cause_that_comes_back_is_a_new_task(desk: Desk) -> None:
    [first] = opened(desk)
    assert closed(desk, "claim/C1") == (first.id,)
    desk.now += DAY
    [second] = opened(desk)
    assert second.id != first.id


def test_only_the_named_kinds_are_closed(desk: Desk) -> None:
    opened(desk)
    opened(desk, TaskKind.TIMELY_FILING)
    closed(desk, "claim/C1", TaskKind.TIMELY_FILING)
    assert desk.tasks() == ["claim_held"]


def test_a_task_is_escalated_only_while_it_is_open(desk: Desk) -> None:
    [late], [done] = opened(desk), opened(desk, cause="claim/C2")
    said_done(desk, done.id)
    for start in (late, done):
        desk.ask(tasks.escalate, start)
    rows = desk.rows(select(Task).order_by(col(Task.cause)))
    assert [row.escalated_at is not None for row in rows] == [True, False]
    assert rows[1].closed_because == "called the payer"


def test_a_task_closed_twice_keeps_its_first_reason(desk: Desk) -> None:
    [start] = opened(desk)
    for because in ("first", "second"):
        said_done(desk, start.id, because)
    assert desk.row(Task, start.id).closed_because == "first"


def test_a_task_that_is_not_there_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused, match="no such task"):
        desk.ask(tasks.close, TaskClosing(UUID(int=1), UUID(int=2)))


def test_a_cause_that_comes_back_in_the_same_moment_is_a_new_task(desk: Desk) -> None:
    [first] = opened(desk)
    closed(desk, "claim/C1")
    [second] = opened(desk)
    assert second.id != first.id


def test_a_task_remembers_all_that_was_done_with_it(desk: Desk) -> None:
    ada = account(desk, "Ada", "biller")
    [start] = opened(desk)
    desk.now += HOUR
    desk.ask(tasks.change, TaskChange(start.id, "biller", ada, start.due_at + DAY, ada))
    desk.now += HOUR
    said_done(desk, start.id, "paid meanwhile")
    assert history(desk, start.id) == [
        ("opened", ""),
        ("assigned", "Ada"),
        ("moved", "2026-03-05 09:00"),
        ("closed", "paid meanwhile"),
        ("commented", "paid meanwhile"),
    ]


def test_a_moved_task_reminds_and_escalates_later_too(desk: Desk) -> None:
    [start] = opened(desk)
    moved = desk.ask(tasks.change, TaskChange(start.id, "biller", None, start.due_at + DAY))
    assert moved.due_at == start.due_at + DAY
    assert moved.remind_at == (start.remind_at or desk.now) + DAY
    assert moved.escalate_at == start.escalate_at + DAY


def test_the_same_change_twice_is_one(desk: Desk) -> None:
    [start] = opened(desk)
    wish = TaskChange(start.id, "owner", None, start.due_at + DAY)
    assert desk.ask(tasks.change, wish) == desk.ask(tasks.change, wish)
    assert len(history(desk, start.id)) == 3


def test_an_escalated_task_that_is_moved_is_escalated_no_more(desk: Desk) -> None:
    [start] = opened(desk)
    desk.now = start.escalate_at
    desk.ask(tasks.escalate, start)
    desk.ask(tasks.change, TaskChange(start.id, "biller", None, desk.now + DAY))
    assert desk.row(Task, start.id).escalated_at is None


def test_a_closed_task_or_an_unknown_role_is_refused(desk: Desk) -> None:
    [start] = opened(desk)
    wish = TaskChange(start.id, "astronaut", None, start.due_at)
    with pytest.raises(Refused, match="nobody a task can be given to"):
        desk.ask(tasks.change, wish)
    said_done(desk, start.id)
    with pytest.raises(Refused, match="closed: called the payer"):
        desk.ask(tasks.change, replace(wish, role="biller"))


def test_a_reminder_goes_to_the_person_or_to_everybody_of_the_role(desk: Desk) -> None:
    ada, bob, _cy = (
        account(desk, name, role) for name, role in (("Ada", "biller"), ("Bob", "biller"), ("Cy", "owner"))
    )
    [start] = opened(desk)
    desk.ask(tasks.remind, start)
    assert addressed(desk) == [("tasks_due", ada), ("tasks_due", bob)]
    desk.mails.clear()
    desk.ask(tasks.change, TaskChange(start.id, "biller", bob, start.due_at))
    desk.ask(tasks.remind, start)
    assert addressed(desk) == [("tasks_due", bob)]


def test_a_clinicians_task_reminds_that_clinician_alone(desk: Desk) -> None:
    other = desk.clinician()
    account(desk, "Ada", "clinician", clinician_id=1)
    bea = account(desk, "Bea", "clinician", clinician_id=other)
    with Database(desk.world.engine) as db, db.begin():
        tx = Tx(db, desk.now, desk.world)
        tasks.open_task(tx, TaskKind.UNSIGNED_NOTE, "session/1", "sign it", clinician_id=other)
        [start] = tx.after.tasks
    desk.ask(tasks.remind, start)
    assert addressed(desk) == [("tasks_due", bea)]


def test_a_day_has_one_reminder_a_person_that_counts_and_names_nothing(desk: Desk) -> None:
    account(desk, "Ada", "biller")
    for start in (*opened(desk), *opened(desk, cause="claim/C2")):
        desk.now = start.due_at - HOUR
        desk.ask(tasks.remind, start)
    for one in desk.mails:
        desk.ask(mail.send, one)
    [sent] = desk.mailer.sent
    body = sent.get_body(("plain",))
    assert sent["To"] == "ada@elmstreet.example"
    assert body is not None
    assert "Due:   2" in body.get_content()
    assert "claim" not in body.get_content()


def test_the_owner_hears_of_an_escalated_task_once(desk: Desk) -> None:
    account(desk, "Ada", "biller")
    cy = account(desk, "Cy", "owner")
    [start] = opened(desk)
    for _ in range(2):
        desk.ask(tasks.escalate, start)
    assert addressed(desk) == [("tasks_escalated", cy)]


def test_a_persons_task_is_kept_once_with_its_words(desk: Desk) -> None:
    made = errand(desk)
    errand(desk, title="Order other forms")
    row = desk.row(Task, made.id)
    assert (row.kind, row.what, row.role) == ("by_hand", "Order forms", "front_desk")
    assert history(desk, made.id) == [("opened", "")]


@pytest.mark.parametrize(
    ("wrong", "why"), [({"title": " "}, "title"), ({"role": "nobody"}, "given to"), ({"details": "x" * 4001}, "4000")]
)
def test_a_persons_task_needs_a_title_and_somebody(desk: Desk, wrong: dict[str, str], why: str) -> None:
    with pytest.raises(Refused, match=why):
        errand(desk, **wrong)


def test_a_comment_sent_twice_is_said_once(desk: Desk) -> None:
    [start] = opened(desk)
    with Database(desk.world.engine) as db, db.begin():
        for _ in range(2):
            tasks.comment(db, start.id, UUID(int=5), "on hold with the payer", None, desk.now)
    assert [deed for deed, _ in history(desk, start.id)] == ["commented", "opened"]


def test_a_mail_refused_for_good_is_a_task_until_a_later_one_is_taken(desk: Desk) -> None:
    client = desk.client(email="no address")
    session = desk.book(client)
    [booked] = desk.mails
    desk.ask(mail.send, booked)
    assert desk.tasks() == ["mail_refused"]
    assert desk.rows(select(Message)) == []
    desk.change(Client, client, email="pat@client.example")
    desk.ask(mail.send, Mail(f"reminder/{session}/{client}/48", "reminder", client, session))
    assert desk.tasks() == []


def test_an_authorization_that_runs_out_is_a_task_until_there_is_another(desk: Desk) -> None:
    client = desk.client(desk.payer())
    [coverage] = desk.rows(select(Coverage.id).where(Coverage.client_id == client))
    desk.change(Coverage, coverage, authorization="AUTH1", authorized_sessions=3)
    desk.hold(client)
    desk.book(client)
    desk.ask(reviews.look, (client,))
    [task] = desk.rows(select(Task).where(Task.kind == "authorization_ending"))
    assert task.what == "2 authorized sessions are left"
    desk.change(Coverage, coverage, authorization="AUTH2")
    desk.ask(reviews.look, (client,))
    assert "authorization_ending" not in desk.tasks()
