"""Monthly papers: statements of the account, and superbills to send to one's insurer."""

from datetime import date

from fastapi import APIRouter, Response

from activities import statements as papers
from activities import superbills
from models.calendar import month_written
from models.errors import Refused
from starter.queries import portal_money as queries
from starter.web import downloads
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.portal.mine import mine
from starter.web.visit import NotFound, Visit

router = APIRouter()


@router.get("/portal/statements")
def statements(visit: Visit = may(Do.USE_PORTAL)) -> Response:
    me = mine(visit)
    return visit.page("portal/statements.html", me=me, months=queries.months(visit.engine, me.id))


@router.get("/portal/statements/{month}.pdf")
def statement(month: str, visit: Visit = may(Do.USE_PORTAL)) -> Response:
    first, client_id = _month(month), mine(visit).id
    return downloads.pdf(
        papers.statement_pdf_of(visit.engine, client_id, first, visit.site.url), f"statement-{month}.pdf"
    )


@router.get("/portal/superbills/{month}.pdf")
def superbill(month: str, visit: Visit = may(Do.USE_PORTAL)) -> Response:
    """What an insurer asks for when the client claims themselves."""
    if not visit.words.therapy:
        raise NotFound
    first, client_id = _month(month), mine(visit).id
    try:
        return downloads.pdf(superbills.superbill_pdf_of(visit.engine, client_id, first), f"superbill-{month}.pdf")
    except Refused as no:
        return visit.go("/portal/statements", told=f"{str(no).capitalize()}.")


def _month(text: str) -> date:
    """2027-03 as its first day."""
    try:
        return month_written(text)
    except ValueError:
        raise NotFound from None
