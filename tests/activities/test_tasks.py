"""Tasks: one for a cause, due for a role, gone with their cause."""

from uuid import UUID

import pytest
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import tasks
from activities.database import Tx
from models.errors import Refused
from models.facts import TaskKind
from models.messages import TaskClosing, TaskStart
from models.tables import Task
from tests.activities.practice import DAY, Desk


def opened(desk: Desk, kind: TaskKind = TaskKind.CLAIM_HELD, cause: str = "claim/C1") -> tuple[TaskStart, ...]:
    """Open a task; what was started for it."""
    with Database(desk.world.engine) as db, db.begin():
        tx = Tx(db, desk.now, desk.world)
        tasks.open_task(tx, kind, cause, "do something")
        return tx.after.handover().tasks


def closed(desk: Desk, cause: str, *kinds: TaskKind) -> tuple[UUID, ...]:
    with Database(desk.world.engine) as db, db.begin():
        tx = Tx(db, desk.now, desk.world)
        tasks.close_tasks(tx, cause, "its cause is gone", *kinds)
        return tx.after.handover().closed_tasks


@pytest.mark.parametrize("kind", list(TaskKind))
def test_every_kind_has_a_role_a_due_date_and_an_escalation_after_it(desk: Desk, kind: TaskKind) -> None:
    [start] = opened(desk, kind)
    assert start.role in ("clinician", "biller", "front desk")
    assert desk.now < start.due_at < start.escalate_at


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
    desk.ask(tasks.close, TaskClosing(done.id, "called the payer"))
    for start in (late, done):
        desk.ask(tasks.escalate, start)
    rows = desk.rows(select(Task).order_by(col(Task.cause)))
    assert [row.escalated_at is not None for row in rows] == [True, False]
    assert rows[1].closed_because == "called the payer"


def test_a_task_closed_twice_keeps_its_first_reason(desk: Desk) -> None:
    [start] = opened(desk)
    for because in ("first", "second"):
        desk.ask(tasks.close, TaskClosing(start.id, because))
    assert desk.row(Task, start.id).closed_because == "first"


def test_a_task_that_is_not_there_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused, match="no such task"):
        desk.ask(tasks.close, TaskClosing(UUID(int=1), "x"))


def test_a_cause_that_comes_back_in_the_same_moment_is_a_new_task(desk: Desk) -> None:
    [first] = opened(desk)
    closed(desk, "claim/C1")
    [second] = opened(desk)
    assert second.id != first.id
