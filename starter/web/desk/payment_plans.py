"""Payment plans: agreed with a client, looked at, ended."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlmodel import Session as Database

from activities import plans
from models.collecting import PlanWish
from models.errors import Refused
from models.rules.plans import MOST, Every
from models.tables import PaymentPlan
from starter.queries import billing as queries
from starter.queries.billing import Payer
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.billing_tabs import billing_page
from starter.web.desk.payments import payer_of
from starter.web.forms import Filled, blank
from starter.web.visit import NotFound, Visit

router = APIRouter()


class PlanForm(BaseModel):
    invoices: list[str] = Field(min_length=1)
    count: int = Field(ge=1, le=MOST)
    first: date
    every: Every
    by_card: bool = False


@router.get("/payment-plans")
def listed(visit: Visit = may(Do.SEE_BILLING)) -> Response:
    return billing_page(visit, "plans.html", plans=queries.plan_list(visit.engine, visit.today))


@router.get("/payment-plans/{plan_id}")
def one(plan_id: UUID, visit: Visit = may(Do.SEE_BILLING)) -> Response:
    row = queries.plan(visit.engine, plan_id, visit.today)
    if row is None:
        raise NotFound
    with Database(visit.engine) as db:
        parts, paid = plans.instalments_of(db, plan_id), plans.paid_of(db, db.get_one(PaymentPlan, plan_id))
    return billing_page(visit, "plan.html", plan=row, parts_of_plan=parts, paid=paid)


@router.post("/payment-plans/{plan_id}/cancel")
def cancel(plan_id: UUID, visit: Visit = may(Do.TAKE_PAYMENTS)) -> Response:
    if queries.plan(visit.engine, plan_id, visit.today) is None:
        raise NotFound
    try:
        visit.ask(visit.office.money.cancel_plan(plan_id))
        return visit.go(f"/payment-plans/{plan_id}", told="The plan has ended.")
    except Refused as no:
        return visit.go(f"/payment-plans/{plan_id}", told=str(no))


@router.get("/clients/{client_id:int}/payment-plans/new")
def new(client_id: int, visit: Visit = may(Do.TAKE_PAYMENTS)) -> Response:
    who = payer_of(visit, client_id)
    return _form(visit, who, blank(invoices=[], count=3, first=visit.today, every=Every.MONTH.value, by_card=who.card))


@router.post("/clients/{client_id:int}/payment-plans/new")
def agree(client_id: int, visit: Visit = may(Do.TAKE_PAYMENTS)) -> Response:
    who = payer_of(visit, client_id)
    filled = visit.read(PlanForm)
    if filled.ok:
        wanted = filled.values
        wish = PlanWish(
            visit.wish, client_id, tuple(wanted.invoices), wanted.count, wanted.first, wanted.every, wanted.by_card
        )
        try:
            visit.ask(visit.office.money.agree_plan(wish))
            return visit.go(f"/payment-plans/{wish.id}", told="The plan is agreed.")
        except Refused as no:
            filled.refuse(no)
    return _form(visit, who, filled, 422)


def _form(visit: Visit, who: Payer, filled: Filled[PlanForm], status: int = 200) -> Response:
    found = queries.invoice_list(visit.engine, only_open=True, client_id=who.id)
    offered = [row for row in reversed(found) if row.due and not row.in_plan]
    return billing_page(visit, "plan_new.html", status, payer=who, form=filled, offered=offered, every=list(Every))
