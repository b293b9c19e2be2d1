"""Rows of the practice's database, one subject a file.

people    practice, clinicians, clients, payers, coverages   schedule  sessions, attendances, fees
policy    services, rates, policies                          chart     notes
ledger    entries and postings                               invoices  invoices, payments, messages
claims    claims, files, remittances                         pay       rules, lines, statements
work      tasks, and which steps were done                access     accounts, sign-ins, who saw a chart
records   contacts, documents, agreements, estimates
migrations/  Alembic, from the first table on
"""

from models.tables.access import Account, AccountClient, ChartEvent, SignIn, Ticket
from models.tables.chart import Note
from models.tables.claims import Claim, Interchange, RemittanceClaim, RemittanceRow, Submission
from models.tables.invoices import Invoice, InvoiceLine, Message, Payment
from models.tables.ledger import Entry, Posting
from models.tables.pay import PayLine, PayRuleRow, PayStatement, PayTerms
from models.tables.people import Availability, Client, Clinician, Coverage, Payer, Practice
from models.tables.policy import PolicyRow, RateRow, Service
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
from models.tables.schedule import NO_OVERLAP, AttendanceRow, FeeRow, Session
from models.tables.work import StepDone, Task, TaskEvent

__all__ = [
    "NO_OVERLAP",
    "Account",
    "AccountClient",
    "Agreement",
    "AgreementVersion",
    "AttendanceRow",
    "Availability",
    "ChartEvent",
    "Claim",
    "Client",
    "Clinician",
    "Contact",
    "Coverage",
    "Document",
    "Entry",
    "Estimate",
    "EstimateLine",
    "EstimateRequest",
    "FeeRow",
    "Interchange",
    "Invoice",
    "InvoiceLine",
    "Message",
    "Note",
    "PayLine",
    "PayRuleRow",
    "PayStatement",
    "PayTerms",
    "Payer",
    "Payment",
    "PolicyRow",
    "Posting",
    "Practice",
    "RateRow",
    "RemittanceClaim",
    "RemittanceRow",
    "Service",
    "Session",
    "SignIn",
    "Signature",
    "StepDone",
    "Submission",
    "Task",
    "TaskEvent",
    "Ticket",
]
