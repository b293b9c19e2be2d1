"""Contracts with whoever holds sessions: agreed, ended, their rules and adjustments; who has signed."""

from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import pay_contracts, pay_entries, pay_signing, records
from models.errors import Refused
from models.facts import PayBasis
from models.money import ZERO
from models.paying import AdminTime, Contract, PaidAs
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
    clinician = decided_on(visit, clinician_id)
    before = visit.write(pay_entries.before_day, clinician_id, visit.today + timedelta(days=1))
    return _contract(visit, clinician, _start(before, visit.today))


@router.post("/pay/contracts/{clinician_id}/new")
def agree(clinician_id: int, visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    clinician = decided_on(visit, clinician_id)
    filled = visit.read(ContractForm)
    if filled.ok and (kept := _kept(visit, filled, PayTerms(clinician_id=clinician_id, **filled.values.model_dump()))):
        meant = visit.write(pay_entries.meaning_of_contract, kept)
        return _told(visit, clinician_id, "Agreed. It is now to be signed on the page My pay.", meant)
    return _contract(visit, clinician, filled, 422)


@router.post("/pay/contracts/{clinician_id}/end/{terms_id}")
def end(clinician_id: int, terms_id: int, visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    decided_on(visit, clinician_id)
    if not any(row.id == terms_id for row in visit.write(pay_contracts.terms_of, clinician_id)):
        raise NotFound
    return _ended(visit, clinician_id, "The contract", lambda db, last: pay_contracts.end(db, terms_id, last))


@router.get("/pay/contracts/{clinician_id}/rule")
def new_rule(clinician_id: int, visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    return _rule(visit, decided_on(visit, clinician_id), blank(effective_from=visit.today, basis="flat"))


@router.post("/pay/contracts/{clinician_id}/rule")
def add_rule(clinician_id: int, visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    clinician = decided_on(visit, clinician_id)
    filled = visit.read(RuleForm)
    if filled.ok and (
        kept := _kept(visit, filled, PayRuleRow(clinician_id=clinician_id, **filled.values.model_dump()))
    ):
        return _told(visit, clinician_id, "Kept.", visit.write(pay_entries.meaning_of_rule, kept))
    return _rule(visit, clinician, filled, 422)


@router.get("/pay/contracts/{clinician_id}/adjustment")
def new_adjustment(clinician_id: int, visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    return _adjustment(visit, decided_on(visit, clinician_id), blank(effective_from=visit.today))


@router.post("/pay/contracts/{clinician_id}/adjustment")
def add_adjustment(clinician_id: int, visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    clinician = decided_on(visit, clinician_id)
    filled = visit.read(AdjustmentForm)
    if filled.ok and _kept(visit, filled, PayAdjustment(clinician_id=clinician_id, **filled.values.model_dump())):
        since = filled.values.effective_from
        return _told(visit, clinician_id, "Kept.", visit.write(pay_entries.earned_already, clinician_id, since))
    return _adjustment(visit, clinician, filled, 422)


@router.post("/pay/contracts/{clinician_id}/adjustment/{adjustment_id}/end")
def end_adjustment(clinician_id: int, adjustment_id: int, visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    decided_on(visit, clinician_id)
    if not any(one.id == adjustment_id for one in visit.write(pay_contracts.adjustments, clinician_id)):
        raise NotFound
    return _ended(visit, clinician_id, "It", lambda db, last: pay_entries.end_adjustment(db, adjustment_id, last))


def _ended(visit: Visit, clinician_id: int, what: str, end: Callable[[Database, date], object]) -> Response:
    filled = visit.read(EndForm)
    if not filled.ok:
        return _told(visit, clinician_id, "Say the last day, please.")
    last = filled.values.last
    try:
        visit.write(end, last)
    except Refused as no:
        return _told(visit, clinician_id, str(no))
    late = visit.write(pay_entries.earned_already, clinician_id, last + timedelta(days=1))
    return _told(visit, clinician_id, f"{what} ends on {last}.", late)


def _kept(visit: Visit, filled: Filled[Any], row: PayTerms | PayRuleRow | PayAdjustment) -> int | None:
    """The id of what was kept; None where it was refused."""
    try:
        return visit.write(records.once, visit.wish, visit.now, lambda db: setup.keep(db, row))
    except Refused as no:
        filled.refuse(no)
        return None


def _told(visit: Visit, clinician_id: int, *said: str) -> Response:
    return visit.go(f"/pay/contracts/{clinician_id}", told=" ".join(filter(None, said)))


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


def _start(before: Contract | None, today: date) -> Filled[ContractForm]:
    """A form that begins with what was agreed before, so that nothing of it is lost unless somebody takes it out."""
    terms = before or Contract(today)
    promises = ("guaranteed", "draw", "fee_share", "supervision_rate", "admin_rate", "admin_minutes")
    agreed = {name: getattr(terms, name) or None for name in promises}
    return blank(
        effective_from=today,
        paid_as=terms.paid_as.value,
        admin=terms.admin.value,
        clawback_cap=terms.clawback_cap,
        **agreed,
    )


def _rule(visit: Visit, clinician: Clinician, form: Filled[RuleForm], status: int = 200) -> Response:
    services = visit.write(_services)
    return pay_page(visit, "rule.html", status, clinician=clinician, form=form, services=services, bases=BASES)


def _adjustment(visit: Visit, clinician: Clinician, form: Filled[AdjustmentForm], status: int = 200) -> Response:
    services = visit.write(_services)
    return pay_page(visit, "adjustment.html", status, clinician=clinician, form=form, services=services, places=PLACES)


def _services(db: Database) -> list[tuple[int, str]]:
    return [(row.id or 0, row.name) for row in db.exec(select(Service).order_by(col(Service.name))).all()]
