"""What clients are expected to pay of sessions: rates, coverages and what payers told, as `models/rules/share` asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import coverage_answers, estimates
from activities.coverage_answers import Known
from activities.kept_answers import lines_of
from models.calendar import local_day
from models.facts import Rate
from models.money import total
from models.rules import rates
from models.rules.share import Cover, Share, expected
from models.tables import AttendanceRow, Claim, RateRow, RemittanceClaim, Service, Session

GRANTED = {("PR", "1"), ("PR", "2"), ("PR", "3")}


@dataclass(frozen=True)
class Visit:
    """A client's part in a session; `billable` where the service has a code that a payer knows."""

    client_id: int
    clinician_id: int
    service_id: int
    billable: bool
    day: date


def shares(db: Database, visits: Sequence[Visit], tz: ZoneInfo) -> list[Share]:
    """The share of each visit, in their order; read in three queries however many there are."""
    insured = sorted({visit.client_id for visit in visits if visit.billable})
    known = coverage_answers.known(db, insured) if insured else []
    priced = _rates(db, {visit.service_id for visit in visits})
    allowed = _allowed(db, {each.coverage.payer_id for each in known}, {visit.service_id for visit in visits})
    return [_share(visit, known, priced[visit.service_id], allowed, tz) for visit in visits]


def next_share(
    db: Database, known: Sequence[Known], client_id: int, now: datetime, tz: ZoneInfo
) -> tuple[date, Share] | None:
    """The day of a client's next session that an insurer may be billed for, and its share; in two queries."""
    soonest = (
        select(Session.id)
        .join(AttendanceRow, col(AttendanceRow.session_id) == Session.id)
        .join(Service, col(Service.id) == Session.service_id)
        .where(AttendanceRow.client_id == client_id, col(AttendanceRow.status).in_(estimates.AHEAD))
        .where(Session.starts > now, Service.code != "")
        .order_by(col(Session.starts))
        .limit(1)
    )
    with_rates = select(Session, RateRow).join(RateRow, col(RateRow.service_id) == Session.service_id, isouter=True)
    found = db.exec(with_rates.where(col(Session.id).in_(soonest))).all()
    if not found:
        return None
    session = found[0][0]
    visit = Visit(client_id, session.clinician_id, session.service_id, True, local_day(session.starts, tz))
    allowed = _allowed(db, {each.coverage.payer_id for each in known}, {session.service_id})
    return visit.day, _share(visit, known, [_rate(row) for _, row in found if row], allowed, tz)


def _share(
    visit: Visit, known: Sequence[Known], priced: list[Rate], allowed: dict[tuple[int, int], Decimal], tz: ZoneInfo
) -> Share:
    price = rates.price(priced, visit.clinician_id, visit.client_id, visit.day)
    cover = _cover(visit, known, allowed, tz) if visit.billable else None
    charge = rates.full_fee(priced, visit.clinician_id, visit.day).amount if cover else price.amount
    return expected(price.amount, price.why, charge, cover, visit.day)


def _cover(visit: Visit, known: Sequence[Known], allowed: dict[tuple[int, int], Decimal], tz: ZoneInfo) -> Cover | None:
    """The first coverage that holds by its dates; what its payer told counts only for a coverage as it is now."""
    day = visit.day
    holding = [
        each
        for each in known
        if each.coverage.client_id == visit.client_id
        and (each.coverage.covered_from or day) <= day <= (each.coverage.covered_until or day)
    ]
    if not holding:
        return None
    first = holding[0]
    last_allowed = allowed.get((first.coverage.payer_id, visit.service_id))
    return Cover(first.coverage.copay, first.told(tz), len(holding) > 1, last_allowed)


def _rates(db: Database, service_ids: set[int]) -> dict[int, list[Rate]]:
    found: dict[int, list[Rate]] = {service_id: [] for service_id in service_ids}
    for row in db.exec(select(RateRow).where(col(RateRow.service_id).in_(service_ids))).all():
        found[row.service_id].append(_rate(row))
    return found


def _rate(row: RateRow) -> Rate:
    return Rate(row.amount, row.effective_from, row.clinician_id, row.client_id)


def _allowed(db: Database, payer_ids: set[int], service_ids: set[int]) -> dict[tuple[int, int], Decimal]:
    """What each payer last allowed for each service: what it paid and what it left to the client, add-ons apart."""
    if not payer_ids:
        return {}
    query = (
        select(Claim.payer_id, Session.service_id, RemittanceClaim, Service.code)
        .join(RemittanceClaim, col(RemittanceClaim.claim_number) == Claim.number)
        .join(AttendanceRow, col(AttendanceRow.id) == Claim.attendance_id)
        .join(Session, col(Session.id) == AttendanceRow.session_id)
        .join(Service, col(Service.id) == Session.service_id)
        .where(
            col(Claim.payer_id).in_(payer_ids),
            col(Session.service_id).in_(service_ids),
            Claim.sequence == 1,
            RemittanceClaim.outcome == "posted",
            RemittanceClaim.paid > 0,
            col(RemittanceClaim.reversed_by_id).is_(None),
        )
        .ext(distinct_on(col(Claim.payer_id), col(Session.service_id)))
        .order_by(col(Claim.payer_id), col(Session.service_id), col(RemittanceClaim.id).desc())
    )
    rows = db.exec(query).all()
    return {(payer_id, service_id): _granted(part, code) for payer_id, service_id, part, code in rows}


def _granted(part: RemittanceClaim, code: str) -> Decimal:
    told: Any = part.detail["lines"]
    named = [line for line, said in zip(lines_of(part), told, strict=True) if said.get("code") == code]
    lines = named or lines_of(part)
    adjustments = (adjusted for line in lines for adjusted in line.adjustments)
    return total(line.paid for line in lines) + total(a.amount for a in adjustments if (a.group, a.reason) in GRANTED)
