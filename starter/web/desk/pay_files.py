"""What leaves for the bank, the payroll provider and the tax year."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import uuid5

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from activities import pay_files, pay_years
from activities.pay_files import DepositsWish
from models.bank_days import next_settling
from models.errors import Refused
from models.money import total
from starter.queries import pay as queries
from starter.web import downloads
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.pay_tabs import pay_page
from starter.web.fields import Day
from starter.web.forms import Filled, blank
from starter.web.visit import NotFound, Visit

router = APIRouter()


class DepositsForm(BaseModel):
    last: Day
    pay_on: Day
    again: bool = False


class PayrollForm(BaseModel):
    last: Day


@router.get("/pay/files")
def files(visit: Visit = may(Do.MANAGE_PAY), year: Annotated[int | None, Field(ge=2000, le=2999)] = None) -> Response:
    return _files(visit, _deposits(visit), year or visit.today.year)


@router.post("/pay/files/deposits")
def deposits(visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    filled = visit.read(DepositsForm)
    if filled.ok:
        vault, given = visit.office.line.vault, filled.values
        try:
            # the page stays when a file is saved from it: other answers on it are another wish
            wish = uuid5(visit.wish, f"{given.last}/{given.pay_on}/{given.again}")
            wanted = DepositsWish(given.last, given.pay_on, given.again, wish)
            content = visit.write(pay_files.deposits_file, vault, wanted, visit.now)
            return downloads.saved(content, "text/plain", f"deposits-{given.last}.ach")
        except Refused as no:
            filled.refuse(no)
    return _files(visit, filled, visit.today.year, 422)


@router.get("/pay/files/deposits/{made_on}-{letter}.ach")
def made_before(made_on: date, letter: str, visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    try:
        content = visit.write(pay_files.made_before, visit.office.line.vault, made_on, letter)
    except Refused:
        raise NotFound from None
    return downloads.saved(content, "text/plain", f"deposits-{made_on}-{letter}.ach")


@router.post("/pay/files/payroll")
def payroll(visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    filled = visit.read(PayrollForm)
    if filled.ok:
        try:
            content = visit.write(pay_files.payroll_csv, filled.values.last)
            return downloads.sheet(content, f"payroll-{filled.values.last}.csv")
        except Refused as no:
            return visit.go("/pay/files", told=str(no))
    return visit.go("/pay/files", told="Choose a period, please.")


def _deposits(visit: Visit) -> Filled[DepositsForm]:
    return blank(pay_on=next_settling(visit.today))


def _files(visit: Visit, form: Filled[DepositsForm], year: int, status: int = 200) -> Response:
    ends: dict[date, Decimal] = {}
    for row in queries.statements(visit.engine, newest=200):
        if row.approved_at:
            ends[row.last] = total([ends.get(row.last, Decimal("0.00")), row.total])
    periods = [(last.isoformat(), f"{last}: {amount:.2f} in all") for last, amount in ends.items()]
    nec, made = visit.write(pay_years.nec_totals, year), queries.deposit_files(visit.engine)
    return pay_page(visit, "files.html", status, form=form, periods=periods, nec=nec, year=year, made=made)
