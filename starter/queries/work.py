"""Tasks as the people who do them see them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine

from starter.queries.reading import rows


@dataclass(frozen=True)
class TaskRow:
    """Something to do, or done."""

    id: UUID
    kind: str
    role: str
    what: str
    client_id: int | None
    client: str | None
    opened_at: datetime
    due_at: datetime
    escalated_at: datetime | None
    closed_at: datetime | None
    closed_because: str


TASKS = """
select t.id, t.kind, t.role, t.what, t.client_id, trim(c.first || ' ' || c.last) as client, t.opened_at, t.due_at,
  t.escalated_at, t.closed_at, t.closed_because
from task t left join client c on c.id = t.client_id
where (:all or t.closed_at is null)
  and (cast(:role as text) is null or t.role = :role)
  and (cast(:kind as text) is null or t.kind = :kind)
  and cast(t.id as text) like :prefix
order by t.due_at, t.id
"""


def tasks(
    engine: Engine, everything: bool = False, role: str | None = None, kind: str | None = None, prefix: str = ""
) -> list[TaskRow]:
    """Open tasks (or all), the most urgent first."""
    return rows(engine, TaskRow, TASKS, all=everything, role=role, kind=kind, prefix=f"{prefix}%")
