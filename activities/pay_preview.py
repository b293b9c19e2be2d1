"""A pay period before it is closed: what would be stated now, and what waits, misses a rule or was never agreed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Exists, exists
from sqlmodel import Session as Database
from sqlmodel import and_, col, func, or_, select

from activities import pay_contracts, pay_facts
from activities.pay_facts import Sheet
from models.calendar import PayCycle, Period, local_day, midnight, period_of, zone
from models.errors import Refused
from models.facts import PayRule, Status
from models.messages import PayPeriodRef
from models.money import total
from models.paying import SESSION_SOURCES, Contract
from models.rules import pay_contracts as contract_rules
from models.rules import pay_periods as rules
from models.rules.pay import rule_in_force
from models.tables import AttendanceRow, Note, PayLine, PayStatement, PolicyRow, Practice, Service, Session

MARKED_LATER = "earned without somebody who was marked as attended later: that note is not signed"

DAY = timedelta(days=1)


@dataclass(frozen=True)
class PreviewLine:
    """A line as it would stand on the statement."""

    source: str
    earned_on: date
    session_id: UUID | None
    basis: Decimal
    amount: Decimal
    rule: str
    why: str


@dataclass(frozen=True)
class Waiting:
    """A session that earns nothing now, and why."""

    session_id: UUID
    starts: datetime
    service: str
    why: str


@dataclass(frozen=True)
class Preview:
    """What a clinician would be paid if the period closed now."""

    clinician_id: int
    clinician: str
    first: date
    last: date
    closed: bool
    lines: tuple[PreviewLine, ...]
    total: Decimal
    waiting: tuple[Waiting, ...]
    gaps: tuple[Period, ...]


def current_period(db: Database, day: date) -> Period:
    """The practice's pay period that holds a day."""
    practice = db.get_one(Practice, 1)
    return period_of(day, PayCycle(practice.pay_cycle), practice.pay_anchor)


def preview(db: Database, clinician_id: int, day: date, now: datetime) -> Preview:
    """The period of a clinician that holds a day, as it is stated or would be stated now."""
    mine = PayStatement.clinician_id == clinician_id
    stated = db.exec(select(PayStatement).where(mine, PayStatement.first <= day, PayStatement.last >= day)).first()
    return _of(db, clinician_id, Period(stated.first, stated.last) if stated else current_period(db, day), now)


def still_open(db: Database, clinician_id: int, day: date, now: datetime) -> Preview:
    """The first period that no statement covers, from a day on: what was added after a closing is in it."""
    query = select(func.max(PayStatement.last)).where(PayStatement.clinician_id == clinician_id)
    stated = db.exec(query.where(PayStatement.last >= day)).one()
    return _of(db, clinician_id, current_period(db, stated + DAY if stated else day), now)


def _of(db: Database, clinician_id: int, period: Period, now: datetime) -> Preview:
    ref = PayPeriodRef(clinician_id, period.first, period.last)
    known = pay_facts.sheet(db, ref)
    if known is None:
        raise Refused(f"there is no clinician {clinician_id}")
    lines = _stated(db, known.statement) if known.statement else _open(db, ref, known)
    return Preview(
        clinician_id=clinician_id,
        clinician=known.clinician.name,
        first=known.first(ref),
        last=period.last,
        closed=known.statement is not None,
        lines=tuple(lines),
        total=total(line.amount for line in lines),
        waiting=tuple(_waiting(db, known.contracts, ref, now)),
        gaps=tuple(contract_rules.gaps(known.contracts)),
    )


def _stated(db: Database, statement: PayStatement) -> list[PreviewLine]:
    query = select(PayLine).where(PayLine.statement_id == statement.id)
    return [_as_line(line) for line in db.exec(query.order_by(col(PayLine.earned_on), col(PayLine.id))).all()]


def _open(db: Database, ref: PayPeriodRef, known: Sheet) -> list[PreviewLine]:
    found = pay_facts.earned_lines(db, ref, known.first(ref))
    added = rules.extras(known.facts(ref, [earned for _, earned in found], pay_facts.hours(db, ref)))
    return [*(_as_line(line) for line, _ in found), *map(_as_added, added)]


def _as_added(extra: rules.Extra) -> PreviewLine:
    earned = extra.earned
    return PreviewLine(extra.source, extra.on, None, earned.basis, earned.amount, earned.rule, earned.why)


def _as_line(line: PayLine) -> PreviewLine:
    return PreviewLine(line.source, line.earned_on, line.session_id, line.basis, line.amount, line.rule, line.why)


def _waiting(db: Database, contracts: Sequence[Contract], ref: PayPeriodRef, now: datetime) -> Iterator[Waiting]:
    """Sessions held by the period's end that wait for a note, an outcome, a rule or a contract."""
    tz = zone(db.get_one(Practice, 1).timezone)
    until = min(midnight(date.fromordinal(ref.last.toordinal() + 1), tz), now)
    paid = exists().where(col(PayLine.session_id) == Session.id, col(PayLine.source).in_(SESSION_SOURCES))
    came = exists().where(col(AttendanceRow.session_id) == Session.id, col(AttendanceRow.status) == Status.ATTENDED)
    later = _marked_later()
    query = (
        select(Session, Service.name, later)
        .join(Service, col(Service.id) == Session.service_id)
        .where(Session.clinician_id == ref.clinician_id, Session.ends <= until, ~col(Session.billed_elsewhere))
        .where(came, or_(~paid, later))
    )
    found = db.exec(query.order_by(col(Session.starts))).all()
    signed = any(session.earned_on for session, *_ in found)
    rules_known = pay_contracts.rules_of(db, ref.clinician_id) if signed else []
    for session, service, marked_later in found:
        on = local_day(session.starts, tz)
        why = MARKED_LATER if marked_later else _why(session, on, contracts, rules_known)
        if why:
            yield Waiting(session.id, session.starts, service, why)


def _marked_later() -> Exists:
    """Somebody was marked as attended after the session was earned, and their note is not signed."""
    complete = and_(col(Note.signed_at).is_not(None), or_(~col(Note.needs_cosign), col(Note.cosigned_at).is_not(None)))
    signed = exists().where(col(Note.attendance_id) == AttendanceRow.id, complete).correlate(AttendanceRow)
    return exists().where(
        col(AttendanceRow.session_id) == Session.id,
        col(AttendanceRow.status) == Status.ATTENDED,
        ~signed,
        col(Session.earned_on).is_not(None),
        col(PolicyRow.id) == Session.policy_id,
        col(PolicyRow.note_required),
    )


def _why(session: Session, on: date, contracts: Sequence[Contract], rules_known: list[PayRule]) -> str | None:
    if session.earned_on is None:
        return "held: its note is not signed, or its outcome is not recorded"
    if session.pay_rule_id is not None:
        return None
    if contract_rules.outside(contracts, on):
        return f"no contract was in force on {on}"
    if rule_in_force(rules_known, session.service_id, on, session.earned_rank or 0) is None:
        if any(rule.effective_from <= on for rule in rules_known):
            return "no pay rule is for this service on that day"
        what = "no pay rule" if contract_rules.contract_on(contracts, on) else "no contract and no pay rule"
        return f"{what} had begun on {on}: agree on one from that day, then work pay out anew"
    return "its rule or contract was entered after it was earned: work pay out anew"
