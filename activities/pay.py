"""Clinician pay: earned line by line as sessions are signed and money comes in, stated by period (RULES 5)."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlmodel import Session as Database
from sqlmodel import col, func, or_, select

from activities import directory, ledger
from activities.database import Tx, step
from models.calendar import PayCycle, local_day, period_of
from models.errors import Refused
from models.facts import ClaimStatus, PayBasis, PayRule, SessionPayFacts, Status
from models.messages import Approval, Handover, Mail, PayPeriodRef, PayStanding
from models.money import ZERO, total
from models.rules import pay as rules
from models.rules.collections import Debt, trace
from models.rules.ledger import Event, draft
from models.tables import (
    AttendanceRow,
    Claim,
    Clinician,
    Coverage,
    Entry,
    Note,
    PayLine,
    PayRuleRow,
    PayStatement,
    PayTerms,
    Posting,
    Service,
    Session,
)


def accrue_session(tx: Tx, session: Session, signed_on: date) -> None:
    """The session itself is earned: its place in the period, its line, and what was collected before."""
    tx.db.get_one(Clinician, session.clinician_id, with_for_update=True)
    if session.earned_on is not None:
        return
    session.earned_on = max(directory.held_on(tx, session), signed_on)
    session.earned_rank = _earned_in_period(tx, session)
    tx.db.flush()
    attended = _attended(tx.db, session.id)
    rule = _rule(tx, session)
    if rule:
        earned = rules.for_session(rule, _facts(tx, session, attended))
        if earned:
            _line(tx, f"session/{session.id}", session, "session", earned, session.earned_on)
    for attendance in attended:
        accrue_client(tx, attendance.client_id)


def accrue_client(tx: Tx, client_id: int) -> None:
    """What was collected from or for a client since the last line, shared with the clinicians who earned it."""
    account = trace(ledger.movements(tx.db, client_id), _expected(tx, client_id))
    rows = tx.db.exec(
        select(AttendanceRow, Session)
        .join(Session, col(Session.id) == AttendanceRow.session_id)
        .where(AttendanceRow.client_id == client_id)
        .order_by(col(Session.starts))
    ).all()
    for attendance, session in rows:
        fee = account.collected.get(Debt(attendance.id or 0, True), ZERO)
        _accrue(tx, session, attendance, "fee", fee)
        if session.earned_on is not None:
            client_paid = account.collected.get(Debt(attendance.id or 0, False), ZERO)
            _accrue(tx, session, attendance, "collection", client_paid + _payer_paid(tx.db, attendance.id or 0))


@step("pay.close")
def close(tx: Tx, period: PayPeriodRef) -> PayStanding:
    """Close a clinician's period: every line not yet stated, what was carried over, and the guarantee."""
    tx.db.get_one(Clinician, period.clinician_id, with_for_update=True)
    if _statement(tx.db, period):
        raise Refused(f"the period that ends on {period.last} is closed already")
    lines = _unstated(tx.db, period)
    carried = rules.carried_over(_last_total(tx.db, period))
    top_up = rules.top_up(_terms(tx.db, period.clinician_id, period.last).guaranteed, [line.amount for line in lines])
    if not lines and carried is None and top_up is None:
        return PayStanding(None, ZERO)
    statement = PayStatement(clinician_id=period.clinician_id, first=period.first, last=period.last, closed_at=tx.now)
    tx.db.add(statement)
    tx.db.flush()
    for source, extra in (("carried_over", carried), ("guarantee", top_up)):
        if extra:
            lines.append(_extra_line(tx, period, source, extra))
    for line in lines:
        line.statement_id = statement.id
    tx.db.flush()
    return PayStanding(statement.id, statement_total(tx.db, statement.id or 0), tx.after.handover())


@step("pay.settle")
def settle(tx: Tx, approval: Approval) -> PayStanding:
    """Pay an approved statement; a negative one pays nothing and carries over."""
    statement = tx.db.get_one(PayStatement, approval.statement_id, with_for_update=True)
    if statement.approved_at is not None:
        raise Refused("this statement is approved already")
    statement.approved_at = tx.now
    statement.approved_by = approval.by
    statement.paid_at = tx.now
    owed = statement_total(tx.db, approval.statement_id)
    if owed > ZERO:
        why = f"pay for {statement.first} to {statement.last}"
        drafted = draft(Event.PAY_SETTLED, owed, "pay.settled", why, clinician=statement.clinician_id)
        ledger.post(tx, f"pay_run/{statement.id}", drafted)
    mail = Mail(f"pay_statement/{statement.id}", "pay_statement", statement_id=statement.id)
    tx.after.mails.append(mail)
    return PayStanding(statement.id, owed, tx.after.handover())


@step("pay.run")
def run(tx: Tx, through: date | None) -> Handover:
    """Close the period that ended before today (or by `through`) for every clinician for whom it is still open."""
    practice = tx.practice
    cycle = PayCycle(practice.pay_cycle)
    until = through or tx.today
    period = period_of(until, cycle, practice.pay_anchor)
    if not (through and period.last <= through):
        from_before = period.first.toordinal() - 1
        period = period_of(date.fromordinal(from_before), cycle, practice.pay_anchor)
    owed = select(PayLine.clinician_id).where(col(PayLine.statement_id).is_(None))
    paid_now = or_(col(Clinician.active), col(Clinician.id).in_(owed))
    clinicians = tx.db.exec(select(Clinician.id).where(paid_now).order_by(col(Clinician.id))).all()
    refs = [PayPeriodRef(c, period.first, period.last) for c in clinicians if c is not None]
    tx.after.pay_periods += [
        ref for ref in refs if _statement(tx.db, ref) is None and period.last >= practice.pay_anchor
    ]
    return tx.after.handover()


def statement_total(db: Database, statement_id: int) -> Decimal:
    """The sum of a statement's lines."""
    return total(db.exec(select(col(PayLine.amount)).where(PayLine.statement_id == statement_id)).all())


def _accrue(tx: Tx, session: Session, attendance: AttendanceRow, source: str, collected: Decimal) -> None:
    before = tx.db.exec(
        select(func.count(), func.sum(col(PayLine.basis))).where(
            PayLine.attendance_id == attendance.id, PayLine.source == source
        )
    ).one()
    count, already = before[0], before[1] or ZERO
    earned = _share(tx, session, source, collected, already)
    if earned:
        key = f"{source}/{attendance.id}/{count + 1}"
        _line(tx, key, session, source, earned, tx.today, attendance.id)


def _share(tx: Tx, session: Session, source: str, collected: Decimal, already: Decimal) -> rules.PayAmount | None:
    if source == "fee":
        terms = _terms(tx.db, session.clinician_id, directory.held_on(tx, session))
        return rules.for_fee(terms.fee_share, collected, already)
    rule = _rule(tx, session)
    return rules.for_collection(rule, collected, already) if rule else None


def _line(
    tx: Tx, key: str, session: Session, source: str, earned: rules.PayAmount, on: date, attendance_id: int | None = None
) -> None:
    line = PayLine(
        key=f"pay/{key}",
        clinician_id=session.clinician_id,
        session_id=session.id,
        attendance_id=attendance_id,
        source=source,
        earned_on=on,
        basis=earned.basis,
        amount=earned.amount,
        rule=earned.rule,
        why=earned.why,
    )
    _save(tx, line)


def _extra_line(tx: Tx, period: PayPeriodRef, source: str, extra: rules.PayAmount) -> PayLine:
    line = PayLine(
        key=f"pay/{source}/{period.clinician_id}/{period.last}",
        clinician_id=period.clinician_id,
        source=source,
        earned_on=period.last,
        basis=extra.basis,
        amount=extra.amount,
        rule=extra.rule,
        why=extra.why,
    )
    return _save(tx, line)


def _save(tx: Tx, line: PayLine) -> PayLine:
    """Keep a line and post it; what is carried over was posted in its own period."""
    tx.db.add(line)
    tx.db.flush()
    if line.source != "carried_over" and line.amount:
        drafted = draft(Event.PAY_EARNED, line.amount, line.rule, line.why, clinician=line.clinician_id)
        ledger.post(tx, line.key, drafted, session_id=line.session_id, pay_line_id=line.id)
    return line


def _facts(tx: Tx, session: Session, attended: list[AttendanceRow]) -> SessionPayFacts:
    usual = tx.db.get_one(Service, session.service_id).minutes
    billed = tx.db.exec(
        select(func.sum(col(Posting.amount)))
        .join(Entry, col(Entry.id) == Posting.entry_id)
        .where(Entry.session_id == session.id, Posting.account == "income:session")
    ).one()
    return SessionPayFacts(
        service_id=session.service_id,
        held_on=directory.held_on(tx, session),
        minutes=max((a.minutes or usual for a in attended), default=usual),
        attended=len(attended),
        billed=-(billed or ZERO),
        sessions_before=session.earned_rank or 0,
    )


def _expected(tx: Tx, client_id: int) -> list[tuple[int, Decimal]]:
    """Insured sessions whose client's share is not known yet: the copay, else all that is still open."""
    rows = tx.db.exec(
        select(Claim, Coverage)
        .join(Coverage, col(Coverage.id) == Claim.coverage_id)
        .where(Coverage.client_id == client_id, col(Claim.status).not_in((ClaimStatus.PAID, ClaimStatus.CLOSED)))
        .order_by(col(Claim.number))
    ).all()
    return [(claim.attendance_id, coverage.copay or claim.charge) for claim, coverage in rows if claim.sequence == 1]


def _payer_paid(db: Database, attendance_id: int) -> Decimal:
    return ledger.balance(db, "cash:payer", attendance_id=attendance_id)


def _rule(tx: Tx, session: Session) -> PayRule | None:
    rows = tx.db.exec(select(PayRuleRow).where(PayRuleRow.clinician_id == session.clinician_id)).all()
    known = [_as_rule(row) for row in rows]
    return rules.rule_in_force(known, session.service_id, directory.held_on(tx, session), session.earned_rank or 0)


def _as_rule(row: PayRuleRow) -> PayRule:
    return PayRule(
        basis=PayBasis(row.basis),
        value=row.value,
        effective_from=row.effective_from,
        service_id=row.service_id,
        after_sessions=row.after_sessions,
        per_extra_attendee=row.per_extra_attendee,
        from_attendees=row.from_attendees,
    )


def _terms(db: Database, clinician_id: int, on: date) -> PayTerms:
    query = select(PayTerms).where(PayTerms.clinician_id == clinician_id, PayTerms.effective_from <= on)
    found = db.exec(query.order_by(col(PayTerms.effective_from).desc())).first()
    return found or PayTerms(clinician_id=clinician_id, effective_from=on)


def _earned_in_period(tx: Tx, session: Session) -> int:
    assert session.earned_on is not None
    period = period_of(session.earned_on, PayCycle(tx.practice.pay_cycle), tx.practice.pay_anchor)
    query = select(func.count()).where(
        Session.clinician_id == session.clinician_id,
        Session.id != session.id,
        col(Session.earned_on).between(period.first, period.last),
    )
    return tx.db.exec(query).one()


def _attended(db: Database, session_id: UUID) -> list[AttendanceRow]:
    query = select(AttendanceRow).where(AttendanceRow.session_id == session_id, AttendanceRow.status == Status.ATTENDED)
    return list(db.exec(query.order_by(col(AttendanceRow.id))).all())


def _statement(db: Database, period: PayPeriodRef) -> PayStatement | None:
    query = select(PayStatement).where(
        PayStatement.clinician_id == period.clinician_id, PayStatement.last == period.last
    )
    return db.exec(query).first()


def _unstated(db: Database, period: PayPeriodRef) -> list[PayLine]:
    query = select(PayLine).where(
        PayLine.clinician_id == period.clinician_id,
        col(PayLine.statement_id).is_(None),
        PayLine.earned_on <= period.last,
    )
    return list(db.exec(query.order_by(col(PayLine.earned_on), col(PayLine.id))).all())


def _last_total(db: Database, period: PayPeriodRef) -> Decimal:
    query = select(PayStatement).where(
        PayStatement.clinician_id == period.clinician_id, PayStatement.last < period.first
    )
    before = db.exec(query.order_by(col(PayStatement.last).desc())).first()
    return statement_total(db, before.id or 0) if before else ZERO


def signed_day(tx: Tx, session: Session) -> date:
    """The local day of the last signature; the day of service where no note is required."""
    signed = tx.db.exec(
        select(func.max(func.coalesce(col(Note.cosigned_at), col(Note.signed_at))))
        .join(AttendanceRow, col(AttendanceRow.id) == Note.attendance_id)
        .where(AttendanceRow.session_id == session.id)
    ).one()
    return local_day(signed, tx.tz) if signed else directory.held_on(tx, session)
