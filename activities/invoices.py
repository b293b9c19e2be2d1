"""Invoices: asking clients for what they owe, and seeing it settled. Amounts come from the ledger."""

from collections.abc import Sequence
from decimal import Decimal

from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import ledger, tasks
from activities.database import Tx, step
from models.facts import TaskKind
from models.messages import Dunning, InvoiceStanding, InvoiceStart, Mail
from models.money import ZERO, total
from models.rules import invoicing
from models.rules.ledger import client_account
from models.tables import Client, Entry, Invoice, InvoiceLine, Payment, Posting


def ask(tx: Tx, client_id: int, entries: Sequence[Entry]) -> None:
    """Invoice these entries; what the client's credit covers is settled at once, and asked for if it is refunded."""
    client = tx.db.get_one(Client, client_id, with_for_update=True)
    owed = ledger.balance(tx.db, client_account(client_id))
    due = min(owed, total(_receivable(tx.db, e) for e in entries))
    number = f"I{tx.next('invoice_number'):06d}"
    settled_at = tx.now if due <= ZERO else None
    tx.db.add(Invoice(number=number, client_id=client_id, issued_at=tx.now, issued_on=tx.today, settled_at=settled_at))
    tx.db.flush()
    tx.db.add_all(InvoiceLine(entry_id=e.id or 0, invoice_number=number) for e in entries)
    tx.db.flush()
    if settled_at is None:
        tx.after.invoices.append(_start(number, client_id, due, autopay(client, due)))


def settle(tx: Tx, client_id: int) -> None:
    """After money moved: mark what is now paid, and follow again what a refund opened."""
    dues = dues_of(tx.db, client_id)
    for invoice in _invoices(tx.db, client_id):
        due = dues[invoice.number]
        if due == ZERO and invoice.settled_at is None:
            invoice.settled_at = tx.now
            tx.after.settled_invoices.append(invoice.number)
            tasks.close_tasks(tx, f"invoice/{invoice.number}", "nothing is due any more")
        elif due > ZERO and invoice.settled_at is not None:
            invoice.settled_at = None
            tx.after.invoices.append(_start(invoice.number, client_id, due, with_card=False))


def dues_of(db: Database, client_id: int) -> dict[str, Decimal]:
    """What is still due of each of a client's invoices, oldest first; a card's charge pays the invoice it was for."""
    numbers = [invoice.number for invoice in _invoices(db, client_id)]
    asked = [invoiced(db, number) for number in numbers]
    charged = _charged_for(db, client_id)
    left = [max(ZERO, amount - charged.get(number, ZERO)) for number, amount in zip(numbers, asked, strict=True)]
    owed = ledger.balance(db, client_account(client_id))
    open_again = owed > total(left)  # money went back: everything that was asked for may be due
    return dict(zip(numbers, invoicing.due(asked if open_again else left, owed), strict=True))


def invoiced(db: Database, number: str) -> Decimal:
    """What an invoice asks for now: its entries, less what was reversed of them."""
    entries = db.exec(select(Entry).join(InvoiceLine).where(InvoiceLine.invoice_number == number)).all()
    undone = db.exec(select(Entry).where(col(Entry.reverses_id).in_([e.id for e in entries]))).all()
    return total(_receivable(db, e) for e in (*entries, *undone))


@step("invoices.ask_again")
def ask_again(tx: Tx, dunning: Dunning) -> InvoiceStanding:
    """Mail an unpaid invoice again and put its balance on somebody's desk."""
    invoice = tx.db.get_one(Invoice, dunning.number)
    due = dues_of(tx.db, invoice.client_id)[dunning.number]
    if due > ZERO:
        key = f"overdue/{dunning.number}/{dunning.days}"
        tx.after.mails.append(Mail(key, "overdue", invoice.client_id, invoice_number=dunning.number, days=dunning.days))
        what = f"invoice {dunning.number}: {due} open for {dunning.days} days; call, agree a plan or write it off"
        tasks.open_task(tx, TaskKind.BALANCE_DUE, f"invoice/{dunning.number}", what, invoice.client_id)
    return standing(tx, dunning.number)


def standing(tx: Tx, number: str, retry: bool = False) -> InvoiceStanding:
    """What is still due of an invoice, and what follows from this step."""
    due = dues_of(tx.db, tx.db.get_one(Invoice, number).client_id)[number]
    return InvoiceStanding(due, retry, tx.after.handover())


def autopay(client: Client, due: Decimal) -> bool:
    """The client agreed before this fell due, and it is within the cap they set."""
    return bool(client.card and client.autopay_since) and (client.autopay_cap is None or due <= client.autopay_cap)


def _start(number: str, client_id: int, due: Decimal, with_card: bool) -> InvoiceStart:
    return InvoiceStart(number, client_id, due, with_card, invoicing.RETRY_CARD_DAYS, invoicing.ASK_AGAIN_DAYS)


def _invoices(db: Database, client_id: int) -> Sequence[Invoice]:
    query = select(Invoice).where(Invoice.client_id == client_id).order_by(col(Invoice.issued_at), col(Invoice.number))
    return db.exec(query).all()


def _charged_for(db: Database, client_id: int) -> dict[str, Decimal]:
    """What cards paid of each invoice: that money is this invoice's, whichever of several is charged first."""
    query = select(Payment).where(Payment.client_id == client_id, col(Payment.invoice_number).is_not(None))
    charged: dict[str, Decimal] = {}
    for payment in db.exec(query).all():
        number = payment.invoice_number or ""
        charged[number] = charged.get(number, ZERO) + payment.amount
    return charged


def _receivable(db: Database, entry: Entry) -> Decimal:
    """What an entry adds to its client's account."""
    query = select(Posting).where(Posting.entry_id == entry.id, Posting.account == client_account(entry.client_id or 0))
    return total(posting.amount for posting in db.exec(query).all())
