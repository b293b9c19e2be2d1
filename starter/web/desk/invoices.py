"""Invoices: listed, looked at, printed, and paid on the gateway's page."""

from uuid import UUID

from fastapi import APIRouter, Response

from activities import papers
from models.collecting import ChargeState
from models.errors import Refused
from models.tables import Client
from starter.queries import billing as queries
from starter.queries.billing import PAGE, InvoiceRow
from starter.web import downloads
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.billing_tabs import billing_page
from starter.web.visit import NotFound, Visit

router = APIRouter()
TOLD = {
    ChargeState.APPROVED: "Paid. Thank you.",
    ChargeState.PENDING: "The payment is on its way; the bank answers in a few days.",
    ChargeState.OPEN: "Nothing was paid; the page is still open.",
    ChargeState.EXPIRED: "Nothing was paid; the page has closed.",
    ChargeState.DECLINED: "The payment was declined.",
    ChargeState.WISHED: "The gateway has not answered yet.",
}
"""What a person who comes back from the gateway's page reads."""


@router.get("/invoices")
def listed(state: str = "open", page: int = 0, visit: Visit = may(Do.SEE_BILLING)) -> Response:
    found = queries.invoice_list(visit.engine, only_open=state != "all", page=max(page, 0))
    return billing_page(
        visit, "invoices.html", invoices=found[:PAGE], state=state, page=max(page, 0), more=len(found) > PAGE
    )


@router.get("/invoices/{number}")
def one(number: str, visit: Visit = may(Do.SEE_BILLING)) -> Response:
    row = known(visit, number)
    paper = visit.write(papers.invoice, number, visit.now, visit.site.url, row.due)
    return billing_page(
        visit,
        "invoice.html",
        invoice=row,
        paper=paper,
        payer=visit.write(lambda db: db.get_one(Client, row.client_id)),
        payments=queries.payment_list(visit.engine, invoice_number=number),
    )


@router.get("/invoices/{number}/pdf")
def pdf(number: str, visit: Visit = may(Do.SEE_BILLING)) -> Response:
    known(visit, number)
    return downloads.pdf(
        papers.invoice_pdf_of(visit.engine, number, visit.now, visit.site.url), f"invoice-{number}.pdf"
    )


@router.post("/invoices/{number}/checkout")
def checkout(number: str, visit: Visit = may(Do.TAKE_PAYMENTS)) -> Response:
    known(visit, number)
    try:
        return visit.go(visit.ask(visit.office.money.checkout(number, f"/invoices/{number}/paid", visit.wish)))
    except Refused as no:
        return visit.go(f"/invoices/{number}", told=str(no))


@router.get("/invoices/{number}/paid")
def paid(number: str, charge: UUID, visit: Visit = may(Do.TAKE_PAYMENTS)) -> Response:
    """Back from the gateway's page."""
    known(visit, number)
    standing = visit.ask(visit.office.money.look(charge))
    return visit.go(f"/invoices/{number}", told=TOLD[standing.state])


def known(visit: Visit, number: str) -> InvoiceRow:
    """An invoice that is there."""
    row = queries.invoice(visit.engine, number)
    if row is None:
        raise NotFound
    return row
