"""What an attended, signed session leaves behind: the charge, the claim or the invoice, the clinician's pay."""

from collections.abc import Sequence

from sqlmodel import col, select

from activities import charts, claim_making, directory, earnings, invoices, ledger, packages, service_lines
from activities.database import Tx
from activities.service_lines import Charged, Done
from models.billed import ServiceLine
from models.facts import Policy, Status
from models.rules import rates
from models.rules.ledger import Draft, Event, draft
from models.rules.rates import Price
from models.tables import AttendanceRow, Coverage, Entry, Session


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
    if is_charged(tx, attendance):
        return
    services = service_lines.done(tx, session, attendance)
    covered = directory.coverages(tx.db, attendance.client_id, directory.held_on(tx, session))
    if covered and services[0].service.code:
        _bill_payer(tx, session, attendance, services, covered[0])
    else:
        _bill_client(tx, session, attendance, services)


def _bill_payer(
    tx: Tx, session: Session, attendance: AttendanceRow, services: Sequence[Done], coverage: Coverage
) -> None:
    """The practice's full fee of each service, and one claim for all of them."""
    on = directory.held_on(tx, session)

    def full_fee(each: Done) -> Price:
        return rates.full_fee(directory.rates(tx.db, each.service_id), session.clinician_id, on)

    charged = service_lines.charged(services, full_fee)
    for each in charged:
        why = each.price.why
        drafted = draft(
            Event.ATTENDED_INSURED, each.price.amount, each.price.rule, _of(each, why), payer=coverage.payer_id
        )
        _post(tx, session, attendance, each.done, drafted)
    lines = [ServiceLine(attendance.id or 0, c.done.service_id, c.done.units, c.price.amount) for c in charged]
    claim_making.make(tx, lines, coverage, on)


def _bill_client(tx: Tx, session: Session, attendance: AttendanceRow, services: Sequence[Done]) -> None:
    """What the client agreed to pay for each service; a prepaid session covers its own service alone."""
    on = directory.held_on(tx, session)

    def price(each: Done) -> Price:
        prepaid = None if each.add_on else packages.take(tx, attendance, each.service_id, on)
        known = directory.rates(tx.db, each.service_id)
        return prepaid or rates.price(known, session.clinician_id, attendance.client_id, on)

    entries = []
    for each in service_lines.charged(services, price):
        if each.price.amount:
            drafted = draft(
                Event.ATTENDED_SELF_PAY,
                each.price.amount,
                each.price.rule,
                _of(each, each.price.why),
                client=attendance.client_id,
            )
            entries.append(_post(tx, session, attendance, each.done, drafted))
    if new := [entry for entry in entries if entry]:
        invoices.ask(tx, attendance.client_id, new)


def _of(charged: Charged, why: str) -> str:
    """Why an add-on costs what it costs names it."""
    service = charged.done.service
    return f"{service.code or service.name}: {why}" if charged.done.add_on else why


def _post(tx: Tx, session: Session, attendance: AttendanceRow, done: Done, drafted: Draft) -> Entry | None:
    """The charge of one service, once; an add-on's is one of its own beside the session's."""
    return ledger.post(
        tx,
        f"charge/{attendance.id}/{done.service_id}" if done.add_on else f"charge/{attendance.id}",
        drafted,
        client_id=attendance.client_id,
        session_id=session.id,
        attendance_id=attendance.id,
        service_id=done.service_id if done.add_on else None,
    )


def is_charged(tx: Tx, attendance: AttendanceRow) -> bool:
    """Whether what was done is charged already."""
    charges = (Event.ATTENDED_INSURED.value, Event.ATTENDED_SELF_PAY.value)
    query = select(Entry.id).where(Entry.attendance_id == attendance.id, col(Entry.event).in_(charges))
    return tx.db.exec(query).first() is not None


def attendances(tx: Tx, session: Session) -> Sequence[AttendanceRow]:
    """Everybody's part in a session, in order of booking."""
    if session.id not in tx.attending:
        query = select(AttendanceRow).where(AttendanceRow.session_id == session.id).order_by(col(AttendanceRow.id))
        tx.attending[session.id] = tx.db.exec(query).all()
    return tx.attending[session.id]
