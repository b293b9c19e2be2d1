"""Everybody's pay, for the owner: what is open, what waits for a yes, a period line by line, approved and paid."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from activities import pay_days, pay_document, pay_preview
from activities.pay_days import DayWish
from models.errors import Refused
from starter.queries import pay as queries
from starter.queries.pay import StatementRow
from starter.web import downloads
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.pay_tabs import is_own, pay_page
from starter.web.fields import Day
from starter.web.visit import NotFound, Visit

router = APIRouter()
FILED = "The 1099-NEC of {year} was due already: where it was filed, file a corrected one."


class PaidForm(BaseModel):
    paid_on: Day | None = None


class AnotherDayForm(BaseModel):
    paid_on: Day
    reason: Annotated[str, Field(min_length=1, max_length=pay_days.LONGEST)]


@router.get("/pay")
def periods(visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    period = visit.write(pay_preview.current_period, visit.today)
    found = queries.statements(visit.engine, newest=100)
    return pay_page(visit, "periods.html", period=period, open_now=queries.open_sums(visit.engine), statements=found)


@router.post("/pay/close")
def close(visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    try:
        count = visit.ask(visit.office.pay.close_periods(f"page-{visit.wish}"))
        nothing = f"No period is left to close; the first is the one of {visit.practice.pay_anchor}."
        told = "The periods that have ended are being closed." if count else nothing
    except Refused as no:
        told = str(no)
    return visit.go("/pay", told=told)


@router.get("/pay/preview/{clinician_id}")
def preview(clinician_id: int, visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    try:
        found = visit.write(pay_preview.still_open, clinician_id, visit.today, visit.now)
    except Refused:
        raise NotFound from None
    return pay_page(visit, "preview.html", preview=found)


@router.get("/pay/statements/{statement_id:int}")
def review(statement_id: int, visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    statement = _known(visit, statement_id)
    lines = queries.explained(visit.engine, statement.clinician_id, statement.last)
    own = is_own(visit, statement.clinician_id)
    return pay_page(visit, "statement.html", statement=statement, lines=lines, own=own)


@router.post("/pay/statements/{statement_id:int}/approve")
def approve(statement_id: int, visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    statement, office = _known(visit, statement_id), visit.office.pay
    by, account_id = visit.account.name, visit.account.id
    try:
        visit.ask(office.approve(statement.clinician_id, statement.last, by, account_id, pay_now=False))
        told = "Approved. It now waits to be paid."
    except Refused as no:
        told = str(no)
    return visit.go(f"/pay/statements/{statement_id}", told=told)


@router.post("/pay/statements/{statement_id:int}/paid")
def paid(statement_id: int, visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    statement, filled = _known(visit, statement_id), visit.read(PaidForm)
    told = "Say the day of payment, please."
    if filled.ok:
        try:
            wish = visit.office.pay.paid(
                statement.clinician_id, statement.last, visit.account.name, filled.values.paid_on
            )
            visit.ask(wish)
            told = "Posted as paid; the statement leaves by mail."
        except Refused as no:
            told = str(no)
    return visit.go(f"/pay/statements/{statement_id}", told=told)


@router.post("/pay/statements/{statement_id:int}/paid-on")
def correct_day(statement_id: int, visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    """Another day of payment, with its reason."""
    _known(visit, statement_id)
    filled = visit.read(AnotherDayForm)
    told = "Give the day of payment, and the reason, please."
    if filled.ok:
        given, by = filled.values, visit.account
        try:
            wish = DayWish(statement_id, given.paid_on, given.reason, by.name, by.id)
            years = visit.write(pay_days.correct, wish, visit.today)
            told = " ".join(("It was paid on that day.", *(FILED.format(year=year) for year in years)))
        except Refused as no:
            told = str(no)
    return visit.go(f"/pay/statements/{statement_id}", told=told)


@router.get("/pay/statements/{statement_id:int}.pdf")
def paper(statement_id: int, visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    _known(visit, statement_id)
    return downloads.pdf(visit.write(pay_document.statement_pdf, statement_id), f"pay-{statement_id}.pdf")


def _known(visit: Visit, statement_id: int) -> StatementRow:
    found = queries.statements(visit.engine, statement_id=statement_id)
    if not found:
        raise NotFound
    return found[0]
