"""Coverages confirmed by telephone: the day, who said it, their reference, until when; it counts as an answer."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session as Database

from activities import coverage_answers
from models.errors import Refused
from models.tables import Client, Coverage, CoverageCall

LONGEST = 80


@dataclass(frozen=True)
class Call:
    """What somebody was told of a coverage on the telephone; `active_until` None: no last day was named."""

    coverage_id: int
    called_on: date
    spoke_to: str
    reference: str
    active: bool = True
    active_until: date | None = None


def enter(db: Database, call: Call, at: datetime, today: date, by_id: int | None) -> int:
    """Keep a call about a coverage as it is now; the id of its client. Refused says what is missing."""
    coverage = db.get(Coverage, call.coverage_id)
    if coverage is None:
        raise Refused(f"there is no coverage {call.coverage_id}")
    if call.called_on > today:
        raise Refused("the call cannot have been on a day to come")
    if not call.spoke_to.strip() or not call.reference.strip():
        raise Refused("say whom you spoke to and the reference of the call: they are what proves it")
    if len(call.spoke_to) > LONGEST or len(call.reference) > LONGEST:
        raise Refused(f"the name and the reference take {LONGEST} letters at most")
    if call.active and call.active_until and call.active_until < call.called_on:
        raise Refused("a coverage that had ended before the call is not active: say so, with its last day")
    row = CoverageCall(
        coverage_id=call.coverage_id,
        about=coverage_answers.about(coverage, db.get_one(Client, coverage.client_id)),
        called_on=call.called_on,
        spoke_to=call.spoke_to.strip(),
        reference=call.reference.strip(),
        active=call.active,
        active_until=call.active_until,
        entered_at=at,
        entered_by=by_id,
    )
    db.add(row)
    db.flush()
    return coverage.client_id
