"""Tasks as the people who do them see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine

from starter.queries.reading import only, rows


@dataclass(frozen=True)
class TaskRow:
    """Something to do, or done; `owner` is a person, `clinician` whom it is about where it is nobody's yet."""

    id: UUID
    kind: str
    cause: str
    role: str
    owner_id: int | None
    owner: str | None
    clinician: str | None
    what: str
    details: str
    client_id: int | None
    client: str | None
    opened_at: datetime
    due_at: datetime
    escalate_at: datetime
    escalated_at: datetime | None
    closed_at: datetime | None
    closed_because: str
    closed_by: str | None
    comments: int


@dataclass(frozen=True)
class EventRow:
    """What was said of a task or done with it; `who` nobody where it happened by itself."""

    at: datetime
    who: str | None
    deed: str
    words: str


@dataclass(frozen=True)
class PersonRow:
    """Somebody a task can be given to."""

    id: int
    name: str
    roles: list[str]


@dataclass(frozen=True)
class Seer:
    """Who looks: sees their own tasks, those of their roles, and those about whom they supervise; an owner all."""

    account_id: int
    roles: Sequence[str]
    clinician_id: int | None = None
    supervised: Sequence[int] = ()
    everything: bool = False


@dataclass(frozen=True)
class TaskFilter:
    """Which tasks; None means any. `mine` leaves out what somebody else took, and others' clinicians' tasks."""

    state: str = "open"
    role: str | None = None
    kind: str | None = None
    owner_id: int | None = None
    client_id: int | None = None
    cause: str | None = None
    task_id: UUID | None = None
    due_before: datetime | None = None
    prefix: str = ""
    mine: bool = False
    most: int | None = None
    after: int = 0


TASKS = """
select t.id, t.kind, t.cause, t.role, t.owner_id, o.name as owner, k.name as clinician, t.what, t.details, t.client_id,
  trim(c.first || ' ' || c.last) as client, t.opened_at, t.due_at, t.escalate_at, t.escalated_at, t.closed_at,
  t.closed_because, b.name as closed_by,
  (select count(*) from task_event e where e.task_id = t.id and e.deed = 'commented') as comments
from task t left join client c on c.id = t.client_id left join account o on o.id = t.owner_id
  left join clinician k on k.id = t.clinician_id left join account b on b.id = t.closed_by_id
where (:state = 'all' or (:state = 'closed') = (t.closed_at is not null))
  and (:state <> 'escalated' or t.escalated_at is not null)
  and (cast(:role as text) is null or t.role = :role)
  and (cast(:kind as text) is null or t.kind = :kind)
  and (cast(:owner_id as int) is null or t.owner_id = :owner_id)
  and (cast(:client_id as int) is null or t.client_id = :client_id)
  and (cast(:cause as text) is null or t.cause = :cause)
  and (cast(:task_id as uuid) is null or t.id = :task_id)
  and (cast(:due_before as timestamptz) is null or t.due_at < :due_before)
  and (:prefix = '' or cast(t.id as text) like :prefix || '%')
  and (:everything or t.owner_id = :account_id or (t.clinician_id is null and t.role = any(:roles))
    or t.clinician_id = :clinician_id or t.clinician_id = any(:supervised)
    or exists (select from task_event e where e.task_id = t.id and e.deed = 'opened' and e.account_id = :account_id))
  and (not :mine or t.owner_id = :account_id or (t.owner_id is null and t.role = any(:roles)
    and (t.clinician_id is null or t.clinician_id = :clinician_id))
    or (t.escalated_at is not null and 'owner' = any(:roles)))
order by case when t.closed_at is null then t.due_at end, t.closed_at desc, t.id
limit :most offset :after
"""

EVENTS = """
select e.at, a.name as who, e.deed, e.words from task_event e left join account a on a.id = e.account_id
where e.task_id = :task_id order by e.at, e.deed = 'closed', e.id
"""

PEOPLE = "select id, name, roles from account where active and not ('client' = any(roles)) order by name"

ANYBODY = Seer(0, (), everything=True)


def tasks(
    engine: Engine, everything: bool = False, role: str | None = None, kind: str | None = None, prefix: str = ""
) -> list[TaskRow]:
    """Open tasks (or all), the most urgent first."""
    wanted = TaskFilter(state="all" if everything else "open", role=role, kind=kind, prefix=prefix)
    return tasks_of(engine, ANYBODY, wanted)


def tasks_of(engine: Engine, seer: Seer, wanted: TaskFilter) -> list[TaskRow]:
    """The tasks that somebody sees, the most urgent first, closed ones by their end."""
    lists = {"roles": list(seer.roles), "supervised": list(seer.supervised)}
    return rows(engine, TaskRow, TASKS, **{**vars(wanted), **vars(seer), **lists})


def task(engine: Engine, seer: Seer, task_id: UUID) -> TaskRow | None:
    """One task, where this person sees it."""
    return only(tasks_of(engine, seer, TaskFilter(state="all", task_id=task_id)))


def tasks_about(engine: Engine, seer: Seer, cause: str) -> list[TaskRow]:
    """Open and closed tasks of a cause (`claim/C0000001`)."""
    return tasks_of(engine, seer, TaskFilter(state="all", cause=cause))


def events(engine: Engine, task_id: UUID) -> list[EventRow]:
    """A task's history and what was said, in order."""
    return rows(engine, EventRow, EVENTS, task_id=task_id)


def people(engine: Engine) -> list[PersonRow]:
    """The staff, by name."""
    return rows(engine, PersonRow, PEOPLE)
