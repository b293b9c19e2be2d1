"""Wishes about tasks."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class TaskClosing:
    """A task that a person says is done; the words are a comment in the database."""

    task_id: UUID
    comment_id: UUID
    by_id: int | None = None


@dataclass(frozen=True)
class TaskChange:
    """Whose a task is to be (a person, or anybody of a role), and by when it is due."""

    task_id: UUID
    role: str
    owner_id: int | None
    due_at: datetime
    by_id: int | None = None
