"""The first page of the portal: what comes next, what is still to do, what is owed."""

from fastapi import APIRouter, Response
from sqlmodel import Session as Database

from activities import agreements, forms, invoices
from models.money import total
from starter.queries import portal as queries
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.portal.mine import Mine, mine
from starter.web.visit import Visit

router = APIRouter()
MOST_AHEAD = 3


@router.get("/portal")
def home(visit: Visit = may(Do.USE_PORTAL)) -> Response:
    me = mine(visit)
    ahead = queries.ahead(visit.engine, me.id, visit.now, MOST_AHEAD)
    return visit.page(
        "portal/home.html",
        me=me,
        upcoming=[one for one in ahead if one.kind == "appointment"],
        offers=[one for one in ahead if one.kind == "offer"],
        to_do=visit.write(_to_do, me),
        due=total(visit.write(invoices.dues_of, me.id).values()),
    )


def _to_do(db: Database, me: Mine) -> list[tuple[str, str]]:
    """What the client is asked to do, and where."""
    asked = [(f"Fill in: {form.title}", f"/portal/forms/{form.id}") for form in forms.open_for(db, me.id)]
    to_sign = agreements.open_for(db, me.id, me.visit.today)
    asked += [(f"Read and sign: {paper.title}", f"/portal/agreements/{paper.version_id}") for paper in to_sign]
    client = me.client
    if not (client.phone and client.line1 and client.zip):
        asked.append(("Add your phone number and address", "/portal/profile"))
    return asked
