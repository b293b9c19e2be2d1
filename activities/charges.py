"""Money through the gateway: the wish is kept first, the gateway is asked for just that, what it says is posted once.

Asked again after a crash, a charge has the same key and amount, whatever is due by then: so it is the same charge.
Synchronous answers, messages of the gateway and looks all end in `_take_in`, where an approved charge stays approved.
"""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid5

from sqlmodel import col, select

from activities import cards_on_file, invoices, kept_words, ledger, payments, tasks
from activities.database import HELD, Tx, step
from activities.ports import Charge, Order
from activities.tasks import NAMES
from models.collecting import (
    AutopayStanding,
    ChargeKind,
    ChargeStanding,
    ChargeState,
    ChargeWish,
    GatewayNews,
)
from models.errors import Refused
from models.facts import TaskKind
from models.messages import CardCharge, Mail, charge_workflow
from models.money import ZERO
from models.rules import invoicing
from models.rules.ledger import client_account
from models.tables import ChargeIntent, Client, GatewayEvent, Invoice, Payment

PAGE_LIFE = timedelta(hours=23)
"""How long a page is handed out again: gateways close one after a day."""


@step("charges.intend")
def intend(tx: Tx, wish: ChargeWish) -> ChargeStanding:
    """Keep a wish, once per id; an invoice with an open page for what is due is answered with that page."""
    client = tx.db.get(Client, wish.client_id, with_for_update=HELD)
    if client is None:
        raise Refused(f"there is no client {wish.client_id}")
    if kept := tx.db.get(ChargeIntent, wish.id):
        return _standing(tx, kept)
    wanted = ChargeIntent(
        id=wish.id,
        kind=wish.kind,
        client_id=wish.client_id,
        amount=wish.amount,
        method=wish.method,
        invoice_number=wish.invoice_number,
        refund_of=wish.refund_of,
        back_path=wish.back_path,
        made_at=tx.now,
    )
    CHECKS[wish.kind](tx, wanted, client)
    if already := _open_page(tx, wanted):
        return _standing(tx, already)
    if wish.kept_id:
        kept_words.hand_over(tx, f"payment/{wish.id}", wish.kept_id, charge_workflow(wish.id))
    tx.db.add(wanted)
    return _standing(tx, wanted)


@step("charges.autopay")
def autopay(tx: Tx, wish: CardCharge) -> AutopayStanding:
    """Keep a charge of what is due now, where the client agreed; a later attempt only after a decline that may pass."""
    invoice = tx.db.get_one(Invoice, wish.number)
    client = tx.db.get_one(Client, invoice.client_id, with_for_update=HELD)
    before = [i for n in range(1, wish.attempt) if (i := tx.db.get(ChargeIntent, autopay_id(wish.number, n)))]
    if before and not before[-1].retry:
        return AutopayStanding(again=not ChargeState(before[-1].state).over)
    due = invoices.dues_of(tx.db, invoice.client_id)[wish.number]
    if due == ZERO or not invoices.autopay(client, due) or invoices.resting(tx.db, invoice):
        return AutopayStanding(again=False)
    charge(tx, autopay_id(wish.number, wish.attempt), client, due, wish.number)
    return AutopayStanding(wish.attempt <= len(invoicing.RETRY_CARD_DAYS), tx.after.handover())


def charge(tx: Tx, charge_id: UUID, client: Client, amount: Decimal, invoice_number: str | None = None) -> None:
    """Keep a charge of the card on file that nobody waits for, once per id; its workflow makes it."""
    if tx.db.get(ChargeIntent, charge_id) is None:
        tx.db.add(
            ChargeIntent(
                id=charge_id,
                kind=ChargeKind.CHARGE,
                client_id=client.id or 0,
                amount=amount,
                method=client.card_method,
                invoice_number=invoice_number,
                source=client.card or "",
                made_at=tx.now,
                unattended=True,
            )
        )
        tx.db.flush()
    tx.after.charges.append(charge_id)


def autopay_id(number: str, attempt: int) -> UUID:
    """The charge of an attempt to be paid automatically."""
    return uuid5(NAMES, f"autopay/{number}/{attempt}")


@step("charges.ask")
def ask(tx: Tx, charge_id: UUID) -> ChargeStanding:
    """Ask the gateway for what was wished, unless it has been asked."""
    intent = _locked(tx, charge_id)
    if intent.state == ChargeState.WISHED:
        _take_in(tx, intent, _asked(tx, intent))
    return _standing(tx, intent)


@step("charges.look")
def look(tx: Tx, news: GatewayNews) -> ChargeStanding:
    """Hear what became of a charge from the gateway itself: its messages are hints, in any order, each heard once."""
    intent = _locked(tx, news.charge_id)
    if news.event_id:
        if tx.db.get(GatewayEvent, news.event_id):
            return _standing(tx, intent)
        tx.db.add(GatewayEvent(id=news.event_id, intent_id=intent.id, heard_at=tx.now))
    if intent.state == ChargeState.WISHED:
        _take_in(tx, intent, _asked(tx, intent))
    elif intent.state != ChargeState.APPROVED and intent.reference:
        _take_in(tx, intent, tx.world.cards.look(intent.reference))
    return _standing(tx, intent)


def _asked(tx: Tx, intent: ChargeIntent) -> Charge:
    """What the gateway answers to a wish; one it will never grant is declined."""
    cards, key = tx.world.cards, str(intent.id)
    try:
        match intent.kind:
            case ChargeKind.CHARGE:
                _close_pages(tx, intent)
                return cards.charge(intent.source, intent.amount, key)
            case ChargeKind.REFUND:
                return cards.refund(intent.source, intent.amount, key)
        _close_pages(tx, intent)
        what = f"Invoice {intent.invoice_number}" if intent.invoice_number else tx.practice.name
        back_url = f"{tx.world.site_url}{intent.back_path}?charge={intent.id}"
        return cards.page(Order(intent.client_id, intent.amount, what, back_url, intent.source or None), key)
    except Refused as no:
        return Charge(ChargeState.DECLINED, reason=str(no))


def _close_pages(tx: Tx, intent: ChargeIntent) -> None:
    """Nobody pays an invoice twice: its other pages close before it is asked for another way."""
    if intent.invoice_number is None:
        return
    for other in _pages(tx, intent.invoice_number):
        if other.id != intent.id:
            _take_in(tx, other, tx.world.cards.close(other.reference))
            if other.state in (ChargeState.APPROVED, ChargeState.PENDING):
                raise Refused("this invoice was paid just now, or a payment of it is on its way")


def _take_in(tx: Tx, intent: ChargeIntent, told: Charge) -> None:
    """What the gateway says of a charge: posted when approved, somebody's task where nobody hears of its decline."""
    if intent.state == ChargeState.APPROVED:
        return
    alone = intent.unattended or intent.state == ChargeState.PENDING
    intent.state, intent.url, intent.reason, intent.retry = told.state, told.url, told.reason, told.retry
    intent.reference = told.reference or intent.reference
    intent.decided_at = tx.now if told.state.over else None
    tx.db.flush()
    if told.approved:
        _post(tx, intent, told)
    elif told.state is ChargeState.DECLINED and alone:
        _tell_decline(tx, intent)


def _post(tx: Tx, intent: ChargeIntent, told: Charge) -> None:
    client = tx.db.get_one(Client, intent.client_id, with_for_update=HELD)
    if intent.kind == ChargeKind.SETUP:
        if told.kept:
            cards_on_file.keep(client, told.kept)
        return
    payment = Payment(
        id=intent.id,
        client_id=intent.client_id,
        kind="refund" if intent.kind == ChargeKind.REFUND else "payment",
        method=told.kept.method if told.kept else intent.method,
        amount=intent.amount,
        at=tx.now,
        reason=kept_words.handed_over(tx, charge_workflow(intent.id)),
        reference=told.reference,
        invoice_number=intent.invoice_number,
        refund_of=intent.refund_of,
    )
    payments.enter(tx, payment)


def _tell_decline(tx: Tx, intent: ChargeIntent) -> None:
    """Somebody asks for another card; the client hears of it by mail."""
    number = intent.invoice_number or next(iter(invoices.open_of(tx.db, intent.client_id)), None)
    if number is None:
        return
    what = f"invoice {number}: {intent.amount} was declined ({words(intent.reason)}); ask for another way to pay"
    tasks.open_task(tx, TaskKind.PAYMENT_FAILED, f"invoice/{number}", what, intent.client_id)
    key = f"payment_failed/{intent.id}"
    tx.after.mails.append(Mail(key, "payment_failed", intent.client_id, invoice_number=number))


def words(reason: str) -> str:
    """A gateway's code as people read it."""
    return reason.replace("_", " ") or "no reason given"


def _standing(tx: Tx, intent: ChargeIntent) -> ChargeStanding:
    tx.db.flush()
    balance = ledger.balance(tx.db, client_account(intent.client_id))
    state = ChargeState(intent.state)
    return ChargeStanding(intent.id, state, intent.url, words(intent.reason), balance, tx.after.handover())


def _locked(tx: Tx, charge_id: UUID) -> ChargeIntent:
    return tx.db.get_one(ChargeIntent, charge_id, with_for_update=True)


def _pages(tx: Tx, invoice_number: str) -> list[ChargeIntent]:
    query = select(ChargeIntent).where(
        ChargeIntent.invoice_number == invoice_number,
        ChargeIntent.kind == ChargeKind.CHECKOUT,
        col(ChargeIntent.state).in_((ChargeState.OPEN, ChargeState.PENDING)),
    )
    return list(tx.db.exec(query).all())


def _open_page(tx: Tx, wanted: ChargeIntent) -> ChargeIntent | None:
    if wanted.kind != ChargeKind.CHECKOUT or wanted.invoice_number is None:
        return None
    young = [
        p for p in _pages(tx, wanted.invoice_number) if p.amount == wanted.amount and p.back_path == wanted.back_path
    ]
    return next((p for p in young if p.made_at > tx.now - PAGE_LIFE), None)


def _check_charge(_: Tx, wanted: ChargeIntent, client: Client) -> None:
    payments.check_amount(wanted.amount)
    if not client.card:
        raise Refused("this client has no card on file")
    wanted.source, wanted.method = client.card, client.card_method


def _check_checkout(tx: Tx, wanted: ChargeIntent, client: Client) -> None:
    if wanted.invoice_number is not None:
        wanted.amount = invoices.dues_of(tx.db, client.id or 0).get(wanted.invoice_number, ZERO)
        if not wanted.amount:
            raise Refused("nothing is due of this invoice any more")
    payments.check_amount(wanted.amount)
    wanted.source = client.card or ""


def _check_setup(_: Tx, wanted: ChargeIntent, client: Client) -> None:
    wanted.source = client.card or ""


def _check_refund(tx: Tx, wanted: ChargeIntent, client: Client) -> None:
    payments.check_amount(wanted.amount)
    if wanted.refund_of is None:
        raise Refused("say which payment goes back")
    payment, left = payments.refundable(tx, client.id or 0, wanted.refund_of)
    if wanted.amount > left:
        raise Refused(f"{left} of this payment was not refunded yet; no more than that can go back")
    wanted.source, wanted.method, wanted.invoice_number = payment.reference, payment.method, payment.invoice_number


CHECKS: dict[ChargeKind, Callable[[Tx, ChargeIntent, Client], None]] = {
    ChargeKind.CHARGE: _check_charge,
    ChargeKind.CHECKOUT: _check_checkout,
    ChargeKind.SETUP: _check_setup,
    ChargeKind.REFUND: _check_refund,
}
