"""What clinicians earn, line by line, as sessions are signed and money comes in (RULES 5)."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlmodel import Session as Database
from sqlmodel import col, func, select

from activities import directory, ledger, pay_contracts
from activities.database import Tx
from models.billed import on_the_web
from models.calendar import PayCycle, local_day, period_of
from models.facts import PayRule, SessionPayFacts, Status
from models.money import ZERO, total
from models.paying import UNPOSTED, HeldSession, Source
from models.rules import pay as rules
from models.rules.claim_stages import OVER
from models.rules.collections import Debt, trace
from models.rules.ledger import Event, draft
from models.rules.pay import PayAmount
from models.rules.pay_contracts import adjustments_for, adjustments_of_share, admin_of_session
from models.tables import (
    AttendanceRow,
    Claim,
    ClaimLine,
    Clinician,
    Coverage,
    Entry,
    Note,
    PayLine,
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


def accrue_session(tx: Tx, session: Session, signed_on: date) -> None:
    """The session itself is earned: its place in the period, its lines, and what was collected before."""
    tx.db.get_one(Clinician, session.clinician_id, with_for_update=True)
    if session.earned_on is not None:
        return
    session.earned_on = max(directory.held_on(tx, session), signed_on)
    session.earned_rank = _earned_in_period(tx, session)
    tx.db.flush()
    for key, source, earned in earned_by_session(tx, session):
        _line(tx, key, session, source, earned, session.earned_on)
    for attendance in _attended(tx.db, session.id):
        accrue_client(tx, attendance.client_id)


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


def due(tx: Tx, session: Session) -> Decimal:
    """What a session that is earned earns by itself, as it is billed now."""
    return total(earned.amount for _, _, earned in earned_by_session(tx, session)) if session.earned_on else ZERO


def follow_billing(tx: Tx, session: Session, before: Decimal, why: str) -> None:
    """What it earns more or less than `before`, once what it billed was corrected: a new line of the open period."""
    rule, now = rule_of(tx, session), due(tx, session)
    changed = rules.recalculated(now, before, rules.name_of(rule) if rule else "pay.no_rule", why)
    if changed:
        recalculate(tx, session, changed)


def recalculate(tx: Tx, session: Session, changed: PayAmount) -> None:
    """Keep what a session has earned more or less than was worked out before."""
    before = select(func.count()).where(PayLine.session_id == session.id, PayLine.source == Source.RECALCULATED)
    _line(
        tx, f"recalculated/{session.id}/{tx.db.exec(before).one() + 1}", session, Source.RECALCULATED, changed, tx.today
    )


def accrue_client(tx: Tx, client_id: int) -> None:
    """What was collected from or for a client since the last line, shared with the clinicians who earned it."""
    accrue_clients(tx, [client_id])


def accrue_clients(tx: Tx, client_ids: Sequence[int]) -> None:
    """The same of several clients, in as many looks at the database as one of them takes."""
    moved, expected = ledger.movements_of(tx.db, client_ids), _expected(tx, client_ids)
    accounts = {each: trace(moved.get(each, []), expected.get(each, [])) for each in client_ids}
    rows = tx.db.exec(
        select(AttendanceRow, Session)
        .join(Session, col(Session.id) == AttendanceRow.session_id)
        .where(col(AttendanceRow.client_id).in_(client_ids))
        .order_by(col(AttendanceRow.client_id), col(Session.starts))
    ).all()
    ids = [attendance.id or 0 for attendance, _ in rows]
    before, from_payers = _before(tx.db, ids), _payers_paid(tx.db, ids)
    for attendance, session in rows:
        collected = accounts[attendance.client_id].collected
        fee = collected.get(Debt(attendance.id or 0, True), ZERO)
        _accrue(tx, session, attendance, Source.FEE, fee, before)
        if session.earned_on is not None:
            client_paid = collected.get(Debt(attendance.id or 0, False), ZERO)
            paid = client_paid + from_payers.get(attendance.id, ZERO)
            _accrue(tx, session, attendance, Source.COLLECTION, paid, before)


def _before(db: Database, attendance_ids: list[int]) -> dict[tuple[int | None, str], tuple[int, Decimal]]:
    """How many lines each attendance has of a source, and of how much they are a share."""
    query = select(PayLine.attendance_id, PayLine.source, func.count(), func.sum(col(PayLine.basis)))
    query = query.where(col(PayLine.attendance_id).in_(attendance_ids))
    grouped = query.group_by(col(PayLine.attendance_id), col(PayLine.source))
    return {(number, source): (count, basis or ZERO) for number, source, count, basis in db.exec(grouped).all()}


def _accrue(
    tx: Tx,
    session: Session,
    attendance: AttendanceRow,
    source: str,
    collected: Decimal,
    before: Mapping[tuple[int | None, str], tuple[int, Decimal]],
) -> None:
    count, already = before.get((attendance.id, source), (0, ZERO))
    if collected == already:
        return
    earned = _share(tx, session, source, collected, already)
    if earned is None:
        return
    of = f"{attendance.id}/{count + 1}"
    _line(tx, f"{source}/{of}", session, source, earned, tx.today, attendance.id)
    if source == Source.COLLECTION:
        [adjusted] = more_of_shares(tx, session, [earned.amount])
        for n, more in enumerate(adjusted, 1):
            _line(tx, f"adjustment/{of}/{n}", session, Source.ADJUSTMENT, more, tx.today, attendance.id)


def _share(tx: Tx, session: Session, source: str, collected: Decimal, already: Decimal) -> rules.PayAmount | None:
    if source == Source.FEE:
        contract = pay_contracts.contract_on(tx.db, session.clinician_id, directory.held_on(tx, session))
        return rules.for_fee(contract.fee_share, collected, already) if contract else None
    rule = rule_of(tx, session)
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
    """The rule a session is paid by; None outside the contracts, or where no rule is for its service."""
    on = directory.held_on(tx, session)
    if pay_contracts.is_outside(tx.db, session.clinician_id, on):
        return None
    known = pay_contracts.rules_of(tx.db, session.clinician_id)
    return rules.rule_in_force(known, session.service_id, on, session.earned_rank or 0)


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
