"""Questionnaires as clients or staff answer them: scored by the rule, kept once, followed up where they alarm."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session as Database

from models.errors import Refused
from models.facts import MeasureKind
from models.rules.measures import Score, score
from models.tables import Measure


def record(
    db: Database, client_id: int, kind: MeasureKind, answers: tuple[int, ...], by: str, at: datetime, request: UUID
) -> Score:
    """Keep the answers under the form's request, once; `office.charts.changed` makes the task that follows."""
    found = score(kind, answers)
    if db.get(Measure, request) is None:
        db.add(
            Measure(
                id=request,
                client_id=client_id,
                kind=kind,
                answers=list(answers),
                total=found.total,
                at_risk=found.at_risk,
                taken_at=at,
                recorded_by=by,
            )
        )
    return found


def review(db: Database, client_id: int, measure_id: UUID, clinician_id: int, at: datetime) -> None:
    """A clinician has followed up what alarmed in a measure."""
    measure = db.get(Measure, measure_id, with_for_update=True)
    if measure is None or measure.client_id != client_id:
        raise Refused("there is no such measure")
    if measure.reviewed_at is None:
        measure.reviewed_at, measure.reviewed_by = at, clinician_id
