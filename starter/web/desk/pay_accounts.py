"""Bank accounts that pay comes from and goes to; only the last four digits are ever shown."""

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from activities import bank_accounts
from models.errors import Refused
from models.nacha import Bank
from starter.queries import pay as queries
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.pay_tabs import pay_page
from starter.web.forms import Filled, blank
from starter.web.visit import Visit

router = APIRouter()
OURS = "practice"


class AccountForm(BaseModel):
    whose: str = Field(pattern="^(practice|[0-9]{1,9})$")
    routing: str = Field(max_length=9)
    account: str = Field(max_length=20)
    savings: bool = False
    bank: str = Field(default="", max_length=23)
    company_id: str = Field(default="", max_length=10)


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
            visit.write(bank_accounts.keep_account, vault, whose, bank, visit.now, given.bank, given.company_id)
            return visit.go("/pay/accounts", told="Kept; only its last four digits are shown.")
        except Refused as no:
            filled.refuse(no)
    filled.typed.pop("account", None)
    return _accounts(visit, filled, 422)


def _accounts(visit: Visit, form: Filled[AccountForm], status: int = 200) -> Response:
    known = queries.accounts(visit.engine)
    whose = [(OURS, "The practice itself"), *((str(row.id), row.name) for row in known if row.id)]
    return pay_page(visit, "accounts.html", status, form=form, accounts=known, whose=whose)
