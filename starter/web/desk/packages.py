"""Packages of prepaid sessions: sold and paid in one go, and what is left of them."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlmodel import Session as Database

from activities import packages
from activities.packages import MOST, Offer
from models.errors import Refused
from starter.queries import billing as queries
from starter.queries.billing import Payer
from starter.queries.services import bookable
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.billing_tabs import billing_page
from starter.web.desk.payments import ON_FILE, WAYS, payer_of
from starter.web.forms import Filled, blank
from starter.web.visit import Visit

router = APIRouter()


class PackageForm(BaseModel):
    service_id: int
    sessions: int = Field(ge=1, le=MOST)
    price: Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=2)]
    expires_on: date | None = None
    how: str = Field(pattern="^(on_file|card|ach|cash|check)$")


@router.get("/packages")
def listed(visit: Visit = may(Do.SEE_BILLING)) -> Response:
    return billing_page(visit, "packages.html", packages=queries.package_list(visit.engine), today=visit.today)


@router.get("/clients/{client_id:int}/packages/new")
def new(client_id: int, visit: Visit = may(Do.TAKE_PAYMENTS)) -> Response:
    who = payer_of(visit, client_id)
    return _form(visit, who, blank(sessions=10, how=ON_FILE if who.card else "card"))


@router.post("/clients/{client_id:int}/packages/new")
def sell(client_id: int, visit: Visit = may(Do.TAKE_PAYMENTS)) -> Response:
    """Offered and paid under one id: where the payment fails, the offer stays one."""
    who = payer_of(visit, client_id)
    filled = visit.read(PackageForm)
    if filled.ok:
        wanted = filled.values
        offer = Offer(visit.wish, client_id, wanted.service_id, wanted.sessions, wanted.price, wanted.expires_on)
        try:
            visit.write(packages.offer, offer, visit.now)
            _pay(visit, offer, wanted.how)
            return visit.go("/packages", told="The package is sold.")
        except Refused as no:
            filled.refuse(no)
    return _form(visit, who, filled, 422)


def _pay(visit: Visit, offer: Offer, how: str) -> None:
    money = visit.office.money
    if how == ON_FILE:
        visit.ask(money.charge(offer.client_id, offer.price, offer.id))
    else:
        visit.ask(money.pay(offer.client_id, offer.price, how, "package", offer.id))


def _form(visit: Visit, who: Payer, filled: Filled[PackageForm], status: int = 200) -> Response:
    with Database(visit.engine) as db:
        services = [(row.id or 0, row.name) for row in db.exec(bookable()).all()]
    ways = [(method.value, words) for method, words in WAYS.items()]
    if who.card:
        ways.insert(0, (ON_FILE, f"Charge now: {who.card_label or 'card on file'}"))
    mine = queries.package_list(visit.engine, who.id)
    return billing_page(
        visit, "package_new.html", status, payer=who, form=filled, services=services, ways=ways, mine=mine
    )
