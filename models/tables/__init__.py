"""Rows of the practice's database, one subject a file.

people    practice, clinicians, clients, payers, coverages   schedule  sessions, moves, attendances, fees
policy    services, rates, policies                          chart     notes
ledger    entries and postings                               invoices  invoices, payments, messages
claims    claims, files, remittances                         pay       contracts, rules, lines, statements, accounts
inquiries  whether clients are covered, where claims stand: asked and answered
scheduling  series, time off, the waitlist, outside calendars
work      tasks, and which steps were done                access     accounts, sign-ins, who saw a chart
collecting  charges through the gateway, plans, packages
denials   payers' rules, overruled warnings, plays, appeals, deposits
records   contacts, documents, agreements, estimates
runs      what ran by the clock, for how long things are kept
portal    forms and what clients answered, requests for times
integration   keys of other programs, webhooks, imports
migrations/  Alembic, from the first table on
"""

from models.tables.access import Account, AccountClient, ChartEvent, SignIn, Ticket
from models.tables.chart import Addendum, Measure, Note, PsychotherapyNote
from models.tables.claims import (
    Claim,
    ClaimLine,
    CorrectionRow,
    Deposit,
    Interchange,
    RemittanceClaim,
    RemittanceRow,
    Submission,
)
from models.tables.collecting import (
    ChargeIntent,
    GatewayEvent,
    PackageRow,
    PackageUse,
    PaymentPlan,
    PlanInstalment,
)
from models.tables.denials import Appeal, Overruling, PayerRuleRow, PlayRow, WriteOffAsked
from models.tables.inquiries import CoverageCall, EligibilityAnswerRow, EligibilityInquiry, StatusInquiryRow
from models.tables.integration import (
    ApiAnswer,
    ApiToken,
    DataExport,
    ExternalId,
    ImportRun,
    WebhookDelivery,
    WebhookEndpoint,
)
from models.tables.invoices import Invoice, InvoiceLine, Message, Payment
from models.tables.ledger import Entry, Posting
from models.tables.pay import (
    BankAccount,
    PayAdjustment,
    PayFile,
    PayLine,
    PayRuleRow,
    PaySignature,
    PayStatement,
    PayTerms,
    WorkTime,
)
from models.tables.people import Availability, BillingGroup, Client, Clinician, Coverage, Payer, Practice
from models.tables.policy import PolicyRow, RateRow, Service
from models.tables.portal import AppointmentRequest, FormRequest, PracticeForm
from models.tables.records import (
    Agreement,
    AgreementVersion,
    Contact,
    Document,
    Estimate,
    EstimateLine,
    EstimateRequest,
    Signature,
)
from models.tables.runs import RetentionRow, ScheduledRun
from models.tables.schedule import NO_OVERLAP, AddOnRow, AttendanceRow, FeeRow, Session, SessionMove
from models.tables.scheduling import (
    BusyTime,
    ExternalCalendar,
    Feed,
    Series,
    SeriesClient,
    SeriesSkip,
    TimeOff,
    WaitlistEntry,
    WaitlistOffer,
)
from models.tables.work import KeptWords, StepDone, Task, TaskEvent

__all__ = [
    "NO_OVERLAP",
    "Account",
    "AccountClient",
    "AddOnRow",
    "Addendum",
    "Agreement",
    "AgreementVersion",
    "ApiAnswer",
    "ApiToken",
    "Appeal",
    "AppointmentRequest",
    "AttendanceRow",
    "Availability",
    "BankAccount",
    "BillingGroup",
    "BusyTime",
    "ChargeIntent",
    "ChartEvent",
    "Claim",
    "ClaimLine",
    "Client",
    "Clinician",
    "Contact",
    "CorrectionRow",
    "Coverage",
    "CoverageCall",
    "DataExport",
    "Deposit",
    "Document",
    "EligibilityAnswerRow",
    "EligibilityInquiry",
    "Entry",
    "Estimate",
    "EstimateLine",
    "EstimateRequest",
    "ExternalCalendar",
    "ExternalId",
    "FeeRow",
    "Feed",
    "FormRequest",
    "GatewayEvent",
    "ImportRun",
    "Interchange",
    "Invoice",
    "InvoiceLine",
    "KeptWords",
    "Measure",
    "Message",
    "Note",
    "Overruling",
    "PackageRow",
    "PackageUse",
    "PayAdjustment",
    "PayFile",
    "PayLine",
    "PayRuleRow",
    "PaySignature",
    "PayStatement",
    "PayTerms",
    "Payer",
    "PayerRuleRow",
    "Payment",
    "PaymentPlan",
    "PlanInstalment",
    "PlayRow",
    "PolicyRow",
    "Posting",
    "Practice",
    "PracticeForm",
    "PsychotherapyNote",
    "RateRow",
    "RemittanceClaim",
    "RemittanceRow",
    "RetentionRow",
    "ScheduledRun",
    "Series",
    "SeriesClient",
    "SeriesSkip",
    "Service",
    "Session",
    "SessionMove",
    "SignIn",
    "Signature",
    "StatusInquiryRow",
    "StepDone",
    "Submission",
    "Task",
    "TaskEvent",
    "Ticket",
    "TimeOff",
    "WaitlistEntry",
    "WaitlistOffer",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WorkTime",
    "WriteOffAsked",
]
