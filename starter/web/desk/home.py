"""My day: today's sessions, what waits for me, and for an owner the practice at a glance."""

from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter, Response

from activities.wording import money
from models.calendar import midnight
from starter.queries import home as queries
from starter.queries.home import Glance, Span, Today
from starter.queries.work import TaskFilter, tasks_of
from starter.web.access.gate import may
from starter.web.access.permissions import Do, Role
from starter.web.desk.owner_day import morning
from starter.web.desk.task_view import Listed, seer
from starter.web.visit import Visit

router = APIRouter()
LOOK_BACK = timedelta(days=180)
"""How far back a note or an outcome may be missing and still be counted."""
MOST_TASKS = 8


@dataclass(frozen=True)
class Figure:
    """One number of the home page: what it is, what it means, where it leads."""

    name: str
    value: str
    note: str = ""
    url: str = ""
    tone: str = ""


@router.get("/")
def home(visit: Visit = may(Do.USE_DESK)) -> Response:
    roles = visit.account.roles
    whole = bool(roles & {Role.OWNER, Role.FRONT_DESK, Role.BILLER})
    since = midnight(visit.today, visit.tz)
    until = midnight(visit.today + timedelta(days=1), visit.tz)
    mine = TaskFilter(mine=True, most=MOST_TASKS)
    sees_sessions = visit.account.clinician_id is not None or whole
    today = queries.today(visit.engine, since, until, None if whole else visit.account.clinician_id)
    return visit.page(
        "desk/home/day.html",
        today=today if sees_sessions else [],
        whole=whole,
        next_one=_next(visit, today),
        tasks=[Listed.of(row, visit.now) for row in tasks_of(visit.engine, seer(visit), mine)],
        figures=_figures(visit, whole),
        morning=morning(visit) if Role.OWNER in roles else None,
    )


def _next(visit: Visit, today: list[Today]) -> Today | None:
    return next((session for session in today if session.ends > visit.now), None)


def _figures(visit: Visit, whole: bool) -> list[Figure]:
    week = visit.today - timedelta(days=visit.today.weekday())
    seen = seer(visit)
    mine = [number for number in (seen.clinician_id, *seen.supervised) if number is not None]
    span = Span(visit.now, visit.now - LOOK_BACK, midnight(week, visit.tz))
    found = queries.glance(visit.engine, span, None if whole else mine, with_money=whole)
    return [*_of_sessions(visit, found), *_of_claims(visit, found), *_of_money(visit, found)]


def _of_sessions(visit: Visit, found: Glance) -> list[Figure]:
    """What clinicians, supervisors, the front desk and the owner look at."""
    roles, words = visit.account.roles, visit.words
    figures = []
    if roles & {Role.OWNER, Role.CLINICIAN, Role.SUPERVISOR, Role.FRONT_DESK}:
        tone = "warn" if found.undecided else ""
        figures.append(
            Figure("Outcomes to record", str(found.undecided), "sessions that have ended", "/calendar", tone)
        )
    if roles & {Role.OWNER, Role.CLINICIAN, Role.SUPERVISOR}:
        note = "billing and pay wait for them" if found.unsigned else "all are signed"
        figures.append(
            Figure(
                f"{words.notes.capitalize()} to sign",
                str(found.unsigned),
                note,
                "/tasks",
                "warn" if found.unsigned else "",
            )
        )
        missed = f"{found.week_missed} missed" if found.week_missed else "none missed"
        figures.append(Figure("Sessions this week", str(found.week_sessions), f"until now; {missed}", "/calendar"))
    return figures


def _of_claims(visit: Visit, found: Glance) -> list[Figure]:
    if not (visit.can(Do.WORK_CLAIMS) and visit.words.therapy):
        return []
    mend = found.held + found.rejected
    return [
        Figure("Claims to mend", str(mend), "held or rejected", "/claims", "warn" if mend else ""),
        Figure("Denied claims", str(found.denied), "", "/denials", "bad" if found.denied else ""),
        Figure("Parked answers", str(found.parked), "to look at", "/parked", "warn" if found.parked else ""),
    ]


def _of_money(visit: Visit, found: Glance) -> list[Figure]:
    roles, clients = visit.account.roles, visit.words.clients
    figures = []
    if roles & {Role.OWNER, Role.BILLER, Role.FRONT_DESK}:
        figures.append(Figure(f"Owed by {clients}", money(found.owed_by_clients), "less their credit", "/billing"))
    if roles & {Role.OWNER, Role.BILLER} and visit.words.therapy:
        figures.append(Figure("Owed by payers", money(found.owed_by_payers), "", "/claims"))
    if Role.OWNER in roles:
        figures.append(Figure("Pay not yet paid out", money(found.unpaid_pay)))
    return figures
