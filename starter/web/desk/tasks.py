"""One task: made, given, moved, talked about, closed."""

from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from activities import tasks as writing
from activities.tasks import Errand
from models.errors import Refused
from starter.queries import work as queries
from starter.queries.work import TaskRow
from starter.web.access.gate import may
from starter.web.access.permissions import Do, Role
from starter.web.desk.task_view import Listed, choices, due_on, give, seen, stands, whose_of
from starter.web.forms import Filled, blank
from starter.web.visit import Visit

router = APIRouter()


class NewTask(BaseModel):
    title: str = Field(max_length=200)
    details: str = Field("", max_length=writing.LONGEST)
    whose: str
    due: date
    client_id: int | None = None


class Change(BaseModel):
    whose: str
    due: date


class Words(BaseModel):
    words: str = Field(max_length=writing.LONGEST)


@router.get("/tasks/new")
def new(client: int | None = None, visit: Visit = may(Do.WORK_TASKS)) -> Response:
    if client is not None:
        visit.must_see_client(client)
    return _new(visit, blank(client_id=client, whose=f"account:{visit.account.id}", due=visit.today))


@router.post("/tasks/new")
def make(visit: Visit = may(Do.WORK_TASKS)) -> Response:
    filled = visit.read(NewTask)
    if filled.ok:
        wanted = filled.values
        if wanted.client_id is not None:
            visit.must_see_client(wanted.client_id)
        try:
            role, owner_id = whose_of(visit, wanted.whose, Role.FRONT_DESK)
            errand = Errand(
                id=visit.wish,
                title=wanted.title,
                details=wanted.details,
                role=role,
                due_at=due_on(visit, wanted.due),
                owner_id=owner_id,
                client_id=wanted.client_id,
                by_id=visit.account.id,
            )
            visit.ask(visit.office.tasks.make(errand, visit.now))
            return visit.go(f"/tasks/{errand.id}", told="The task is made.")
        except Refused as no:
            filled.refuse(no)
    return _new(visit, filled, 422)


@router.get("/tasks/{task_id}")
def one(task_id: UUID, visit: Visit = may(Do.WORK_TASKS)) -> Response:
    return _page(visit, seen(visit, task_id))


@router.post("/tasks/{task_id}/comment")
def comment(task_id: UUID, visit: Visit = may(Do.WORK_TASKS)) -> Response:
    task = seen(visit, task_id)
    filled = visit.read(Words)
    if filled.ok:
        visit.write(writing.comment, task.id, visit.wish, filled.values.words, visit.account.id, visit.now)
        return visit.go(f"/tasks/{task.id}", told="Said.")
    return _page(visit, task, comment=filled)


@router.post("/tasks/{task_id}/change")
def change(task_id: UUID, visit: Visit = may(Do.WORK_TASKS)) -> Response:
    task = seen(visit, task_id)
    filled = visit.read(Change)
    if filled.ok:
        try:
            give(visit, task, filled.values.whose, filled.values.due)
            return visit.go(f"/tasks/{task.id}", told="The task is changed.")
        except Refused as no:
            filled.refuse(no)
    return _page(visit, task, change=filled)


@router.post("/tasks/{task_id}/close")
def close(task_id: UUID, visit: Visit = may(Do.WORK_TASKS)) -> Response:
    task = seen(visit, task_id)
    filled = visit.read(Words)
    if filled.ok:
        try:
            words, by = filled.values.words, visit.account.id
            visit.ask(visit.office.tasks.close(task.id, words, by, visit.wish, visit.now))
            return visit.go("/tasks", told="The task is closed.")
        except Refused as no:
            filled.refuse(no)
    return _page(visit, task, close=filled)


def _new(visit: Visit, filled: Filled[NewTask], status: int = 200) -> Response:
    return visit.page("desk/tasks/new.html", status, form=filled, whose=choices(visit))


def _page(visit: Visit, task: TaskRow, **sent: Filled[Any]) -> Response:
    due = task.due_at.astimezone(visit.tz).date()
    forms = {"comment": blank(), "close": blank(), "change": blank(whose=stands(task), due=due), **sent}
    return visit.page(
        "desk/tasks/one.html",
        422 if sent else 200,
        task=Listed.of(task, visit.now),
        events=queries.events(visit.engine, task.id),
        whose=choices(visit),
        forms=forms,
    )
