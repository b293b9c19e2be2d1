"""Tasks: opened by what is wrong, closed when that is gone; at most one open for a cause (RULES 7)."""

from datetime import timedelta
from uuid import UUID, uuid5

from sqlmodel import col, func, select

from activities.database import Tx, step
from models.errors import Refused
from models.facts import TaskKind
from models.messages import Handover, TaskClosing, TaskStart
from models.tables import Task

NAMES = UUID("6f6c1c1e-5c0b-4a55-9d53-1f1f4c9b7a10")

ROLES: dict[TaskKind, tuple[str, timedelta, timedelta]] = {
    TaskKind.UNSIGNED_NOTE: ("clinician", timedelta(hours=24), timedelta(hours=48)),
    TaskKind.OUTCOME_MISSING: ("clinician", timedelta(hours=24), timedelta(hours=48)),
    TaskKind.CLAIM_HELD: ("biller", timedelta(days=2), timedelta(days=7)),
    TaskKind.CLAIM_REJECTED: ("biller", timedelta(days=2), timedelta(days=7)),
    TaskKind.CLAIM_DENIED: ("biller", timedelta(days=7), timedelta(days=30)),
    TaskKind.REMITTANCE_PARKED: ("biller", timedelta(days=2), timedelta(days=7)),
    TaskKind.TIMELY_FILING: ("biller", timedelta(days=3), timedelta(days=21)),
    TaskKind.PAYMENT_FAILED: ("front desk", timedelta(days=3), timedelta(days=14)),
    TaskKind.BALANCE_DUE: ("front desk", timedelta(days=7), timedelta(days=30)),
}
"""Whose a task is, when it is due, when it escalates."""


def open_task(
    tx: Tx, kind: TaskKind, cause: str, what: str, client_id: int | None = None, escalate_in: timedelta | None = None
) -> None:
    """Open a task for a cause unless one is open; `what` names no client (the client is linked)."""
    if already := _open(tx, kind, cause):
        already.what = what
        return
    role, due, escalates = ROLES[kind]
    task = Task(
        id=uuid5(NAMES, f"{kind}/{cause}/{_so_far(tx, kind, cause)}"),
        kind=kind,
        cause=cause,
        role=role,
        what=what,
        client_id=client_id,
        opened_at=tx.now,
        due_at=tx.now + due,
    )
    tx.db.add(task)
    tx.db.flush()
    tx.after.tasks.append(TaskStart(task.id, kind, role, task.due_at, tx.now + (escalate_in or escalates)))


def close_tasks(tx: Tx, cause: str, because: str, *kinds: TaskKind) -> None:
    """Close the open tasks of a cause, of these kinds only where some are named."""
    for task in tx.db.exec(select(Task).where(Task.cause == cause, col(Task.closed_at).is_(None))).all():
        if not kinds or task.kind in kinds:
            _close(tx, task, because)


@step("tasks.escalate")
def escalate(tx: Tx, start: TaskStart) -> bool:
    """Mark a task that nobody did in time; whether it is still open."""
    task = tx.db.get_one(Task, start.id)
    if task.closed_at is None:
        task.escalated_at = tx.now
    return task.closed_at is None


@step("tasks.close")
def close(tx: Tx, closing: TaskClosing) -> Handover:
    """A person says a task is done."""
    task = tx.db.get(Task, closing.task_id)
    if task is None:
        raise Refused("there is no such task")
    if task.closed_at is None:
        _close(tx, task, closing.because)
    return tx.after.handover()


def _open(tx: Tx, kind: TaskKind, cause: str) -> Task | None:
    query = select(Task).where(Task.kind == kind, Task.cause == cause, col(Task.closed_at).is_(None))
    return tx.db.exec(query).first()


def _so_far(tx: Tx, kind: TaskKind, cause: str) -> int:
    """How many tasks of a kind a cause has had: it may come back in the same moment."""
    return tx.db.exec(select(func.count()).where(Task.kind == kind, Task.cause == cause)).one()


def _close(tx: Tx, task: Task, because: str) -> None:
    task.closed_at = tx.now
    task.closed_because = because
    tx.after.closed_tasks.append(task.id)
