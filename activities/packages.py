"""Packages of prepaid sessions: offered, in force once paid, used session by session."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session as Database
from sqlmodel import col, func, select

from activities.database import Tx
from models.calendar import local_day
from models.errors import Refused
from models.money import ZERO
from models.rules import packages as rules
from models.rules.packages import Package
from models.rules.rates import Price
from models.tables import AttendanceRow, Client, PackageRow, PackageUse, Payment, Service

MOST = 200
"""The most sessions of a package."""


@dataclass(frozen=True)
class Offer:
    """Sessions of a service in advance for a price; the id is also that of the payment that buys it."""

    id: UUID
    client_id: int
    service_id: int
    sessions: int
    price: Decimal
    expires_on: date | None = None


def offer(db: Database, wish: Offer, at: datetime) -> None:
    """Keep an offer, once per id; it holds from the moment it is paid."""
    if not 1 <= wish.sessions <= MOST or wish.price <= ZERO:
        raise Refused(f"a package has 1 to {MOST} sessions and a price above zero")
    if db.get(Client, wish.client_id) is None or db.get(Service, wish.service_id) is None:
        raise Refused("choose a client and a service")
    if wish.expires_on is not None and wish.expires_on < at.date():
        raise Refused("the package would have expired already")
    if db.get(PackageRow, wish.id) is None:
        db.add(PackageRow(**vars(wish), offered_at=at))


def take(tx: Tx, attendance: AttendanceRow, service_id: int, on: date) -> Price | None:
    """The price of an attendance under a package, which is used by it; None when no package covers it."""
    covered = rules.price(in_force(tx.db, attendance.client_id, tx.tz, service_id), on)
    if covered is None:
        return None
    tx.db.add(PackageUse(attendance_id=attendance.id or 0, package_id=covered.package_id))
    tx.db.flush()
    return covered.price


def in_force(db: Database, client_id: int, tz: ZoneInfo, service_id: int | None = None) -> list[Package]:
    """A client's packages that were paid and of which nothing went back."""
    query = (
        select(PackageRow, Payment)
        .join(Payment, col(Payment.id) == PackageRow.id)
        .where(PackageRow.client_id == client_id, service_id is None or PackageRow.service_id == service_id)
        .where(~select(Payment.id).where(Payment.refund_of == PackageRow.id).correlate(PackageRow).exists())
        .order_by(col(Payment.at))
    )
    rows: Sequence[tuple[PackageRow, Payment]] = db.exec(query).all()
    used = _used(db, [row.id for row, _ in rows])
    return [
        Package(row.id, row.price, row.sessions, used.get(row.id, 0), local_day(paid.at, tz), row.expires_on)
        for row, paid in rows
    ]


def _used(db: Database, ids: Sequence[UUID]) -> dict[UUID, int]:
    query = select(PackageUse.package_id, func.count()).where(col(PackageUse.package_id).in_(ids))
    return dict(db.exec(query.group_by(col(PackageUse.package_id))).all())
