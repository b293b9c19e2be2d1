"""What clinicians earn, line by line, as sessions are signed and money comes in (RULES 5)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlmodel import Session as Database
from sqlmodel import col, func, select

from activities import directory, ledger, pay_contracts
from activities.database import Tx
from models.billed import on_the_web
from models.calendar import PayCycle, local_day, period_of
from models.facts import PayBasis, PayRule, SessionPayFacts, Status
from models.money import ZERO, share, total
from models.paying import SESSION_SOURCES, UNPOSTED, HeldSession, Source
from models.rules import pay as rules
from models.rules.claim_stages import OVER
from models.rules.collections import Debt, trace
from models.rules.ledger import Event, draft
from models.rules.pay import PayAmount
from models.rules.pay_contracts import adjustments_for, adjustments_of_share, admin_of_session, agreed_rule
from models.tables import (
    AttendanceRow,
    Claim,
    ClaimLine,
    Clinician,
    Coverage,
    Entry,
    Note,
    PayLine,
    PayRuleRow,
    Posting,
    Service,
    Session,
)

EVENTS = {
    Source.REIMBURSEMENT: Event.REIMBURSED,
    Source.DRAW: Event.PAY_ADVANCED,
    Source.DRAW_RECOVERED: Event.PAY_ADVANCED,
}
"""What posts a line that is not plainly earned."""
NOTHING = (0, ZERO)
"""No line yet, of nothing."""


def accrue_session(tx: Tx, session: Session, signed_on: date) -> None:
    """The session itself is earned: its place in the period, its lines, and what was collected before."""
    tx.db.get_one(Clinician, session.clinician_id, with_for_update=True)
    if session.earned_on is not None:
        return
    session.earned_on = max(directory.held_on(tx, session), signed_on)
    session.earned_rank = _earned_in_period(tx, session)
    pay_by(tx, [session])
    for key, source, earned in earned_by_session(tx, session):
        _line(tx, key, session, source, earned, session.earned_on)
    for attendance in _attended(tx.db, session.id):
        accrue_client(tx, attendance.client_id)


def pay_by(tx: Tx, sessions: Sequence[Session]) -> None:
    """Let sessions of one clinician be paid by the rule that is agreed for them now, until this is asked again."""
    clinician_id = sessions[0].clinician_id
    contracts, known = pay_contracts.contracts(tx.db, clinician_id), pay_contracts.rules_of(tx.db, clinician_id)
    for session in sessions:
        on = directory.held_on(tx, session)
        rule = agreed_rule(contracts, known, session.service_id, on, session.earned_rank or 0)
        session.pay_rule_id = rule.id if rule else None
    tx.db.flush()


def earned_by_session(tx: Tx, session: Session) -> list[tuple[str, Source, PayAmount]]:
    """What a session earns by itself: by its rule, each adjustment and the admin time it brings; with keys."""
    rule = rule_of(tx, session)
    if rule is None:
        return []
    attended = _attended(tx.db, session.id)
    facts = _facts(tx, session, attended)
    earned = rules.for_session(rule, facts)
    found = [(f"session/{session.id}", Source.SESSION, earned)] if earned else []
    known = pay_contracts.adjustments(tx.db, session.clinician_id)
    adjusted = adjustments_for(known, _held(tx, session, attended), earned.amount if earned else ZERO)
    found += [(f"adjustment/{session.id}/{n}", Source.ADJUSTMENT, more) for n, more in enumerate(adjusted, 1)]
    admin = admin_of_session(pay_contracts.contract_on(tx.db, session.clinician_id, facts.held_on))
    return [*found, (f"admin/{session.id}", Source.ADMIN, admin)] if admin else found


def more_of_shares(tx: Tx, session: Session, shares: Sequence[Decimal]) -> list[list[PayAmount]]:
    """What percentages add to each share of what was collected for a session."""
    known = pay_contracts.adjustments(tx.db, session.clinician_id)
    if not shares or not any(each.percent for each in known):
        return [[] for _ in shares]
    held = _held(tx, session, _attended(tx.db, session.id))
    return [adjustments_of_share(known, held, earned) for earned in shares]


def follow(tx: Tx, session: Session, why: str) -> bool:
    """What an earned session has earned more or less than its rule says now: a line of the open period, if anything."""
    if session.earned_on is None:
        return False
    query = select(PayLine).where(PayLine.session_id == session.id, col(PayLine.source).in_(SESSION_SOURCES))
    lines, rule = tx.db.exec(query).all(), rule_of(tx, session)
    due = total(earned.amount for _, _, earned in earned_by_session(tx, session))
    if rule and rule.basis is PayBasis.PERCENT_OF_COLLECTED:
        shares = [share(line.basis, rule.value) for line in lines if line.source == Source.COLLECTION]
        due += total(shares) + total(
            more.amount for adjusted in more_of_shares(tx, session, shares) for more in adjusted
        )
    name = rules.name_of(rule) if rule else "pay.no_rule"
    changed = rules.recalculated(due, total(line.amount for line in lines), name, why)
    if changed is None:
        return False
    count = sum(line.source == Source.RECALCULATED for line in lines)
    _line(tx, f"recalculated/{session.id}/{count + 1}", session, Source.RECALCULATED, changed, tx.today)
    return True


def accrue_client(tx: Tx, client_id: int) -> None:
    """What was collected from or for a client since the last line, shared with the clinicians who earned it."""
    accrue_clients(tx, [client_id])


def accrue_clients(tx: Tx, client_ids: Sequence[int]) -> None:
    """The same of several clients, in as many looks at the database as one of them takes."""
    moved, expected = ledger.movements_of(tx.db, client_ids), _expected(tx, client_ids)
    accounts = {each: trace(moved.get(each, []), expected.get(each, [])) for each in client_ids}
    rows = tx.db.exec(
        select(AttendanceRow, Session, PayRuleRow)
        .join(Session, col(Session.id) == AttendanceRow.session_id)
        .outerjoin(PayRuleRow, col(PayRuleRow.id) == Session.pay_rule_id)
        .where(col(AttendanceRow.client_id).in_(client_ids))
        .order_by(col(AttendanceRow.client_id), col(Session.starts))
    ).all()
    ids = [attendance.id or 0 for attendance, *_ in rows]
    before, from_payers = _before(tx.db, ids), _payers_paid(tx.db, ids)
    for attendance, session, row in rows:
        collected = accounts[attendance.client_id].collected
        fee = collected.get(Debt(attendance.id or 0, True), ZERO)
        _share_fee(tx, session, attendance, fee, *before.get((attendance.id, Source.FEE), NOTHING))
        if row is not None and session.earned_on is not None:
            client_paid = collected.get(Debt(attendance.id or 0, False), ZERO)
            paid = client_paid + from_payers.get(attendance.id, ZERO)
            shared = before.get((attendance.id, Source.COLLECTION), NOTHING)
            _share_collected(tx, session, attendance, pay_contracts.as_rule(row), paid, *shared)


def _before(db: Database, attendance_ids: list[int]) -> dict[tuple[int | None, str], tuple[int, Decimal]]:
    """How many lines each attendance has of a source, and of how much they are a share."""
    query = select(PayLine.attendance_id, PayLine.source, func.count(), func.sum(col(PayLine.basis)))
    query = query.where(col(PayLine.attendance_id).in_(attendance_ids))
    grouped = query.group_by(col(PayLine.attendance_id), col(PayLine.source))
    return {(number, source): (count, basis or ZERO) for number, source, count, basis in db.exec(grouped).all()}


def _share_fee(
    tx: Tx, session: Session, attendance: AttendanceRow, collected: Decimal, count: int, already: Decimal
) -> None:
    if collected == already:
        return
    contract = pay_contracts.contract_on(tx.db, session.clinician_id, directory.held_on(tx, session))
    earned = rules.for_fee(contract.fee_share, collected, already) if contract else None
    if earned:
        _line(tx, f"fee/{attendance.id}/{count + 1}", session, Source.FEE, earned, tx.today, attendance.id)


def _share_collected(
    tx: Tx,
    session: Session,
    attendance: AttendanceRow,
    rule: PayRule,
    collected: Decimal,
    count: int,
    already: Decimal,
) -> None:
    """By the rule that the session is paid by, even where another was entered meanwhile: never by both."""
    earned = rules.for_collection(rule, collected, already)
    if earned is None:
        return
    of = f"{attendance.id}/{count + 1}"
    _line(tx, f"collection/{of}", session, Source.COLLECTION, earned, tx.today, attendance.id)
    [adjusted] = more_of_shares(tx, session, [earned.amount])
    for n, more in enumerate(adjusted, 1):
        _line(tx, f"adjustment/{of}/{n}", session, Source.ADJUSTMENT, more, tx.today, attendance.id)


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
    save(tx, line)


def save(tx: Tx, line: PayLine) -> PayLine:
    """Keep a line and post it; what comes from another period was posted in its own."""
    tx.db.add(line)
    tx.db.flush()
    if line.source not in UNPOSTED and line.amount:
        event = EVENTS.get(Source(line.source), Event.PAY_EARNED)
        drafted = draft(event, line.amount, line.rule, line.why, clinician=line.clinician_id)
        ledger.post(tx, line.key, drafted, session_id=line.session_id, pay_line_id=line.id)
    return line


def _held(tx: Tx, session: Session, attended: list[AttendanceRow]) -> HeldSession:
    starts = session.starts.astimezone(tx.tz)
    return HeldSession(session.service_id, starts, _minutes(tx, session, attended), on_the_web(session.place))


def _minutes(tx: Tx, session: Session, attended: list[AttendanceRow]) -> int:
    usual = tx.db.get_one(Service, session.service_id).minutes
    return max((a.minutes or usual for a in attended), default=usual)


def _facts(tx: Tx, session: Session, attended: list[AttendanceRow]) -> SessionPayFacts:
    billed = tx.db.exec(
        select(func.sum(col(Posting.amount)))
        .join(Entry, col(Entry.id) == Posting.entry_id)
        .where(Entry.session_id == session.id, Posting.account == "income:session")
    ).one()
    return SessionPayFacts(
        service_id=session.service_id,
        held_on=directory.held_on(tx, session),
        minutes=_minutes(tx, session, attended),
        attended=len(attended),
        billed=-(billed or ZERO),
        sessions_before=session.earned_rank or 0,
    )


def _expected(tx: Tx, client_ids: Sequence[int]) -> dict[int, list[tuple[int, Decimal]]]:
    """Insured sessions that their payer has not answered to the end: the copay, else all that was charged."""
    charged = func.sum(col(ClaimLine.charge))
    owed = (
        select(func.sum(Posting.amount))
        .join(Entry, col(Entry.id) == Posting.entry_id)
        .where(Entry.attendance_id == ClaimLine.attendance_id)
        .where(Posting.account == func.concat("receivable:payer:", Claim.payer_id))
        .scalar_subquery()
    )
    rows = tx.db.exec(
        select(col(Coverage.client_id), col(ClaimLine.attendance_id), col(Coverage.copay), charged)
        .join(Claim, col(Claim.coverage_id) == Coverage.id)
        .join(ClaimLine, col(ClaimLine.claim_number) == Claim.number)
        .where(
            col(Coverage.client_id).in_(client_ids),
            col(Claim.status).not_in(OVER),
            Claim.sequence == 1,
        )
        .group_by(col(Coverage.id), col(Claim.number), col(ClaimLine.attendance_id))
        .having(owed > ZERO)
        .order_by(col(Claim.number), func.min(col(ClaimLine.place)))
    ).all()
    found: dict[int, list[tuple[int, Decimal]]] = {}
    for client_id, attendance_id, copay, amount in rows:
        found.setdefault(client_id, []).append((attendance_id, copay or amount))
    return found


def rule_of(tx: Tx, session: Session) -> PayRule | None:
    """The rule a session is paid by; None where none was agreed when it was earned, or worked out anew last."""
    row = tx.db.get(PayRuleRow, session.pay_rule_id) if session.pay_rule_id else None
    return pay_contracts.as_rule(row) if row else None


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


def _payers_paid(db: Database, attendance_ids: Sequence[int]) -> dict[int | None, Decimal]:
    """What payers paid for attendances."""
    paid = select(Entry.attendance_id, func.sum(col(Posting.amount)))
    paid = paid.join(Posting, col(Posting.entry_id) == Entry.id)
    paid = paid.where(Posting.account == "cash:payer", col(Entry.attendance_id).in_(attendance_ids))
    return dict(db.exec(paid.group_by(col(Entry.attendance_id))).all())


def signed_day(tx: Tx, session: Session) -> date:
    """The local day of the last signature; the day of service where no note is required."""
    signed = tx.db.exec(
        select(func.max(func.coalesce(col(Note.cosigned_at), col(Note.signed_at))))
        .join(AttendanceRow, col(AttendanceRow.id) == Note.attendance_id)
        .where(AttendanceRow.session_id == session.id)
    ).one()
    return local_day(signed, tx.tz) if signed else directory.held_on(tx, session)
