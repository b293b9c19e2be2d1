"""Payments, refunds and write-offs as they are recorded: posted once, receipted, and told to what they settle."""

from decimal import Decimal
from uuid import uuid5

from sqlmodel import col, func, select

from activities import invoices, ledger, pay, tasks
from activities.database import Tx, step
from activities.tasks import NAMES
from models.errors import Refused
from models.facts import Method, TaskKind
from models.messages import CardCharge, InvoiceStanding, Mail, Money, Receipt
from models.money import CENT, ZERO
from models.rules import invoicing
from models.rules.ledger import Event, client_account, draft
from models.tables import Client, Invoice, Payment

EVENTS = {
    "payment": (Event.CLIENT_PAID, "payments.received"),
    "refund": (Event.REFUND, "payments.refunded"),
    "write_off": (Event.WRITE_OFF, "payments.written_off"),
}


@step("payments.record")
def record(tx: Tx, money: Money) -> Receipt:
    """Record what a person says of money; Refused when it cannot be so."""
    client = tx.db.get(Client, money.client_id, with_for_update=True)
    if client is None:
        raise Refused(f"there is no client {money.client_id}")
    _check(tx, money)
    if tx.db.get(Payment, money.payment_id) is None:
        payment = Payment(
            id=money.payment_id,
            client_id=money.client_id,
            kind=money.kind,
            method=money.method,
            amount=money.amount,
            at=tx.now,
            reason=money.reason,
            reference=money.reference,
        )
        _post(tx, payment)
    balance = ledger.balance(tx.db, client_account(money.client_id))
    return Receipt(money.payment_id, balance, tx.after.handover())


@step("payments.charge")
def charge(tx: Tx, wish: CardCharge) -> InvoiceStanding:
    """Charge what is due to the client's card; a decline is a task and a mail, and may be tried again."""
    invoice = tx.db.get_one(Invoice, wish.number)
    client = tx.db.get_one(Client, invoice.client_id, with_for_update=True)
    due = invoices.dues_of(tx.db, invoice.client_id)[wish.number]
    if due == ZERO or not invoices.autopay(client, due):
        return invoices.standing(tx, wish.number)
    answer = tx.world.cards.charge(client.card or "", due, f"autopay/{wish.number}/{wish.attempt}")
    if answer.approved:
        _take(tx, f"autopay/{wish.number}/{wish.attempt}", client, due, Method.CARD, answer.reference, wish.number)
        # its own workflow asked and hears it from the answer; only others are told
        tx.after.settled_invoices = [number for number in tx.after.settled_invoices if number != wish.number]
        return invoices.standing(tx, wish.number)
    what = f"invoice {wish.number}: the card was declined (attempt {wish.attempt}); ask for another card or way to pay"
    tasks.open_task(tx, TaskKind.PAYMENT_FAILED, f"invoice/{wish.number}", what, client.id)
    key = f"payment_failed/{wish.number}/{wish.attempt}"
    tx.after.mails.append(Mail(key, "payment_failed", client.id, invoice_number=wish.number))
    return invoices.standing(tx, wish.number, answer.retry and wish.attempt <= len(invoicing.RETRY_CARD_DAYS))


def _take(
    tx: Tx, key: str, client: Client, amount: Decimal, method: Method, reference: str, invoice_number: str
) -> None:
    """Record an approved charge of the gateway, once per key."""
    payment = Payment(
        id=uuid5(NAMES, key),
        client_id=client.id or 0,
        kind="payment",
        method=method,
        amount=amount,
        at=tx.now,
        reference=reference,
        invoice_number=invoice_number,
    )
    if tx.db.get(Payment, payment.id) is None:
        _post(tx, payment)


def _post(tx: Tx, payment: Payment) -> None:
    tx.db.add(payment)
    tx.db.flush()
    event, rule = EVENTS[payment.kind]
    why = f"{payment.kind.replace('_', '-')} by {payment.method}" if payment.method else payment.reason
    drafted = draft(event, payment.amount, rule, why, client=payment.client_id, method=payment.method)
    ledger.post(tx, f"payment/{payment.id}", drafted, client_id=payment.client_id, payment_id=payment.id)
    pay.accrue_client(tx, payment.client_id)
    invoices.settle(tx, payment.client_id)
    kind = {"payment": "receipt", "refund": "refund"}.get(payment.kind)
    if kind:
        tx.after.mails.append(Mail(f"{kind}/{payment.id}", kind, payment.client_id, payment_id=payment.id))


def _check(tx: Tx, money: Money) -> None:
    if money.amount <= ZERO or money.amount != money.amount.quantize(CENT):
        raise Refused(f"{money.amount} is not an amount: above zero, in whole cents")
    if money.kind != "write_off" and money.method not in set(Method):
        raise Refused(f"{money.method!r} is no way to pay: card, ach, cash or check")
    if money.kind in ("refund", "write_off") and tx.db.get(Payment, money.payment_id) is None:
        _check_limit(tx, money)


def _check_limit(tx: Tx, money: Money) -> None:
    if money.kind == "write_off":
        owed = ledger.balance(tx.db, client_account(money.client_id))
        if money.amount > owed:
            raise Refused(f"the client owes {max(owed, ZERO)}; no more than that can be written off")
        return
    paid = _sum(tx, money, "payment") - _sum(tx, money, "refund")
    if money.amount > paid:
        raise Refused(f"{paid} was paid by {money.method} and not refunded yet; no more than that can go back")


def _sum(tx: Tx, money: Money, kind: str) -> Decimal:
    query = select(func.sum(col(Payment.amount))).where(
        Payment.client_id == money.client_id, Payment.kind == kind, Payment.method == money.method
    )
    return tx.db.exec(query).one() or ZERO
