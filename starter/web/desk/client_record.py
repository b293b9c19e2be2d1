"""A client's record: at a glance, their own details, and the mails they got."""

from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import agreements, estimates, records
from activities.records import Seen
from activities.wording import day
from models import checks
from models.errors import Refused
from models.rules import records as rules
from models.rules.agreements import minor
from models.tables import Client, Contact
from models.words import sentence
from starter.queries import clients as queries
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.client_tabs import record_page
from starter.web.fields import Birth, Email, Line, Phone, State, Zip, Zone
from starter.web.forms import Filled, blank
from starter.web.visit import Visit

router = APIRouter()
SEXES = (("U", "unknown"), ("F", "female"), ("M", "male"))


class DetailsForm(BaseModel):
    seen: str
    first: Line
    last: Line = ""
    preferred: Line = ""
    pronouns: Line = ""
    birth: Birth | None = None
    sex: Literal["U", "F", "M"] = "U"
    email: Email = ""
    phone: Phone = ""
    line1: Line = ""
    city: Line = ""
    state: State = ""
    zip: Zip = ""
    timezone: Zone | None = None
    uses_insurance: bool = False


@dataclass(frozen=True)
class Alert:
    """Something about a record to be mended, and the part of it where that is done."""

    what: str
    part: str
    tone: str


@router.get("/clients/{client_id:int}")
def overview(client_id: int, visit: Visit = may(Do.SEE_CLIENTS)) -> Response:
    visit.must_see_client(client_id)
    glance = queries.overview(visit.engine, client_id, visit.now, visit.today)
    alerts = visit.write(_alerts, visit, client_id)
    return record_page(visit, client_id, "desk/clients/overview.html", glance=glance, alerts=alerts)


@router.get("/clients/{client_id:int}/details")
def details(client_id: int, visit: Visit = may(Do.SEE_CLIENTS)) -> Response:
    visit.must_see_client(client_id)
    row, contacts = visit.write(_with_contacts, client_id)
    return record_page(visit, client_id, "desk/clients/details.html", row=row, contacts=contacts)


@router.get("/clients/{client_id:int}/details/change")
def details_form(client_id: int, visit: Visit = may(Do.CHANGE_CLIENTS)) -> Response:
    visit.must_see_client(client_id)
    row = visit.write(lambda db: db.get_one(Client, client_id))
    return _form(visit, client_id, blank(**row.model_dump(), seen=records.fingerprint(row)))


@router.post("/clients/{client_id:int}/details/change")
def change(client_id: int, visit: Visit = may(Do.CHANGE_CLIENTS)) -> Response:
    visit.must_see_client(client_id)
    filled = visit.read(DetailsForm)
    if filled.ok and filled.values.birth and filled.values.birth > visit.today:
        filled.refuse("this day is still to come; please look at the year", "birth")
    if filled.ok:
        try:
            visit.write(_changed, client_id, filled.values)
            visit.ask(visit.office.records.changed(client_id, visit.wish))
            return visit.go(f"/clients/{client_id}/details", told="The details are changed.")
        except Refused as no:
            filled.refuse(no)
    return _form(visit, client_id, filled, 422)


@router.get("/clients/{client_id:int}/messages")
def messages(client_id: int, visit: Visit = may(Do.SEE_CLIENTS)) -> Response:
    visit.must_see_client(client_id)
    sent = queries.messages(visit.engine, client_id)
    return record_page(visit, client_id, "desk/clients/messages.html", sent=sent)


def _form(visit: Visit, client_id: int, filled: Filled[DetailsForm], status: int = 200) -> Response:
    return record_page(visit, client_id, "desk/clients/details_form.html", status, form=filled, sexes=SEXES)


def _changed(db: Database, client_id: int, wanted: DetailsForm) -> None:
    row = records.change(db, Client, Seen(client_id, wanted.seen), wanted.model_dump(exclude={"seen"}))
    checks.check(row)


def _with_contacts(db: Database, client_id: int) -> tuple[Client, list[Contact]]:
    contacts = db.exec(select(Contact).where(Contact.client_id == client_id).order_by(col(Contact.id))).all()
    return db.get_one(Client, client_id), list(contacts)


def _alerts(db: Database, visit: Visit, client_id: int) -> list[Alert]:
    """What is missing, ended, unsigned or owed."""
    client = visit.must_see_client(client_id)
    record = records.facts(db, client, visit.practice)
    found = []
    if lacks := rules.missing(record, visit.today):
        found.append(Alert(f"Missing: {', '.join(lacks)}", "details", "warn"))
    if unsigned := agreements.open_for(db, client_id, visit.today):
        found.append(Alert(f"Not signed: {', '.join(a.title for a in unsigned)}", "agreements", "warn"))
    if minor(client.birth, visit.today):
        found.append(Alert("This client is a minor: a parent or guardian signs and pays", "details", "calm"))
    if not visit.words.therapy:
        return found
    if ended := rules.coverage_ended(record, visit.today):
        found.append(Alert(sentence(ended.why), "coverages", "bad"))
    may_see = visit.can(Do.GIVE_ESTIMATES)
    if may_see and (due := estimates.owed(db, client_id, visit.now, visit.tz, record.covers)):
        tone = "bad" if due.on < visit.today else "warn"
        found.append(Alert(f"A good faith estimate is due by {day(due.on)}", "estimates", tone))
    return found
