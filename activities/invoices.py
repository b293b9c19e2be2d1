"""Invoices: asking clients for what they owe, and seeing it settled. Amounts come from the ledger."""

from collections.abc import Sequence
from decimal import Decimal

from sqlmodel import Session as Database
from sqlmodel import case, col, func, or_, select

from activities import ledger, tasks
from activities.database import Tx, step
from models.facts import TaskKind
from models.messages import Dunning, InvoiceStanding, InvoiceStart, Mail
from models.money import ZERO, total
from models.rules import invoicing
from models.rules.ledger import client_account
from models.tables import Client, Entry, Invoice, InvoiceLine, Payment, PaymentPlan, Posting


def ask(tx: Tx, client_id: int, entries: Sequence[Entry]) -> str:
    """Invoice these entries and tell its number; what credit covers is settled at once, and asked for if refunded."""
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
    return number


def settle(tx: Tx, client_id: int) -> None:
    """After money moved: mark what is now paid, and follow again what a refund opened."""
    dues = dues_of(tx.db, client_id)
    for invoice in _invoices(tx.db, client_id):
        due = dues[invoice.number]
        if due == ZERO and invoice.settled_at is None:
            invoice.settled_at = tx.now
            tx.after.settled_invoices.append(invoice.number)
            tasks.close_tasks(tx, f"invoice/{invoice.number}", "nothing is due any more")
            tasks.close_tasks(tx, f"plan/{invoice.plan_id}", "an invoice of the plan is paid")
        elif due > ZERO and invoice.settled_at is not None:
            invoice.settled_at = None
            tx.after.invoices.append(_start(invoice.number, client_id, due, with_card=False))


def dues_of(db: Database, client_id: int) -> dict[str, Decimal]:
    """What is still due of each of a client's invoices, oldest first."""
    return dues(db, [client_id])


def dues(db: Database, client_ids: Sequence[int]) -> dict[str, Decimal]:
    """What is still due of each invoice of these clients; money given for an invoice pays that one."""
    found: dict[str, Decimal] = {}
    numbers, asked, paid = _numbers(db, client_ids), _asked_for(db, client_ids), _paid_for(db, client_ids)
    balances = _balances(db, client_ids)
    for client_id, mine in numbers.items():
        left = [max(ZERO, asked.get(number, ZERO) - paid.get(number, ZERO)) for number in mine]
        owed = balances.get(client_account(client_id), ZERO)
        open_again = owed > total(left)  # money went back: everything that was asked for may be due
        amounts = [asked.get(number, ZERO) for number in mine] if open_again else left
        found |= dict(zip(mine, invoicing.due(amounts, owed), strict=True))
    return found


def open_of(db: Database, client_id: int) -> dict[str, Decimal]:
    """A client's invoices of which something is due, oldest first."""
    return {number: due for number, due in dues_of(db, client_id).items() if due}


def resting(db: Database, invoice: Invoice) -> bool:
    """Whether an invoice is paid by a plan that stands: it is neither charged nor asked for as a whole."""
    plan = db.get(PaymentPlan, invoice.plan_id) if invoice.plan_id else None
    return plan is not None and plan.ended_at is None


@step("invoices.ask_again")
def ask_again(tx: Tx, dunning: Dunning) -> InvoiceStanding:
    """Mail an unpaid invoice again and put its balance on somebody's desk."""
    invoice = tx.db.get_one(Invoice, dunning.number)
    due = dues_of(tx.db, invoice.client_id)[dunning.number]
    if due > ZERO and not resting(tx.db, invoice):
        key = f"overdue/{dunning.number}/{dunning.days}"
        tx.after.mails.append(Mail(key, "overdue", invoice.client_id, invoice_number=dunning.number, days=dunning.days))
        what = f"invoice {dunning.number}: {due} open for {dunning.days} days; call, agree a plan or write it off"
        tasks.open_task(tx, TaskKind.BALANCE_DUE, f"invoice/{dunning.number}", what, invoice.client_id)
    return standing(tx, dunning.number)


def started(invoice: Invoice, due: Decimal) -> InvoiceStart:
    """What an open invoice's workflow begins with when it is followed anew: its card was asked before."""
    return _start(invoice.number, invoice.client_id, due, with_card=False)


def standing(tx: Tx, number: str) -> InvoiceStanding:
    """What is still due of an invoice, and what follows from this step."""
    due = dues_of(tx.db, tx.db.get_one(Invoice, number).client_id)[number]
    return InvoiceStanding(due, tx.after.handover())


def autopay(client: Client, due: Decimal) -> bool:
    """The client agreed before this fell due, and it is within the cap they set."""
    return bool(client.card and client.autopay_since) and (client.autopay_cap is None or due <= client.autopay_cap)


def _start(number: str, client_id: int, due: Decimal, with_card: bool) -> InvoiceStart:
    return InvoiceStart(number, client_id, due, with_card, invoicing.RETRY_CARD_DAYS, invoicing.ASK_AGAIN_DAYS)


def _invoices(db: Database, client_id: int) -> Sequence[Invoice]:
    query = select(Invoice).where(Invoice.client_id == client_id).order_by(col(Invoice.issued_at), col(Invoice.number))
    return db.exec(query).all()


def _numbers(db: Database, client_ids: Sequence[int]) -> dict[int, list[str]]:
    query = select(Invoice.client_id, Invoice.number).where(col(Invoice.client_id).in_(client_ids))
    found: dict[int, list[str]] = {}
    for client_id, number in db.exec(query.order_by(col(Invoice.issued_at), col(Invoice.number))).all():
        found.setdefault(client_id, []).append(number)
    return found


def _asked_for(db: Database, client_ids: Sequence[int]) -> dict[str, Decimal]:
    """What each invoice asks for now: its entries, less what was reversed of them."""
    asked = or_(col(InvoiceLine.entry_id) == Entry.id, col(InvoiceLine.entry_id) == Entry.reverses_id)
    query = (
        select(InvoiceLine.invoice_number, func.sum(Posting.amount))
        .join(Entry, asked)
        .join(Posting, col(Posting.entry_id) == Entry.id)
        .where(col(Entry.client_id).in_(client_ids))
        .where(Posting.account == func.concat("receivable:client:", Entry.client_id))
        .group_by(col(InvoiceLine.invoice_number))
    )
    return dict(db.exec(query).all())


def _paid_for(db: Database, client_ids: Sequence[int]) -> dict[str, Decimal]:
    """What was paid for each invoice and did not go back: that money is this invoice's, whichever is older."""
    signed = case((col(Payment.kind) == "refund", -col(Payment.amount)), else_=col(Payment.amount))
    query = (
        select(Payment.invoice_number, func.sum(signed))
        .where(col(Payment.client_id).in_(client_ids), col(Payment.invoice_number).is_not(None))
        .group_by(col(Payment.invoice_number))
    )
    return {number or "": paid for number, paid in db.exec(query).all()}


def _balances(db: Database, client_ids: Sequence[int]) -> dict[str, Decimal]:
    accounts = [client_account(client_id) for client_id in client_ids]
    query = select(Posting.account, func.sum(Posting.amount)).where(col(Posting.account).in_(accounts))
    return dict(db.exec(query.group_by(Posting.account)).all())


def _receivable(db: Database, entry: Entry) -> Decimal:
    """What an entry adds to its client's account."""
    query = select(Posting).where(Posting.entry_id == entry.id, Posting.account == client_account(entry.client_id or 0))
    return total(posting.amount for posting in db.exec(query).all())
