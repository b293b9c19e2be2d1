"""Contracts with whoever holds sessions: agreed, ended, their rules and adjustments; who has signed."""

from datetime import date, time
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import pay_contracts, pay_signing, records
from models.errors import Refused
from models.facts import PayBasis
from models.money import ZERO
from models.paying import AdminTime, PaidAs
from models.rules.pay_contracts import gaps
from models.tables import Clinician, PayAdjustment, PayRuleRow, PayTerms, Service
from starter import setup
from starter.queries import pay_agreed as queries
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.pay_tabs import decided_on, is_own, pay_page, signed_paper
from starter.web.fields import Day
from starter.web.forms import Filled, blank
from starter.web.visit import NotFound, Visit

router = APIRouter()

Dollars = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]
Percent = Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)]
PAID_AS = ((PaidAs.EMPLOYEE.value, "Employee (W-2)"), (PaidAs.CONTRACTOR.value, "Contractor (1099-NEC)"))
ADMIN = (
    (AdminTime.INCLUDED.value, "Included in the pay"),
    (AdminTime.HOURLY.value, "So many minutes a session, by the hour"),
    (AdminTime.LOGGED.value, "As logged, by the hour"),
)
BASES = (
    (PayBasis.FLAT.value, "Dollars a session"),
    (PayBasis.HOURLY.value, "Dollars an hour"),
    (PayBasis.PERCENT_OF_BILLED.value, "Percent of what is billed"),
    (PayBasis.PERCENT_OF_COLLECTED.value, "Percent of what is collected"),
)
PLACES = (("true", "By video"), ("false", "In person"))


class ContractForm(BaseModel):
    effective_from: Day
    effective_until: Day | None = None
    paid_as: PaidAs
    fee_share: Percent = ZERO
    guaranteed: Dollars = ZERO
    draw: Dollars = ZERO
    clawback_cap: Dollars | None = None
    admin: AdminTime
    admin_rate: Dollars = ZERO
    admin_minutes: int = Field(default=0, ge=0, le=240)
    supervision_rate: Dollars = ZERO


class RuleForm(BaseModel):
    service_id: int | None = None
    basis: PayBasis
    value: Dollars
    after_sessions: int = Field(default=0, ge=0, le=1000)
    per_extra_attendee: Dollars = ZERO
    from_attendees: int = Field(default=1, ge=1, le=100)
    effective_from: Day


class AdjustmentForm(BaseModel):
    name: str = Field(max_length=60)
    service_id: int | None = None
    min_minutes: int = Field(default=0, ge=0, le=1440)
    from_time: time | None = None
    until_time: time | None = None
    remote: bool | None = None
    amount: Dollars = ZERO
    percent: Percent = ZERO
    effective_from: Day
    effective_until: Day | None = None


class EndForm(BaseModel):
    last: Day


@router.get("/pay/contracts")
def contracts(visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    return pay_page(visit, "contracts.html", people=queries.people(visit.engine, visit.today))


@router.get("/pay/contracts/{clinician_id}")
def of_clinician(clinician_id: int, visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    return _agreed(visit, clinician_id)


@router.get("/pay/contracts/{clinician_id}/{terms_id:int}.pdf")
def paper(clinician_id: int, terms_id: int, visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    return signed_paper(visit, terms_id, clinician_id)


@router.get("/pay/contracts/{clinician_id}/new")
def new(clinician_id: int, visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    start = blank(effective_from=visit.today, paid_as=PaidAs.EMPLOYEE.value, admin=AdminTime.INCLUDED.value)
    return _contract(visit, decided_on(visit, clinician_id), start)


@router.post("/pay/contracts/{clinician_id}/new")
def agree(clinician_id: int, visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    clinician = decided_on(visit, clinician_id)
    filled = visit.read(ContractForm)
    if filled.ok and _kept(visit, filled, PayTerms(clinician_id=clinician_id, **filled.values.model_dump())):
        return visit.go(f"/pay/contracts/{clinician_id}", told="Agreed. It is now to be signed on the page My pay.")
    return _contract(visit, clinician, filled, 422)


@router.post("/pay/contracts/{clinician_id}/end/{terms_id}")
def end(clinician_id: int, terms_id: int, visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    decided_on(visit, clinician_id)
    if not any(row.id == terms_id for row in visit.write(pay_contracts.terms_of, clinician_id)):
        raise NotFound
    filled = visit.read(EndForm)
    told = "Say the last day, please."
    if filled.ok:
        try:
            visit.write(pay_contracts.end, terms_id, filled.values.last)
            told = f"The contract ends on {filled.values.last}."
        except Refused as no:
            told = str(no)
    return visit.go(f"/pay/contracts/{clinician_id}", told=told)


@router.get("/pay/contracts/{clinician_id}/rule")
def new_rule(clinician_id: int, visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    return _rule(visit, decided_on(visit, clinician_id), blank(effective_from=visit.today, basis="flat"))


@router.post("/pay/contracts/{clinician_id}/rule")
def add_rule(clinician_id: int, visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    clinician = decided_on(visit, clinician_id)
    filled = visit.read(RuleForm)
    if filled.ok and _kept(visit, filled, PayRuleRow(clinician_id=clinician_id, **filled.values.model_dump())):
        return visit.go(f"/pay/contracts/{clinician_id}", told=_late(visit, filled.values.effective_from))
    return _rule(visit, clinician, filled, 422)


@router.get("/pay/contracts/{clinician_id}/adjustment")
def new_adjustment(clinician_id: int, visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    return _adjustment(visit, decided_on(visit, clinician_id), blank(effective_from=visit.today))


@router.post("/pay/contracts/{clinician_id}/adjustment")
def add_adjustment(clinician_id: int, visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    clinician = decided_on(visit, clinician_id)
    filled = visit.read(AdjustmentForm)
    if filled.ok and _kept(visit, filled, PayAdjustment(clinician_id=clinician_id, **filled.values.model_dump())):
        return visit.go(f"/pay/contracts/{clinician_id}", told=_late(visit, filled.values.effective_from))
    return _adjustment(visit, clinician, filled, 422)


def _kept(visit: Visit, filled: Filled[Any], row: PayTerms | PayRuleRow | PayAdjustment) -> bool:
    try:
        visit.write(records.once, visit.wish, visit.now, lambda db: setup.keep(db, row))
    except Refused as no:
        filled.refuse(no)
        return False
    return True


def _late(visit: Visit, since: date) -> str:
    if since >= visit.today:
        return "Kept; it holds from its day on."
    return f"Kept. Sessions since {since} were paid otherwise: work their pay out anew to add the differences."


def _agreed(visit: Visit, clinician_id: int) -> Response:
    found = visit.write(pay_signing.agreed, clinician_id)
    if found is None:
        raise NotFound
    missing = gaps([pay_contracts.as_contract(terms) for terms, _ in found.contracts])
    rows = queries.contracts(found)
    own = is_own(visit, clinician_id)
    return pay_page(
        visit, "agreed.html", clinician=found.clinician, agreed=found, contracts=rows, gaps=missing, own=own
    )


def _contract(visit: Visit, clinician: Clinician, form: Filled[ContractForm], status: int = 200) -> Response:
    return pay_page(visit, "contract.html", status, clinician=clinician, form=form, paid_as=PAID_AS, admin=ADMIN)


def _rule(visit: Visit, clinician: Clinician, form: Filled[RuleForm], status: int = 200) -> Response:
    services = visit.write(_services)
    return pay_page(visit, "rule.html", status, clinician=clinician, form=form, services=services, bases=BASES)


def _adjustment(visit: Visit, clinician: Clinician, form: Filled[AdjustmentForm], status: int = 200) -> Response:
    services = visit.write(_services)
    return pay_page(visit, "adjustment.html", status, clinician=clinician, form=form, services=services, places=PLACES)


def _services(db: Database) -> list[tuple[int, str]]:
    return [(row.id or 0, row.name) for row in db.exec(select(Service).order_by(col(Service.name))).all()]
