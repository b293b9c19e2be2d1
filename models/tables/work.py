"""What people must do, what was said and done about it, the words they typed, and which steps were done."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.facts import TaskDeed
from models.tables.columns import INSTANT, one_of


class Task(SQLModel, table=True):
    """Something for a person to do; at most one open task for a cause. Its kinds are those of `models/rules/work.py`.

    An `owner_id` makes it one person's; without, it is anybody's of the role, and a clinician's where it names one.
    """

    __table_args__ = (
        Index("one_open_task", "kind", "cause", unique=True, postgresql_where=text("closed_at is null")),
        Index("task_open_by_due", "due_at", postgresql_where=text("closed_at is null")),
    )

    id: UUID = Field(primary_key=True)
    kind: str
    cause: str = Field(index=True)
    role: str
    owner_id: int | None = Field(default=None, foreign_key="account.id")
    clinician_id: int | None = Field(default=None, foreign_key="clinician.id")
    what: str
    details: str = ""
    client_id: int | None = Field(default=None, foreign_key="client.id", index=True)
    opened_at: datetime = Field(sa_type=INSTANT)
    due_at: datetime = Field(sa_type=INSTANT)
    escalate_at: datetime = Field(sa_type=INSTANT)
    escalated_at: datetime | None = Field(default=None, sa_type=INSTANT)
    closed_at: datetime | None = Field(default=None, sa_type=INSTANT)
    closed_because: str = ""
    closed_by_id: int | None = Field(default=None, foreign_key="account.id")


class TaskEvent(SQLModel, table=True):
    """What was said of a task or done with it, by whom (nobody: by itself); never changed."""

    __tablename__ = "task_event"
    __table_args__ = (one_of("deed", TaskDeed),)

    id: UUID = Field(primary_key=True)
    task_id: UUID = Field(foreign_key="task.id", index=True)
    at: datetime = Field(sa_type=INSTANT)
    account_id: int | None = Field(default=None, foreign_key="account.id")
    deed: str
    words: str = ""


class KeptWords(SQLModel, table=True):
    """What somebody typed as a reason, sealed for its row, before the workflow of `about` learns its id."""

    __tablename__ = "kept_words"

    id: UUID = Field(primary_key=True)
    about: str = Field(index=True)
    words: bytes
    kept_at: datetime = Field(sa_type=INSTANT)


class StepDone(SQLModel, table=True):
    """A step of a workflow that was committed, with what it answered: asked again, it answers the same."""

    __tablename__ = "step_done"

    key: str = Field(primary_key=True)
    done_at: datetime = Field(sa_type=INSTANT)
    answer: object = Field(default=None, sa_type=JSONB)
