"""What people do with tasks."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session as Database

from models.errors import Refused
from models.messages import TaskClosing, task_workflow
from models.tables import Task
from starter.office.asking import Line
from workflows.task import TaskWorkflow


@dataclass(frozen=True)
class Tasks:
    """Tasks, as people close them."""

    line: Line

    async def close(self, task_id: UUID, because: str) -> None:
        """Say that a task is done."""
        with Database(self.line.engine) as db:
            task = db.get(Task, task_id)
        if task is None or task.closed_at is not None:
            raise Refused("there is no such open task")
        wish = TaskClosing(task_id, because)
        await self.line.tell(TaskWorkflow.run, task_workflow(task_id), TaskWorkflow.close, wish)
