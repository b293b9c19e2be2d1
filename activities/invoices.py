"""Invoices: asking clients for what they owe, and seeing it settled. Amounts come from the ledger."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import insert, text
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import ledger, tasks
from activities.database import HELD, Tx, step
from models.facts import TaskKind
from models.messages import Dunning, InvoiceStanding, InvoiceStart, Mail
from models.money import ZERO, total
from models.rules import invoicing
from models.rules.ledger import client_account
from models.tables import Client, Entry, Invoice, InvoiceLine, PaymentPlan, Posting


def ask(tx: Tx, client_id: int, entries: Sequence[Entry]) -> str:
    """Invoice these entries and tell its number; what credit covers is settled at once, and asked for if refunded."""
    amount = total(_receivable(tx.db, entry) for entry in entries)
    [number] = ask_each(tx, [Asked(client_id, [entry.id or 0 for entry in entries], amount)])
    return number


@dataclass
class Asked:
    """What a client owes since just now, to be asked for with one invoice: its entries, and how much they come to."""

    client_id: int
    entry_ids: list[int] = field(default_factory=list)
    amount: Decimal = ZERO


def hold(tx: Tx, client_ids: Collection[int]) -> dict[int, Client]:
    """Clients whose accounts are about to move, held against others who move them until the step ends."""
    theirs = select(Client).where(col(Client.id).in_(client_ids)).order_by(col(Client.id))
    locked = theirs.with_for_update(**HELD).execution_options(populate_existing=True)  # as they are now, under the lock
    return {client.id or 0: client for client in tx.db.exec(locked).all()}


def ask_each(tx: Tx, asked: Sequence[Asked]) -> list[str]:
    """Make these invoices, each as if what it asks for had been posted just before; their numbers."""
    if not asked:
        return []
    ids = sorted({each.client_id for each in asked})
    clients = hold(tx, ids)
    balances = ledger.balances(tx.db, [client_account(client_id) for client_id in ids])
    owed = {client_id: balances.get(client_account(client_id), ZERO) for client_id in ids}
    for each in asked:
        owed[each.client_id] -= each.amount
    numbers = [f"I{place:06d}" for place in tx.next_ones("invoice_number", len(asked))]
    for number, each in zip(numbers, asked, strict=True):
        owed[each.client_id] += each.amount
        due = min(owed[each.client_id], each.amount)
        settled_at = tx.now if due <= ZERO else None
        made = Invoice(
            number=number, client_id=each.client_id, issued_at=tx.now, issued_on=tx.today, settled_at=settled_at
        )
        tx.db.add(made)
        if settled_at is None:
            tx.after.invoices.append(_start(number, each.client_id, due, autopay(clients[each.client_id], due)))
    tx.db.flush()
    lines = [
        {"entry_id": entry_id, "invoice_number": number}
        for number, each in zip(numbers, asked, strict=True)
        for entry_id in each.entry_ids
    ]
    tx.db.execute(insert(InvoiceLine), lines)
    return numbers


def settle(tx: Tx, client_id: int) -> None:
    """After money moved: mark what is now paid, and follow again what a refund opened."""
    settle_all(tx, [client_id])


def settle_all(tx: Tx, client_ids: Sequence[int]) -> None:
    """The same of several clients."""
    due_of = dues(tx.db, client_ids)
    for invoice in _invoices(tx.db, client_ids):
        client_id, due = invoice.client_id, due_of[invoice.number]
        if due == ZERO and invoice.settled_at is None:
            invoice.settled_at = tx.now
            tx.after.settled_invoices.append(invoice.number)
            tasks.close_tasks(tx, f"invoice/{invoice.number}", "nothing is due any more")
            tasks.close_tasks(tx, f"plan/{invoice.plan_id}", "an invoice of the plan is paid")
        elif due > ZERO and invoice.settled_at is not None:
            invoice.settled_at = None
            tx.after.invoices.append(_start(invoice.number, client_id, due, with_card=False))


@dataclass(frozen=True)
class _Standing:
    """An invoice: what it asks for, what was paid for it, and what its client owes in all."""

    number: str
    asked: Decimal
    paid: Decimal
    owed: Decimal


STANDINGS = """
with mine as (select number, client_id, issued_at, 'receivable:client:' || client_id as account
  from invoice where client_id = any(:ids)),
lines as (select m.number, m.account, n.entry_id from mine m join invoice_line n on n.invoice_number = m.number),
asked as (
  select number, sum(amount) as amount from (
    select l.number, p.amount from lines l join posting p on p.entry_id = l.entry_id and p.account = l.account
    union all
    select l.number, p.amount from lines l join entry r on r.reverses_id = l.entry_id
      join posting p on p.entry_id = r.id and p.account = l.account) sides
  group by number),
paid as (
  select invoice_number as number, sum(case when kind = 'refund' then -amount else amount end) as amount
  from payment where client_id = any(:ids) and invoice_number is not null group by invoice_number),
owed as (select account, sum(amount) as amount from posting
  where account in (select account from mine) group by account)
select m.client_id, m.number, coalesce(a.amount, 0) as asked, coalesce(p.amount, 0) as paid,
  coalesce(o.amount, 0) as owed
from mine m left join asked a on a.number = m.number left join paid p on p.number = m.number
  left join owed o on o.account = m.account
order by m.issued_at, m.number
"""
"""Reversed entries are asked for no more; money given for an invoice is that one's, whichever is older."""


def dues_of(db: Database, client_id: int) -> dict[str, Decimal]:
    """What is still due of each of a client's invoices, oldest first."""
    return dues(db, [client_id])


def dues(db: Database, client_ids: Sequence[int]) -> dict[str, Decimal]:
    """What is still due of each invoice of these clients; money given for an invoice pays that one."""
    found: dict[str, Decimal] = {}
    for rows in _standings(db, client_ids).values():
        left = [max(ZERO, row.asked - row.paid) for row in rows]
        owed = rows[0].owed
        open_again = owed > total(left)  # money went back: everything that was asked for may be due
        amounts = [row.asked for row in rows] if open_again else left
        found |= dict(zip((row.number for row in rows), invoicing.due(amounts, owed), strict=True))
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


def _invoices(db: Database, client_ids: Sequence[int]) -> Sequence[Invoice]:
    query = select(Invoice).where(col(Invoice.client_id).in_(client_ids))
    return db.exec(query.order_by(col(Invoice.issued_at), col(Invoice.number))).all()


def _standings(db: Database, client_ids: Sequence[int]) -> dict[int, list[_Standing]]:
    """Each invoice of these clients, theirs from the oldest on."""
    db.flush()  # plain SQL does not see by itself what is still to be written
    found: dict[int, list[_Standing]] = {}
    for row in db.execute(text(STANDINGS), {"ids": list(client_ids)}):
        found.setdefault(row.client_id, []).append(_Standing(row.number, row.asked, row.paid, row.owed))
    return found


def _receivable(db: Database, entry: Entry) -> Decimal:
    """What an entry adds to its client's account."""
    query = select(Posting).where(Posting.entry_id == entry.id, Posting.account == client_account(entry.client_id or 0))
    return total(posting.amount for posting in db.exec(query).all())
