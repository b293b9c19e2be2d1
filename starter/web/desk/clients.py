"""Clients: the list, found by name, phone number or birth date (never in an address), and a new one in a minute."""

from datetime import date

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlmodel import Session as Database

from activities import records
from models import checks
from models.errors import Refused
from models.facts import ContactKind
from models.rules.agreements import minor
from models.tables import Client, Contact
from starter.queries import clients as queries
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.fields import Birth, Email, Line, Phone
from starter.web.forms import Filled, blank
from starter.web.visit import Visit

router = APIRouter()
LATEST = 10_000
"""No practice has so many pages of clients."""


class SearchForm(BaseModel):
    wanted: str = Field(max_length=120)


class NewForm(BaseModel):
    first: Line
    last: Line = ""
    birth: Birth | None = None
    phone: Phone = ""
    email: Email = ""
    uses_insurance: bool = False
    guarantor: Line = ""
    guarantor_phone: Phone = ""
    anyway: bool = False


@router.get("/clients")
def everybody(page: int = 1, visit: Visit = may(Do.SEE_CLIENTS)) -> Response:
    page = min(max(page, 1), LATEST)
    found = queries.find(visit.engine, visit.now, visit.whose_clients(Do.SEE_CLIENTS), page=page)
    return _listed(visit, blank(), found, page)


@router.post("/clients")
def search(visit: Visit = may(Do.SEE_CLIENTS)) -> Response:
    filled = visit.read(SearchForm)
    wanted = filled.values.wanted if filled.ok else ""
    found = queries.find(visit.engine, visit.now, visit.whose_clients(Do.SEE_CLIENTS), wanted)
    return _listed(visit, filled, found, None)


@router.get("/clients/new")
def new_page(visit: Visit = may(Do.CHANGE_CLIENTS)) -> Response:
    return visit.page("desk/clients/new.html", form=blank(), namesakes=[])


@router.post("/clients/new")
def enter(visit: Visit = may(Do.CHANGE_CLIENTS)) -> Response:
    filled = visit.read(NewForm)
    namesakes: list[int] = []
    if filled.ok:
        wanted = filled.values
        _check_birth(filled, wanted.birth, visit.today)
        _check_guarantor(filled, visit.today)
        if not wanted.anyway:
            namesakes = _namesakes(visit, wanted)
    if filled.ok and not namesakes:
        try:
            client_id = visit.write(records.once, visit.wish, visit.now, lambda db: _entered(db, filled.values))
            visit.ask(visit.office.records.changed(client_id, visit.wish))
            return visit.go(f"/clients/{client_id}", told=f"{filled.values.first} is here now.")
        except Refused as no:
            filled.refuse(no)
    return visit.page("desk/clients/new.html", 422, form=filled, namesakes=namesakes)


def _listed(visit: Visit, form: Filled[SearchForm], found: list[queries.ClientRow], page: int | None) -> Response:
    """`page` None: what a search found."""
    more = len(found) > queries.PAGE
    return visit.page("desk/clients/list.html", form=form, clients=found[: queries.PAGE], page=page, more=more)


def _namesakes(visit: Visit, wanted: NewForm) -> list[int]:
    """Clients of the same name and birth date; none where this very form made one of them already."""
    if visit.write(records.done, visit.wish):
        return []
    return visit.write(records.namesakes, wanted.first, wanted.last, wanted.birth)


def _check_birth(filled: Filled[NewForm], birth: date | None, today: date) -> None:
    if birth is not None and birth > today:
        filled.refuse("this day is still to come; please look at the year", "birth")


def _check_guarantor(filled: Filled[NewForm], today: date) -> None:
    wanted = filled.values
    if wanted.guarantor and not wanted.guarantor_phone:
        filled.refuse("a phone number of who pays is needed", "guarantor_phone")
    if minor(wanted.birth, today) and not wanted.guarantor:
        filled.refuse("this client is a minor: who pays for them?", "guarantor")


def _entered(db: Database, wanted: NewForm) -> int:
    client = Client(**wanted.model_dump(include={"first", "last", "birth", "phone", "email", "uses_insurance"}))
    checks.check(client)
    client_id = records.add(db, client)
    if wanted.guarantor:
        contact = Contact(
            client_id=client_id,
            kind=ContactKind.PARENT,
            name=wanted.guarantor,
            phone=wanted.guarantor_phone,
            guarantor=True,
            emergency=True,
        )
        records.add(db, contact)
    return client_id
