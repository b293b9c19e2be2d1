"""Tasks that make themselves (RULES 7): whose they are, by when, who hears of it, what ends them and where."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from models.calendar import outside_quiet_hours
from models.facts import TaskKind

CLINICIAN, SUPERVISOR, BILLER, FRONT_DESK, OWNER = "clinician", "supervisor", "biller", "front_desk", "owner"
ROLES = (CLINICIAN, SUPERVISOR, BILLER, FRONT_DESK, OWNER)
"""Whose a task can be; an escalated one is the owner's concern too."""

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Duty:
    """What a kind of task asks for.

    `due` and `escalates` count from its opening, `reminds` back from its due date. `ends` is empty where only a person
    can say that it is done; `therapy` marks what only a practice with charts and claims knows.
    """

    does: str
    role: str
    due: timedelta
    reminds: timedelta
    escalates: timedelta
    ends: str
    therapy: bool = False


@dataclass(frozen=True)
class Times:
    """When a task's reminder is sent, when it is due, when the owner hears that nobody did it."""

    remind_at: datetime
    due_at: datetime
    escalate_at: datetime


DUTIES: dict[TaskKind, Duty] = {
    TaskKind.UNSIGNED_NOTE: Duty("Sign the note", CLINICIAN, DAY, HOUR, 2 * DAY, "the note is signed"),
    TaskKind.OUTCOME_MISSING: Duty(
        "Record how the session ended", CLINICIAN, DAY, HOUR, 2 * DAY, "the outcome is recorded"
    ),
    TaskKind.CLAIM_HELD: Duty(
        "Mend a held claim", BILLER, 2 * DAY, DAY, 7 * DAY, "its check finds nothing any more, or it is closed", True
    ),
    TaskKind.CLAIM_REJECTED: Duty(
        "Correct a rejected claim", BILLER, 2 * DAY, DAY, 7 * DAY, "it is sent again or closed", True
    ),
    TaskKind.CLAIM_DENIED: Duty(
        "Decide on a denied claim", BILLER, 7 * DAY, DAY, 30 * DAY, "it is sent again, paid or closed", True
    ),
    TaskKind.REMITTANCE_PARKED: Duty(
        "Look at a parked answer", BILLER, 2 * DAY, DAY, 7 * DAY, "it is posted by hand or set aside", True
    ),
    TaskKind.TIMELY_FILING: Duty(
        "Get a claim to its payer in time", BILLER, 3 * DAY, DAY, 21 * DAY, "its payer answers, or it is closed", True
    ),
    TaskKind.CLAIM_SILENT: Duty(
        "Ask after a claim", BILLER, 3 * DAY, DAY, 10 * DAY, "its payer answers, or it is closed", True
    ),
    TaskKind.APPEAL_DUE: Duty(
        "Appeal, or ask what became of an appeal", BILLER, 3 * DAY, DAY, 14 * DAY, "the claim moves on", True
    ),
    TaskKind.WRITE_OFF_ASKED: Duty(
        "Agree to a write-off, or do not", OWNER, 3 * DAY, DAY, 7 * DAY, "a second person decides", True
    ),
    TaskKind.PAYMENT_FAILED: Duty("Ask for another card", FRONT_DESK, 3 * DAY, DAY, 14 * DAY, "the invoice is paid"),
    TaskKind.BALANCE_DUE: Duty("Call about an open balance", FRONT_DESK, 7 * DAY, DAY, 30 * DAY, "the invoice is paid"),
    TaskKind.MAIL_REFUSED: Duty(
        "Ask for another mail address", FRONT_DESK, 2 * DAY, DAY, 7 * DAY, "a later mail to the same address is taken"
    ),
    TaskKind.MISSING_DEMOGRAPHICS: Duty(
        "Complete a record", FRONT_DESK, 2 * DAY, DAY, 7 * DAY, "the record is complete"
    ),
    TaskKind.COVERAGE_TERMINATED: Duty(
        "Ask for the new coverage", FRONT_DESK, 2 * DAY, DAY, 7 * DAY, "a coverage holds again", True
    ),
    TaskKind.COVERAGE_UNCLEAR: Duty(
        "Mend a coverage its insurer does not find", FRONT_DESK, DAY, 4 * HOUR, 3 * DAY, "the insurer finds it", True
    ),
    TaskKind.AUTHORIZATION_ENDING: Duty(
        "Ask for the next authorization", BILLER, 3 * DAY, DAY, 7 * DAY, "a later or larger one is entered", True
    ),
    TaskKind.ESTIMATE_DUE: Duty(
        "Give a good faith estimate", FRONT_DESK, DAY, 4 * HOUR, 2 * DAY, "the estimate is given", True
    ),
    TaskKind.COSIGN_NOTE: Duty("Co-sign a note", SUPERVISOR, 3 * DAY, DAY, 7 * DAY, "the note is co-signed", True),
    TaskKind.PLAN_REVIEW: Duty(
        "Review a treatment plan", CLINICIAN, 7 * DAY, DAY, 14 * DAY, "its next version is signed", True
    ),
    TaskKind.RISK_ANSWER: Duty(
        "Follow up on an alarming answer", CLINICIAN, 4 * HOUR, HOUR, 8 * HOUR, "it is marked as followed up", True
    ),
    TaskKind.SERIES_CLASH: Duty(
        "Find another time for a session of a series", FRONT_DESK, 2 * DAY, DAY, 5 * DAY, "it is booked or given up"
    ),
    TaskKind.APPOINTMENT_REQUESTED: Duty(
        "Answer a request for an appointment", FRONT_DESK, DAY, 2 * HOUR, 2 * DAY, "it is booked or declined"
    ),
    TaskKind.PLAN_BROKEN: Duty(
        "Talk about a broken payment plan", FRONT_DESK, 3 * DAY, DAY, 14 * DAY, "it is caught up or ended"
    ),
    TaskKind.WEBHOOK_FAILED: Duty(
        "See why another program does not answer", OWNER, 2 * DAY, DAY, 7 * DAY, "a later event is taken"
    ),
    TaskKind.RUN_FAILED: Duty("See why a scheduled run failed", OWNER, DAY, 2 * HOUR, 2 * DAY, "a later run goes well"),
    TaskKind.PAY_REVIEW: Duty("Review and approve a pay period", OWNER, 2 * DAY, DAY, 4 * DAY, "it is approved"),
    TaskKind.PAY_DUE: Duty("Pay an approved pay period", OWNER, 2 * DAY, DAY, 4 * DAY, "it is marked as paid"),
    TaskKind.BY_HAND: Duty("Task", FRONT_DESK, DAY, 8 * HOUR, 3 * DAY, ""),
}

PAGES = {
    "session": "/sessions/{}",
    "claim": "/claims/{}",
    "invoice": "/invoices/{}",
    "client": "/clients/{}",
    "request": "/requests/{}",
    "series": "/series/{}",
    "plan": "/payment-plans/{}",
    "webhook": "/webhooks/{}",
    "task": "/tasks/{}",
    "interchange": "/parked/files/{}",
    "exchange": "/exchange/{}",
    "remittance": "/remittances/{}",
    "remittance_claim": "/parked/answers/{}",
    "account": "/staff",
    "clinician": "/staff",
    "schedule": "/runs?name={}",
    "pay_statement": "/pay/statements/{}",
}
"""Where a task is done, by the noun of its cause."""


def times_for(kind: TaskKind, due_at: datetime, tz: ZoneInfo, escalate_at: datetime | None = None) -> Times:
    """When a task that is due then reminds, never in quiet hours or after it escalates."""
    duty = DUTIES[kind]
    escalate_at = escalate_at or due_at + duty.escalates - duty.due
    return Times(min(outside_quiet_hours(due_at - duty.reminds, tz), escalate_at), due_at, escalate_at)


def page_of(cause: str) -> str:
    """Where a task is done; its cause is a noun and an id, as in claim/C0000001. Empty where no page knows it."""
    noun, _, name = cause.partition("/")
    if noun == "series":  # its page is the whole series', the cause one day of it
        name = name.partition("/")[0]
    return PAGES.get(noun, "").format(name)
