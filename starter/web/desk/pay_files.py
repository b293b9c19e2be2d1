"""What leaves for the bank, the payroll provider and the tax year; and the accounts that pay comes from and goes to."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from activities import pay_files
from models.bank_days import next_settling
from models.errors import Refused
from models.money import total
from models.nacha import Bank
from starter.queries import pay as queries
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.pay_tabs import pay_page
from starter.web.fields import Day
from starter.web.forms import Filled, blank
from starter.web.visit import Visit

router = APIRouter()
OURS = "practice"


class DepositsForm(BaseModel):
    last: Day
    pay_on: Day
    again: bool = False


class PayrollForm(BaseModel):
    last: Day


class AccountForm(BaseModel):
    whose: str = Field(pattern="^(practice|[0-9]{1,9})$")
    routing: str = Field(max_length=9)
    account: str = Field(max_length=20)
    savings: bool = False
    bank: str = Field(default="", max_length=23)
    company_id: str = Field(default="", max_length=10)


@router.get("/pay/files")
def files(visit: Visit = may(Do.MANAGE_PAY), year: Annotated[int | None, Field(ge=2000, le=2999)] = None) -> Response:
    return _files(visit, _deposits(visit), year or visit.today.year)


@router.post("/pay/files/deposits")
def deposits(visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    filled = visit.read(DepositsForm)
    if filled.ok:
        vault, given = visit.office.line.vault, filled.values
        try:
            content = visit.write(
                pay_files.deposits_file, vault, given.last, given.pay_on, visit.now, again=given.again
            )
            return _download(content, "text/plain", f"deposits-{given.last}.ach")
        except Refused as no:
            filled.refuse(no)
    return _files(visit, filled, visit.today.year, 422)


@router.post("/pay/files/payroll")
def payroll(visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    filled = visit.read(PayrollForm)
    if filled.ok:
        try:
            content = visit.write(pay_files.payroll_csv, filled.values.last)
            return _download(content, "text/csv", f"payroll-{filled.values.last}.csv")
        except Refused as no:
            return visit.go("/pay/files", told=str(no))
    return visit.go("/pay/files", told="Choose a period, please.")


@router.get("/pay/accounts")
def accounts(visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    return _accounts(visit, blank(whose=OURS))


@router.post("/pay/accounts")
def keep_account(visit: Visit = may(Do.MANAGE_PAY)) -> Response:
    filled = visit.read(AccountForm)
    if filled.ok:
        given = filled.values
        whose = None if given.whose == OURS else int(given.whose)
        bank = Bank(given.routing, given.account, given.savings)
        try:
            vault = visit.office.line.vault
            visit.write(pay_files.keep_account, vault, whose, bank, visit.now, given.bank, given.company_id)
            return visit.go("/pay/accounts", told="Kept; only its last four digits are shown.")
        except Refused as no:
            filled.refuse(no)
    filled.typed.pop("account", None)
    return _accounts(visit, filled, 422)


def _deposits(visit: Visit) -> Filled[DepositsForm]:
    return blank(pay_on=next_settling(visit.today))


def _files(visit: Visit, form: Filled[DepositsForm], year: int, status: int = 200) -> Response:
    ends: dict[date, Decimal] = {}
    for row in queries.statements(visit.engine, newest=200):
        if row.approved_at:
            ends[row.last] = total([ends.get(row.last, Decimal("0.00")), row.total])
    periods = [(last.isoformat(), f"{last}: {amount:.2f} in all") for last, amount in ends.items()]
    nec = visit.write(pay_files.nec_totals, year)
    return pay_page(visit, "files.html", status, form=form, periods=periods, nec=nec, year=year)


def _accounts(visit: Visit, form: Filled[AccountForm], status: int = 200) -> Response:
    known = queries.accounts(visit.engine)
    whose = [(OURS, "The practice itself"), *((str(row.id), row.name) for row in known if row.id)]
    return pay_page(visit, "accounts.html", status, form=form, accounts=known, whose=whose)


def _download(content: str, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
