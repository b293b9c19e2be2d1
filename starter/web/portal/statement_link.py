"""Where the link of a statement's mail leads: that month, and the invoices still open, each paid without signing in."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel
from sqlmodel import col, select

from activities import invoices, links, statements
from models.errors import Refused
from models.tables import Invoice
from starter.web.access.gate import anyone
from starter.web.portal.links import over
from starter.web.portal.pay_link import outcome_of
from starter.web.visit import Guest

router = APIRouter()


class InvoiceForm(BaseModel):
    number: str


@router.get("/statement/{token}")
def look(token: str, charge: Annotated[UUID | None, Query()] = None, guest: Guest = anyone()) -> Response:
    """The statement of a link; with `charge` after the gateway's page, whose end is asked for first."""
    try:
        client_id, month = _whose(guest, token)
    except Refused as no:
        return over(guest, no)
    if charge is not None:
        return guest.go(f"/statement/{token}", told=outcome_of(guest, _numbers(guest, client_id), charge))
    return _page(guest, token, client_id, month)


@router.post("/statement/{token}")
def pay(token: str, guest: Guest = anyone()) -> Response:
    """To the gateway's page, for one of the open invoices."""
    try:
        client_id, month = _whose(guest, token)
    except Refused as no:
        return over(guest, no)
    filled = guest.read(InvoiceForm)
    if not filled.ok or filled.values.number not in _open(guest, client_id):
        return _page(guest, token, client_id, month, "nothing is due on this invoice any more")
    try:
        url = guest.ask(guest.office.money.checkout(filled.values.number, f"/statement/{token}", guest.wish))
    except Refused as no:
        return _page(guest, token, client_id, month, str(no))
    return RedirectResponse(url, 303)


def _whose(guest: Guest, token: str) -> tuple[int, date]:
    return links.read_statement(guest.office.line.vault, token, guest.today)


def _numbers(guest: Guest, client_id: int) -> list[str]:
    mine = select(Invoice.number).where(col(Invoice.client_id) == client_id)
    return guest.write(lambda db: list(db.exec(mine).all()))


def _open(guest: Guest, client_id: int) -> dict[str, Decimal]:
    return guest.write(invoices.open_of, client_id)


def _page(guest: Guest, token: str, client_id: int, month: date, wrong: str = "") -> Response:
    sheet, due = guest.write(statements.statement, client_id, month), _open(guest, client_id)
    status = 422 if wrong else 200
    return guest.page("portal/statement_link.html", status, token=token, sheet=sheet, due=due, wrong=wrong)
