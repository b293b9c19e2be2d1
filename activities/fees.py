"""Fees for missed sessions: decided once, charged after the grace, waived or withdrawn with a reason (RULES 2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from sqlmodel import Session as Database
from sqlmodel import col, func, select

from activities import directory, earnings, invoices, ledger
from activities.database import HELD, Tx
from activities.shares import ShareOf, shares
from models.calendar import local_day, zone
from models.errors import Refused
from models.facts import By, Policy, Rate, Status
from models.money import ZERO
from models.rules import attendance as rules
from models.rules import rates
from models.rules.ledger import Event, draft
from models.rules.rates import Price
from models.tables import (
    AttendanceRow,
    Client,
    Coverage,
    Entry,
    FeeRow,
    Payer,
    PolicyRow,
    Practice,
    Service,
    Session,
)

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Preview:
    """What a change would do for one client: the status it gives them, the fee, and their share of the session."""

    client_id: int
    status: Status
    fee: rules.Fee
    share: Decimal | None
    share_why: str


@dataclass(frozen=True)
class Notice:
    """Until when a client may cancel freely, and what it costs from then on."""

    free_until: datetime
    fee: rules.Fee


def notice(db: Database, wanted: Session, client_id: int, now: datetime) -> Notice:
    """What cancelling late would cost of a session that is not booked yet, by the policy it would be booked under."""
    today = local_day(now, zone(db.get_one(Practice, 1).timezone))
    policy = directory.policy_of(directory.policy_in_force(db, today))
    fee = _fee(_Asks(db, wanted, now, (client_id,)), policy, client_id, Status.LATE_CANCELLED)
    return Notice(wanted.starts - timedelta(hours=policy.notice_hours), fee)


def preview(
    db: Database, session_id: UUID, change: str, by: By, now: datetime, client_id: int | None = None
) -> tuple[Preview, ...]:
    """What "cancel", "move", "no_show" or "attend" would cost each client still expected, before anybody commits.

    Nothing is written; the step that does it asks the same rules.
    """
    return previews(db, session_id, ((change, by),), now, client_id)[0]


def previews(
    db: Database, session_id: UUID, changes: Sequence[tuple[str, By]], now: datetime, client_id: int | None = None
) -> list[tuple[Preview, ...]]:
    """The same for several changes, read in one go."""
    query = select(AttendanceRow, Session, PolicyRow).where(AttendanceRow.session_id == session_id)
    query = query.join(Session, col(Session.id) == AttendanceRow.session_id)
    query = query.join(PolicyRow, col(PolicyRow.id) == Session.policy_id).order_by(col(AttendanceRow.id))
    rows = db.exec(query).all()
    expected = [a.client_id for a, _, _ in rows if Status(a.status).ahead and client_id in (None, a.client_id)]
    if not expected:
        return [() for _ in changes]
    _, session, policy_row = rows[0]
    policy, asks = directory.policy_of(policy_row), _Asks(db, session, now, tuple(expected))
    endings = [_ending(session, change, by, now, policy) for change, by in changes]
    return [tuple(_preview(asks, policy, client, status) for client in expected) for status in endings]


def decide(tx: Tx, session: Session, attendance: AttendanceRow, status: Status, policy: Policy) -> None:
    """Decide the fee of an attendance that ended as `status`, and charge it unless it waits for its grace."""
    tx.db.get_one(Client, attendance.client_id, with_for_update=HELD)
    asks = _Asks(tx.db, session, tx.now, (attendance.client_id,))
    fee = _fee(asks, policy, attendance.client_id, status)
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
    waivable = [row for row in _of(tx, attendance) if row.amount and not let_go(row)]
    if not waivable:
        raise Refused("there is no fee to waive for this client and session")
    waivable[-1].waived_because = reason
    _undo(tx, waivable[-1], f"waived: {reason}")


@dataclass(frozen=True)
class _Asks:
    """What prices, fees and shares of a session's clients depend on; each thing is read once, for all of them."""

    db: Database
    session: Session
    now: datetime
    clients: tuple[int, ...]

    @cached_property
    def on(self) -> date:
        return directory.day_of(self.db, self.session)

    @cached_property
    def rates(self) -> list[Rate]:
        return directory.rates(self.db, self.session.service_id)

    @cached_property
    def waivers(self) -> dict[int, int]:
        """How many fees of the last year were waived by themselves."""
        query = select(FeeRow.client_id, func.count()).where(
            col(FeeRow.client_id).in_(self.clients),
            col(FeeRow.waived_by_itself),
            ~col(FeeRow.withdrawn),
            FeeRow.decided_at > self.now - YEAR,
        )
        return dict(self.db.exec(query.group_by(col(FeeRow.client_id))).all())

    @cached_property
    def covers(self) -> dict[int, list[tuple[Coverage, Payer]]]:
        return directory.covers(self.db, self.clients, self.on)

    def price(self, client_id: int) -> Price:
        return rates.price(self.rates, self.session.clinician_id, client_id, self.on)

    def forbidden(self, client_id: int) -> bool:
        """Whether a payer of the client forbids fees for missed sessions, as Medicaid does."""
        return not all(payer.allows_no_show_fee for _, payer in self.covers.get(client_id, ()))


def _preview(asks: _Asks, policy: Policy, client_id: int, status: Status) -> Preview:
    share, why = _share(asks, client_id) if status is Status.ATTENDED else (ZERO, "")
    return Preview(client_id, status, _fee(asks, policy, client_id, status), share, why)


def _ending(session: Session, change: str, by: By, now: datetime, policy: Policy) -> Status:
    """How an attendance would end; a move in time ends nothing and costs nothing."""
    if change in ("no_show", "attend"):
        return Status.NO_SHOW if change == "no_show" else Status.ATTENDED
    return rules.cancelled_as(session.starts, rules.by_the_clock(now), by, policy)


def _fee(asks: _Asks, policy: Policy, client_id: int, status: Status) -> rules.Fee:
    """The fee as the rules see it at a moment."""
    waived, forbidden = asks.waivers.get(client_id, 0), asks.forbidden(client_id)
    return rules.fee(status, asks.price(client_id).amount, policy, waived, forbidden)


def _share(asks: _Asks, client_id: int) -> tuple[Decimal | None, str]:
    """What a client is expected to pay of a session they attend: their price, or what their coverage leaves to them."""
    db, session = asks.db, asks.session
    billable = bool(db.get_one(Service, session.service_id).code)
    visit = ShareOf(client_id, session.clinician_id, session.service_id, billable, asks.on)
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
    return [row for row in rows if not (row.charged or let_go(row))]


def let_go(row: FeeRow) -> bool:
    """Whether nothing is to be paid for it any more: it was withdrawn, or waived by itself or by staff."""
    return bool(row.withdrawn or row.waived_by_itself or row.waived_because)


def _of(tx: Tx, attendance: AttendanceRow) -> list[FeeRow]:
    query = select(FeeRow).where(FeeRow.attendance_id == attendance.id).order_by(col(FeeRow.decided_at))
    return list(tx.db.exec(query).all())


def _decided(tx: Tx, attendance: AttendanceRow) -> int:
    return len(_of(tx, attendance)) + 1
