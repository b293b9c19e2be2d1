"""Tasks, mine and my team's: by when they are due, filtered, several changed at once."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID, uuid5

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from activities.tasks import LONGEST
from models.calendar import midnight
from models.errors import Refused
from models.rules.work import DUTIES
from starter.queries import work as queries
from starter.queries.work import TaskFilter, TaskRow
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.task_view import Listed, choices, give, roles, seen, seer, stands
from starter.web.forms import Filled, blank
from starter.web.visit import Visit

router = APIRouter()
A_PAGE = 50


class Several(BaseModel):
    """What is done with every task that is marked."""

    task: list[UUID] = Field(min_length=1)
    deed: Literal["give", "move", "close"]
    whose: str = ""
    due: date | None = None
    words: str = Field("", max_length=LONGEST)


@router.get("/tasks")
def mine_or_team(
    view: Literal["mine", "team"] = "mine",
    state: Literal["open", "escalated", "closed"] = "open",
    role: str = "",
    kind: str = "",
    owner: str = "",
    after: int = 0,
    visit: Visit = may(Do.WORK_TASKS),
) -> Response:
    chosen = {"view": view, "state": state, "role": role, "kind": kind, "owner": owner}
    return _list(visit, blank(whose="", due="", words=""), chosen, max(after, 0))


@router.post("/tasks/several")
def several(visit: Visit = may(Do.WORK_TASKS)) -> Response:
    """One deed for every marked task; those that cannot are told, the others are done."""
    filled = visit.read(Several)
    view = "team" if visit.typed.text("view") == "team" else "mine"
    chosen = {"view": view, "state": "open", "role": "", "kind": "", "owner": ""}
    if not filled.ok:
        return _list(visit, filled, chosen, 0, 422)
    wanted = filled.values
    refused = []
    try:
        deed = _deed(visit, wanted)
        for task_id in wanted.task:
            try:
                deed(seen(visit, task_id))
            except Refused as no:
                refused.append(str(no))
    except Refused as no:
        filled.refuse(no)
        return _list(visit, filled, chosen, 0, 422)
    done = len(wanted.task) - len(refused)
    told = f"{done} {'task is' if done == 1 else 'tasks are'} changed."
    return visit.go(f"/tasks?view={view}", told=" ".join([told, *dict.fromkeys(refused)]))


def _list(visit: Visit, filled: Filled[Any], chosen: dict[str, str], after: int, status: int = 200) -> Response:
    owner = int(chosen["owner"]) if chosen["owner"].isdigit() else None
    wanted = TaskFilter(
        state=chosen["state"],
        role=chosen["role"] or None,
        kind=chosen["kind"] or None,
        owner_id=owner,
        mine=chosen["view"] == "mine",
        most=A_PAGE + 1,
        after=after,
    )
    found = queries.tasks_of(visit.engine, seer(visit), wanted)
    staff = queries.people(visit.engine)
    return visit.page(
        "desk/tasks/list.html",
        status,
        form=filled,
        chosen=blank(**chosen),
        groups=_groups(visit, found[:A_PAGE]),
        after=after,
        more=after + A_PAGE if len(found) > A_PAGE else None,
        kinds=[(kind.value, duty.does) for kind, duty in DUTIES.items() if visit.words.therapy or not duty.therapy],
        roles=roles(visit),
        people=[(person.id, person.name) for person in staff],
        whose=choices(visit, staff),
    )


def _groups(visit: Visit, found: list[TaskRow]) -> list[tuple[str, list[Listed]]]:
    """By when they are due, as one looks at a day."""
    tomorrow = midnight(visit.today + timedelta(days=1), visit.tz)
    next_week = midnight(visit.today + timedelta(days=8), visit.tz)

    def when(task: Listed) -> str:
        if task.row.closed_at is not None:
            return "Closed"
        if task.overdue:
            return "Overdue"
        if task.row.due_at < tomorrow:
            return "Today"
        return "Within a week" if task.row.due_at < next_week else "Later"

    groups: dict[str, list[Listed]] = {}
    for row in found:
        task = Listed.of(row, visit.now)
        groups.setdefault(when(task), []).append(task)
    return list(groups.items())


def _deed(visit: Visit, wanted: Several) -> Callable[[TaskRow], None]:
    """What is done with each; Refused where it lacks what it needs."""
    if wanted.deed == "give":
        if not wanted.whose:
            raise Refused("choose whom to give them to")
        return lambda task: give(visit, task, wanted.whose, task.due_at.astimezone(visit.tz).date())
    if wanted.deed == "move":
        if wanted.due is None:
            raise Refused("choose the new day")
        return lambda task: give(visit, task, stands(task), wanted.due or visit.today)
    if not wanted.words:
        raise Refused("say why they are done")
    office = visit.office.tasks
    return lambda task: visit.ask(
        office.close(task.id, wanted.words, visit.account.id, uuid5(visit.wish, str(task.id)), visit.now)
    )
