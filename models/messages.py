"""All that crosses Temporal: frozen, with ids instead of people; and the ids of workflows.

Wishes go in (Booking, Outcome, ...), standings come out; a Handover names what other workflows go on with.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from models.facts import By, Status


def session_workflow(session_id: UUID) -> str:
    """The workflow of a session."""
    return f"session/{session_id}"


def claim_workflow(number: str) -> str:
    """The workflow of a claim."""
    return f"claim/{number}"


def invoice_workflow(number: str) -> str:
    """The workflow of an invoice."""
    return f"invoice/{number}"


def payment_workflow(payment_id: UUID) -> str:
    """The workflow of a payment, refund or write-off."""
    return f"payment/{payment_id}"


def pay_workflow(clinician_id: int, last: date) -> str:
    """The workflow of a clinician's pay period."""
    return f"pay/{clinician_id}/{last}"


def task_workflow(task_id: UUID) -> str:
    """The workflow of a task."""
    return f"task/{task_id}"


def webhook_workflow(delivery_id: UUID) -> str:
    """The workflow that tells one endpoint of one event."""
    return f"webhook/{delivery_id}"


def import_workflow(run_id: int, for_real: bool) -> str:
    """The workflow that checks a file, or brings it in."""
    return f"import/{run_id}" if for_real else f"import/{run_id}/check"


def charge_workflow(charge_id: UUID) -> str:
    """The workflow of money that moves through the gateway."""
    return f"charge/{charge_id}"


def plan_workflow(plan_id: UUID) -> str:
    """The workflow of a payment plan."""
    return f"plan/{plan_id}"


# ── what steps leave for others ──────────────────────────────────────────────


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
    """The world's answer to a claim: "sent", "accepted", "rejected" or "remitted".

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


# ── sessions ─────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Booking:
    """A wish to hold a session; `entered_afterwards` records one that was held before it was entered.

    `series_id` and `series_day` say for which day of a series, `offer_id` which offer of the waitlist it takes up;
    `told` whether the clients get a mail of it.
    """

    session_id: UUID
    clinician_id: int
    service_id: int
    client_ids: tuple[int, ...]
    starts: datetime
    place: str = ""
    entered_afterwards: bool = False
    series_id: UUID | None = None
    series_day: date | None = None
    offer_id: UUID | None = None
    told: bool = True


@dataclass(frozen=True)
class SessionStart:
    """A session to book and follow; without a booking, one that was over and is looked at again."""

    session_id: UUID
    booking: Booking | None = None


@dataclass(frozen=True)
class Reminder:
    """Whom to remind, and when."""

    at: datetime
    client_ids: tuple[int, ...]


@dataclass(frozen=True)
class SessionStanding:
    """Where a session stands: its times, what is still open, when a step is due."""

    starts: datetime
    ends: datetime
    status: str
    clinician_id: int
    reminders: tuple[Reminder, ...]
    undecided: int
    presumed: int
    unsigned: int
    decide_by: datetime
    note_due: datetime | None
    fees_due: datetime | None
    handover: Handover = Handover()

    @property
    def over(self) -> bool:
        """Nothing more is awaited."""
        return not (self.undecided or self.presumed or self.unsigned or self.fees_due)


@dataclass(frozen=True)
class Move:
    """A wish to hold a session at another time, and in another place where one is said; `seen` as in Outcome."""

    session_id: UUID
    starts: datetime
    by: By
    place: str | None = None
    told: bool = True
    seen: str = ""


@dataclass(frozen=True)
class Cancellation:
    """A wish not to come; `client_id` None means everybody; `seen` as in Outcome."""

    session_id: UUID
    by: By
    client_id: int | None = None
    told: bool = True
    seen: str = ""


@dataclass(frozen=True)
class Outcome:
    """How a session ended for a client (None: all still expected); `minutes` really spent.

    `seen` is how the session stood for who wishes; refused when it stands otherwise ("": they did not look).
    """

    session_id: UUID
    status: Status
    client_id: int | None = None
    minutes: int | None = None
    seen: str = ""


@dataclass(frozen=True)
class Attendee:
    """A client who joins a booked session, or is there for it."""

    session_id: UUID
    client_id: int


@dataclass(frozen=True)
class Signing:
    """A clinician's signature, or their supervisor's second one, under a client's note (None: all of a session)."""

    session_id: UUID
    client_id: int | None = None
    by: int | None = None


@dataclass(frozen=True)
class Waiver:
    """A wish to waive a fee, with the reason."""

    session_id: UUID
    client_id: int
    reason: str


# ── invoices and payments ────────────────────────────────────────────────────


@dataclass(frozen=True)
class InvoiceStanding:
    """What is still due of an invoice, and what came of asking."""

    due: Decimal
    handover: Handover = Handover()


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
    """Money from a client ("payment"), to them ("refund") or given up ("write_off"), in dollars."""

    payment_id: UUID
    kind: str
    client_id: int
    amount: Decimal
    method: str = ""
    reason: str = ""
    reference: str = ""
    invoice_number: str | None = None
    refund_of: UUID | None = None


@dataclass(frozen=True)
class Receipt:
    """What a payment did: the client's balance after it."""

    payment_id: UUID
    balance: Decimal
    handover: Handover = Handover()


# ── claims and the clearinghouse ─────────────────────────────────────────────


@dataclass(frozen=True)
class ClaimStart:
    """A claim to follow; an answer that came after its workflow had ended starts it again."""

    number: str


@dataclass(frozen=True)
class ClaimStanding:
    """Where a claim stands, and when its filing clock rings (None: it was answered, or it rang)."""

    number: str
    status: str
    payer_id: str
    charge: Decimal
    over: bool
    warn_at: datetime | None
    handover: Handover = Handover()


@dataclass(frozen=True)
class Correction:
    """What changed in a claim before it is sent again."""

    claim_number: str
    authorization: str = ""
    diagnoses: tuple[str, ...] = ()


@dataclass(frozen=True)
class ClaimClosing:
    """A wish to give up a claim, with the reason: what the payer still owes is written off or billed to the client."""

    claim_number: str
    bill_client: bool
    reason: str


@dataclass(frozen=True)
class ClaimAssignment:
    """A parked part of a remittance that a biller says answers this claim."""

    claim_number: str
    part_id: int


@dataclass(frozen=True)
class ClaimFileRef:
    """A file that is about to leave: its id, its claims."""

    interchange_id: int
    claim_numbers: tuple[str, ...]


@dataclass(frozen=True)
class Batch:
    """The files of a batch, and what follows from the claims it held."""

    files: tuple[ClaimFileRef, ...]
    handover: Handover = Handover()


# ── pay ──────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class PayStanding:
    """A closed period's statement; no id when there was nothing to state."""

    statement_id: int | None
    total: Decimal
    handover: Handover = Handover()


@dataclass(frozen=True)
class Approval:
    """An owner's yes to a statement."""

    statement_id: int
    by: str


@dataclass(frozen=True)
class TaskClosing:
    """A task that a person says is done; the words are a comment in the database."""

    task_id: UUID
    comment_id: UUID
    by_id: int | None = None


@dataclass(frozen=True)
class TaskChange:
    """Whose a task is to be (a person, or anybody of a role), and by when it is due."""

    task_id: UUID
    role: str
    owner_id: int | None
    due_at: datetime
    by_id: int | None = None


# ── other programs ───────────────────────────────────────────────────────────


@dataclass(frozen=True)
class WebhookAttempt:
    """The `number`-th attempt (from 1) to tell of an event; `again` also where it was told before."""

    delivery_id: UUID
    number: int
    again: bool = False


@dataclass(frozen=True)
class WebhookStanding:
    """What came of an attempt, and when to try again (None: it was told, or given up)."""

    status: str
    next_at: datetime | None = None
    handover: Handover = Handover()


@dataclass(frozen=True)
class ImportStart:
    """A file to check, or, once it was checked, to bring in."""

    run_id: int
    for_real: bool


@dataclass(frozen=True)
class ImportPart:
    """Lines of an import that others must be told of, from a position on."""

    run_id: int
    first: int


@dataclass(frozen=True)
class ImportStanding:
    """What an import added, and from where others must be told of it (None: nobody any more)."""

    added: int
    next: int | None = None
    handover: Handover = Handover()
