"""Files to and from the clearinghouse: what left, what came, and by hand where no server is spoken to."""

from fastapi import APIRouter, Response

from activities import uploads
from models.errors import Refused
from starter.queries import exchange as queries
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.visit import Visit

router = APIRouter()


@router.get("/exchange")
def exchange(visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    return _page(visit)


@router.get("/exchange/{interchange_id:int}")
def one(interchange_id: int, visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    """Where a task about a file leads: the list, with that file marked."""
    return _page(visit, marked=interchange_id)


@router.post("/exchange")
def upload(visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    """An answer that came another way: kept, and read with those that wait."""
    chosen = visit.file("answer")
    if chosen is None:
        return _page(visit, 422, wrong="choose a file first")
    try:
        content, name = chosen.file.read(), chosen.filename or ""
        visit.write(uploads.keep, name, content, visit.now)
    except Refused as no:
        return _page(visit, 422, wrong=str(no))
    visit.ask(visit.office.claims.read_answers(f"by-hand-{visit.wish}"))
    return visit.go("/exchange", told="The file was read; what could not be posted is on the page Parked.")


def _page(visit: Visit, status: int = 200, marked: int = 0, wrong: str = "") -> Response:
    out, came = queries.files(visit.engine, "out"), queries.files(visit.engine, "in")
    return visit.page("desk/claims/exchange.html", status, out=out, came=came, marked=marked, wrong=wrong)
