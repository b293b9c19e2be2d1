"""The ledger: double entry, append-only. Triggers refuse an unbalanced entry, and any change or removal."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from models.tables.columns import INSTANT, MONEY


class Entry(SQLModel, table=True):
    """Something that happened to money: when, by which rule, why, and what caused it; `key` makes it happen once.

    `service_id` is the add-on it is about; None: the session's own service, or all of it.
    """

    __table_args__ = (
        Index("entry_by_day", "on_day", "id"),
        Index("entry_reversed", "reverses_id", unique=True, postgresql_where=text("reverses_id is not null")),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    at: datetime = Field(sa_type=INSTANT)
    on_day: date
    event: str
    rule: str
    why: str
    client_id: int | None = Field(default=None, foreign_key="client.id", index=True)
    session_id: UUID | None = Field(default=None, foreign_key="session.id", index=True)
    attendance_id: int | None = Field(default=None, foreign_key="attendance.id", index=True)
    claim_number: str | None = Field(default=None, foreign_key="claim.number", index=True)
    payment_id: UUID | None = Field(default=None, foreign_key="payment.id", index=True)
    remittance_claim_id: int | None = Field(default=None, foreign_key="remittance_claim.id", index=True)
    remittance_id: int | None = Field(default=None, foreign_key="remittance.id", index=True)
    pay_line_id: int | None = Field(default=None, foreign_key="pay_line.id", index=True)
    reverses_id: int | None = Field(default=None, foreign_key="entry.id")
    service_id: int | None = Field(default=None, foreign_key="service.id")


class Posting(SQLModel, table=True):
    """One side of an entry: debit positive, credit negative. A balance is read from the index alone."""

    __table_args__ = (
        CheckConstraint("amount <> 0", name="posting_not_zero"),
        Index("posting_by_account", "account", "entry_id", postgresql_include=["amount"]),
        Index("posting_by_entry", "entry_id", postgresql_include=["account", "amount"]),
    )

    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entry.id")
    account: str
    amount: Decimal = Field(sa_type=MONEY)
