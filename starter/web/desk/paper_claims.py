"""A claim on paper."""

from fastapi import APIRouter, Response

from activities.paper_claims import cms1500_of
from models.errors import Refused
from models.tables import Claim
from starter.web import downloads
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.visit import NotFound, Visit

router = APIRouter()


@router.get("/claims/{number}/cms1500")
def cms1500(number: str, visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    """The newest edition of a claim as the form that payers on paper take."""
    if visit.write(lambda db: db.get(Claim, number)) is None:
        raise NotFound
    try:
        return downloads.pdf(cms1500_of(visit.engine, number), f"cms1500-{number}.pdf")
    except Refused as no:
        return visit.go(f"/claims/{number}", told=str(no))
