"""Tasks for other programs: what waits for people, and saying that it is done."""

from uuid import UUID

from fastapi.responses import Response
from pydantic import BaseModel, Field

from starter.queries import api as queries
from starter.queries.api import TaskOut
from starter.queries.reading import only
from starter.web.api.answering import Cursor, Limit, Listed, Problem, after, api_router, page
from starter.web.api.caller import Caller, Scope, wants

router = api_router("tasks")
READ, WRITE = wants(Scope.TASKS_READ), wants(Scope.TASKS_WRITE)


class DoneIn(BaseModel):
    """Why a task is done."""

    because: str = Field(min_length=1, max_length=500)


@router.get("/tasks")
def tasks(caller: Caller = READ, open: bool | None = None, cursor: Cursor = None, limit: Limit = 50) -> Listed[TaskOut]:
    """Tasks in the order they were opened."""
    at, number = after(cursor, 2)
    found = queries.tasks(caller.engine, limit, open=open, after_at=at, after_id=number)
    return page(found, limit, lambda row: (row.opened_at.isoformat(), row.id))


@router.get("/tasks/{task_id}")
def task(task_id: UUID, caller: Caller = READ) -> TaskOut:
    """One task."""
    return known(caller, task_id)


@router.post("/tasks/{task_id}/close", response_model=TaskOut)
def close(task_id: UUID, wish: DoneIn, caller: Caller = WRITE) -> Response:
    """Say that it is done."""
    known(caller, task_id)

    def closed(request: UUID) -> TaskOut:
        caller.ask(caller.office.tasks.close(task_id, wish.because, caller.token.account_id, request))
        return known(caller, task_id)

    return caller.once(closed, 200)


def known(caller: Caller, task_id: UUID) -> TaskOut:
    """A task; a problem when there is none."""
    found = only(queries.tasks(caller.engine, 1, id=task_id))
    if found is None:
        raise Problem("missing", 404, "there is no such task")
    return found
