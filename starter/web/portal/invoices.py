"""A client's invoices: seen, opened as PDF, paid on the gateway's page or with the card on file."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session as Database

from activities import invoices, papers
from models.errors import Refused
from models.money import ZERO, total
from models.tables import ChargeIntent
from starter.queries import portal_money as queries
from starter.queries.portal_money import InvoiceRow
from starter.web import downloads
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.portal.mine import Mine, mine
from starter.web.visit import NotFound, Visit

router = APIRouter()
OUTCOMES = {
    "approved": "Thank you, your payment has arrived.",
    "pending": "Thank you. Your bank takes some days; we mail you a receipt once it has arrived.",
    "declined": "The payment was declined. Nothing was taken; please try another card.",
    "expired": "The payment page was closed. Nothing was taken.",
    "open": "The payment was not finished. You can go on whenever you like.",
}
"""What clients read when they come back from the gateway, by how the charge stands."""


@router.get("/portal/invoices")
def all_invoices(visit: Visit = may(Do.USE_PORTAL)) -> Response:
    me = mine(visit)
    dues = visit.write(invoices.dues_of, me.id)
    found = [(row, dues.get(row.number, ZERO)) for row in queries.invoices(visit.engine, me.id)]
    return visit.page(
        "portal/invoices.html",
        me=me,
        owed=total(dues.values()),
        due=[pair for pair in found if pair[1] > ZERO],
        settled=[row for row, due in found if due <= ZERO],
    )


@router.get("/portal/invoices/{number}.pdf")
def paper(number: str, visit: Visit = may(Do.USE_PORTAL)) -> Response:
    _invoice(visit, mine(visit), number)
    content = papers.invoice_pdf_of(visit.engine, number, visit.now, visit.site.url)
    return downloads.pdf(content, f"invoice-{number}.pdf")


@router.get("/portal/invoices/{number}")
def one(number: str, charge: Annotated[UUID | None, Query()] = None, visit: Visit = may(Do.USE_PORTAL)) -> Response:
    """An invoice; with `charge` after the gateway's page, whose end is asked for first."""
    me = mine(visit)
    row = _invoice(visit, me, number)
    if charge is not None:
        return visit.go(f"/portal/invoices/{number}", told=outcome(visit, me, charge))
    return _page(visit, me, row)


@router.post("/portal/invoices/{number}/pay")
def pay(number: str, visit: Visit = may(Do.USE_PORTAL)) -> Response:
    """To the gateway's page, where card or bank are asked for."""
    me = mine(visit)
    row = _invoice(visit, me, number)
    try:
        url = visit.ask(visit.office.money.checkout(number, f"/portal/invoices/{number}", visit.wish))
    except Refused as no:
        return _page(visit, me, row, str(no), 422)
    return RedirectResponse(url, 303)


@router.post("/portal/invoices/{number}/charge")
def charge_card(number: str, visit: Visit = may(Do.USE_PORTAL)) -> Response:
    """Charge the card on file with what is due."""
    me = mine(visit)
    row = _invoice(visit, me, number)
    due = visit.write(_due, me.id, number)
    if visit.typed.text("amount") != str(due):
        return _page(visit, me, row, "What is due has changed meanwhile; please look at it again", 422)
    try:
        standing = visit.ask(visit.office.money.charge(me.id, due, visit.wish, number))
    except Refused as no:
        return _page(visit, me, row, str(no), 422)
    return visit.go(f"/portal/invoices/{number}", told=OUTCOMES.get(standing.state, OUTCOMES["pending"]))


def outcome(visit: Visit, me: Mine, charge_id: UUID) -> str:
    """How a charge of this client ended, in words; asked of the gateway now."""
    intent = visit.write(lambda db: db.get(ChargeIntent, charge_id))
    if intent is None or intent.client_id != me.id:
        raise NotFound
    standing = visit.ask(visit.office.money.look(charge_id))
    return OUTCOMES.get(standing.state, OUTCOMES["open"])


def _page(visit: Visit, me: Mine, row: InvoiceRow, wrong: str = "", status: int = 200) -> Response:
    sheet = visit.write(papers.invoice, row.number, visit.now)
    return visit.page("portal/invoice.html", status, me=me, invoice=row, sheet=sheet, due=sheet.due, wrong=wrong)


def _due(db: Database, client_id: int, number: str) -> Decimal:
    return invoices.dues_of(db, client_id).get(number, ZERO)


def _invoice(visit: Visit, me: Mine, number: str) -> InvoiceRow:
    row = queries.invoice(visit.engine, me.id, number)
    if row is None:
        raise NotFound
    return row
