"""Sending mail: each once per key. Rows are looked up here, so that Temporal never sees a name or an address."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, select

from activities import account_mails, directory, invoices, portal_mails, tasks
from activities.database import Tx, step
from activities.documents import (
    InvoiceDocument,
    Line,
    PayStatementDocument,
    ReceiptDocument,
    invoice_pdf,
    pay_statement_pdf,
    receipt_pdf,
)
from activities.documents import PayLine as StatementLine
from activities.links import Purpose
from activities.rendering import (
    AppointmentMail,
    InvoiceMail,
    MailContext,
    OverdueMail,
    PaymentFailedMail,
    PracticeCard,
    ReceiptMail,
    RefundMail,
    StatementMail,
    TasksMail,
    compose,
    message_id_for,
)
from models.calendar import local_day
from models.errors import Parked, Refused
from models.facts import Status, TaskKind
from models.messages import Handover, Mail
from models.money import ZERO, total
from models.rules.ledger import Event, client_account
from models.tables import (
    Account,
    AttendanceRow,
    Client,
    Clinician,
    Entry,
    Invoice,
    InvoiceLine,
    Message,
    PayLine,
    Payment,
    PayStatement,
    Posting,
    Practice,
    Session,
)


@step("mail.send")
def send(tx: Tx, mail: Mail) -> bool | Handover:
    """Send a mail unless it was sent, is no longer true, or its reader has no address; False when nothing went out.

    One that the server refuses for good is somebody's task, until a later mail to the same reader is taken.
    """
    if tx.db.get(Message, mail.key) or not _still_true(tx, mail):
        return False
    to, clinician_id = _address(tx, mail)
    if not to:
        return False
    context = CONTEXTS[mail.kind](tx, mail)
    sent = Message(key=mail.key, kind=mail.kind, client_id=mail.client_id, account_id=mail.account_id, sent_at=tx.now)
    sent.clinician_id = clinician_id
    tx.db.add(sent)
    tx.db.flush()
    try:
        tx.world.mailer.send(compose(mail.kind, to, context, message_id_for(mail.key, context.practice), tx.now))
    except (Refused, Parked) as no:
        tx.db.delete(sent)
        what = f"a {mail.kind.replace('_', ' ')} mail did not go out: {no}"
        tasks.open_task(tx, TaskKind.MAIL_REFUSED, _reader(sent), what, mail.client_id)
        return tx.after.handover()
    tasks.close_tasks(tx, _reader(sent), "a later mail was taken", TaskKind.MAIL_REFUSED)
    return tx.after.handover()


def _reader(sent: Message) -> str:
    """Whose address it is, as the cause of a task."""
    if sent.client_id is not None:
        return f"client/{sent.client_id}"
    return f"clinician/{sent.clinician_id}" if sent.clinician_id is not None else f"account/{sent.account_id}"


def card_of(practice: Practice) -> PracticeCard:
    """The practice's letterhead."""
    town = " ".join(part for part in (practice.city, practice.state, practice.zip) if part)
    address = "\n".join(line for line in (practice.line1, town) if line)
    return PracticeCard(practice.name, practice.email, practice.phone, address, practice.timezone)


def invoice_document(tx: Tx, number: str) -> InvoiceDocument:
    """An invoice as paper: its lines from the ledger, and what credit or payments took off."""
    invoice = tx.db.get_one(Invoice, number)
    client = tx.db.get_one(Client, invoice.client_id)
    lines = _invoice_lines(tx, invoice)
    paid = total(line.amount for line in lines) - invoices.dues_of(tx.db, invoice.client_id)[number]
    return InvoiceDocument(
        practice=card_of(tx.practice),
        number=number,
        issued=invoice.issued_on,
        client_name=client.name,
        client_address=client.address,
        lines=lines,
        payments=(Line(tx.today, "Payments and credit", paid),) if paid > ZERO else (),
        how_to_pay=("Card, bank transfer, cash or check; please name the invoice number.",),
        pay_url=_pay_url(tx.practice, number),
    )


def statement_document(tx: Tx, statement_id: int) -> PayStatementDocument:
    """A pay statement as paper."""
    statement = tx.db.get_one(PayStatement, statement_id)
    lines = tx.db.exec(
        select(PayLine).where(PayLine.statement_id == statement_id).order_by(col(PayLine.earned_on), col(PayLine.id))
    ).all()
    extra = {line.source: line.amount for line in lines if line.session_id is None}
    return PayStatementDocument(
        practice=card_of(tx.practice),
        clinician=tx.db.get_one(Clinician, statement.clinician_id).name,
        first=statement.first,
        last=statement.last,
        issued=local_day(statement.closed_at, tx.tz),
        lines=tuple(_statement_line(tx, line) for line in lines if line.session_id is not None),
        top_up=extra.get("guarantee", ZERO),
        carried_in=extra.get("carried_over", ZERO),
    )


def _still_true(tx: Tx, mail: Mail) -> bool:
    """What was held up: no reminder after the start or to whom cancelled meanwhile, no dunning once it is paid."""
    if mail.kind == "overdue":
        return invoices.dues_of(tx.db, mail.client_id or 0)[mail.invoice_number or ""] > ZERO
    if mail.kind in ("tasks_due", "tasks_escalated"):
        return _waiting(tx, mail) > 0
    if mail.kind == "paperwork":
        return portal_mails.paperwork_waits(tx, mail.client_id or 0)
    if mail.kind != "reminder":
        return True
    session = tx.db.get_one(Session, mail.session_id)
    mine = select(AttendanceRow).where(
        AttendanceRow.session_id == mail.session_id, AttendanceRow.client_id == mail.client_id
    )
    return tx.now < session.starts and Status(tx.db.exec(mine).one().status).ahead


def _address(tx: Tx, mail: Mail) -> tuple[str, int | None]:
    if mail.statement_id is not None:
        clinician = tx.db.get_one(Clinician, tx.db.get_one(PayStatement, mail.statement_id).clinician_id)
        return clinician.email, clinician.id
    if mail.account_id is not None:
        return tx.db.get_one(Account, mail.account_id).email, None
    return tx.db.get_one(Client, mail.client_id).email, None


def _appointment(tx: Tx, mail: Mail) -> AppointmentMail:
    client = tx.db.get_one(Client, mail.client_id)
    session = tx.db.get_one(Session, mail.session_id)
    ahead = mail.kind != "cancelled"

    def url(purpose: Purpose) -> str | None:
        return portal_mails.appointment_url(tx, session, client.id or 0, purpose) if ahead else None

    return AppointmentMail(
        practice=card_of(tx.practice),
        greeting=client.first,
        starts=session.starts.astimezone(directory.client_zone(tx, client)),
        minutes=int((session.ends - session.starts).total_seconds() // 60),
        place=session.place,
        uid=f"{session.id}@{tx.practice.email.rpartition('@')[2]}",
        sequence=session.moves + (1 if mail.kind == "cancelled" else 0),
        confirm_url=url(Purpose.CONFIRM),
        cancel_url=url(Purpose.CANCEL),
        free_until=_free_until(tx, session, client) if ahead else None,
    )


def _free_until(tx: Tx, session: Session, client: Client) -> datetime | None:
    """The last moment to cancel without a fee, while it lies ahead and a fee is agreed."""
    policy = directory.policy(tx.db, session.policy_id)
    until = session.starts - timedelta(hours=policy.notice_hours)
    fee = policy.late_cancel_fee.flat or policy.late_cancel_fee.percent
    return until.astimezone(directory.client_zone(tx, client)) if fee and until > tx.now else None


def _invoice(tx: Tx, mail: Mail) -> InvoiceMail:
    number = mail.invoice_number or ""
    document = invoice_document(tx, number)
    greeting = tx.db.get_one(Client, mail.client_id).first
    return InvoiceMail(
        document.practice, greeting, number, document.issued, document.due, document.pay_url, invoice_pdf(document)
    )


def _overdue(tx: Tx, mail: Mail) -> OverdueMail:
    first = _invoice(tx, mail)
    return OverdueMail(
        first.practice, first.greeting, first.number, first.issued, first.due, first.pay_url, first.pdf, mail.days
    )


def _receipt(tx: Tx, mail: Mail) -> ReceiptMail:
    payment = tx.db.get_one(Payment, mail.payment_id)
    client = tx.db.get_one(Client, payment.client_id)
    card, paid_on, number = card_of(tx.practice), local_day(payment.at, tx.tz), str(payment.id)[:8].upper()
    document = ReceiptDocument(card, number, paid_on, client.name, client.address, payment.method, payment.amount)
    return ReceiptMail(card, client.first, number, paid_on, payment.amount, payment.method, receipt_pdf(document))


def _refund(tx: Tx, mail: Mail) -> RefundMail:
    payment = tx.db.get_one(Payment, mail.payment_id)
    client = tx.db.get_one(Client, payment.client_id)
    return RefundMail(card_of(tx.practice), client.first, local_day(payment.at, tx.tz), payment.amount, payment.method)


def _payment_failed(tx: Tx, mail: Mail) -> PaymentFailedMail:
    number = mail.invoice_number or ""
    client = tx.db.get_one(Client, mail.client_id)
    due = invoices.dues_of(tx.db, mail.client_id or 0)[number]
    return PaymentFailedMail(card_of(tx.practice), client.first, number, due, _pay_url(tx.practice, number))


def _pay_statement(tx: Tx, mail: Mail) -> StatementMail:
    document = statement_document(tx, mail.statement_id or 0)
    greeting = document.clinician.partition(" ")[0]
    return StatementMail(document.practice, greeting, document.first, document.last, pay_statement_pdf(document))


def _tasks(tx: Tx, mail: Mail) -> TasksMail:
    greeting = tx.db.get_one(Account, mail.account_id).name.partition(" ")[0]
    return TasksMail(card_of(tx.practice), greeting, _waiting(tx, mail), None)


def _waiting(tx: Tx, mail: Mail) -> int:
    account = tx.db.get_one(Account, mail.account_id)
    return tasks.escalated(tx.db) if mail.kind == "tasks_escalated" else tasks.due(tx.db, account, tx.now)


def _link(tx: Tx, mail: Mail) -> MailContext:
    return account_mails.link_mail(tx, mail, card_of(tx.practice))


def _portal(tx: Tx, mail: Mail) -> MailContext:
    return portal_mails.portal_mail(tx, mail, card_of(tx.practice))


CONTEXTS: dict[str, Callable[[Tx, Mail], MailContext]] = {
    "booked": _appointment,
    "moved": _appointment,
    "reminder": _appointment,
    "cancelled": _appointment,
    "invoice": _invoice,
    "overdue": _overdue,
    "receipt": _receipt,
    "refund": _refund,
    "payment_failed": _payment_failed,
    "pay_statement": _pay_statement,
    "invitation": _link,
    "password_reset": _link,
    "sign_in_link": _link,
    "paperwork": _portal,
    "request_declined": _portal,
    "tasks_due": _tasks,
    "tasks_escalated": _tasks,
}


def _invoice_lines(tx: Tx, invoice: Invoice) -> tuple[Line, ...]:
    """What is asked for; what was taken back (a waived fee, a corrected share) is neither asked for nor paid."""
    taken_back = select(Entry.reverses_id).where(col(Entry.reverses_id).is_not(None))
    rows: Any = tx.db.exec(
        select(Entry, col(Posting.amount), Session)
        .join(InvoiceLine, col(InvoiceLine.entry_id) == Entry.id)
        .join(Posting, col(Posting.entry_id) == Entry.id)
        .outerjoin(Session, col(Session.id) == Entry.session_id)
        .where(InvoiceLine.invoice_number == invoice.number, Posting.account == client_account(invoice.client_id))
        .where(col(Entry.id).not_in(taken_back))
        .order_by(col(Entry.id))
    ).all()
    return tuple(
        Line(local_day(session.starts, tx.tz) if session else entry.on_day, _words(entry), amount)
        for entry, amount, session in rows
    )


def _words(entry: Entry) -> str:
    """A line of an invoice: what is asked for, without saying what was treated."""
    if entry.rule == "attendance.late_cancelled_fee":
        return "Late cancellation fee"
    if entry.rule == "attendance.no_show_fee":
        return "Missed session fee"
    if entry.event == Event.OPENING_BALANCE.value:
        return "Balance carried over"
    return "Your share of the session" if entry.claim_number else "Session"


def _statement_line(tx: Tx, line: PayLine) -> StatementLine:
    session = tx.db.get_one(Session, line.session_id)
    day = local_day(session.starts, tx.tz)
    return StatementLine(line.earned_on, f"{day:%b} {day.day}", line.rule, line.why, line.amount)


def _pay_url(practice: Practice, number: str) -> str | None:
    return f"{practice.pay_url.rstrip('/')}/{number}" if practice.pay_url else None
