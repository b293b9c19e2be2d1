"""A task as pages show it: in plain words, to whom it concerns; and how it is given to somebody."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from models.calendar import instant
from models.errors import Refused
from models.facts import TaskKind
from models.rules.work import DUTIES, ROLES, page_of
from starter.queries import work as queries
from starter.queries.access import supervised_by
from starter.queries.work import PersonRow, Seer, TaskRow
from starter.web.access.permissions import Role
from starter.web.visit import NotFound, Visit

END_OF_WORK = time(17)
"""When a task that a person makes due on a day is due."""


@dataclass(frozen=True)
class Listed:
    """A task with what its kind says of it, for a page."""

    row: TaskRow
    does: str
    ends: str
    page: str
    overdue: bool
    whose: str

    @staticmethod
    def of(row: TaskRow, now: datetime) -> "Listed":
        """The row in plain words; one that a person made is named by its title."""
        duty = DUTIES[TaskKind(row.kind)]
        by_hand = row.kind == TaskKind.BY_HAND
        whose = row.owner or row.clinician or f"any {row.role.replace('_', ' ')}"
        late = row.closed_at is None and row.due_at < now
        page = "" if by_hand or row.closed_at else page_of(row.cause)
        return Listed(row, row.what if by_hand else duty.does, duty.ends, page, late, whose)


def seer(visit: Visit) -> Seer:
    """Whose tasks this person sees."""
    account = visit.account
    supervises = Role.SUPERVISOR in account.roles and account.clinician_id is not None
    return Seer(
        account.id,
        sorted(account.roles),
        account.clinician_id,
        supervised_by(visit.engine, account.clinician_id or 0) if supervises else (),
        everything=Role.OWNER in account.roles,
    )


def seen(visit: Visit, task_id: UUID) -> TaskRow:
    found = queries.task(visit.engine, seer(visit), task_id)
    if found is None:
        raise NotFound
    return found


def roles(visit: Visit) -> list[tuple[str, str]]:
    """The roles that this kind of practice has, and what it calls them."""
    known = [role for role in ROLES if visit.words.therapy or role not in (Role.BILLER, Role.SUPERVISOR)]
    named = {Role.CLINICIAN.value: visit.words.clinician}
    return [(role, named.get(role, role.replace("_", " "))) for role in known]


def choices(visit: Visit, staff: list[PersonRow] | None = None) -> list[tuple[str, str]]:
    """Whom a task can be given to: a person, or anybody of a role."""
    known = queries.people(visit.engine) if staff is None else staff
    people = [(f"account:{person.id}", person.name) for person in known]
    return people + [(f"role:{role}", f"Any {name}") for role, name in roles(visit)]


def whose_of(visit: Visit, chosen: str, role: str) -> tuple[str, int | None]:
    """Role and person of what was chosen; one that is given to a person keeps its role."""
    if chosen not in dict(choices(visit)):
        raise Refused("choose whom to give it to")
    kind, _, name = chosen.partition(":")
    return (role, int(name)) if kind == "account" else (name, None)


def due_on(visit: Visit, day: date) -> datetime:
    return instant(datetime.combine(day, END_OF_WORK), visit.tz)


def give(visit: Visit, task: TaskRow, chosen: str, day: date) -> None:
    """Whose it is and by when; a day that stays the same keeps its hour."""
    role, owner_id = whose_of(visit, chosen, task.role)
    same_day = task.due_at.astimezone(visit.tz).date() == day
    due_at = task.due_at if same_day else due_on(visit, day)
    visit.ask(visit.office.tasks.change(task.id, role, owner_id, due_at, visit.account.id))


def stands(task: TaskRow) -> str:
    return f"account:{task.owner_id}" if task.owner_id else f"role:{task.role}"
