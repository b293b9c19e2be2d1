"""What a chart asks of people: a second signature, a plan's review, an alarming answer followed up.

Said afresh from the rows each time, after a change and every morning: tasks open and close with what is true.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from activities import tasks
from activities.database import Tx, step
from models.facts import NoteFormat, TaskKind
from models.messages import Handover
from models.rules.charting import review_is_due
from models.tables import AttendanceRow, Clinician, Measure, Note, Session, Task

KINDS = (TaskKind.COSIGN_NOTE, TaskKind.PLAN_REVIEW, TaskKind.RISK_ANSWER)


@dataclass(frozen=True)
class Asked:
    """A task as it should stand."""

    kind: TaskKind
    cause: str
    what: str
    client_id: int
    clinician_id: int | None


@step("chart_tasks.tend")
def tend(tx: Tx, client_id: int | None) -> Handover:
    """Open and close the tasks of one chart, or of all."""
    reconcile(tx, client_id)
    return tx.after.handover()


def reconcile(tx: Tx, client_id: int | None) -> None:
    """Open what is asked for and was not asked before; close what nothing asks for any more."""
    tx.db.flush()
    known = _tasks(tx, client_id)
    wanted = [*_cosignatures(tx, client_id), *_reviews(tx, client_id), *_alarms(tx, client_id)]
    for asked in wanted:
        if (asked.kind, asked.cause) not in {(task.kind, task.cause) for task in known}:
            tasks.open_task(tx, asked.kind, asked.cause, asked.what, asked.client_id, clinician_id=asked.clinician_id)
    still = {(asked.kind, asked.cause) for asked in wanted}
    for task in known:
        if task.closed_at is None and (task.kind, task.cause) not in still:
            tasks.close_tasks(tx, task.cause, "it is done in the chart", TaskKind(task.kind))


def _tasks(tx: Tx, client_id: int | None) -> Sequence[Task]:
    query = select(Task).where(col(Task.kind).in_(KINDS))
    return tx.db.exec(query if client_id is None else query.where(Task.client_id == client_id)).all()


def _cosignatures(tx: Tx, client_id: int | None) -> Iterator[Asked]:
    query = select(Note, Clinician.supervisor_id).join(Clinician, col(Clinician.id) == Note.clinician_id)
    query = query.where(col(Note.needs_cosign), col(Note.cosigned_at).is_(None))
    for note, supervisor in tx.db.exec(query if client_id is None else query.where(Note.client_id == client_id)):
        what = "read and co-sign this note: charge, claim and pay of its session wait for it"
        yield Asked(TaskKind.COSIGN_NOTE, _page(note.client_id, f"notes/{note.id}"), what, note.client_id, supervisor)


def _reviews(tx: Tx, client_id: int | None) -> Iterator[Asked]:
    """The last signed plan of each client, where its review is near."""
    query = select(Note).where(Note.format == NoteFormat.PLAN, col(Note.signed_at).is_not(None))
    query = query.order_by(col(Note.signed_at))
    found = tx.db.exec(query if client_id is None else query.where(Note.client_id == client_id))
    for plan in {plan.client_id: plan for plan in found}.values():
        if review_is_due(plan.review_on, tx.today):
            what = f"review the treatment plan by {plan.review_on}: sign its next version"
            cause = _page(plan.client_id, f"notes/{plan.id}")
            yield Asked(TaskKind.PLAN_REVIEW, cause, what, plan.client_id, plan.clinician_id)


def _alarms(tx: Tx, client_id: int | None) -> Iterator[Asked]:
    """Answers that speak of self-harm and that nobody has followed up, for the clinician of the latest session."""
    latest = select(Session.clinician_id).join(AttendanceRow, col(AttendanceRow.session_id) == Session.id)
    latest = latest.where(AttendanceRow.client_id == Measure.client_id).order_by(col(Session.starts).desc()).limit(1)
    query = select(Measure, latest.scalar_subquery()).where(col(Measure.at_risk), col(Measure.reviewed_at).is_(None))
    for measure, clinician in tx.db.exec(query if client_id is None else query.where(Measure.client_id == client_id)):
        what = "a questionnaire's answer asks for a talk about safety: follow it up today"
        cause = _page(measure.client_id, f"measures/{measure.id}")
        yield Asked(TaskKind.RISK_ANSWER, cause, what, measure.client_id, clinician)


def _page(client_id: int, name: str) -> str:
    """A cause that is the page on which it is done (`models/rules/work.py`)."""
    return f"client/{client_id}/chart/{name}"
