"""Lines of other systems as rows here: each kind refers to what is here already, and says where it does not fit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from activities import directory, invoices, ledger, sessions
from activities.database import Tx
from models import checks
from models.calendar import instant
from models.errors import Refused
from models.facts import ImportKind, Status
from models.messages import Booking
from models.money import ZERO
from models.rules.ledger import Event, draft
from models.tables import (
    NO_OVERLAP,
    AttendanceRow,
    Client,
    Clinician,
    Coverage,
    ExternalId,
    Payer,
    Service,
    Session,
)

NAMES = UUID("0b0e7a52-1f37-4c0b-9df4-6f2f5f0a3c11")
Values = dict[str, Any]
COLUMNS = {"sequence": "order"}
"""Fields of rows that files call otherwise."""


class Unfit(Refused):
    """A line that cannot be written, at a column, with the mend."""

    def __init__(self, column: str, what: str) -> None:
        super().__init__(what)
        self.column = column


@dataclass
class Books:
    """What lines refer to, looked up once for a whole file; names in small letters."""

    brought_in: dict[str, str]
    clients: dict[str, int]
    payers: dict[str, int]
    clinicians: dict[str, int]
    services: dict[str, Service]

    @staticmethod
    def of(tx: Tx, kind: ImportKind) -> "Books":
        """As things stand now."""
        external = tx.db.exec(select(ExternalId).where(col(ExternalId.kind).in_([kind, ImportKind.CLIENTS]))).all()
        payers = tx.db.exec(select(Payer)).all()
        clinicians = tx.db.exec(select(Clinician).where(col(Clinician.active))).all()
        services = tx.db.exec(select(Service)).all()
        return Books(
            brought_in={row.external: row.ours for row in external if row.kind == kind},
            clients={row.external: int(row.ours) for row in external if row.kind == ImportKind.CLIENTS},
            payers={name.lower(): p.id or 0 for p in payers for name in (p.name, p.payer_id)},
            clinicians={name.lower(): c.id or 0 for c in clinicians for name in (c.name, c.npi, c.email) if name},
            services={name.lower(): s for s in reversed(services) for name in (s.code, s.name) if name},
        )

    def client(self, external: str) -> int:
        """The client whom the other system calls so."""
        if external not in self.clients:
            raise Unfit("client", "no client was brought in under this id: bring the clients in first")
        return self.clients[external]


def write_client(tx: Tx, _: Books, values: Values) -> str:
    """A new client."""
    fields = {name: value for name, value in values.items() if name not in ("id", "name")}
    row = Client(**fields)
    _fits(row)
    tx.db.add(row)
    tx.db.flush()
    return str(row.id)


def write_coverage(tx: Tx, books: Books, values: Values) -> str:
    """A client's coverage."""
    client_id = books.client(values["client"])
    payer_id = books.payers.get(values["payer"].lower())
    if payer_id is None:
        raise Unfit("payer", "no insurer here has this name or id: add it first, or write it as it is called here")
    here = select(Coverage.id).where(Coverage.client_id == client_id, Coverage.sequence == values["order"])
    if tx.db.exec(here).first():
        raise Unfit("order", "this client has a coverage of that order here already: change it on the client's page")
    fields = {name: value for name, value in values.items() if name not in ("client", "payer", "order")}
    row = Coverage(client_id=client_id, payer_id=payer_id, sequence=values["order"], **fields)
    _fits(row)
    tx.db.add(row)
    tx.db.get_one(Client, client_id).uses_insurance = True
    tx.db.flush()
    return str(row.id)


def write_appointment(tx: Tx, books: Books, values: Values) -> str:
    """A session ahead, booked as any other but without a mail; or one that is history, billed by the other system."""
    session_id = uuid5(NAMES, f"appointment/{values['id']}")
    client_ids = tuple(books.client(external) for external in values["client"])
    clinician_id = books.clinicians.get(values["clinician"].lower())
    if clinician_id is None:
        raise Unfit("clinician", "nobody active here has this name, mail address or NPI")
    service = books.services.get(values["service"].lower())
    if service is None:
        raise Unfit("service", "no service here has this name or code: add it first")
    starts = _moment(tx, values["starts"])
    status = values["status"] or Status.BOOKED
    booking = Booking(session_id, clinician_id, service.id or 0, client_ids, starts, values["place"])
    if starts <= tx.now and status.ahead:
        raise Unfit("status", "this is past: say how it ended (attended, no show, cancelled, late cancelled)")
    if starts > tx.now and status in (Status.ATTENDED, Status.NO_SHOW):
        raise Unfit("status", "this is still ahead: it can be booked, confirmed or cancelled")
    if status.ahead:
        sessions.book.work(tx, booking)
    else:
        _history(tx, booking, service, status)
    return str(session_id)


def write_balance(tx: Tx, books: Books, values: Values) -> str:
    """What a client owed when they came, asked for on an invoice; or their credit."""
    client_id = books.client(values["client"])
    amount: Decimal = values["balance"]
    if amount == ZERO:
        return ""
    why = "brought in from the system before"
    drafted = draft(Event.OPENING_BALANCE, amount, "importing.balance", why, client=client_id)
    entry = ledger.post(tx, f"opening/{client_id}", drafted, client_id=client_id)
    if entry is None:
        raise Unfit("client", "this client has an opening balance here already: correct it on the client's page")
    if amount > ZERO:
        return invoices.ask(tx, client_id, [entry])
    invoices.settle(tx, client_id)
    return ""


WRITE: dict[ImportKind, Callable[[Tx, Books, Values], str]] = {
    ImportKind.CLIENTS: write_client,
    ImportKind.COVERAGES: write_coverage,
    ImportKind.APPOINTMENTS: write_appointment,
    ImportKind.BALANCES: write_balance,
}


def _fits(row: Client | Coverage) -> None:
    """What a form would refuse is refused in a file too, at the column it stands in."""
    for problem in checks.problems(row):
        raise Unfit(COLUMNS.get(problem.field, problem.field), problem.words)


def _moment(tx: Tx, local: datetime) -> datetime:
    """The instant of a wall-clock time at the practice."""
    at = instant(local, tx.tz)
    if at.astimezone(tx.tz).replace(tzinfo=None) != local:
        raise Unfit("starts", "the clocks skip this hour on that day: is the time right?")
    return at


def _history(tx: Tx, booking: Booking, service: Service, status: Status) -> None:
    """A session that is over, or was cancelled: nothing of it is charged, and no note is asked for."""
    ends = booking.starts + timedelta(minutes=service.minutes)
    tx.db.add(
        Session(
            id=booking.session_id,
            clinician_id=booking.clinician_id,
            service_id=booking.service_id,
            policy_id=directory.policy_in_force(tx.db, tx.today).id or 0,
            starts=booking.starts,
            ends=ends,
            place=booking.place,
            booked_at=tx.now,
            released=status in (Status.CANCELLED, Status.LATE_CANCELLED),
            billed_elsewhere=True,
        )
    )
    try:
        tx.db.flush()
    except IntegrityError as clash:
        if NO_OVERLAP not in str(clash.orig):
            raise
        raise Unfit("starts", "the clinician has another session at this time") from None
    decided = min(ends, tx.now)
    tx.db.add_all(
        AttendanceRow(session_id=booking.session_id, client_id=client_id, status=status, decided_at=decided)
        for client_id in booking.client_ids
    )
    tx.db.flush()
