"""Webhooks: addresses of other programs that are told what happens here, and how that goes."""

from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlmodel import Session as Database

from activities import records, webhooks
from models.errors import Refused
from models.facts import WebhookEvent
from starter.queries import integration as queries
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.forms import Filled, blank
from starter.web.visit import NotFound, Visit

router = APIRouter()
MEANINGS: dict[WebhookEvent, str] = {
    WebhookEvent.SESSION_BOOKED: "a session was booked",
    WebhookEvent.SESSION_MOVED: "a session was moved",
    WebhookEvent.SESSION_CANCELLED: "somebody cancelled",
    WebhookEvent.SESSION_ATTENDED: "somebody came",
    WebhookEvent.SESSION_NO_SHOW: "somebody did not come",
    WebhookEvent.INVOICE_ISSUED: "an invoice was written",
    WebhookEvent.INVOICE_SETTLED: "nothing is due of an invoice any more",
    WebhookEvent.PAYMENT_RECORDED: "a payment, refund or write-off was recorded",
    WebhookEvent.CLAIM_CHANGED: "a claim stands otherwise than before",
    WebhookEvent.TASK_OPENED: "something waits for a person",
    WebhookEvent.TASK_CLOSED: "it is done",
}
THERAPY_ONLY = frozenset({WebhookEvent.CLAIM_CHANGED})


class EndpointForm(BaseModel):
    url: str = Field(max_length=500)
    events: list[WebhookEvent] = Field(min_length=1)


@router.get("/webhooks")
def endpoints(visit: Visit = may(Do.CONNECT)) -> Response:
    return visit.page("desk/integration/webhooks.html", endpoints=queries.endpoints(visit.engine))


@router.get("/webhooks/new")
def new_page(visit: Visit = may(Do.CONNECT)) -> Response:
    return _form(visit, blank(events=[]))


@router.post("/webhooks/new")
def add(visit: Visit = may(Do.CONNECT)) -> Response:
    filled = visit.read(EndpointForm)
    if filled.ok:
        shown: list[str] = []
        try:
            wish, wanted = visit.wish, filled.values
            endpoint_id = visit.write(records.once, wish, visit.now, lambda db: _added(db, visit, wanted, shown))
        except Refused as no:
            filled.refuse(no, "url")
        else:
            secret = "".join(shown)
            return visit.page("desk/integration/webhook_made.html", url=wanted.url, secret=secret, id=endpoint_id)
    return _form(visit, filled, 422)


@router.get("/webhooks/{endpoint_id}")
def one(endpoint_id: int, visit: Visit = may(Do.CONNECT)) -> Response:
    found = queries.endpoints(visit.engine, endpoint_id)
    if not found:
        raise NotFound
    deliveries = queries.deliveries(visit.engine, endpoint_id)
    return visit.page("desk/integration/webhook.html", endpoint=found[0], deliveries=deliveries)


@router.post("/webhooks/{endpoint_id}/end")
def end(endpoint_id: int, visit: Visit = may(Do.CONNECT)) -> Response:
    visit.write(webhooks.end_endpoint, endpoint_id, visit.now)
    return visit.go(f"/webhooks/{endpoint_id}", told="This address is told nothing more.")


@router.post("/webhooks/{endpoint_id}/again/{delivery_id}")
def again(endpoint_id: int, delivery_id: UUID, visit: Visit = may(Do.CONNECT)) -> Response:
    visit.ask(visit.office.integration.tell_again(delivery_id))
    return visit.go(f"/webhooks/{endpoint_id}", told="It is being told again.")


def _form(visit: Visit, form: Filled[EndpointForm], status: int = 200) -> Response:
    offered = [event for event in WebhookEvent if visit.words.therapy or event not in THERAPY_ONLY]
    events = [(event.value, f"{event.value}: {MEANINGS[event]}") for event in offered]
    return visit.page("desk/integration/webhook_form.html", status, form=form, events=events)


def _added(db: Database, visit: Visit, wanted: EndpointForm, shown: list[str]) -> int:
    """The new address's id; its secret only into what is shown now."""
    vault = visit.office.line.vault
    endpoint_id, secret = webhooks.add_endpoint(db, vault, wanted.url, wanted.events, visit.now)
    shown.append(secret)
    return endpoint_id
