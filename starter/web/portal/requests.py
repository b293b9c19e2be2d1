"""Times that clients ask for where they do not book themselves."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from activities import requests
from models.errors import Refused
from models.facts import RequestStatus
from models.words import sentence
from starter.queries import portal as queries
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.forms import Filled, blank
from starter.web.portal.mine import mine
from starter.web.visit import NotFound, Visit

router = APIRouter()


class RequestForm(BaseModel):
    service_id: int
    clinician_id: int | None = None
    earliest: date
    wishes: str = Field(default="", max_length=requests.LONGEST)


@router.get("/portal/request")
def request_page(visit: Visit = may(Do.USE_PORTAL)) -> Response:
    return _page(visit, blank(earliest=visit.today))


@router.post("/portal/request")
def ask(visit: Visit = may(Do.USE_PORTAL)) -> Response:
    me, filled = mine(visit), visit.read(RequestForm)
    if filled.ok and filled.values.earliest < visit.today:
        filled.refuse("Please choose today or a later day.", "earliest")
    if filled.ok:
        try:
            wish, account, vault = filled.values, visit.account.id, visit.office.line.vault
            visit.write(requests.keep, vault, visit.wish, me.id, by=account, now=visit.now, **wish.model_dump())
            visit.ask(visit.office.requests.ask(visit.wish))
            return visit.go("/portal/appointments", told="We have your request and will answer soon.")
        except Refused as no:
            filled.refuse(no)
    return _page(visit, filled, 422)


@router.post("/portal/request/{request_id}/withdraw")
def withdraw(request_id: UUID, visit: Visit = may(Do.USE_PORTAL)) -> Response:
    found = queries.wish(visit.engine, request_id)
    if found is None or found.client_id != mine(visit).id:
        raise NotFound
    try:
        visit.ask(visit.office.requests.close(request_id, RequestStatus.WITHDRAWN))
    except Refused as no:
        return visit.go("/portal/appointments", told=f"{sentence(str(no))}.")
    return visit.go("/portal/appointments", told="You took your request back.")


def _page(visit: Visit, filled: Filled[RequestForm], status: int = 200) -> Response:
    services = [(row.id, row.name) for row in queries.services(visit.engine)]
    people = [(row.id, row.name) for row in queries.clinicians(visit.engine)]
    return visit.page("portal/request.html", status, me=mine(visit), form=filled, services=services, people=people)
