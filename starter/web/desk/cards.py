"""The card or bank account a client left at the gateway: put on file, charged automatically or not, taken off."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from activities import cards_on_file
from models.errors import Refused
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.billing_tabs import billing_page
from starter.web.desk.payments import payer_of
from starter.web.forms import blank
from starter.web.visit import Visit

router = APIRouter()


class AutopayForm(BaseModel):
    cap: Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=2)] | None = None
    agreed: bool = False


@router.get("/clients/{client_id:int}/card")
def card(client_id: int, charge: UUID | None = None, visit: Visit = may(Do.TAKE_PAYMENTS)) -> Response:
    """What is on file; with a charge, back from the gateway's page."""
    if charge is not None:
        payer_of(visit, client_id)
        standing = visit.ask(visit.office.money.look(charge))
        done = "The card is on file." if standing.state.value == "approved" else "No card was left."
        return visit.go(f"/clients/{client_id}/card", told=done)
    who = payer_of(visit, client_id)
    return billing_page(visit, "card.html", payer=who, form=blank(cap=who.autopay_cap, agreed=bool(who.autopay_since)))


@router.post("/clients/{client_id:int}/card")
def put(client_id: int, visit: Visit = may(Do.TAKE_PAYMENTS)) -> Response:
    payer_of(visit, client_id)
    try:
        return visit.go(visit.ask(visit.office.money.card_on_file(client_id, f"/clients/{client_id}/card", visit.wish)))
    except Refused as no:
        return visit.go(f"/clients/{client_id}/card", told=str(no))


@router.post("/clients/{client_id:int}/card/autopay")
def autopay(client_id: int, visit: Visit = may(Do.TAKE_PAYMENTS)) -> Response:
    """The client's yes, or their no, as they told the desk."""
    who = payer_of(visit, client_id)
    filled = visit.read(AutopayForm)
    if filled.ok:
        try:
            if filled.values.agreed:
                visit.write(cards_on_file.agree, client_id, filled.values.cap, visit.now)
            else:
                visit.write(cards_on_file.withdraw, client_id)
            return visit.go(f"/clients/{client_id}/card", told="Kept.")
        except Refused as no:
            filled.refuse(no, "cap")
    return billing_page(visit, "card.html", 422, payer=who, form=filled)


@router.post("/clients/{client_id:int}/card/forget")
def forget(client_id: int, visit: Visit = may(Do.TAKE_PAYMENTS)) -> Response:
    payer_of(visit, client_id)
    visit.write(cards_on_file.forget, client_id)
    return visit.go(f"/clients/{client_id}/card", told="Nothing is on file any more.")
