"""Wishes about clients' money, and how invoices and payments stand."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from models.messages.handover import NOTHING, Handover


@dataclass(frozen=True)
class InvoiceStanding:
    """What is still due of an invoice, and what came of asking."""

    due: Decimal
    handover: Handover = NOTHING


@dataclass(frozen=True)
class CardCharge:
    """An automatic charge of what is due; `attempt` counts from 1."""

    number: str
    attempt: int


@dataclass(frozen=True)
class Dunning:
    """An unpaid invoice asked for again, `days` after its issue."""

    number: str
    days: int


@dataclass(frozen=True)
class Money:
    """Money from a client ("payment"), to them ("refund") or given up ("write_off"), in dollars.

    The reason stays in the database under `kept_id`; messages of before carried it.
    """

    payment_id: UUID
    kind: str
    client_id: int
    amount: Decimal
    method: str = ""
    reason: str = ""
    reference: str = ""
    invoice_number: str | None = None
    refund_of: UUID | None = None
    kept_id: UUID | None = None


@dataclass(frozen=True)
class Receipt:
    """What a payment did: the client's balance after it."""

    payment_id: UUID
    balance: Decimal
    handover: Handover = NOTHING
