"""Forms of one client: sent by the desk, read by who treats the client."""

from uuid import UUID, uuid5

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import agreements, forms
from models.errors import Refused
from models.facts import MeasureKind
from models.rules import forms as rules
from models.rules.measures import ANSWERS, INSTRUMENTS
from models.tables import FormRequest, Measure
from models.words import sentence
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.client_tabs import record_page
from starter.web.forms import Filled, blank
from starter.web.visit import NotFound, Visit

router = APIRouter()


class SendForm(BaseModel):
    keys: list[str] = Field(min_length=1)


@router.get("/clients/{client_id:int}/forms")
def of_client(client_id: int, visit: Visit = may(Do.SEND_FORMS)) -> Response:
    return _page(visit, client_id, blank(keys=[]))


@router.post("/clients/{client_id:int}/forms")
def send(client_id: int, visit: Visit = may(Do.SEND_FORMS)) -> Response:
    """Ask the client for some forms: one mail, and a reminder while they wait."""
    visit.must_see_client(client_id)
    filled = visit.read(SendForm)
    if filled.ok:
        try:
            visit.write(_asked, visit, client_id, filled.values.keys)
            visit.ask(visit.office.requests.paperwork(client_id, visit.wish))
            return visit.go(f"/clients/{client_id}/forms", told="Sent. They wait in the portal, and a mail says so.")
        except Refused as no:
            filled.refuse(no, "keys")
    return _page(visit, client_id, filled, 422)


@router.post("/clients/{client_id:int}/forms/remind")
def remind(client_id: int, visit: Visit = may(Do.SEND_FORMS)) -> Response:
    """Mail the client again about whatever waits to be filled in or signed."""
    visit.must_see_client(client_id)
    visit.ask(visit.office.requests.paperwork(client_id, visit.wish))
    return visit.go(f"/clients/{client_id}/forms", told="A mail is on its way.")


@router.post("/clients/{client_id:int}/forms/{request_id}/withdraw")
def withdraw(client_id: int, request_id: UUID, visit: Visit = may(Do.SEND_FORMS)) -> Response:
    visit.must_see_client(client_id)
    try:
        visit.write(forms.withdraw, request_id, client_id, visit.now)
    except Refused as no:
        return visit.go(f"/clients/{client_id}/forms", told=f"{sentence(str(no))}.")
    return visit.go(f"/clients/{client_id}/forms", told="It is not asked for any more.")


@router.get("/clients/{client_id:int}/forms/{request_id}")
def answers(client_id: int, request_id: UUID, visit: Visit = may(Do.READ_ANSWERS)) -> Response:
    """What a client answered, for who treats them; the trail keeps who looked."""
    visit.must_see_chart(client_id)
    asked = visit.write(lambda db: db.get(FormRequest, request_id))
    if asked is None or asked.client_id != client_id or asked.sent_at is None:
        raise NotFound
    visit.saw(client_id, f"form {request_id}")
    if asked.measure:
        kind = MeasureKind(asked.measure)
        taken = visit.write(lambda db: db.get_one(Measure, request_id))
        pairs = [(item, ANSWERS[points]) for item, points in zip(INSTRUMENTS[kind].items, taken.answers, strict=True)]
        return record_page(visit, client_id, "desk/forms/measure.html", asked=asked, taken=taken, pairs=pairs)
    sheet, said = rules.read(asked.questions), forms.answers_of(visit.office.line.vault, asked)
    return record_page(visit, client_id, "desk/forms/answers.html", asked=asked, sheet=sheet, said=said)


def _page(visit: Visit, client_id: int, filled: Filled[SendForm], status: int = 200) -> Response:
    visit.must_see_client(client_id)
    return record_page(
        visit,
        client_id,
        "desk/forms/of_client.html",
        status,
        form=filled,
        choices=visit.write(_choices),
        sent=visit.write(_of_client, client_id),
        to_sign=visit.write(agreements.open_for, client_id, visit.today),
    )


def _asked(db: Database, visit: Visit, client_id: int, keys: list[str]) -> None:
    for key in dict.fromkeys(keys):
        forms.ask(db, uuid5(visit.wish, key), client_id, key, visit.account.id, visit.now)


def _choices(db: Database) -> list[tuple[str, str]]:
    return [(choice.key, choice.name) for choice in forms.choices(db)]


def _of_client(db: Database, client_id: int) -> list[FormRequest]:
    query = select(FormRequest).where(FormRequest.client_id == client_id).order_by(col(FormRequest.asked_at).desc())
    return list(db.exec(query).all())
