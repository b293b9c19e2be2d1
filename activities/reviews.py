"""Records looked through: what is missing, ended or owed becomes a task, and the task goes with its cause (RULES 7)."""

from datetime import date, datetime

from sqlmodel import col, func, select

from activities import directory, estimates, records, tasks
from activities.database import Tx, step
from models.calendar import local_day, midnight
from models.facts import ClaimStatus, TaskKind
from models.messages import Handover
from models.rules import records as rules
from models.rules.authorizations import Authorized, running_out
from models.rules.work import DUTIES
from models.tables import AttendanceRow, Claim, ClaimLine, Client, Session, Task

KINDS = (
    TaskKind.MISSING_DEMOGRAPHICS,
    TaskKind.COVERAGE_TERMINATED,
    TaskKind.COVERAGE_UNCLEAR,
    TaskKind.AUTHORIZATION_ENDING,
    TaskKind.ESTIMATE_DUE,
)
Gone = dict[TaskKind, str]
"""The tasks whose cause is gone, and why."""


@step("reviews.expected")
def expected(tx: Tx, _: None) -> tuple[int, ...]:
    """Whose records matter today: those of clients with a session ahead, and those with such a task."""
    ahead = (
        select(AttendanceRow.client_id)
        .join(Session, col(Session.id) == AttendanceRow.session_id)
        .where(Session.starts > tx.now, col(AttendanceRow.status).in_(estimates.AHEAD))
    )
    asked = select(Task.client_id).where(col(Task.closed_at).is_(None), col(Task.kind).in_(KINDS))
    found = {*tx.db.exec(ahead).all(), *tx.db.exec(asked).all()}
    return tuple(sorted(number for number in found if number is not None))


@step("reviews.look")
def look(tx: Tx, client_ids: tuple[int, ...]) -> Handover:
    """Look through the records of some clients."""
    for client_id in client_ids:
        look_at(tx, client_id)
    return tx.after.handover()


def look_at(tx: Tx, client_id: int) -> None:
    """Open a task for what is missing, ended or owed; close those whose cause is gone."""
    client = tx.db.get(Client, client_id)
    if client is None:
        return
    record = records.facts(tx.db, client, tx.practice)
    ahead = _next_session(tx, client_id)
    gone: Gone = {}
    lacks = rules.missing(record, tx.today)
    if not lacks:
        gone[TaskKind.MISSING_DEMOGRAPHICS] = "the record is complete"
    elif ahead:
        asked = f"ask for: {', '.join(lacks)}"
        tasks.open_task(tx, TaskKind.MISSING_DEMOGRAPHICS, _cause(client_id), asked, client_id)
    if record.clinical:
        _look_at_coverage(tx, client_id, record, ahead, gone)
        _look_at_authorization(tx, client_id, ahead, gone)
        _look_at_estimate(tx, client_id, gone)
    tasks.close_gone(tx, _cause(client_id), gone)


def _look_at_coverage(tx: Tx, client_id: int, record: rules.RecordFacts, ahead: date | None, gone: Gone) -> None:
    ended = rules.coverage_ended(record, ahead or tx.today)
    if ended is None:
        gone[TaskKind.COVERAGE_TERMINATED] = "a coverage holds"
    elif ahead:
        tasks.open_task(
            tx, TaskKind.COVERAGE_TERMINATED, _cause(client_id), ended.why, client_id, due_at=_before(tx, ahead)
        )
    unclear = rules.coverage_unclear(record, ahead or tx.today)
    if not unclear:
        gone[TaskKind.COVERAGE_UNCLEAR] = "its insurer finds it, or it is not asked after any more"
    elif ahead:
        tasks.open_task(tx, TaskKind.COVERAGE_UNCLEAR, _cause(client_id), unclear, client_id, due_at=_before(tx, ahead))


def _before(tx: Tx, day: date) -> datetime:
    """By when to have asked the client: as the kind of task says, at the latest when the day of the session begins."""
    return max(min(midnight(day, tx.tz), tx.now + DUTIES[TaskKind.COVERAGE_TERMINATED].due), tx.now)


def _look_at_authorization(tx: Tx, client_id: int, ahead: date | None, gone: Gone) -> None:
    """The first coverage whose authorization runs out; each session claimed under its number used one of it."""
    for coverage in directory.coverages(tx.db, client_id, ahead or tx.today):
        claimed = select(func.count()).select_from(ClaimLine).join(Claim, col(Claim.number) == ClaimLine.claim_number)
        made = claimed.where(
            col(ClaimLine.add_on).is_(False),
            Claim.coverage_id == coverage.id,
            Claim.authorization == coverage.authorization,
            Claim.status != ClaimStatus.CLOSED,
        )
        authorized = Authorized(coverage.authorized_until, coverage.authorized_sessions, tx.db.exec(made).one())
        if ending := running_out(authorized, ahead, tx.today):
            tasks.open_task(tx, TaskKind.AUTHORIZATION_ENDING, _cause(client_id), ending.why, client_id)
            return
    gone[TaskKind.AUTHORIZATION_ENDING] = "there is time again"


def _look_at_estimate(tx: Tx, client_id: int, gone: Gone) -> None:
    due = estimates.owed(tx.db, client_id, tx.now, tx.tz) if tx.practice.gives_estimates else None
    if due is None:
        gone[TaskKind.ESTIMATE_DUE] = "no estimate is owed any more"
        return
    due_at = max(estimates.due_at(due, tx.tz), tx.now)
    tasks.open_task(tx, TaskKind.ESTIMATE_DUE, _cause(client_id), due.why, client_id, due_at=due_at)


def _cause(client_id: int) -> str:
    return f"client/{client_id}"


def _next_session(tx: Tx, client_id: int) -> date | None:
    """The local day on which a client is expected next."""
    query = (
        select(Session.starts)
        .join(AttendanceRow, col(AttendanceRow.session_id) == Session.id)
        .where(AttendanceRow.client_id == client_id, col(AttendanceRow.status).in_(estimates.AHEAD))
        .where(Session.starts > tx.now)
        .order_by(col(Session.starts))
    )
    starts = tx.db.exec(query).first()
    return local_day(starts, tx.tz) if starts else None
