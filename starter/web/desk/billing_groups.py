"""Parts of the practice that bill under an NPI of their own: entered, and what each bills."""

from collections.abc import Sequence

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlmodel import Session as Database
from sqlmodel import col, select

from models.errors import Refused
from models.tables import BillingGroup
from starter import setup
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.forms import Filled, blank
from starter.web.visit import Visit

router = APIRouter()
PAGE = "/practice/payers/billing-groups"


class GroupForm(BaseModel):
    name: str = Field(max_length=120)
    npi: str = Field(max_length=10)
    tax_id: str = Field(max_length=10)
    taxonomy: str = Field("", max_length=10)
    line1: str = Field(max_length=120)
    city: str = Field(max_length=60)
    state: str = Field(max_length=2)
    zip: str = Field(max_length=10)
    place: str = Field("", max_length=300)


@router.get(PAGE)
def groups(visit: Visit = may(Do.MANAGE_PAYERS)) -> Response:
    return _page(visit, blank())


@router.post(PAGE)
def add(visit: Visit = may(Do.MANAGE_PAYERS)) -> Response:
    filled = visit.read(GroupForm)
    if filled.ok:
        wanted = filled.values.model_dump()
        plain = {name: wanted[name].replace("-", "") for name in ("tax_id", "zip")}
        try:
            setup.add(visit.engine, BillingGroup(**{**wanted, **plain}))
            return visit.go(PAGE, told="It bills what it is for from now on.")
        except Refused as no:
            filled.refuse(no)
    return _page(visit, filled, 422)


def _page(visit: Visit, form: Filled[GroupForm], status: int = 200) -> Response:
    return visit.page("desk/practice/billing_groups.html", status, groups=visit.write(_all), form=form)


def _all(db: Database) -> Sequence[BillingGroup]:
    return db.exec(select(BillingGroup).order_by(col(BillingGroup.name))).all()
