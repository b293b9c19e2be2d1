"""What other programs read: lists in a fixed order, from a place on, each one row more than asked for.

Names of people are on clients only; everything else says ids.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from starter.queries.reading import SESSIONS_OF_CLAIM, only, rows
from starter.queries.services import BESIDE


@dataclass(frozen=True)
class ClientOut:
    """A client."""

    id: int
    first: str
    last: str
    preferred: str
    email: str
    phone: str
    birth: date | None
    line1: str
    city: str
    state: str
    zip: str
    timezone: str | None
    external_id: str | None
    balance: Decimal


@dataclass(frozen=True)
class AttendanceOut:
    """A client's part in a session; `held` where somebody said how, `add_ons` what was done beside it, by code."""

    client_id: int
    status: str
    minutes: int | None
    presumed: bool
    held: str | None = None
    add_ons: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class SessionOut:
    """A session; `moves` counts how often it was moved."""

    id: UUID
    starts: datetime
    ends: datetime
    clinician_id: int
    service_id: int
    place: str
    moves: int
    attendances: list[AttendanceOut]


@dataclass(frozen=True)
class InvoiceOut:
    """An invoice; `amount` is what it asks for, `settled_at` when nothing was due any more."""

    number: str
    client_id: int
    issued_at: datetime
    settled_at: datetime | None
    amount: Decimal


@dataclass(frozen=True)
class PaymentOut:
    """Money from a client (payment), back to them (refund), or given up (write_off)."""

    id: UUID
    client_id: int
    kind: str
    method: str
    amount: Decimal
    at: datetime
    reference: str
    invoice_number: str | None


@dataclass(frozen=True)
class ClaimOut:
    """A claim and where it stands: `session_id` and `held_on` are of the first of its sessions."""

    number: str
    client_id: int
    payer_id: int
    session_id: UUID
    status: str
    charge: Decimal
    held_on: date
    edition: int
    payer_claim_number: str
    sessions: list[UUID]
    last_day: date


@dataclass(frozen=True)
class TaskOut:
    """Something for a person to do; its words stay here, as they may name somebody."""

    id: UUID
    kind: str
    role: str
    client_id: int | None
    opened_at: datetime
    due_at: datetime
    escalated_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True)
class ServiceOut:
    """Something a session can be."""

    id: int
    name: str
    code: str
    minutes: int


@dataclass(frozen=True)
class ClinicianOut:
    """Somebody who holds sessions."""

    id: int
    name: str
    active: bool


CLIENTS = """
select c.id, c.first, c.last, c.preferred, c.email, c.phone, c.birth, c.line1, c.city, c.state, c.zip, c.timezone,
  (select min(x.external) from external_id x where x.kind = 'clients' and x.ours = cast(c.id as text)) as external_id,
  coalesce((select sum(p.amount) from posting p where p.account = 'receivable:client:' || c.id), 0.00) as balance
from client c
where (cast(:id as int) is null or c.id = :id) and (cast(:after as int) is null or c.id > :after)
order by c.id limit :most
"""

SESSIONS = f"""
select s.id, s.starts, s.ends, s.clinician_id, s.service_id, s.place, s.moves,
  (select json_agg(json_build_object('client_id', a.client_id, 'status', a.status, 'minutes', a.minutes,
      'presumed', a.presumed, 'held', a.held, 'add_ons', {BESIDE}) order by a.id)
   from attendance a where a.session_id = s.id) as attendances
from session s
where (cast(:id as uuid) is null or s.id = :id)
  and (cast(:since as timestamptz) is null or s.starts >= :since)
  and (cast(:before as timestamptz) is null or s.starts < :before)
  and (cast(:clinician_id as int) is null or s.clinician_id = :clinician_id)
  and (cast(:client_id as int) is null
    or exists (select from attendance a where a.session_id = s.id and a.client_id = :client_id))
  and (cast(:after_starts as timestamptz) is null
    or (s.starts, s.id) > (cast(:after_starts as timestamptz), cast(:after_id as uuid)))
order by s.starts, s.id limit :most
"""

INVOICES = """
select i.number, i.client_id, i.issued_at, i.settled_at,
  coalesce((select sum(p.amount) from invoice_line l
    join entry e on e.id = l.entry_id or e.reverses_id = l.entry_id
    join posting p on p.entry_id = e.id and p.account = 'receivable:client:' || i.client_id
    where l.invoice_number = i.number), 0.00) as amount
from invoice i
where (cast(:number as text) is null or i.number = :number)
  and (cast(:client_id as int) is null or i.client_id = :client_id)
  and (cast(:open as boolean) is null or (i.settled_at is null) = :open)
  and (cast(:after as text) is null or i.number > :after)
order by i.number limit :most
"""

PAYMENTS = """
select id, client_id, kind, method, amount, at, reference, invoice_number from payment
where (cast(:id as uuid) is null or id = :id)
  and (cast(:client_id as int) is null or client_id = :client_id)
  and (cast(:after_at as timestamptz) is null
    or (at, id) > (cast(:after_at as timestamptz), cast(:after_id as uuid)))
order by at, id limit :most
"""

CLAIMS = f"""
select m.number, m.client_id, m.payer_id, x.sessions[1] as session_id, x.sessions, m.status, m.charge, m.held_on,
  x.last_day, m.edition, m.payer_claim_number
from claim m
  cross join {SESSIONS_OF_CLAIM} x
where (cast(:number as text) is null or m.number = :number)
  and (cast(:status as text) is null or m.status = :status)
  and (cast(:after as text) is null or m.number > :after)
order by m.number limit :most
"""

TASKS = """
select id, kind, role, client_id, opened_at, due_at, escalated_at, closed_at from task
where (cast(:id as uuid) is null or id = :id)
  and (cast(:open as boolean) is null or (closed_at is null) = :open)
  and (cast(:after_at as timestamptz) is null
    or (opened_at, id) > (cast(:after_at as timestamptz), cast(:after_id as uuid)))
order by opened_at, id limit :most
"""

SERVICES = "select id, name, code, minutes from service order by id"
CLINICIANS = "select id, name, active from clinician order by id"


def clients(engine: Engine, most: int, after: str | None = None, id: int | None = None) -> list[ClientOut]:
    """Clients by id."""
    return rows(engine, ClientOut, CLIENTS, id=id, after=after, most=most + 1)


def client(engine: Engine, client_id: int) -> ClientOut | None:
    """One client."""
    return only(clients(engine, 1, id=client_id))


def sessions(engine: Engine, most: int, **wanted: Any) -> list[SessionOut]:
    """Sessions by their start."""
    nothing = dict.fromkeys(("id", "since", "before", "clinician_id", "client_id", "after_starts", "after_id"))
    return rows(engine, _session, SESSIONS, **{**nothing, **wanted}, most=most + 1)


def session(engine: Engine, session_id: UUID) -> SessionOut | None:
    """One session."""
    return only(sessions(engine, 1, id=session_id))


def invoices(engine: Engine, most: int, **wanted: Any) -> list[InvoiceOut]:
    """Invoices by number."""
    nothing = dict.fromkeys(("number", "client_id", "open", "after"))
    return rows(engine, InvoiceOut, INVOICES, **{**nothing, **wanted}, most=most + 1)


def payments(engine: Engine, most: int, **wanted: Any) -> list[PaymentOut]:
    """Payments in the order they were recorded."""
    nothing = dict.fromkeys(("id", "client_id", "after_at", "after_id"))
    return rows(engine, PaymentOut, PAYMENTS, **{**nothing, **wanted}, most=most + 1)


def claims(engine: Engine, most: int, **wanted: Any) -> list[ClaimOut]:
    """Claims by number."""
    nothing = dict.fromkeys(("number", "status", "after"))
    return rows(engine, ClaimOut, CLAIMS, **{**nothing, **wanted}, most=most + 1)


def tasks(engine: Engine, most: int, **wanted: Any) -> list[TaskOut]:
    """Tasks in the order they were opened."""
    nothing = dict.fromkeys(("id", "open", "after_at", "after_id"))
    return rows(engine, TaskOut, TASKS, **{**nothing, **wanted}, most=most + 1)


def services(engine: Engine) -> list[ServiceOut]:
    """Every service."""
    return rows(engine, ServiceOut, SERVICES)


def clinicians(engine: Engine) -> list[ClinicianOut]:
    """Everybody who holds sessions, or did."""
    return rows(engine, ClinicianOut, CLINICIANS)


def _session(attendances: list[dict[str, Any]] | None, **session: Any) -> SessionOut:
    return SessionOut(attendances=[AttendanceOut(**each) for each in attendances or []], **session)
