"""What payers paid: the list, and each read like the explanation of benefits on paper; files as they came or left."""

from fastapi import APIRouter, Response

from activities import remittance_document
from activities.remittance_document import PLB
from models.errors import Refused
from models.x12 import adjustment_words
from starter.queries import remittances as queries
from starter.queries.payment_on_paper import payment
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.downloads import pdf
from starter.web.visit import NotFound, Visit

router = APIRouter()
A_PAGE = 50


@router.get("/remittances")
def remittances(after: int = 0, visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    start = max(after, 0)
    found = queries.paid(visit.engine, most=A_PAGE + 1, after=start)
    more = start + A_PAGE if len(found) > A_PAGE else None
    return visit.page("desk/claims/remittances.html", remittances=found[:A_PAGE], after=start, more=more)


@router.get("/remittances/{remittance_id}")
def one(remittance_id: int, after: int = 0, visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    found = queries.paid(visit.engine, remittance_id)
    if not found:
        raise NotFound
    start, sums = max(after, 0), queries.sums(visit.engine, remittance_id)
    return visit.page(
        "desk/claims/remittance.html",
        remittance=found[0],
        answers=queries.answers_on_a_page(visit.engine, remittance_id, A_PAGE, start),
        sums=sums,
        after=start,
        more=start + A_PAGE if sums.claims > start + A_PAGE else None,
        beside=found[0].payment - sums.paid,
        moved=queries.beside(visit.engine, remittance_id),
        plb=PLB,
        codes=adjustment_words,
    )


@router.get("/remittances/{remittance_id}/pdf")
def on_paper(remittance_id: int, visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    try:
        found = payment(visit.engine, remittance_id)
    except Refused:
        raise NotFound from None
    return pdf(remittance_document.pdf(visit.engine, found), f"payment-{remittance_id}.pdf")


@router.get("/files/{interchange_id}")
def raw(interchange_id: int, visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    """A file byte for byte, to keep or to show to the clearinghouse."""
    file = queries.raw(visit.engine, interchange_id)
    if file is None:
        raise NotFound
    name = f"file-{interchange_id}.edi"
    return Response(
        file.content,
        media_type="application/edi-x12",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
