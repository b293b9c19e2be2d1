"""A client's card on file, their yes to being charged automatically, and what they paid."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from activities import cards_on_file, papers
from models.errors import Refused
from models.tables import Payment
from starter.queries import portal_money as queries
from starter.web import downloads
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.forms import Filled, blank
from starter.web.portal.invoices import outcome
from starter.web.portal.mine import mine
from starter.web.visit import NotFound, Visit

router = APIRouter()
CARD = "/portal/payments"


class AutopayForm(BaseModel):
    cap: Decimal | None = Field(default=None, gt=0, max_digits=8, decimal_places=2)
    agreed: bool = False


@router.get("/portal/payments")
def payments(charge: Annotated[UUID | None, Query()] = None, visit: Visit = may(Do.USE_PORTAL)) -> Response:
    """Card and payments; with `charge` after the gateway's page, whose end is asked for first."""
    me = mine(visit)
    if charge is not None:
        told = outcome(visit, me, charge)
        return visit.go(CARD, told="Your card is kept." if told.startswith("Thank you, your payment") else told)
    return _page(visit, blank(cap=me.client.autopay_cap))


@router.post("/portal/payments/card")
def leave_card(visit: Visit = may(Do.USE_PORTAL)) -> Response:
    """To the gateway's page, where a card or bank account is left."""
    try:
        url = visit.ask(visit.office.money.card_on_file(mine(visit).id, CARD, visit.wish))
    except Refused as no:
        return _page(visit, Filled(errors={"": str(no)}), 422)
    return RedirectResponse(url, 303)


@router.post("/portal/payments/card/forget")
def forget_card(visit: Visit = may(Do.USE_PORTAL)) -> Response:
    visit.write(cards_on_file.forget, mine(visit).id)
    return visit.go(CARD, told="Your card is not kept any more.")


@router.post("/portal/payments/autopay")
def agree(visit: Visit = may(Do.USE_PORTAL)) -> Response:
    filled = visit.read(AutopayForm)
    if filled.ok and not filled.values.agreed:
        filled.refuse("Please mark that you agree.", "agreed")
    if filled.ok:
        try:
            visit.write(cards_on_file.agree, mine(visit).id, filled.values.cap, visit.now)
            return visit.go(CARD, told="From now on we charge what falls due. You can end this here at any time.")
        except Refused as no:
            filled.refuse(no)
    return _page(visit, filled, 422)


@router.post("/portal/payments/autopay/end")
def end_autopay(visit: Visit = may(Do.USE_PORTAL)) -> Response:
    visit.write(cards_on_file.withdraw, mine(visit).id)
    return visit.go(CARD, told="Nothing is charged automatically any more.")


@router.get("/portal/payments/{payment_id}.pdf")
def receipt(payment_id: UUID, visit: Visit = may(Do.USE_PORTAL)) -> Response:
    found = visit.write(lambda db: db.get(Payment, payment_id))
    if found is None or found.client_id != mine(visit).id or found.kind != "payment":
        raise NotFound
    return downloads.pdf(papers.receipt_pdf_of(visit.engine, found), f"receipt-{str(payment_id)[:8]}.pdf")


def _page(visit: Visit, filled: Filled[AutopayForm], status: int = 200) -> Response:
    me = mine(visit)
    return visit.page(
        "portal/payments.html", status, me=me, form=filled, payments=queries.payments(visit.engine, me.id)
    )
