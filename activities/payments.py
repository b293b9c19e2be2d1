"""Payments, refunds and write-offs as they are recorded: posted once, receipted, and told to what they settle."""

from decimal import Decimal
from uuid import UUID

from sqlmodel import col, func, select

from activities import earnings, invoices, kept_words, ledger
from activities.database import HELD, Tx, step
from models.errors import Refused
from models.facts import Method
from models.messages import Mail, Money, Receipt
from models.money import CENT, ZERO
from models.rules.ledger import Event, client_account, draft
from models.tables import ChargeIntent, Client, Invoice, Payment

EVENTS = {
    "payment": (Event.CLIENT_PAID, "payments.received"),
    "refund": (Event.REFUND, "payments.refunded"),
    "write_off": (Event.WRITE_OFF, "payments.written_off"),
}


@step("payments.record")
def record(tx: Tx, money: Money) -> Receipt:
    """Record what a person says of money; Refused when it cannot be so."""
    client = tx.db.get(Client, money.client_id, with_for_update=HELD)
    if client is None:
        raise Refused(f"there is no client {money.client_id}")
    _check(tx, money)
    payment = Payment(
        id=money.payment_id,
        client_id=money.client_id,
        kind=money.kind,
        method=money.method,
        amount=money.amount,
        at=tx.now,
        reason=kept_words.reason(tx, f"payment/{money.payment_id}", money),
        reference=money.reference,
        invoice_number=money.invoice_number,
        refund_of=money.refund_of,
    )
    enter(tx, payment)
    balance = ledger.balance(tx.db, client_account(money.client_id))
    return Receipt(money.payment_id, balance, tx.after.handover())


def enter(tx: Tx, payment: Payment) -> None:
    """Keep and post money that moved, once per id; what it settles and pays is told."""
    if tx.db.get(Payment, payment.id):
        return
    tx.db.add(payment)
    tx.db.flush()
    event, rule = EVENTS[payment.kind]
    why = f"{payment.kind.replace('_', '-')} by {payment.method}" if payment.method else payment.reason
    drafted = draft(event, payment.amount, rule, why, client=payment.client_id, method=payment.method)
    ledger.post(tx, f"payment/{payment.id}", drafted, client_id=payment.client_id, payment_id=payment.id)
    earnings.accrue_client(tx, payment.client_id)
    invoices.settle(tx, payment.client_id)
    kind = {"payment": "receipt", "refund": "refund"}.get(payment.kind)
    if kind:
        tx.after.mails.append(Mail(f"{kind}/{payment.id}", kind, payment.client_id, payment_id=payment.id))


def check_amount(amount: Decimal) -> None:
    """Refused unless it is money: above zero, in whole cents."""
    if amount <= ZERO or amount != amount.quantize(CENT):
        raise Refused(f"{amount} is not an amount: above zero, in whole cents")


def refundable(tx: Tx, client_id: int, payment_id: UUID) -> tuple[Payment, Decimal]:
    """A client's payment, and how much of it has not gone back and is not on its way back."""
    payment = tx.db.get(Payment, payment_id)
    if payment is None or payment.kind != "payment" or payment.client_id != client_id:
        raise Refused("there is no such payment of this client")
    returned = tx.db.exec(select(func.sum(col(Payment.amount))).where(Payment.refund_of == payment_id)).one() or ZERO
    under_way = select(func.sum(col(ChargeIntent.amount))).where(
        ChargeIntent.refund_of == payment_id, col(ChargeIntent.state).in_(("wished", "pending"))
    )
    return payment, payment.amount - returned - (tx.db.exec(under_way).one() or ZERO)


def _check(tx: Tx, money: Money) -> None:
    check_amount(money.amount)
    if money.kind != "write_off" and money.method not in set(Method):
        raise Refused(f"{money.method!r} is no way to pay: card, ach, cash or check")
    if money.invoice_number is not None:
        invoice = tx.db.get(Invoice, money.invoice_number)
        if invoice is None or invoice.client_id != money.client_id:
            raise Refused("there is no such invoice of this client")
    if money.kind in ("refund", "write_off") and tx.db.get(Payment, money.payment_id) is None:
        _check_limit(tx, money)


def _check_limit(tx: Tx, money: Money) -> None:
    if money.kind == "write_off":
        owed = ledger.balance(tx.db, client_account(money.client_id))
        if money.amount > owed:
            raise Refused(f"the client owes {max(owed, ZERO)}; no more than that can be written off")
        return
    if money.refund_of is not None:
        _, left = refundable(tx, money.client_id, money.refund_of)
        if money.amount > left:
            raise Refused(f"{left} of this payment was not refunded yet; no more than that can go back")
    paid = _sum(tx, money, "payment") - _sum(tx, money, "refund")
    if money.amount > paid:
        raise Refused(f"{paid} was paid by {money.method} and not refunded yet; no more than that can go back")


def _sum(tx: Tx, money: Money, kind: str) -> Decimal:
    query = select(func.sum(col(Payment.amount))).where(
        Payment.client_id == money.client_id, Payment.kind == kind, Payment.method == money.method
    )
    return tx.db.exec(query).one() or ZERO
