"""Tasks: opened by what is wrong, closed when that is gone; at most one open for a cause (RULES 7)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import and_, any_, literal
from sqlmodel import Session as Database
from sqlmodel import col, func, or_, select

from activities.database import Tx, step
from models.calendar import zone
from models.errors import Refused
from models.facts import TaskDeed, TaskKind
from models.messages import Handover, Mail, TaskChange, TaskClosing, TaskStart
from models.rules.work import DAY, DUTIES, OWNER, ROLES, Times, times_for
from models.tables import Account, Practice, Task, TaskEvent

NAMES = UUID("6f6c1c1e-5c0b-4a55-9d53-1f1f4c9b7a10")
LONGEST = 4000
"""Characters of a title, a description or a comment."""


@dataclass(frozen=True)
class Errand:
    """A task that a person makes; its words stay in the database."""

    id: UUID
    title: str
    details: str
    role: str
    due_at: datetime
    owner_id: int | None = None
    client_id: int | None = None
    by_id: int | None = None


def open_task(
    tx: Tx,
    kind: TaskKind,
    cause: str,
    what: str,
    client_id: int | None = None,
    escalate_in: timedelta | None = None,
    clinician_id: int | None = None,
    due_at: datetime | None = None,
) -> None:
    """Open a task for a cause unless one is open; `what` names no client (the client is linked).

    Its times are those of its kind where the cause knows no better.
    """
    if already := _open(tx, kind, cause):
        already.what = what
        return
    escalate_at = None if escalate_in is None else tx.now + escalate_in
    times = times_for(kind, due_at or tx.now + DUTIES[kind].due, tx.tz, escalate_at)
    task = Task(
        id=uuid5(NAMES, f"{kind}/{cause}/{_so_far(tx, kind, cause)}"),
        kind=kind,
        cause=cause,
        role=DUTIES[kind].role,
        clinician_id=clinician_id,
        what=what,
        client_id=client_id,
        opened_at=tx.now,
        due_at=times.due_at,
        escalate_at=times.escalate_at,
    )
    tx.db.add(task)
    tx.db.flush()
    _note(tx.db, task, TaskDeed.OPENED, tx.now)
    tx.after.tasks.append(_start(task, times))


def close_tasks(tx: Tx, cause: str, because: str, *kinds: TaskKind) -> None:
    """Close the open tasks of a cause, of these kinds only where some are named."""
    close_all(tx, (cause,), because, *kinds)


def close_gone(tx: Tx, cause: str, gone: Mapping[TaskKind, str]) -> None:
    """Close the open tasks of a cause that are of these kinds, each for its reason."""
    for task in _open_tasks(tx, (cause,)):
        if because := gone.get(TaskKind(task.kind)):
            _close(tx, task, because)


def close_all(tx: Tx, causes: Collection[str], because: str, *kinds: TaskKind) -> None:
    """The same of many causes at once."""
    for task in _open_tasks(tx, causes) if causes else ():
        if not kinds or task.kind in kinds:
            _close(tx, task, because)


def _open_tasks(tx: Tx, causes: Collection[str]) -> Sequence[Task]:
    mine = select(Task).where(col(Task.cause).in_(causes), col(Task.closed_at).is_(None))
    return tx.db.exec(mine.order_by(col(Task.opened_at))).all()


def write_errand(db: Database, errand: Errand, now: datetime) -> TaskStart:
    """Keep a task that a person makes, once per id; its workflow is started with what this answers."""
    times = times_for(TaskKind.BY_HAND, errand.due_at, zone(db.get_one(Practice, 1).timezone))
    task = db.get(Task, errand.id)
    if task is None:
        _check(errand)
        task = Task(
            id=errand.id,
            kind=TaskKind.BY_HAND,
            cause=f"task/{errand.id}",
            role=errand.role,
            owner_id=errand.owner_id,
            what=errand.title.strip(),
            details=errand.details.strip(),
            client_id=errand.client_id,
            opened_at=now,
            due_at=times.due_at,
            escalate_at=times.escalate_at,
        )
        db.add(task)
        db.flush()
        _note(db, task, TaskDeed.OPENED, now, by_id=errand.by_id)
    return _start(task, times)


def comment(db: Database, task_id: UUID, comment_id: UUID, words: str, by_id: int | None, now: datetime) -> None:
    """Say something about a task, once per id."""
    task = db.get(Task, task_id)
    if task is None:
        raise Refused("there is no such task")
    if not words.strip() or len(words) > LONGEST:
        raise Refused(f"say something, in {LONGEST} characters at most")
    if db.get(TaskEvent, comment_id) is None:
        row = TaskEvent(id=comment_id, task_id=task_id, at=now, account_id=by_id, deed=TaskDeed.COMMENTED)
        row.words = words.strip()
        db.add(row)


def started(task: Task, tz: ZoneInfo) -> TaskStart:
    """What an open task's workflow begins with, whenever it begins."""
    return _start(task, times_for(TaskKind(task.kind), task.due_at, tz, task.escalate_at))


def due(db: Database, account: Account, now: datetime) -> int:
    """How many tasks of somebody are due within a day."""
    of_role = and_(
        col(Task.owner_id).is_(None),
        col(Task.role).in_(account.roles),
        or_(col(Task.clinician_id).is_(None), Task.clinician_id == account.clinician_id),
    )
    mine = or_(Task.owner_id == account.id, of_role)
    query = select(func.count()).where(mine, col(Task.closed_at).is_(None), Task.due_at <= now + DAY)
    return db.exec(query).one()


def escalated(db: Database) -> int:
    """How many open tasks nobody did in time."""
    query = select(func.count()).where(col(Task.closed_at).is_(None), col(Task.escalated_at).is_not(None))
    return db.exec(query).one()


@step("tasks.change")
def change(tx: Tx, wish: TaskChange) -> TaskStart:
    """Give a task to somebody else or another day; its reminder and escalation move along."""
    task = _locked(tx, wish.task_id)
    if task.closed_at is not None:
        raise Refused(f"this task is closed: {task.closed_because}")
    if wish.role not in ROLES:
        raise Refused(f"{wish.role!r} is nobody a task can be given to")
    if (task.owner_id, task.role) != (wish.owner_id, wish.role):
        task.owner_id, task.role = wish.owner_id, wish.role
        _note(tx.db, task, TaskDeed.ASSIGNED, tx.now, _whose(tx.db, task), wish.by_id)
    if task.due_at != wish.due_at:
        _move(tx, task, wish)
    return _start(task, times_for(TaskKind(task.kind), task.due_at, tx.tz, task.escalate_at))


@step("tasks.remind")
def remind(tx: Tx, start: TaskStart) -> Handover:
    """It is time: a mail to whose task it is, one a day for all their tasks."""
    task = _locked(tx, start.id)
    if task.closed_at is None:
        _note(tx.db, task, TaskDeed.REMINDED, tx.now)
        _mail(tx, "tasks_due", _people(tx.db, task))
    return tx.after.handover()


@step("tasks.escalate")
def escalate(tx: Tx, start: TaskStart) -> Handover | bool:
    """Nobody did it in time: the owner hears of it (histories of before know a yes or no only)."""
    task = _locked(tx, start.id)
    if task.closed_at is None and task.escalated_at is None:
        task.escalated_at = tx.now
        _note(tx.db, task, TaskDeed.ESCALATED, tx.now)
        _mail(tx, "tasks_escalated", _of_role(tx.db, OWNER))
    return tx.after.handover()


@step("tasks.close")
def close(tx: Tx, closing: TaskClosing) -> Handover:
    """A person says a task is done, or that nothing needs to be; their words are a comment."""
    task = tx.db.get(Task, closing.task_id, with_for_update=True)
    if task is None:
        raise Refused("there is no such task")
    if task.closed_at is None:
        _close(tx, task, tx.db.get_one(TaskEvent, closing.comment_id).words, closing.by_id)
    return tx.after.handover()


def _move(tx: Tx, task: Task, wish: TaskChange) -> None:
    task.due_at = wish.due_at
    task.escalate_at = times_for(TaskKind(task.kind), wish.due_at, tx.tz).escalate_at
    if task.escalate_at > tx.now:
        task.escalated_at = None
    _note(tx.db, task, TaskDeed.MOVED, tx.now, f"{wish.due_at.astimezone(tx.tz):%Y-%m-%d %H:%M}", wish.by_id)


def _locked(tx: Tx, task_id: UUID) -> Task:
    return tx.db.get_one(Task, task_id, with_for_update=True)


def _open(tx: Tx, kind: TaskKind, cause: str) -> Task | None:
    query = select(Task).where(Task.kind == kind, Task.cause == cause, col(Task.closed_at).is_(None))
    return tx.db.exec(query).first()


def _so_far(tx: Tx, kind: TaskKind, cause: str) -> int:
    """How many tasks of a kind a cause has had: it may come back in the same moment."""
    return tx.db.exec(select(func.count()).where(Task.kind == kind, Task.cause == cause)).one()


def _close(tx: Tx, task: Task, because: str, by_id: int | None = None) -> None:
    task.closed_at = tx.now
    task.closed_because = because
    task.closed_by_id = by_id
    _note(tx.db, task, TaskDeed.CLOSED, tx.now, because, by_id)
    tx.after.closed_tasks.append(task.id)


def _start(task: Task, times: Times) -> TaskStart:
    return TaskStart(task.id, task.kind, task.role, times.due_at, times.escalate_at, times.remind_at)


def _note(db: Database, task: Task, deed: TaskDeed, at: datetime, words: str = "", by_id: int | None = None) -> None:
    """Write the history on."""
    so_far = db.exec(select(func.count()).where(TaskEvent.task_id == task.id)).one()
    key = uuid5(task.id, str(so_far))
    db.add(TaskEvent(id=key, task_id=task.id, at=at, account_id=by_id, deed=deed, words=words))
    db.flush()


def _whose(db: Database, task: Task) -> str:
    if task.owner_id is None:
        return f"any {task.role.replace('_', ' ')}"
    return db.get_one(Account, task.owner_id).name


def _people(db: Database, task: Task) -> Sequence[Account]:
    """Whose a task is: its owner, else everybody of its role (of clinicians the one it names)."""
    if task.owner_id is not None:
        return db.exec(select(Account).where(Account.id == task.owner_id, Account.active)).all()
    return _of_role(db, task.role, task.clinician_id)


def _of_role(db: Database, role: str, clinician_id: int | None = None) -> Sequence[Account]:
    query = select(Account).where(Account.active, literal(role) == any_(col(Account.roles)))
    if clinician_id is not None:
        query = query.where(Account.clinician_id == clinician_id)
    return db.exec(query.order_by(col(Account.id))).all()


def _mail(tx: Tx, kind: str, to: Sequence[Account]) -> None:
    tx.after.mails += [Mail(f"{kind}/{account.id}/{tx.today}", kind, account_id=account.id) for account in to]


def _check(errand: Errand) -> None:
    if not errand.title.strip():
        raise Refused("a task needs a title")
    if len(errand.title) > 200 or len(errand.details) > LONGEST:
        raise Refused(f"a title has 200 characters at most, a description {LONGEST}")
    if errand.role not in ROLES:
        raise Refused(f"{errand.role!r} is nobody a task can be given to")
