"""Payments: taken, charged to the card on file, given back, given up."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from models.collecting import ChargeState
from models.errors import Refused
from models.facts import Method
from models.money import ZERO
from starter.queries import billing as queries
from starter.queries.billing import PAGE, Payer, PaymentRow
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.billing_tabs import billing_page
from starter.web.forms import Filled, blank
from starter.web.visit import NotFound, Visit

router = APIRouter()
Dollars = Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=2)]
ON_FILE = "on_file"


class PaymentForm(BaseModel):
    amount: Dollars
    how: str = Field(pattern="^(on_file|card|ach|cash|check)$")
    invoice_number: str | None = Field(None, max_length=40)
    reference: str = Field("", max_length=80)


class RefundForm(BaseModel):
    amount: Dollars
    reason: str = Field(max_length=200)


class WriteOffForm(BaseModel):
    amount: Dollars
    reason: str = Field(max_length=200)


@router.get("/payments")
def listed(page: int = 0, visit: Visit = may(Do.SEE_BILLING)) -> Response:
    found = queries.payment_list(visit.engine, page=max(page, 0))
    return billing_page(visit, "payments.html", payments=found[:PAGE], page=max(page, 0), more=len(found) > PAGE)


@router.get("/payments/{payment_id}")
def one(payment_id: UUID, visit: Visit = may(Do.SEE_BILLING)) -> Response:
    row = known(visit, payment_id)
    return _payment(visit, row, blank(amount=row.amount - row.refunded))


@router.post("/payments/{payment_id}/refund")
def refund(payment_id: UUID, visit: Visit = may(Do.REFUND)) -> Response:
    row = known(visit, payment_id)
    filled = visit.read(RefundForm)
    if filled.ok:
        wanted = filled.values
        try:
            visit.ask(
                visit.office.money.refund(
                    row.client_id, wanted.amount, row.method, wanted.reason, visit.wish, of=payment_id
                )
            )
            return visit.go(f"/payments/{payment_id}", told="The refund is made.")
        except Refused as no:
            filled.refuse(no, "amount")
    return _payment(visit, row, filled, 422)


@router.get("/clients/{client_id:int}/payments/new")
def new(
    client_id: int, amount: str = "", invoice: str = "", back: str = "", visit: Visit = may(Do.TAKE_PAYMENTS)
) -> Response:
    who = payer_of(visit, client_id)
    asked = amount or (who.balance if who.balance > ZERO else "")
    return _take(
        visit, who, blank(amount=asked, how=ON_FILE if who.card else "card", invoice_number=invoice, back=back)
    )


@router.post("/clients/{client_id:int}/payments/new")
def take(client_id: int, visit: Visit = may(Do.TAKE_PAYMENTS)) -> Response:
    who = payer_of(visit, client_id)
    filled = visit.read(PaymentForm)
    if filled.ok:
        try:
            told = _taken(visit, client_id, filled.values)
            return visit.go(_back(filled), told=told)
        except Refused as no:
            filled.refuse(no)
    return _take(visit, who, filled, 422)


@router.get("/clients/{client_id:int}/write-off")
def write_off_page(client_id: int, visit: Visit = may(Do.WRITE_OFF)) -> Response:
    who = payer_of(visit, client_id)
    return billing_page(visit, "write_off.html", payer=who, form=blank(amount=max(who.balance, ZERO)))


@router.post("/clients/{client_id:int}/write-off")
def write_off(client_id: int, visit: Visit = may(Do.WRITE_OFF)) -> Response:
    who = payer_of(visit, client_id)
    filled = visit.read(WriteOffForm)
    if filled.ok:
        wanted = filled.values
        try:
            visit.ask(visit.office.money.write_off(client_id, wanted.amount, wanted.reason, visit.wish))
            return visit.go(f"/clients/{client_id}/money", told="Written off.")
        except Refused as no:
            filled.refuse(no, "amount")
    return billing_page(visit, "write_off.html", 422, payer=who, form=filled)


def payer_of(visit: Visit, client_id: int) -> Payer:
    """A client as one who pays; NotFound for those whom this person does not see."""
    visit.must_see_client(client_id)
    found = queries.payer(visit.engine, client_id)
    if found is None:
        raise NotFound
    return found


def known(visit: Visit, payment_id: UUID) -> PaymentRow:
    """A payment that is there."""
    row = queries.payment(visit.engine, payment_id)
    if row is None:
        raise NotFound
    return row


def _taken(visit: Visit, client_id: int, wanted: PaymentForm) -> str:
    """The payment recorded, or charged to what is on file."""
    money, number = visit.office.money, wanted.invoice_number
    if wanted.how != ON_FILE:
        visit.ask(money.pay(client_id, wanted.amount, wanted.how, wanted.reference, visit.wish, number))
        return "The payment is recorded."
    standing = visit.ask(money.charge(client_id, wanted.amount, visit.wish, number))
    return "The card is charged." if standing.state is ChargeState.APPROVED else "The payment is on its way."


def _back(filled: Filled[PaymentForm]) -> str:
    """Where one came from: the check-in list, the invoice, else the payments."""
    if filled.typed.get("back") == "today":
        return "/billing/today"
    number = filled.values.invoice_number
    return f"/invoices/{number}" if number else "/payments"


def _take(visit: Visit, who: Payer, filled: Filled[PaymentForm], status: int = 200) -> Response:
    ways = [(method.value, words) for method, words in WAYS.items()]
    if who.card:
        ways.insert(0, (ON_FILE, f"Charge now: {who.card_label or 'card on file'}"))
    found = queries.invoice_list(visit.engine, only_open=True, client_id=who.id)
    offered = [(row.number, f"{row.number}, {row.due} due") for row in reversed(found) if row.due]
    return billing_page(visit, "take.html", status, payer=who, form=filled, ways=ways, invoices=offered)


def _payment(visit: Visit, row: PaymentRow, filled: Filled[RefundForm], status: int = 200) -> Response:
    returned = [r for r in queries.payment_list(visit.engine, client_id=row.client_id) if r.refund_of == row.id]
    return billing_page(visit, "payment.html", status, payment=row, refunds=returned, form=filled)


WAYS = {
    Method.CASH: "Cash",
    Method.CHECK: "Check",
    Method.CARD: "Card, taken on a terminal of your own",
    Method.ACH: "Bank transfer that has arrived",
}
"""Money that moved outside, and is only recorded here."""
