"""Mails about money: what is owed, paid, given back or declined, with its paper attached."""

from collections.abc import Callable

from activities import invoices, papers, plans, statements
from activities.database import Tx
from activities.documents import invoice_pdf, receipt_pdf
from activities.rendering import (
    AccountStatementMail,
    InstalmentMail,
    InvoiceMail,
    MailContext,
    OverdueMail,
    PaymentFailedMail,
    ReceiptMail,
    RefundMail,
)
from models.calendar import local_day
from models.messages import Mail
from models.tables import Client, Invoice, Payment


def money_mail(tx: Tx, mail: Mail) -> MailContext:
    """What a mail about money says."""
    return CONTEXTS[mail.kind](tx, mail)


def _invoice(tx: Tx, mail: Mail) -> InvoiceMail:
    paper = papers.invoice(tx.db, mail.invoice_number or "", tx.now, tx.world.site_url, vault=tx.world.vault)
    greeting = tx.db.get_one(Client, mail.client_id).first
    return InvoiceMail(
        paper.practice, greeting, paper.number, paper.issued, paper.due, paper.pay_url, invoice_pdf(paper)
    )


def _overdue(tx: Tx, mail: Mail) -> OverdueMail:
    return OverdueMail(**vars(_invoice(tx, mail)), days=mail.days)


def _receipt(tx: Tx, mail: Mail) -> ReceiptMail:
    payment = tx.db.get_one(Payment, mail.payment_id)
    paper = papers.receipt(tx.db, payment)
    greeting = tx.db.get_one(Client, payment.client_id).first
    return ReceiptMail(
        paper.practice, greeting, paper.number, paper.paid_on, payment.amount, paper.method, receipt_pdf(paper)
    )


def _refund(tx: Tx, mail: Mail) -> RefundMail:
    payment = tx.db.get_one(Payment, mail.payment_id)
    client = tx.db.get_one(Client, payment.client_id)
    method = papers.METHODS[payment.method].lower()
    return RefundMail(papers.card_of(tx.practice), client.first, local_day(payment.at, tx.tz), payment.amount, method)


def _payment_failed(tx: Tx, mail: Mail) -> PaymentFailedMail:
    number = mail.invoice_number or ""
    client = tx.db.get_one(Client, mail.client_id)
    due = invoices.dues_of(tx.db, mail.client_id or 0)[number]
    url = papers.pay_url(tx.practice, tx.db.get_one(Invoice, number), tx.world.site_url, tx.world.vault)
    return PaymentFailedMail(papers.card_of(tx.practice), client.first, number, due, url)


def _statement(tx: Tx, mail: Mail) -> AccountStatementMail:
    assert mail.month is not None
    paper = statements.statement(tx.db, mail.client_id or 0, mail.month, tx.world.site_url, tx.world.vault)
    greeting = tx.db.get_one(Client, mail.client_id).first
    return AccountStatementMail(
        paper.practice, greeting, paper.first, paper.last, paper.owed, paper.pay_url, statements.statement_pdf(paper)
    )


def _instalment(tx: Tx, mail: Mail) -> InstalmentMail:
    number = mail.invoice_number or ""
    client, invoice = tx.db.get_one(Client, mail.client_id), tx.db.get_one(Invoice, number)
    assert invoice.plan_id is not None
    part = plans.instalments_of(tx.db, invoice.plan_id)[mail.days - 1]
    url = papers.pay_url(tx.practice, invoice, tx.world.site_url, tx.world.vault)
    return InstalmentMail(papers.card_of(tx.practice), client.first, part.due_on, part.amount, url)


CONTEXTS: dict[str, Callable[[Tx, Mail], MailContext]] = {
    "invoice": _invoice,
    "overdue": _overdue,
    "receipt": _receipt,
    "refund": _refund,
    "payment_failed": _payment_failed,
    "statement": _statement,
    "instalment": _instalment,
}
