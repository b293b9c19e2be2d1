"""What clients owe and paid, as the billing pages show it: today's check-ins, invoices, payments, plans, packages."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session as Database

from activities import invoices
from activities.shares import ShareOf
from models.money import ZERO
from models.rules.share import NOTHING, Share
from starter.queries.eligibility import expected as expected_shares
from starter.queries.reading import only, rows

PAGE = 50


@dataclass(frozen=True)
class CheckIn:
    """A client's part in a session of today: what is expected at the desk, and what they owe besides.

    `share` is the client's part as far as anybody knows (its amount None: not known); `charged` once the session
    stands on the client's account. `due` is what to ask for now: the balance (once a client and day) and today's
    share, less what is there as credit.
    """

    attendance_id: int
    session_id: UUID
    starts: datetime
    status: str
    checked_in_at: datetime | None
    client_id: int
    client: str
    clinician_id: int
    clinician: str
    service_id: int
    service: str
    billable: bool
    balance: Decimal
    has_card: bool
    card_label: str
    charged: bool
    prepaid: int
    paid_today: Decimal
    share: Share = NOTHING
    expected: Decimal | None = ZERO
    due: Decimal = ZERO


@dataclass(frozen=True)
class InvoiceRow:
    """An invoice in a list: what it asked for and what of it is due."""

    number: str
    client_id: int
    client: str
    issued_on: date
    settled: bool
    in_plan: bool
    asked: Decimal
    due: Decimal = ZERO


@dataclass(frozen=True)
class PaymentRow:
    """Money that moved or was given up; `refunded` is what went back of it, `gateway` how it can go back by itself."""

    id: UUID
    client_id: int
    client: str
    kind: str
    method: str
    amount: Decimal
    at: datetime
    reference: str
    reason: str
    invoice_number: str | None
    refund_of: UUID | None
    refunded: Decimal
    gateway: bool


@dataclass(frozen=True)
class PendingRow:
    """A charge or refund whose answer the gateway still owes."""

    id: UUID
    client_id: int
    client: str
    kind: str
    state: str
    amount: Decimal
    made_at: datetime


@dataclass(frozen=True)
class PlanRow:
    """A payment plan."""

    id: UUID
    client_id: int
    client: str
    amount: Decimal
    by_card: bool
    made_at: datetime
    ended: str
    parts: int
    next_on: date | None
    invoices: str


@dataclass(frozen=True)
class PackageRow:
    """A package of prepaid sessions; `paid_at` None while it is only offered."""

    id: UUID
    client_id: int
    client: str
    service: str
    sessions: int
    used: int
    price: Decimal
    expires_on: date | None
    paid_at: datetime | None
    returned: bool


@dataclass(frozen=True)
class Totals:
    """What is outstanding in all."""

    owed_by_clients: Decimal
    credit: Decimal
    owed_by_payers: Decimal
    open_invoices: int
    overdue_invoices: int


@dataclass(frozen=True)
class Payer:
    """Who pays, how: a client with what is on file and what they owe."""

    id: int
    name: str
    balance: Decimal
    card: bool
    card_method: str
    card_label: str
    autopay_since: datetime | None
    autopay_cap: Decimal | None


NAME = "trim(c.first || ' ' || c.last)"
PREPAID = """coalesce((select sum(g.sessions - (select count(*) from package_use u where u.package_id = g.id))
  from package g join payment q on q.id = g.id
  where g.client_id = c.id and g.service_id = s.service_id and (g.expires_on is null or g.expires_on >= :today)
    and not exists (select from payment r where r.refund_of = g.id)), 0)"""

CHECK_INS = f"""
select a.id as attendance_id, s.id as session_id, s.starts, a.status, a.checked_in_at, c.id as client_id,
  {NAME} as client, k.id as clinician_id, k.name as clinician, v.id as service_id, v.name as service,
  v.code <> '' as billable,
  coalesce((select sum(p.amount) from posting p where p.account = 'receivable:client:' || c.id), 0) as balance,
  c.card is not null as has_card, c.card_label,
  exists (select from entry e join posting p on p.entry_id = e.id
    where e.attendance_id = a.id and p.account = 'receivable:client:' || c.id) as charged,
  {PREPAID} as prepaid,
  coalesce((select sum(y.amount) from payment y where y.client_id = c.id and y.kind = 'payment'
    and y.at >= :since and y.at < :until), 0) as paid_today
from session s join attendance a on a.session_id = s.id join client c on c.id = a.client_id
join clinician k on k.id = s.clinician_id join service v on v.id = s.service_id
where s.starts >= :since and s.starts < :until and a.status not in ('cancelled', 'late_cancelled')
order by s.starts, a.id
"""

INVOICES = f"""
select i.number, i.client_id, {NAME} as client, i.issued_on, i.settled_at is not null as settled,
  exists (select from payment_plan l where l.id = i.plan_id and l.ended_at is null) as in_plan,
  coalesce((select sum(p.amount) from invoice_line n
    join entry e on e.id = n.entry_id or e.reverses_id = n.entry_id
    join posting p on p.entry_id = e.id and p.account = 'receivable:client:' || i.client_id
    where n.invoice_number = i.number), 0) as asked
from invoice i join client c on c.id = i.client_id
where (cast(:number as text) is null or i.number = :number) and (not :only_open or i.settled_at is null)
  and (cast(:client_id as int) is null or i.client_id = :client_id)
order by i.issued_at desc, i.number desc limit :most offset :skipped
"""

PAYMENTS = f"""
select y.id, y.client_id, {NAME} as client, y.kind, y.method, y.amount, y.at, y.reference, y.reason,
  y.invoice_number, y.refund_of,
  coalesce((select sum(r.amount) from payment r where r.refund_of = y.id), 0) as refunded,
  exists (select from charge_intent t where t.id = y.id) as gateway
from payment y join client c on c.id = y.client_id
where (cast(:id as uuid) is null or y.id = :id) and (cast(:client_id as int) is null or y.client_id = :client_id)
  and (cast(:invoice_number as text) is null or y.invoice_number = :invoice_number)
order by y.at desc, y.id limit :most offset :skipped
"""

PENDING = f"""
select t.id, t.client_id, {NAME} as client, t.kind, t.state, t.amount, t.made_at
from charge_intent t join client c on c.id = t.client_id
where t.state = 'pending' or (t.state = 'wished' and t.made_at < now() - interval '2 minutes')
order by t.made_at desc limit 50
"""

PLANS = f"""
select l.id, l.client_id, {NAME} as client, l.amount, l.by_card, l.made_at, l.ended,
  (select count(*) from plan_instalment n where n.plan_id = l.id) as parts,
  (select min(n.due_on) from plan_instalment n where n.plan_id = l.id and n.due_on >= :today) as next_on,
  coalesce((select string_agg(i.number, ' ' order by i.number) from invoice i where i.plan_id = l.id), '') as invoices
from payment_plan l join client c on c.id = l.client_id
where cast(:id as uuid) is null or l.id = :id
order by l.ended_at is not null, l.made_at desc limit 200
"""

PACKAGES = f"""
select g.id, g.client_id, {NAME} as client, v.name as service, g.sessions, g.price, g.expires_on, y.at as paid_at,
  (select count(*) from package_use u where u.package_id = g.id) as used,
  exists (select from payment r where r.refund_of = g.id) as returned
from package g join client c on c.id = g.client_id join service v on v.id = g.service_id
left join payment y on y.id = g.id
where (cast(:client_id as int) is null or g.client_id = :client_id)
  and (y.id is not null or g.offered_at > now() - interval '7 days')
order by g.offered_at desc limit 200
"""

TOTALS = """
with standing as (select account, amount from receivable_at('infinity'))
select coalesce(sum(b.amount) filter (where b.amount > 0), 0) as owed_by_clients,
  coalesce(-sum(b.amount) filter (where b.amount < 0), 0) as credit,
  coalesce((select sum(amount) from standing where account like 'receivable:payer:%'), 0) as owed_by_payers,
  (select count(*) from invoice where settled_at is null) as open_invoices,
  (select count(*) from invoice where settled_at is null and issued_on < cast(:today as date) - 30) as overdue_invoices
from (select sum(amount) as amount from standing where account like 'receivable:client:%' group by account) b
"""

PAYER = f"""
select c.id, {NAME} as name, c.card is not null as card, c.card_method, c.card_label, c.autopay_since, c.autopay_cap,
  coalesce((select sum(p.amount) from posting p where p.account = 'receivable:client:' || c.id), 0) as balance
from client c where c.id = :id
"""


def check_ins(engine: Engine, today: date, since: datetime, until: datetime, tz: ZoneInfo) -> list[CheckIn]:
    """Who is expected today, in order, with what to ask them for."""
    found = rows(engine, CheckIn, CHECK_INS, today=today, since=since, until=until)
    visits = [ShareOf(row.client_id, row.clinician_id, row.service_id, row.billable, today) for row in found]
    accounts: dict[int, Decimal] = {}
    listed = []
    for row, share in zip(found, expected_shares(engine, visits, tz), strict=True):
        settled = row.charged or row.prepaid or row.status == "no_show"
        expected = ZERO if settled else share.amount
        owed = accounts.get(row.client_id, row.balance) + (expected or ZERO)
        accounts[row.client_id] = min(ZERO, owed)
        listed.append(replace(row, share=share, expected=expected, due=max(ZERO, owed)))
    return listed


def invoice_list(engine: Engine, only_open: bool, page: int = 0, client_id: int | None = None) -> list[InvoiceRow]:
    """Invoices, newest first."""
    return _invoices(engine, only_open=only_open, client_id=client_id, number=None, skipped=page * PAGE)


def invoice(engine: Engine, number: str) -> InvoiceRow | None:
    """One invoice."""
    return only(_invoices(engine, only_open=False, client_id=None, number=number, skipped=0))


def payment_list(
    engine: Engine, page: int = 0, client_id: int | None = None, invoice_number: str | None = None
) -> list[PaymentRow]:
    """Payments, refunds and write-offs, newest first."""
    values = {"id": None, "client_id": client_id, "invoice_number": invoice_number}
    return rows(engine, PaymentRow, PAYMENTS, **values, most=PAGE + 1, skipped=page * PAGE)


def payment(engine: Engine, payment_id: UUID) -> PaymentRow | None:
    """One payment."""
    values = {"id": payment_id, "client_id": None, "invoice_number": None}
    return only(rows(engine, PaymentRow, PAYMENTS, **values, most=1, skipped=0))


def pending(engine: Engine) -> list[PendingRow]:
    """Charges and refunds that are on their way."""
    return rows(engine, PendingRow, PENDING)


def plan_list(engine: Engine, today: date) -> list[PlanRow]:
    """Payment plans, those under way first."""
    return rows(engine, PlanRow, PLANS, today=today, id=None)


def plan(engine: Engine, plan_id: UUID, today: date) -> PlanRow | None:
    """One payment plan."""
    return only(rows(engine, PlanRow, PLANS, today=today, id=plan_id))


def package_list(engine: Engine, client_id: int | None = None) -> list[PackageRow]:
    """Packages that were paid, and those offered in the last days."""
    return rows(engine, PackageRow, PACKAGES, client_id=client_id)


def totals(engine: Engine, today: date) -> Totals:
    """What is outstanding in all."""
    [found] = rows(engine, Totals, TOTALS, today=today)
    return found


def payer(engine: Engine, client_id: int) -> Payer | None:
    """A client as one who pays."""
    return only(rows(engine, Payer, PAYER, id=client_id))


def _invoices(engine: Engine, **wanted: object) -> list[InvoiceRow]:
    found = rows(engine, InvoiceRow, INVOICES, **wanted, most=PAGE + 1)
    with Database(engine) as db:
        dues = invoices.dues(db, sorted({row.client_id for row in found if not row.settled}))
    return [replace(row, due=dues.get(row.number, ZERO)) for row in found]
