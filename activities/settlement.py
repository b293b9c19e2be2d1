"""What an attended, signed session leaves behind: the charge, the claim or the invoice, the clinician's pay."""

from collections.abc import Sequence

from sqlmodel import col, func, select

from activities import (
    charts,
    claim_gathering,
    claim_making,
    directory,
    earnings,
    invoices,
    ledger,
    packages,
    service_lines,
)
from activities.database import Tx
from activities.service_lines import Charged, Done
from models.facts import Policy, Status
from models.rules import rates
from models.rules.ledger import Draft, Event, draft
from models.rules.rates import Price
from models.tables import AttendanceRow, Entry, Session

CHARGES = (Event.ATTENDED_INSURED.value, Event.ATTENDED_SELF_PAY.value)
"""What is posted of a session that was held."""
CORRECTED = "who came was corrected after it was earned"


def settle(tx: Tx, session: Session, policy: Policy) -> None:
    """Charge every attendance that is ready and not charged yet; once none is awaited, the session is earned.

    Who counts as attended after that, because a no-show was corrected, is paid for, too.
    """
    tx.db.flush()
    if session.billed_elsewhere:
        return
    everybody = attendances(tx, session)
    attended = [a for a in everybody if a.status == Status.ATTENDED]
    waiting = unsigned(tx, session, policy)
    ready = [a for a in attended if a not in waiting and not is_charged(tx, a)]
    was_earned = session.earned_on is not None
    if len(ready) > 1:
        _hold_claims(tx, session, ready)
    for attendance in ready:
        _charge(tx, session, attendance)
    decided = not any(Status(a.status).ahead or a.presumed for a in everybody)
    if attended and decided and not waiting:
        earnings.accrue_session(tx, session, earnings.signed_day(tx, session))
    if ready and was_earned:
        earnings.accrue_clients(tx, [attendance.client_id for attendance in ready])
        earnings.follow(tx, session, CORRECTED)


def unsigned(tx: Tx, session: Session, policy: Policy) -> list[AttendanceRow]:
    """The attended ones whose note still has to be signed."""
    if not policy.note_required or session.billed_elsewhere:
        return []
    attended = [a for a in attendances(tx, session) if a.status == Status.ATTENDED]
    return [a for a in attended if not charts.is_signed(tx, a)]


def _hold_claims(tx: Tx, session: Session, ready: Sequence[AttendanceRow]) -> None:
    """Hold what the claims of several clients may join, in an order that is the same for every session."""
    on = directory.held_on(tx, session)
    known = (directory.coverages(tx.db, attendance.client_id, on) for attendance in ready)
    claim_gathering.hold(tx, [covered[0] for covered in known if covered])


def _charge(tx: Tx, session: Session, attendance: AttendanceRow) -> None:
    services, on = service_lines.done(tx, session, attendance), directory.held_on(tx, session)
    covered = directory.coverages(tx.db, attendance.client_id, on)
    if covered and services[0].service.code:
        charged = _charge_payer(tx, session, attendance, services, covered[0].payer_id)
        claim_making.bill(tx, service_lines.billed(attendance, on, charged), covered[0])
    else:
        _charge_client(tx, session, attendance, services)


def charge_beside(
    tx: Tx, session: Session, attendance: AttendanceRow, add_ons: Sequence[Done], payer_id: int | None
) -> list[Charged]:
    """Charge add-ons after the session was charged: to the payer that its claim went to, or the client."""
    if payer_id is None:
        return _charge_client(tx, session, attendance, add_ons)
    return _charge_payer(tx, session, attendance, add_ons, payer_id)


def _charge_payer(
    tx: Tx, session: Session, attendance: AttendanceRow, services: Sequence[Done], payer_id: int
) -> list[Charged]:
    """The practice's full fee of each service."""
    on = directory.held_on(tx, session)

    def full_fee(each: Done) -> Price:
        return rates.full_fee(directory.rates(tx.db, each.service_id), session.clinician_id, on)

    charged = service_lines.charged(services, full_fee)
    for each in charged:
        why = _of(each, each.price.why)
        drafted = draft(Event.ATTENDED_INSURED, each.price.amount, each.price.rule, why, payer=payer_id)
        _post(tx, session, attendance, each.done, drafted)
    return charged


def _charge_client(tx: Tx, session: Session, attendance: AttendanceRow, services: Sequence[Done]) -> list[Charged]:
    """What the client agreed to pay for each service; a prepaid session covers its own service alone."""
    on = directory.held_on(tx, session)

    def price(each: Done) -> Price:
        prepaid = None if each.add_on else packages.take(tx, attendance, each.service_id, on)
        known = directory.rates(tx.db, each.service_id)
        return prepaid or rates.price(known, session.clinician_id, attendance.client_id, on)

    charged, entries = service_lines.charged(services, price), []
    for each in charged:
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
    return charged


def _of(charged: Charged, why: str) -> str:
    """Why an add-on costs what it costs names it."""
    service = charged.done.service
    return f"{service.code or service.name}: {why}" if charged.done.add_on else why


def _post(tx: Tx, session: Session, attendance: AttendanceRow, done: Done, drafted: Draft) -> Entry | None:
    """The charge of one service, once; an add-on's is one of its own beside the session's."""
    return ledger.post(
        tx,
        _key(tx, attendance, done),
        drafted,
        client_id=attendance.client_id,
        session_id=session.id,
        attendance_id=attendance.id,
        service_id=done.service_id if done.add_on else None,
    )


def _key(tx: Tx, attendance: AttendanceRow, done: Done) -> str:
    """How a charge is named; an add-on that was charged and taken back before is counted on."""
    if not done.add_on:
        return f"charge/{attendance.id}"
    before = select(func.count()).where(
        Entry.attendance_id == attendance.id,
        Entry.service_id == done.service_id,
        col(Entry.event).in_(CHARGES),
    )
    count = tx.db.exec(before).one()
    return f"charge/{attendance.id}/{done.service_id}" + (f"/{count + 1}" if count else "")


def is_charged(tx: Tx, attendance: AttendanceRow) -> bool:
    """Whether what was done is charged already."""
    query = select(Entry.id).where(Entry.attendance_id == attendance.id, col(Entry.event).in_(CHARGES))
    return tx.db.exec(query).first() is not None


def attendances(tx: Tx, session: Session) -> Sequence[AttendanceRow]:
    """Everybody's part in a session, in order of booking."""
    if session.id not in tx.attending:
        query = select(AttendanceRow).where(AttendanceRow.session_id == session.id).order_by(col(AttendanceRow.id))
        tx.attending[session.id] = tx.db.exec(query).all()
    return tx.attending[session.id]
