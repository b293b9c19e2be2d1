"""Frozen inputs of the rules: what the practice knows when it decides. Activities make them from rows."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from models.billed import BilledAddOn, Held
from models.money import ZERO


class Status(StrEnum):
    """Where an attendance stands (RULES 1)."""

    BOOKED = "booked"
    CONFIRMED = "confirmed"
    ATTENDED = "attended"
    LATE_CANCELLED = "late_cancelled"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"

    @property
    def ahead(self) -> bool:
        """The client is still expected."""
        return self in (Status.BOOKED, Status.CONFIRMED)


class By(StrEnum):
    """Who wished for a change."""

    CLIENT = "client"
    PRACTICE = "practice"


class ClaimStatus(StrEnum):
    """Where a claim stands."""

    DRAFT = "draft"
    HELD = "held"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    DENIED = "denied"
    PAID = "paid"
    CLOSED = "closed"


class Method(StrEnum):
    """How money moves; also the last part of `cash:METHOD`."""

    CARD = "card"
    ACH = "ach"
    CASH = "cash"
    CHECK = "check"


class TaskKind(StrEnum):
    """What a person is asked to do (RULES 7)."""

    UNSIGNED_NOTE = "unsigned_note"
    OUTCOME_MISSING = "outcome_missing"
    CLAIM_HELD = "claim_held"
    CLAIM_REJECTED = "claim_rejected"
    CLAIM_DENIED = "claim_denied"
    REMITTANCE_PARKED = "remittance_parked"
    TIMELY_FILING = "timely_filing"
    CLAIM_SILENT = "claim_silent"
    APPEAL_DUE = "appeal_due"
    WRITE_OFF_ASKED = "write_off_asked"
    PAYMENT_FAILED = "payment_failed"
    BALANCE_DUE = "balance_due"
    SERIES_CLASH = "series_clash"
    PLAN_BROKEN = "plan_broken"
    WEBHOOK_FAILED = "webhook_failed"
    MISSING_DEMOGRAPHICS = "missing_demographics"
    COVERAGE_TERMINATED = "coverage_terminated"
    COVERAGE_UNCLEAR = "coverage_unclear"
    AUTHORIZATION_ENDING = "authorization_ending"
    ESTIMATE_DUE = "estimate_due"
    MAIL_REFUSED = "mail_refused"
    APPOINTMENT_REQUESTED = "appointment_requested"
    BY_HAND = "by_hand"
    COSIGN_NOTE = "cosign_note"
    PLAN_REVIEW = "plan_review"
    RISK_ANSWER = "risk_answer"
    RUN_FAILED = "run_failed"
    PAY_REVIEW = "pay_review"
    PAY_DUE = "pay_due"


class TaskDeed(StrEnum):
    """What can happen to a task."""

    OPENED = "opened"
    COMMENTED = "commented"
    ASSIGNED = "assigned"
    MOVED = "moved"
    REMINDED = "reminded"
    ESCALATED = "escalated"
    CLOSED = "closed"


class ContactKind(StrEnum):
    """Who somebody is to a client."""

    PARENT = "parent"
    GUARDIAN = "guardian"
    PARTNER = "partner"
    RELATIVE = "relative"
    FRIEND = "friend"
    OTHER = "other"


class Relation(StrEnum):
    """Who the client is to the subscriber of a coverage."""

    SELF = "self"
    SPOUSE = "spouse"
    CHILD = "child"
    OTHER = "other"


class RequestStatus(StrEnum):
    """Where a client's wish for a time stands."""

    OPEN = "open"
    BOOKED = "booked"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class FileKind(StrEnum):
    """What a client's file is."""

    DOCUMENT = "document"
    CARD_FRONT = "card_front"
    CARD_BACK = "card_back"


class Audience(StrEnum):
    """Which clients an agreement is for."""

    EVERYONE = "everyone"
    MINORS = "minors"
    SELF_PAY = "self_pay"


class NoteFormat(StrEnum):
    """How a note of the chart is laid out; its sections are in `models/rules/charting.py`."""

    SOAP = "soap"
    DAP = "dap"
    BIRP = "birp"
    FREE = "free"
    INTAKE = "intake"
    CONTACT = "contact"
    PLAN = "plan"


class MeasureKind(StrEnum):
    """A questionnaire of how a client has been."""

    PHQ_9 = "phq9"
    GAD_7 = "gad7"


class PayBasis(StrEnum):
    """What a pay rule multiplies."""

    FLAT = "flat"
    PERCENT_OF_BILLED = "percent_of_billed"
    PERCENT_OF_COLLECTED = "percent_of_collected"
    HOURLY = "hourly"


class WebhookEvent(StrEnum):
    """What other programs can be told of."""

    SESSION_BOOKED = "session.booked"
    SESSION_MOVED = "session.moved"
    SESSION_CANCELLED = "session.cancelled"
    SESSION_ATTENDED = "session.attended"
    SESSION_NO_SHOW = "session.no_show"
    INVOICE_ISSUED = "invoice.issued"
    INVOICE_SETTLED = "invoice.settled"
    PAYMENT_RECORDED = "payment.recorded"
    CLAIM_CHANGED = "claim.changed"
    TASK_OPENED = "task.opened"
    TASK_CLOSED = "task.closed"


class ImportKind(StrEnum):
    """What a file from another system holds."""

    CLIENTS = "clients"
    COVERAGES = "coverages"
    APPOINTMENTS = "appointments"
    BALANCES = "balances"


class ImportStatus(StrEnum):
    """Where an import stands."""

    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True)
class Terms:
    """A fee as agreed: a percentage of the client's price, or a flat amount in dollars."""

    percent: Decimal | None = None
    flat: Decimal | None = None


@dataclass(frozen=True)
class Policy:
    """What the practice agreed with its clients; a session keeps the one in force when it was booked."""

    notice_hours: int
    late_cancel_fee: Terms
    no_show_fee: Terms
    waivers_per_year: int
    reminder_hours: tuple[int, ...]
    no_show_after_hours: int
    fee_grace_hours: int
    note_required: bool


@dataclass(frozen=True)
class Rate:
    """A price in dollars for a service from a day on; narrower with a clinician, narrowest with a client."""

    amount: Decimal
    effective_from: date
    clinician_id: int | None = None
    client_id: int | None = None


@dataclass(frozen=True)
class PayRule:
    """What a clinician earns for a service (`service_id` None: any) from a day on."""

    basis: PayBasis
    value: Decimal
    effective_from: date
    service_id: int | None = None
    after_sessions: int = 0
    per_extra_attendee: Decimal = ZERO
    from_attendees: int = 1
    id: int = 0


@dataclass(frozen=True)
class SessionPayFacts:
    """A session as its clinician's pay sees it."""

    service_id: int
    held_on: date
    minutes: int
    attended: int
    billed: Decimal
    sessions_before: int


class PayerRuleKind(StrEnum):
    """What a payer wants beyond the guide."""

    MODIFIER = "modifier"
    TELEHEALTH_PLACE = "telehealth_place"
    TELEHEALTH_MODIFIER = "telehealth_modifier"
    TAXONOMY = "taxonomy"
    AUTHORIZATION = "authorization"
    BILLING = "billing"


@dataclass(frozen=True)
class PayerRule:
    """One wish of a payer while it is in force; `applies_to` is a licence, an NPI, a service code, ... ("": any)."""

    kind: PayerRuleKind
    applies_to: str
    value: str
    effective_from: date
    effective_until: date | None = None


@dataclass(frozen=True)
class AuthorizationFacts:
    """The payer's authorization a claim goes under: its last day, how many sessions it is for, how many it had."""

    number: str
    until: date | None = None
    sessions: int | None = None
    used: int = 0


@dataclass(frozen=True)
class ClaimFacts:
    """A claim as the scrub sees it before it leaves.

    `unlisted` are diagnoses that the list of codes does not know as billable, `categories` those of them that have
    codes below; `list_in_force` whether that list is the one of the day of service. `file_by` is the payer's last
    day; `twins` are claims for the same service; `billing_wanted` is the NPI under which the payer wants to be billed.
    """

    code: str
    minutes: int
    held_on: date
    charge: Decimal
    diagnoses: tuple[str, ...]
    member_id: str
    rendering_npi: str
    billing_npi: str
    note_signed: bool
    covered_from: date | None
    covered_until: date | None
    missing: tuple[str, ...] = ()
    pointers: tuple[int, ...] = (1,)
    unlisted: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    list_in_force: bool = True
    held: Held = Held.OFFICE
    place_of_service: str = "11"
    modifiers: tuple[str, ...] = ()
    twins: tuple[str, ...] = ()
    authorization: AuthorizationFacts | None = None
    file_by: date | None = None
    today: date | None = None
    billable: bool = True
    licence: str = ""
    taxonomy: str = ""
    payer_rules: tuple[PayerRule, ...] = ()
    add_ons: tuple[BilledAddOn, ...] = ()
    billing_wanted: str = ""


@dataclass(frozen=True)
class Adjusted:
    """One adjustment of a remittance: group (CO, PR, OA, PI), CARC, dollars (positive reduces the payment)."""

    group: str
    reason: str
    amount: Decimal


@dataclass(frozen=True)
class PaidLine:
    """One line of a payer's answer to a claim, or the whole claim where it has no lines.

    `of` is the code it is about where the claim has several lines.
    """

    charged: Decimal
    paid: Decimal
    adjustments: tuple[Adjusted, ...]
    of: str = ""


@dataclass(frozen=True)
class Answer:
    """A payer's answer to one claim, and whom the money concerns.

    `left_open` is what the ledger still holds against this payer for the claim; `next_payer` the id
    of the coverage that comes after it.
    """

    lines: tuple[PaidLine, ...]
    client_id: int
    payer_id: int
    next_payer_id: int | None
    secondary: bool
    left_open: Decimal


@dataclass(frozen=True)
class Movement:
    """One event on a client's account, for tracing collected money to what it paid.

    `attendance_id` None: money not yet for anything (a payment, a refund, a write-off).
    """

    at: datetime
    kind: str
    amount: Decimal
    attendance_id: int | None = None
    fee: bool = False


class AppealStatus(StrEnum):
    """Where an appeal stands; `sent` waits for the payer, the last three are over."""

    DRAFT = "draft"
    SIGNED = "signed"
    SENT = "sent"
    WON = "won"
    UPHELD = "upheld"
    WITHDRAWN = "withdrawn"
