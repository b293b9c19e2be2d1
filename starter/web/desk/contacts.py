"""The people around a client: parents, partners, whom to call, who pays."""

from fastapi import APIRouter, Response
from pydantic import BaseModel

from activities import records
from activities.records import Seen
from models import checks
from models.errors import Refused
from models.facts import ContactKind
from models.tables import Contact
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.client_tabs import record_page
from starter.web.fields import Email, Line, Phone, State, Zip
from starter.web.forms import Filled, blank
from starter.web.visit import NotFound, Visit

router = APIRouter()


class ContactForm(BaseModel):
    seen: str = ""
    name: Line
    kind: ContactKind
    phone: Phone = ""
    email: Email = ""
    emergency: bool = False
    guarantor: bool = False
    line1: Line = ""
    city: Line = ""
    state: State = ""
    zip: Zip = ""


@router.get("/clients/{client_id:int}/details/contacts/new")
def new_page(client_id: int, visit: Visit = may(Do.CHANGE_CLIENTS)) -> Response:
    return _form(visit, client_id, None, blank(kind=ContactKind.PARENT))


@router.post("/clients/{client_id:int}/details/contacts/new")
def add(client_id: int, visit: Visit = may(Do.CHANGE_CLIENTS)) -> Response:
    return _kept(visit, client_id, None)


@router.get("/clients/{client_id:int}/details/contacts/{contact_id:int}")
def one(client_id: int, contact_id: int, visit: Visit = may(Do.CHANGE_CLIENTS)) -> Response:
    contact = _contact(visit, client_id, contact_id)
    return _form(visit, client_id, contact_id, blank(**contact.model_dump(), seen=records.fingerprint(contact)))


@router.post("/clients/{client_id:int}/details/contacts/{contact_id:int}")
def change(client_id: int, contact_id: int, visit: Visit = may(Do.CHANGE_CLIENTS)) -> Response:
    _contact(visit, client_id, contact_id)
    return _kept(visit, client_id, contact_id)


@router.post("/clients/{client_id:int}/details/contacts/{contact_id:int}/remove")
def remove(client_id: int, contact_id: int, visit: Visit = may(Do.CHANGE_CLIENTS)) -> Response:
    visit.must_see_client(client_id)
    visit.write(records.remove_contact, client_id, contact_id)
    visit.ask(visit.office.records.changed(client_id, visit.wish))
    return visit.go(f"/clients/{client_id}/details", told="The contact is removed.")


def _kept(visit: Visit, client_id: int, contact_id: int | None) -> Response:
    visit.must_see_client(client_id)
    filled = visit.read(ContactForm)
    if filled.ok:
        contact = Contact(client_id=client_id, **filled.values.model_dump(exclude={"seen"}))
        seen = Seen(contact_id, filled.values.seen) if contact_id is not None else None
        try:
            checks.check(contact)
            visit.write(records.once, visit.wish, visit.now, lambda db: records.keep_contact(db, contact, seen))
            visit.ask(visit.office.records.changed(client_id, visit.wish))
            return visit.go(f"/clients/{client_id}/details", told="The contact is kept.")
        except Refused as no:
            filled.refuse(no)
    return _form(visit, client_id, contact_id, filled, 422)


def _form(
    visit: Visit, client_id: int, contact_id: int | None, filled: Filled[ContactForm], status: int = 200
) -> Response:
    kinds = [(kind.value, kind.value) for kind in ContactKind]
    return record_page(
        visit, client_id, "desk/clients/contact.html", status, form=filled, contact_id=contact_id, kinds=kinds
    )


def _contact(visit: Visit, client_id: int, contact_id: int) -> Contact:
    visit.must_see_client(client_id)
    contact = visit.write(lambda db: db.get(Contact, contact_id))
    if contact is None or contact.client_id != client_id:
        raise NotFound
    return contact
