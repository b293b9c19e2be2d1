"""What clients are asked for and what they paid; amounts are in the ledger, not here."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from models.tables.columns import INSTANT, MONEY


class Invoice(SQLModel, table=True):
    """A request to a client to pay for some entries."""

    __table_args__ = (
        Index("invoice_latest", text("issued_at desc"), text("number desc")),
        Index("invoice_open", text("issued_at desc"), text("number desc"), postgresql_where=text("settled_at is null")),
    )

    number: str = Field(primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    issued_at: datetime = Field(sa_type=INSTANT)
    issued_on: date
    settled_at: datetime | None = Field(default=None, sa_type=INSTANT)
    plan_id: UUID | None = Field(default=None, foreign_key="payment_plan.id", index=True)


class InvoiceLine(SQLModel, table=True):
    """An entry an invoice asks for; no entry stands on two invoices."""

    __tablename__ = "invoice_line"

    entry_id: int = Field(primary_key=True, foreign_key="entry.id")
    invoice_number: str = Field(foreign_key="invoice.number", index=True)


class Payment(SQLModel, table=True):
    """Money from a client (payment), to them (refund), or given up (write_off), as a person or the gateway said it."""

    __table_args__ = (Index("payment_by_day", "at"),)

    id: UUID = Field(primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    kind: str
    method: str
    amount: Decimal = Field(sa_type=MONEY, gt=0)
    at: datetime = Field(sa_type=INSTANT)
    reference: str = ""
    reason: str = ""
    invoice_number: str | None = Field(default=None, foreign_key="invoice.number", index=True)
    refund_of: UUID | None = Field(default=None, foreign_key="payment.id", index=True)


class Message(SQLModel, table=True):
    """A mail that was sent; `key` lets it be sent once."""

    key: str = Field(primary_key=True)
    kind: str
    client_id: int | None = Field(default=None, foreign_key="client.id", index=True)
    clinician_id: int | None = Field(default=None, foreign_key="clinician.id")
    account_id: int | None = Field(default=None, foreign_key="account.id")
    sent_at: datetime = Field(sa_type=INSTANT)
