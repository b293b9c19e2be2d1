"""What steps leave for others: mails to send, workflows to start and to tell."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from models.messages.wishes import Booking, Cancellation, Move


@dataclass(frozen=True)
class Mail:
    """A mail to send once per key; ids say about what, the step looks people up."""

    key: str
    kind: str
    client_id: int | None = None
    session_id: UUID | None = None
    invoice_number: str | None = None
    payment_id: UUID | None = None
    statement_id: int | None = None
    days: int = 0
    month: date | None = None
    account_id: int | None = None
    series_id: UUID | None = None
    offer_id: UUID | None = None


@dataclass(frozen=True)
class InvoiceStart:
    """An invoice to follow until it is paid; days after its issue to try a declined card and to ask again."""

    number: str
    client_id: int
    amount: Decimal
    autopay: bool
    retry_card_days: tuple[int, ...]
    ask_again_days: tuple[int, ...]


@dataclass(frozen=True)
class TaskStart:
    """A task to follow until its cause is gone, and its times."""

    id: UUID
    kind: str
    role: str
    due_at: datetime
    escalate_at: datetime
    remind_at: datetime | None = None


@dataclass(frozen=True)
class Answered:
    """The world's answer to a claim: "sent", "accepted", "rejected", "status", "posted" or "joined".

    `ref` is our file that is judged, or the remittance; 0 where the answer does not name it.
    """

    claim_number: str
    kind: str
    ref: int
    code: str = ""
    payer_claim_number: str = ""


@dataclass(frozen=True)
class PayPeriodRef:
    """A clinician's pay period: its first and last local day."""

    clinician_id: int
    first: date
    last: date


@dataclass(frozen=True)
class FreedTime:
    """A time that came free; `freed_by` names the event once: the session and how often it had moved."""

    freed_by: str
    clinician_id: int
    starts: datetime
    ends: datetime
    place: str = ""


@dataclass(frozen=True)
class Handover:
    """What a step leaves to other workflows: started, told, or mailed."""

    claims: tuple[str, ...] = ()
    invoices: tuple[InvoiceStart, ...] = ()
    settled_invoices: tuple[str, ...] = ()
    tasks: tuple[TaskStart, ...] = ()
    closed_tasks: tuple[UUID, ...] = ()
    answers: tuple[Answered, ...] = ()
    pay_periods: tuple[PayPeriodRef, ...] = ()
    mails: tuple[Mail, ...] = ()
    charges: tuple[UUID, ...] = ()
    webhooks: tuple[UUID, ...] = ()
    imported_sessions: tuple[UUID, ...] = ()
    bookings: tuple["Booking", ...] = ()
    moves: tuple["Move", ...] = ()
    cancellations: tuple["Cancellation", ...] = ()
    freed: tuple[FreedTime, ...] = ()
    remittances: tuple[int, ...] = ()
    silent_claims: tuple[str, ...] = ()


NOTHING = Handover()
"""Nobody is told and nothing starts."""
