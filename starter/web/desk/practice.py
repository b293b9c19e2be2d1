"""The practice itself: its letterhead, its ids, and the people who hold sessions."""

from collections.abc import Sequence
from decimal import Decimal
from zoneinfo import available_timezones

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlmodel import Session as Database
from sqlmodel import col, select

from models.errors import Refused
from models.rules.payer_rules import LICENCES
from models.tables import Clinician, Practice
from starter import setup
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.pay_tabs import payee
from starter.web.forms import Filled, blank
from starter.web.visit import Visit

router = APIRouter()


class PracticeForm(BaseModel):
    name: str = Field(max_length=120)
    email: str = Field(max_length=200)
    phone: str = Field(default="", max_length=40)
    line1: str = Field(default="", max_length=120)
    city: str = Field(default="", max_length=80)
    state: str = Field(default="", max_length=2)
    zip: str = Field(default="", max_length=10)
    timezone: str
    npi: str = Field(default="", max_length=10)
    tax_id: str = Field(default="", max_length=10)
    taxonomy: str = Field(default="", max_length=10)
    gives_estimates: bool = False
    pay_to_line1: str = Field(default="", max_length=120)
    pay_to_city: str = Field(default="", max_length=80)
    pay_to_state: str = Field(default="", max_length=2)
    pay_to_zip: str = Field(default="", max_length=10)
    write_off_limit: Decimal | None = Field(default=None, ge=0, max_digits=10, decimal_places=2)


class ClinicianForm(BaseModel):
    name: str = Field(max_length=120)
    email: str = Field(default="", max_length=200)
    npi: str = Field(default="", max_length=10)
    taxonomy: str = Field(default="", max_length=10)
    licence: str = Field(default="", pattern="|".join(["", *LICENCES]))
    supervisor_id: int | None = None
    active: bool = False
    billed_supervised: bool = False


@router.get("/practice")
def practice(visit: Visit = may(Do.MANAGE_PRACTICE)) -> Response:
    return _practice(visit, blank(**{name: getattr(visit.practice, name) for name in PracticeForm.model_fields}))


@router.post("/practice")
def change_practice(visit: Visit = may(Do.MANAGE_PRACTICE)) -> Response:
    filled = visit.read(PracticeForm)
    if filled.ok:
        fields = filled.values.model_dump()
        fields["tax_id"] = fields["tax_id"].replace("-", "")
        try:
            setup.change(visit.engine, Practice, 1, fields)
            return visit.go("/practice", told="Kept.")
        except Refused as no:
            filled.refuse(no)
    return _practice(visit, filled, 422)


@router.get("/practice/clinicians")
def clinicians(visit: Visit = may(Do.MANAGE_PRACTICE)) -> Response:
    return visit.page("desk/practice/clinicians.html", clinicians=visit.write(_all))


@router.get("/practice/clinicians/new")
def new_clinician(visit: Visit = may(Do.MANAGE_PRACTICE)) -> Response:
    return _clinician(visit, blank(active=True), None)


@router.post("/practice/clinicians/new")
def add_clinician(visit: Visit = may(Do.MANAGE_PRACTICE)) -> Response:
    filled = visit.read(ClinicianForm)
    if filled.ok:
        try:
            setup.add(visit.engine, Clinician(**filled.values.model_dump() | {"active": True}))
            return visit.go("/practice/clinicians", told=f"{filled.values.name} is here now.")
        except Refused as no:
            filled.refuse(no)
    return _clinician(visit, filled, None, 422)


@router.get("/practice/clinicians/{clinician_id}")
def one_clinician(clinician_id: int, visit: Visit = may(Do.MANAGE_PRACTICE)) -> Response:
    row = payee(visit, clinician_id)
    return _clinician(visit, blank(**{name: getattr(row, name) for name in ClinicianForm.model_fields}), row)


@router.post("/practice/clinicians/{clinician_id}")
def change_clinician(clinician_id: int, visit: Visit = may(Do.MANAGE_PRACTICE)) -> Response:
    row = payee(visit, clinician_id)
    filled = visit.read(ClinicianForm)
    if filled.ok:
        try:
            setup.change(visit.engine, Clinician, clinician_id, filled.values.model_dump())
            return visit.go("/practice/clinicians", told=f"{filled.values.name} is changed.")
        except Refused as no:
            filled.refuse(no)
    return _clinician(visit, filled, row, 422)


def _practice(visit: Visit, filled: Filled[PracticeForm], status: int = 200) -> Response:
    zones = [(name, name.replace("_", " ")) for name in sorted(available_timezones()) if "/" in name]
    return visit.page("desk/practice/practice.html", status, form=filled, zones=zones)


def _clinician(visit: Visit, filled: Filled[ClinicianForm], row: Clinician | None, status: int = 200) -> Response:
    others = [(other.id, other.name) for other in visit.write(_all) if row is None or other.id != row.id]
    return visit.page(
        "desk/practice/clinician.html", status, form=filled, row=row, others=others, licences=LICENCES.items()
    )


def _all(db: Database) -> Sequence[Clinician]:
    return db.exec(select(Clinician).order_by(col(Clinician.active).desc(), col(Clinician.name))).all()
