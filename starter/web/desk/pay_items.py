"""What an owner adds to somebody's pay: a bonus, a deduction, a reimbursement, a correction; pay worked out anew."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from activities import pay_anew
from models.errors import Refused
from models.paying import ItemKind, PayItem, Recalculation
from models.tables import Clinician
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.pay_tabs import decided_on, pay_page
from starter.web.fields import Day
from starter.web.forms import Filled, blank
from starter.web.visit import Visit

router = APIRouter()

KINDS = {
    ItemKind.BONUS: "Bonus",
    ItemKind.DEDUCTION: "Deduction (comes off)",
    ItemKind.REIMBURSEMENT: "Reimbursement of an expense (no pay for the tax year)",
    ItemKind.CORRECTION: "Correction of a closed period (below zero takes off)",
}
RIGHT = "Sessions, shares of fees and logged hours were paid by what is agreed."
Reason = Annotated[str, Field(min_length=1, max_length=200)]


class ItemForm(BaseModel):
    kind: ItemKind
    amount: Annotated[Decimal, Field(max_digits=12, decimal_places=2)]
    reason: Reason


class RecalculationForm(BaseModel):
    since: Day
    reason: Reason


@router.get("/pay/preview/{clinician_id}/add")
def new(clinician_id: int, visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    return _form(visit, decided_on(visit, clinician_id), blank(kind=ItemKind.BONUS.value), blank(since=_month(visit)))


@router.post("/pay/preview/{clinician_id}/add")
def add(clinician_id: int, visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    clinician = decided_on(visit, clinician_id)
    filled = visit.read(ItemForm)
    if filled.ok:
        given, by = filled.values, visit.account
        item = PayItem(visit.wish, clinician_id, given.kind, given.amount, given.reason, by.name, by.id)
        try:
            visit.ask(visit.office.pay.add(item))
            return visit.go(f"/pay/preview/{clinician_id}", told="It is a line of the open period.")
        except Refused as no:
            filled.refuse(no)
    return _form(visit, clinician, filled, blank(since=_month(visit)), 422)


@router.post("/pay/preview/{clinician_id}/recalculate")
def recalculate(clinician_id: int, visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    clinician = decided_on(visit, clinician_id)
    filled = visit.read(RecalculationForm)
    if filled.ok:
        given, by = filled.values, visit.account
        wish = Recalculation(clinician_id, given.since, given.reason, by.name, by.id)
        try:
            count = visit.ask(visit.office.pay.recalculate(wish, f"page-{visit.wish}"))
            told = f"Corrected: {count} (sessions and logged hours)." if count else RIGHT
            changed = visit.write(pay_anew.promises, clinician_id, given.since)
            told = " ".join([told, *(f"{promise.words.capitalize()}." for promise in changed)])
            return visit.go(f"/pay/preview/{clinician_id}", told=told)
        except Refused as no:
            filled.refuse(no)
    return _form(visit, clinician, blank(kind=ItemKind.BONUS.value), filled, 422)


def _form(
    visit: Visit, clinician: Clinician, item: Filled[ItemForm], anew: Filled[RecalculationForm], status: int = 200
) -> Response:
    kinds = [(kind.value, words) for kind, words in KINDS.items()]
    return pay_page(visit, "add.html", status, clinician=clinician, form=item, anew=anew, kinds=kinds)


def _month(visit: Visit) -> date:
    return visit.today.replace(day=1)
