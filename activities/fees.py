"""Fees for missed sessions: decided once, charged after the grace, waived or withdrawn with a reason (RULES 2)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlmodel import Session as Database
from sqlmodel import col, func, select

from activities import directory, earnings, invoices, ledger
from activities.database import Tx
from activities.shares import Visit, shares
from models.calendar import zone
from models.errors import Refused
from models.facts import By, Policy, Status
from models.money import ZERO
from models.rules import attendance as rules
from models.rules import rates
from models.rules.ledger import Event, draft
from models.tables import AttendanceRow, Client, Entry, FeeRow, Practice, Service, Session

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Preview:
    """What a change would do for one client: the status it gives them, the fee, and their share of the session."""

    client_id: int
    status: Status
    fee: rules.Fee
    share: Decimal | None
    share_why: str


def preview(
    db: Database, session_id: UUID, change: str, by: By, now: datetime, client_id: int | None = None
) -> tuple[Preview, ...]:
    """What "cancel", "move", "no_show" or "attend" would cost each client still expected, before anybody commits.

    Nothing is written; the step that does it asks the same rules.
    """
    session = db.get_one(Session, session_id)
    policy = directory.policy(db, session.policy_id)
    query = select(AttendanceRow).where(AttendanceRow.session_id == session_id).order_by(col(AttendanceRow.id))
    expected = [a for a in db.exec(query).all() if Status(a.status).ahead and client_id in (None, a.client_id)]
    return tuple(_preview(db, session, a.client_id, _ending(session, change, by, now, policy), now) for a in expected)


def decide(tx: Tx, session: Session, attendance: AttendanceRow, status: Status, policy: Policy) -> None:
    """Decide the fee of an attendance that ended as `status`, and charge it unless it waits for its grace."""
    tx.db.get_one(Client, attendance.client_id, with_for_update=True)
    fee = _fee(tx.db, session, attendance.client_id, status, tx.now)
    row = FeeRow(
        key=f"fee/{attendance.id}/{_decided(tx, attendance)}",
        attendance_id=attendance.id or 0,
        client_id=attendance.client_id,
        decided_at=tx.now,
        amount=fee.amount,
        rule=fee.rule,
        why=fee.why,
        waived_by_itself=fee.waived,
    )
    tx.db.add(row)
    tx.db.flush()
    grace = policy.fee_grace_hours if status is Status.NO_SHOW else 0
    if fee.charged > ZERO and not grace:
        charge(tx, session, row)


def charge(tx: Tx, session: Session, row: FeeRow) -> None:
    """Post a fee and ask the client for it."""
    drafted = draft(Event.FEE_CHARGED, row.amount, row.rule, row.why, client=row.client_id)
    entry = ledger.post(
        tx, row.key, drafted, client_id=row.client_id, session_id=session.id, attendance_id=row.attendance_id
    )
    row.charged = True
    if entry:
        invoices.ask(tx, row.client_id, [entry])
        earnings.accrue_client(tx, row.client_id)


def charge_due(tx: Tx, session: Session, policy: Policy) -> None:
    """Charge every fee whose grace has passed."""
    for row in _open_fees(tx, session):
        if tx.now >= row.decided_at + timedelta(hours=policy.fee_grace_hours):
            charge(tx, session, row)


def next_due(tx: Tx, session: Session, policy: Policy) -> datetime | None:
    """When the first fee that still waits is charged."""
    waiting = [row.decided_at + timedelta(hours=policy.fee_grace_hours) for row in _open_fees(tx, session)]
    return min(waiting, default=None)


def withdraw(tx: Tx, attendance: AttendanceRow, why: str) -> None:
    """Take back the newest fee, decided for a mark that was wrong."""
    newest = _of(tx, attendance)[-1:]
    for row in newest:
        if not row.withdrawn:
            row.withdrawn = True
            _undo(tx, row, why)


def waive(tx: Tx, attendance: AttendanceRow, reason: str) -> None:
    """Waive the newest fee of an attendance; Refused when there is none left to waive."""
    waivable = [row for row in _of(tx, attendance) if row.amount and not _let_go(row)]
    if not waivable:
        raise Refused("there is no fee to waive for this client and session")
    waivable[-1].waived_because = reason
    _undo(tx, waivable[-1], f"waived: {reason}")


def _preview(db: Database, session: Session, client_id: int, status: Status, now: datetime) -> Preview:
    share, why = _share(db, session, client_id) if status is Status.ATTENDED else (ZERO, "")
    return Preview(client_id, status, _fee(db, session, client_id, status, now), share, why)


def _ending(session: Session, change: str, by: By, now: datetime, policy: Policy) -> Status:
    """How an attendance would end; a move in time ends nothing and costs nothing."""
    if change in ("no_show", "attend"):
        return Status.NO_SHOW if change == "no_show" else Status.ATTENDED
    return rules.cancelled_as(session.starts, rules.by_the_clock(now), by, policy)


def _fee(db: Database, session: Session, client_id: int, status: Status, now: datetime) -> rules.Fee:
    """The fee as the rules see it at a moment."""
    on = directory.day_of(db, session)
    price = rates.price(directory.rates(db, session.service_id), session.clinician_id, client_id, on)
    policy = directory.policy(db, session.policy_id)
    waived, forbidden = _waivers_used(db, client_id, now), directory.fees_forbidden(db, client_id, on)
    return rules.fee(status, price.amount, policy, waived, forbidden)


def _share(db: Database, session: Session, client_id: int) -> tuple[Decimal | None, str]:
    """What a client is expected to pay of a session they attend: their price, or what their coverage leaves to them."""
    on = directory.day_of(db, session)
    billable = bool(db.get_one(Service, session.service_id).code)
    visit = Visit(client_id, session.clinician_id, session.service_id, billable, on)
    [share] = shares(db, [visit], zone(db.get_one(Practice, 1).timezone))
    return share.amount, share.why


def _undo(tx: Tx, row: FeeRow, why: str) -> None:
    entry = tx.db.exec(select(Entry).where(Entry.key == row.key)).first()
    if entry:
        ledger.reverse(tx, entry, why)
        invoices.settle(tx, row.client_id)
        earnings.accrue_client(tx, row.client_id)


def _open_fees(tx: Tx, session: Session) -> list[FeeRow]:
    rows = tx.db.exec(
        select(FeeRow)
        .join(AttendanceRow, col(AttendanceRow.id) == FeeRow.attendance_id)
        .where(AttendanceRow.session_id == session.id, FeeRow.amount > 0)
    ).all()
    return [row for row in rows if not (row.charged or _let_go(row))]


def _let_go(row: FeeRow) -> bool:
    return bool(row.withdrawn or row.waived_by_itself or row.waived_because)


def _of(tx: Tx, attendance: AttendanceRow) -> list[FeeRow]:
    query = select(FeeRow).where(FeeRow.attendance_id == attendance.id).order_by(col(FeeRow.decided_at))
    return list(tx.db.exec(query).all())


def _decided(tx: Tx, attendance: AttendanceRow) -> int:
    return len(_of(tx, attendance)) + 1


def _waivers_used(db: Database, client_id: int, now: datetime) -> int:
    query = select(func.count()).where(
        FeeRow.client_id == client_id,
        col(FeeRow.waived_by_itself),
        ~col(FeeRow.withdrawn),
        FeeRow.decided_at > now - YEAR,
    )
    return db.exec(query).one()
