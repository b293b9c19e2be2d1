"""What ran by the clock and how it went; for how long things are kept."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.messages.runs import RunState
from models.tables.columns import INSTANT, one_of


class ScheduledRun(SQLModel, table=True):
    """One run of a schedule; `key` names its planned time, so that a time is done once."""

    __tablename__ = "scheduled_run"
    __table_args__ = (one_of("state", RunState), Index("scheduled_run_latest", "name", "began_at"))

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str
    day: date
    planned_at: datetime | None = Field(default=None, sa_type=INSTANT)
    workflow_id: str
    began_at: datetime = Field(sa_type=INSTANT)
    ended_at: datetime | None = Field(default=None, sa_type=INSTANT)
    state: str = RunState.RUNNING
    done: int = 0
    parts: dict[str, int] = Field(default_factory=dict, sa_type=JSONB)
    problems: list[str] = Field(default_factory=list, sa_type=JSONB)


class RetentionRow(SQLModel, table=True):
    """How many days a practice keeps something, where it wants another number than the house's."""

    __tablename__ = "retention"

    what: str = Field(primary_key=True)
    days: int
