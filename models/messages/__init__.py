"""All that crosses Temporal: frozen, with ids instead of people; and the ids of workflows.

Wishes go in (Booking, Outcome, ...), standings come out; a Handover names what other workflows go on with.

ids        of workflows                     handover  what steps leave for others
wishes     what people wish of a session
sessions money claims pay tasks programs runs    wishes and standings, by subject
"""

from models.messages.claims import (
    AppealDraft,
    AppealMove,
    Batch,
    ClaimAssignment,
    ClaimClosing,
    ClaimFileRef,
    ClaimStanding,
    ClaimStart,
    Correction,
    EligibilityWish,
    NextCoverage,
    Overruled,
    PostedBatch,
    PostingWish,
    RemittanceStart,
    StatusWish,
    Voiding,
    WriteOffDecision,
)
from models.messages.handover import (
    NOTHING,
    Answered,
    FreedTime,
    Handover,
    InvoiceStart,
    Mail,
    PayPeriodRef,
    TaskStart,
)
from models.messages.ids import (
    charge_workflow,
    claim_workflow,
    import_workflow,
    invoice_workflow,
    pay_workflow,
    payment_workflow,
    plan_workflow,
    remittance_workflow,
    session_workflow,
    task_workflow,
    webhook_workflow,
)
from models.messages.money import (
    CardCharge,
    Dunning,
    InvoiceStanding,
    Money,
    Receipt,
)
from models.messages.pay import (
    Approval,
    PayStanding,
)
from models.messages.programs import (
    ImportPart,
    ImportStanding,
    ImportStart,
    WebhookAttempt,
    WebhookStanding,
)
from models.messages.sessions import (
    Reminder,
    SessionStanding,
    SessionStart,
)
from models.messages.tasks import (
    TaskChange,
    TaskClosing,
)
from models.messages.wishes import (
    Attendee,
    Booking,
    Cancellation,
    Detail,
    Move,
    Outcome,
    Signing,
    Waiver,
)

__all__ = [
    "NOTHING",
    "Answered",
    "AppealDraft",
    "AppealMove",
    "Approval",
    "Attendee",
    "Batch",
    "Booking",
    "Cancellation",
    "CardCharge",
    "ClaimAssignment",
    "ClaimClosing",
    "ClaimFileRef",
    "ClaimStanding",
    "ClaimStart",
    "Correction",
    "Detail",
    "Dunning",
    "EligibilityWish",
    "FreedTime",
    "Handover",
    "ImportPart",
    "ImportStanding",
    "ImportStart",
    "InvoiceStanding",
    "InvoiceStart",
    "Mail",
    "Money",
    "Move",
    "NextCoverage",
    "Outcome",
    "Overruled",
    "PayPeriodRef",
    "PayStanding",
    "PostedBatch",
    "PostingWish",
    "Receipt",
    "Reminder",
    "RemittanceStart",
    "SessionStanding",
    "SessionStart",
    "Signing",
    "StatusWish",
    "TaskChange",
    "TaskClosing",
    "TaskStart",
    "Voiding",
    "Waiver",
    "WebhookAttempt",
    "WebhookStanding",
    "WriteOffDecision",
    "charge_workflow",
    "claim_workflow",
    "import_workflow",
    "invoice_workflow",
    "pay_workflow",
    "payment_workflow",
    "plan_workflow",
    "remittance_workflow",
    "session_workflow",
    "task_workflow",
    "webhook_workflow",
]
