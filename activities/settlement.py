"""What an attended, signed session leaves behind: the charge, the claim or the invoice, the clinician's pay."""

from collections.abc import Sequence

from sqlmodel import col, select

from activities import charts, claims, directory, earnings, invoices, ledger, packages
from activities.database import Tx
from models.facts import Policy, Status
from models.rules import rates
from models.rules.ledger import Event, draft
from models.tables import AttendanceRow, Coverage, Entry, Service, Session


def settle(tx: Tx, session: Session, policy: Policy) -> None:
    """Charge every attendance that is ready and not charged yet; once none is awaited, the session is earned."""
    tx.db.flush()
    if session.billed_elsewhere:
        return
    everybody = attendances(tx, session)
    attended = [a for a in everybody if a.status == Status.ATTENDED]
    waiting = unsigned(tx, session, policy)
    for attendance in attended:
        if attendance not in waiting:
            _charge(tx, session, attendance)
    decided = not any(Status(a.status).ahead or a.presumed for a in everybody)
    if attended and decided and not waiting:
        earnings.accrue_session(tx, session, earnings.signed_day(tx, session))


def unsigned(tx: Tx, session: Session, policy: Policy) -> list[AttendanceRow]:
    """The attended ones whose note still has to be signed."""
    if not policy.note_required or session.billed_elsewhere:
        return []
    attended = [a for a in attendances(tx, session) if a.status == Status.ATTENDED]
    return [a for a in attended if not charts.is_signed(tx, a)]


def _charge(tx: Tx, session: Session, attendance: AttendanceRow) -> None:
    key = f"charge/{attendance.id}"
    if tx.db.exec(select(Entry.id).where(Entry.key == key)).first():
        return
    service = tx.db.get_one(Service, session.service_id)
    covered = directory.coverages(tx.db, attendance.client_id, directory.held_on(tx, session))
    if covered and service.code:
        _bill_payer(tx, session, attendance, covered[0], key)
    else:
        _bill_client(tx, session, attendance, key)


def _bill_payer(tx: Tx, session: Session, attendance: AttendanceRow, coverage: Coverage, key: str) -> None:
    on = directory.held_on(tx, session)
    fee = rates.full_fee(directory.rates(tx.db, session.service_id), session.clinician_id, on)
    drafted = draft(Event.ATTENDED_INSURED, fee.amount, fee.rule, fee.why, payer=coverage.payer_id)
    ledger.post(tx, key, drafted, client_id=attendance.client_id, session_id=session.id, attendance_id=attendance.id)
    claims.make(tx, attendance, coverage, fee.amount, on)


def _bill_client(tx: Tx, session: Session, attendance: AttendanceRow, key: str) -> None:
    on = directory.held_on(tx, session)
    known = directory.rates(tx.db, session.service_id)
    price = packages.take(tx, attendance, session.service_id, on) or rates.price(
        known, session.clinician_id, attendance.client_id, on
    )
    if not price.amount:
        return
    drafted = draft(Event.ATTENDED_SELF_PAY, price.amount, price.rule, price.why, client=attendance.client_id)
    entry = ledger.post(
        tx, key, drafted, client_id=attendance.client_id, session_id=session.id, attendance_id=attendance.id
    )
    if entry:
        invoices.ask(tx, attendance.client_id, [entry])


def attendances(tx: Tx, session: Session) -> Sequence[AttendanceRow]:
    """Everybody's part in a session, in order of booking."""
    query = select(AttendanceRow).where(AttendanceRow.session_id == session.id).order_by(col(AttendanceRow.id))
    return tx.db.exec(query).all()
