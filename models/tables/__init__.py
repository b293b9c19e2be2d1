"""Rows of the practice's database, one subject a file.

people    practice, clinicians, clients, payers, coverages   schedule  sessions, attendances, fees
policy    services, rates, policies                          chart     notes
ledger    entries and postings                               invoices  invoices, payments, messages
claims    claims, files, remittances                         pay       rules, lines, statements
work      tasks, and which steps were done
migrations/  Alembic, from the first table on
"""

from models.tables.chart import Note
from models.tables.claims import Claim, Interchange, RemittanceClaim, RemittanceRow, Submission
from models.tables.invoices import Invoice, InvoiceLine, Message, Payment
from models.tables.ledger import Entry, Posting
from models.tables.pay import PayLine, PayRuleRow, PayStatement, PayTerms
from models.tables.people import Availability, Client, Clinician, Coverage, Payer, Practice
from models.tables.policy import PolicyRow, RateRow, Service
from models.tables.schedule import NO_OVERLAP, AttendanceRow, FeeRow, Session
from models.tables.work import StepDone, Task

__all__ = [
    "NO_OVERLAP",
    "AttendanceRow",
    "Availability",
    "Claim",
    "Client",
    "Clinician",
    "Coverage",
    "Entry",
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
    "StepDone",
    "Submission",
    "Task",
]
