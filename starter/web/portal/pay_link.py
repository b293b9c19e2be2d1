"""Where the link of an invoice's mail leads: that invoice, paid without signing in; nobody is named."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse

from activities import links, papers
from models.errors import Refused
from models.tables import ChargeIntent
from starter.web.access.gate import anyone
from starter.web.portal.invoices import OUTCOMES
from starter.web.portal.links import over
from starter.web.visit import Guest

router = APIRouter()


@router.get("/pay/{token}")
def look(token: str, charge: Annotated[UUID | None, Query()] = None, guest: Guest = anyone()) -> Response:
    """The invoice of a link; with `charge` after the gateway's page, whose end is asked for first."""
    try:
        number = _number(guest, token)
    except Refused as no:
        return over(guest, no)
    if charge is not None:
        return guest.go(f"/pay/{token}", told=outcome_of(guest, [number], charge))
    return _page(guest, token, number)


@router.post("/pay/{token}")
def pay(token: str, guest: Guest = anyone()) -> Response:
    """To the gateway's page, where card or bank are asked for."""
    try:
        number = _number(guest, token)
    except Refused as no:
        return over(guest, no)
    try:
        url = guest.ask(guest.office.money.checkout(number, f"/pay/{token}", guest.wish))
    except Refused as no:
        return _page(guest, token, number, str(no))
    return RedirectResponse(url, 303)


def outcome_of(guest: Guest, numbers: Collection[str], charge_id: UUID) -> str:
    """How a charge of one of these invoices ended, in words; of any other nothing is told."""
    intent = guest.write(lambda db: db.get(ChargeIntent, charge_id))
    if intent is None or intent.invoice_number not in numbers:
        return OUTCOMES["open"]
    return OUTCOMES.get(guest.ask(guest.office.money.look(charge_id)).state, OUTCOMES["open"])


def _number(guest: Guest, token: str) -> str:
    return links.read_invoice(guest.office.line.vault, token, guest.today)


def _page(guest: Guest, token: str, number: str, wrong: str = "") -> Response:
    sheet = guest.write(papers.invoice, number, guest.now)
    return guest.page("portal/pay_link.html", 422 if wrong else 200, token=token, sheet=sheet, wrong=wrong)
