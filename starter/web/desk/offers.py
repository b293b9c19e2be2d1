"""What the practice offers and agreed: services, rates, the cancellation policy, payers. A newer row takes over."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlmodel import Session as Database
from sqlmodel import SQLModel, col, select

from models.billed import FILING_WORDS, ClaimsPer, FilingIndicator
from models.errors import Refused
from models.tables import Client, Clinician, Payer, PolicyRow, RateRow, Service
from starter import setup
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.forms import Filled, blank
from starter.web.visit import NotFound, Visit

router = APIRouter()


class ServiceForm(BaseModel):
    name: str = Field(max_length=120)
    minutes: int = Field(ge=0, le=24 * 60)
    code: str = Field(default="", max_length=5)
    amount: Decimal = Field(ge=0, max_digits=10, decimal_places=2)
    effective_from: date


class RateForm(BaseModel):
    service_id: int
    clinician_id: int | None = None
    amount: Decimal = Field(ge=0, max_digits=10, decimal_places=2)
    effective_from: date


class PolicyForm(BaseModel):
    effective_from: date
    notice_hours: int = Field(ge=0, le=24 * 30)
    late_cancel_fee: str = Field(max_length=10)
    no_show_fee: str = Field(max_length=10)
    waivers_per_year: int = Field(ge=0, le=99)
    no_show_after_hours: int = Field(ge=0, le=24 * 30)
    fee_grace_hours: int = Field(ge=0, le=24 * 30)
    reminders: str = Field(default="", pattern=r"[0-9 ,]*", max_length=40)
    note_required: bool = False


class PayerForm(BaseModel):
    name: str = Field(max_length=120)
    payer_id: str = Field(max_length=80)
    timely_filing_days: int = Field(gt=0, le=3650)
    appeal_days: int = Field(gt=0, le=3650)
    allows_no_show_fee: bool = False
    on_paper: bool = False
    answers_eligibility: bool = False
    answers_status: bool = False
    claims_per: ClaimsPer = ClaimsPer.SESSION
    filing_indicator: FilingIndicator = FilingIndicator.COMMERCIAL
    appeals_to: str = Field(default="", max_length=300)


@router.get("/practice/services")
def services(visit: Visit = may(Do.MANAGE_PRACTICE)) -> Response:
    return _services(visit, blank(effective_from=visit.today), blank(effective_from=visit.today))


@router.post("/practice/services")
def add_service(visit: Visit = may(Do.MANAGE_PRACTICE)) -> Response:
    filled = visit.read(ServiceForm)
    if filled.ok:
        wanted = filled.values
        try:
            number = setup.add(visit.engine, Service(name=wanted.name, minutes=wanted.minutes, code=wanted.code))
            rate = RateRow(service_id=number, amount=wanted.amount, effective_from=wanted.effective_from)
            setup.add(visit.engine, rate)
            return visit.go("/practice/services", told=f"{wanted.name} is offered now.")
        except Refused as no:
            filled.refuse(no)
    return _services(visit, filled, blank(effective_from=visit.today), 422)


@router.post("/practice/rates")
def add_rate(visit: Visit = may(Do.MANAGE_PRACTICE)) -> Response:
    filled = visit.read(RateForm)
    if filled.ok and _added(visit, filled, RateRow(**filled.values.model_dump())):
        return visit.go("/practice/services", told="The new price holds from its day on.")
    return _services(visit, blank(effective_from=visit.today), filled, 422)


@router.get("/practice/policy")
def policy(visit: Visit = may(Do.MANAGE_PRACTICE)) -> Response:
    newest = next(iter(visit.write(_policies)), PolicyRow(effective_from=visit.today))
    hours = ", ".join(str(hours) for hours in newest.reminder_hours)
    return _policy(visit, blank(**newest.model_dump() | {"effective_from": visit.today, "reminders": hours}))


@router.post("/practice/policy")
def add_policy(visit: Visit = may(Do.MANAGE_PRACTICE)) -> Response:
    filled = visit.read(PolicyForm)
    if filled.ok:
        known = filled.values.model_dump(exclude={"reminders"})
        hours = sorted({int(h) for h in filled.values.reminders.replace(",", " ").split()}, reverse=True)
        if _added(visit, filled, PolicyRow(**known, reminder_hours=hours)):
            return visit.go("/practice/policy", told="The new policy holds for what is booked from its day on.")
    return _policy(visit, filled, 422)


@router.get("/practice/payers")
def payers(visit: Visit = may(Do.MANAGE_PAYERS)) -> Response:
    return visit.page("desk/practice/payers.html", payers=visit.write(_payers))


@router.get("/practice/payers/new")
def new_payer(visit: Visit = may(Do.MANAGE_PAYERS)) -> Response:
    usual: dict[str, object] = {"timely_filing_days": 90, "appeal_days": 90, "allows_no_show_fee": True}
    usual |= {"answers_eligibility": True, "answers_status": True, "claims_per": ClaimsPer.SESSION}
    return _payer_page(visit, blank(**usual))


@router.post("/practice/payers/new")
def add_payer(visit: Visit = may(Do.MANAGE_PAYERS)) -> Response:
    filled = visit.read(PayerForm)
    if filled.ok and _added(visit, filled, Payer(**filled.values.model_dump())):
        return visit.go("/practice/payers", told=f"{filled.values.name} is known now.")
    return _payer_page(visit, filled, status=422)


@router.get("/practice/payers/{payer_id}")
def one_payer(payer_id: int, visit: Visit = may(Do.MANAGE_PAYERS)) -> Response:
    row = _payer(visit, payer_id)
    return _payer_page(visit, blank(**row.model_dump()), row)


@router.post("/practice/payers/{payer_id}")
def change_payer(payer_id: int, visit: Visit = may(Do.MANAGE_PAYERS)) -> Response:
    row = _payer(visit, payer_id)
    filled = visit.read(PayerForm)
    if filled.ok:
        try:
            setup.change(visit.engine, Payer, payer_id, filled.values.model_dump())
            return visit.go("/practice/payers", told=f"{filled.values.name} is changed.")
        except Refused as no:
            filled.refuse(no)
    return _payer_page(visit, filled, row, 422)


def _payer_page(visit: Visit, form: Filled[PayerForm], row: Payer | None = None, status: int = 200) -> Response:
    kinds = [(code.value, f"{code.value} – {words}") for code, words in FILING_WORDS.items()]
    return visit.page("desk/practice/payer.html", status, form=form, row=row, kinds=kinds)


def _added(visit: Visit, filled: Filled[RateForm] | Filled[PolicyForm] | Filled[PayerForm], row: SQLModel) -> bool:
    """Whether a row was kept; else the form says why not."""
    try:
        setup.add(visit.engine, row)
    except Refused as no:
        filled.refuse(no)
        return False
    return True


def _services(visit: Visit, form: Filled[ServiceForm], rate: Filled[RateForm], status: int = 200) -> Response:
    offered, rates, clinicians, clients = visit.write(_offered)
    return visit.page(
        "desk/practice/services.html",
        status,
        form=form,
        rate=rate,
        services=offered,
        rates=rates,
        clinicians=clinicians,
        clients=clients,
    )


def _policy(visit: Visit, filled: Filled[PolicyForm], status: int = 200) -> Response:
    return visit.page("desk/practice/policy.html", status, form=filled, policies=visit.write(_policies))


def _offered(
    db: Database,
) -> tuple[Sequence[Service], dict[int, list[RateRow]], dict[int, str], dict[int, str]]:
    """Services, their rates with the newest first, and the names they speak of."""
    services = db.exec(select(Service).order_by(col(Service.name))).all()
    rates: dict[int, list[RateRow]] = {}
    for row in db.exec(select(RateRow).order_by(col(RateRow.effective_from).desc(), col(RateRow.id).desc())).all():
        rates.setdefault(row.service_id, []).append(row)
    agreed = {row.client_id for group in rates.values() for row in group if row.client_id}
    clinicians = {row.id or 0: row.name for row in db.exec(select(Clinician).order_by(col(Clinician.name))).all()}
    clients = {row.id or 0: row.name for row in db.exec(select(Client).where(col(Client.id).in_(agreed))).all()}
    return services, rates, clinicians, clients


def _policies(db: Database) -> Sequence[PolicyRow]:
    return db.exec(select(PolicyRow).order_by(col(PolicyRow.effective_from).desc())).all()


def _payers(db: Database) -> Sequence[Payer]:
    return db.exec(select(Payer).order_by(col(Payer.name))).all()


def _payer(visit: Visit, payer_id: int) -> Payer:
    row = visit.write(lambda db: db.get(Payer, payer_id))
    if row is None:
        raise NotFound
    return row
