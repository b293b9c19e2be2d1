"""What a client's part in a session is billed as: the session's service and its add-ons, each priced for itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import directory
from activities.database import Tx
from models.billed import ServiceLine
from models.rules.coding import CRISIS, FURTHER_CRISIS, further_crisis
from models.rules.rates import Price
from models.tables import AddOnRow, AttendanceRow, Service, Session


@dataclass(frozen=True)
class Done:
    """A service that was done; `add_on` unless it is the session's own."""

    service: Service
    units: int = 1
    minutes: int | None = None
    add_on: bool = False

    @property
    def service_id(self) -> int:
        return self.service.id or 0


@dataclass(frozen=True)
class Charged:
    """A service with its charge in dollars, and why it is so much."""

    done: Done
    price: Price


def done(tx: Tx, session: Session, attendance: AttendanceRow) -> list[Done]:
    """The session's own service first, then what was done beside it; a long crisis brings its further half hours."""
    service = tx.db.get_one(Service, session.service_id)
    if service.code == CRISIS:
        _count_crisis(tx, session, attendance, service)
    return [Done(service), *add_ons(tx.db, attendance)]


def add_ons(db: Database, attendance: AttendanceRow) -> list[Done]:
    """What was done beside the session's own service, by code."""
    query = (
        select(AddOnRow, Service)
        .join(Service, col(Service.id) == AddOnRow.service_id)
        .where(AddOnRow.attendance_id == attendance.id)
    )
    found = db.exec(query.order_by(col(Service.code), col(Service.id))).all()
    return [Done(service, row.units, row.minutes, add_on=True) for row, service in found]


def billed(attendance: AttendanceRow, on: date, services: Sequence[Charged]) -> list[ServiceLine]:
    """Lines for a claim, one for each service that a client's part was charged for."""
    return [
        ServiceLine(attendance.id or 0, each.done.service_id, on, each.done.units, each.price.amount, each.done.add_on)
        for each in services
    ]


def charged(services: Sequence[Done], price_of: Callable[[Done], Price]) -> list[Charged]:
    """Each service with its price; of several units the amount is that many times the price of one."""
    return [Charged(each, _times(price_of(each), each.units)) for each in services]


def priced(tx: Tx, service_id: int, clinician_id: int, on: date) -> bool:
    """Whether the practice has a fee for a service on that day."""
    known = directory.rates(tx.db, service_id)
    return any(r.client_id is None and r.effective_from <= on and r.clinician_id in (None, clinician_id) for r in known)


def _times(price: Price, units: int) -> Price:
    if units == 1:
        return price
    return Price(price.amount * units, price.rule, f"{units} times {price.amount}: {price.why}")


def _count_crisis(tx: Tx, session: Session, attendance: AttendanceRow, service: Service) -> None:
    """90840 follows from the minutes (RULES 1), where the practice offers it; where it does not the scrub says so."""
    units = further_crisis(attendance.minutes or service.minutes)
    further = tx.db.exec(select(Service).where(Service.code == FURTHER_CRISIS).order_by(col(Service.id))).first()
    if (
        not units
        or further is None
        or not priced(tx, further.id or 0, session.clinician_id, directory.held_on(tx, session))
    ):
        return
    row = tx.db.get(AddOnRow, (attendance.id, further.id)) or AddOnRow(
        attendance_id=attendance.id or 0, service_id=further.id or 0
    )
    row.units = units
    tx.db.add(row)
    tx.db.flush()
