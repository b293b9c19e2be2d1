"""What people must do, and which steps were done."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.facts import TaskKind
from models.tables.columns import INSTANT, one_of


class Task(SQLModel, table=True):
    """Something for a person to do; at most one open task for a cause."""

    __table_args__ = (
        one_of("kind", TaskKind),
        Index("one_open_task", "kind", "cause", unique=True, postgresql_where=text("closed_at is null")),
    )

    id: UUID = Field(primary_key=True)
    kind: str
    cause: str
    role: str
    what: str
    client_id: int | None = Field(default=None, foreign_key="client.id")
    opened_at: datetime = Field(sa_type=INSTANT)
    due_at: datetime = Field(sa_type=INSTANT)
    escalated_at: datetime | None = Field(default=None, sa_type=INSTANT)
    closed_at: datetime | None = Field(default=None, sa_type=INSTANT)
    closed_because: str = ""


class StepDone(SQLModel, table=True):
    """A step of a workflow that was committed, with what it answered: asked again, it answers the same."""

    __tablename__ = "step_done"

    key: str = Field(primary_key=True)
    done_at: datetime = Field(sa_type=INSTANT)
    answer: object = Field(default=None, sa_type=JSONB)
