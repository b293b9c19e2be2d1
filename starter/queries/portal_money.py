"""What clients see of their own money: invoices, payments, the months there is something to state of."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Engine

from models.rules.ledger import client_account
from starter.queries.reading import only, rows


@dataclass(frozen=True)
class InvoiceRow:
    """An invoice; what is still due of it the ledger says."""

    number: str
    issued_on: date
    settled_at: datetime | None


@dataclass(frozen=True)
class PaymentRow:
    """Money that came or went back."""

    id: UUID
    at: datetime
    kind: str
    method: str
    amount: Decimal
    invoice_number: str | None


@dataclass(frozen=True)
class Month:
    """A month by its first day; `treated` when sessions were charged in it."""

    first: date
    treated: bool


INVOICES = "select number, issued_on, settled_at from invoice where client_id = :client_id"
PAYMENTS = """
select id, at, kind, method, amount, invoice_number from payment
where client_id = :client_id and kind in ('payment', 'refund') order by at desc limit :most
"""
MONTHS = """
select cast(date_trunc('month', e.on_day) as date) as first,
  bool_or(exists (select from session s where s.id = e.session_id)) as treated
from entry e join posting p on p.entry_id = e.id
where e.client_id = :client_id and p.account in (:account, 'income:session')
group by 1 order by 1 desc limit :most
"""


def invoices(engine: Engine, client_id: int) -> list[InvoiceRow]:
    """A client's invoices, the newest first."""
    sql = f"{INVOICES} order by issued_on desc, number desc"
    return rows(engine, InvoiceRow, sql, client_id=client_id)


def invoice(engine: Engine, client_id: int, number: str) -> InvoiceRow | None:
    """One invoice of a client."""
    return only(rows(engine, InvoiceRow, f"{INVOICES} and number = :number", client_id=client_id, number=number))


def payments(engine: Engine, client_id: int, most: int = 100) -> list[PaymentRow]:
    """What a client paid and got back, the latest first."""
    return rows(engine, PaymentRow, PAYMENTS, client_id=client_id, most=most)


def months(engine: Engine, client_id: int, most: int = 24) -> list[Month]:
    """The months in which something happened on a client's account, the latest first."""
    return rows(engine, Month, MONTHS, client_id=client_id, account=client_account(client_id), most=most)
