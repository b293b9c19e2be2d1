"""What people do with tasks: make, give to somebody, move, close."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session as Database
from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy

from activities import tasks
from activities.relay import OFFICE
from activities.tasks import Errand
from models.errors import Refused
from models.messages import TaskChange, TaskClosing, TaskStart, task_workflow
from models.tables import Task
from starter.office.asking import Line
from workflows.task import TaskWorkflow


@dataclass(frozen=True)
class Tasks:
    """Tasks, as people make, change and close them."""

    line: Line

    async def make(self, errand: Errand, at: datetime | None = None) -> UUID:
        """Ask somebody for something, once per id (its words are written straight to the database)."""
        with Database(self.line.engine) as db, db.begin():
            start = tasks.write_errand(db, errand, at or datetime.now(UTC))
        wish = TaskChange(errand.id, errand.role, errand.owner_id, start.due_at, errand.by_id)
        await self._of_task(start, TaskWorkflow.change, wish)
        return errand.id

    async def change(
        self, task_id: UUID, role: str, owner_id: int | None, due_at: datetime, by_id: int | None = None
    ) -> TaskStart:
        """Give a task to a person or a role, and another day."""
        wish = TaskChange(task_id, role, owner_id, due_at, by_id)
        changed: TaskStart = await self._of_task(self._start(task_id), TaskWorkflow.change, wish)
        return changed

    async def close(
        self,
        task_id: UUID,
        because: str,
        by_id: int | None = None,
        comment_id: UUID | None = None,
        at: datetime | None = None,
    ) -> None:
        """Say that a task is done, or why it need not be (at a moment; now where none is told)."""
        start, said = self._start(task_id), comment_id or uuid4()
        with Database(self.line.engine) as db, db.begin():
            tasks.comment(db, task_id, said, because, by_id, at or datetime.now(UTC))
        await self._of_task(start, TaskWorkflow.close, TaskClosing(task_id, said, by_id))

    def _start(self, task_id: UUID) -> TaskStart:
        """An open task as its workflow begins with it; Refused when there is none."""
        with Database(self.line.engine) as db:
            task = db.get(Task, task_id)
        if task is None or task.closed_at is not None:
            raise Refused("there is no such open task")
        return TaskStart(task.id, task.kind, task.role, task.due_at, task.escalate_at)

    async def _of_task(self, start: TaskStart, update: Any, wish: TaskChange | TaskClosing) -> Any:
        """Ask a task's workflow, which runs since the task was opened (unless something died in between)."""
        operation = WithStartWorkflowOperation(
            TaskWorkflow.run,
            start,
            id=task_workflow(start.id),
            task_queue=OFFICE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary=f"{start.kind.replace('_', ' ')} for a {start.role.replace('_', ' ')}",
        )
        return await self.line.ask(update, wish, operation)
