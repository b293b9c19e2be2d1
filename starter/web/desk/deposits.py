"""The bank's deposits beside the payments of payers: entered or brought in as CSV, matched, the rest for a person."""

from collections.abc import Sequence
from decimal import Decimal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import deposits
from models.errors import Refused
from models.rules.deposits import Arrived
from models.tables import Deposit
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.fields import Day
from starter.web.forms import Filled, blank
from starter.web.visit import Visit

router = APIRouter()
SHOWN = 100


class DepositForm(BaseModel):
    on_day: Day
    amount: Decimal = Field(gt=0, max_digits=10, decimal_places=2)
    words: str = Field(default="", max_length=300)


class MatchForm(BaseModel):
    remittance_id: int


@router.get("/deposits")
def listed(visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    return _page(visit, blank(on_day=visit.today))


@router.post("/deposits")
def enter(visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    """One deposit, by hand."""
    filled = visit.read(DepositForm)
    if filled.ok:
        said = filled.values
        visit.write(deposits.enter, Arrived(said.on_day, said.amount, said.words), visit.now, visit.account.id)
        count = visit.write(deposits.match_all, visit.now)
        return visit.go("/deposits", told="It found its payment." if count else "Kept; no payment fits yet.")
    return _page(visit, filled, 422)


@router.post("/deposits/list")
def bring_in(visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    """The bank's list as CSV."""
    form: Filled[DepositForm] = blank(on_day=visit.today)
    file = visit.file("list")
    if file is None:
        form.refuse("choose the bank's file first", "list")
        return _page(visit, form, 422)
    try:
        taken = visit.write(deposits.take_list, file.file.read(), visit.now, visit.account.id)
    except Refused as no:
        form.refuse(no, "list")
        return _page(visit, form, 422)
    told = f"{taken.new} new, {taken.known} known before; {taken.matched} found their payment."
    return visit.go("/deposits", told=told)


@router.post("/deposits/{deposit_id}/match")
def match(deposit_id: int, visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    """A person says which payment it is."""
    filled = visit.read(MatchForm)
    if filled.ok:
        try:
            visit.write(deposits.assign, deposit_id, filled.values.remittance_id, visit.now)
            return visit.go("/deposits", told="Kept.")
        except Refused as no:
            return visit.go("/deposits", told=f"{no}.".capitalize())
    return visit.go("/deposits", told="Choose a payment first.")


def _page(visit: Visit, form: Filled[DepositForm], status: int = 200) -> Response:
    found = visit.write(_newest)
    return visit.page(
        "desk/claims/deposits.html",
        status,
        form=form,
        waiting=[row for row in found if row.remittance_id is None],
        matched=[row for row in found if row.remittance_id is not None][:SHOWN],
        unconfirmed=visit.write(deposits.unconfirmed),
    )


def _newest(db: Database) -> Sequence[Deposit]:
    return db.exec(select(Deposit).order_by(col(Deposit.on_day).desc(), col(Deposit.id).desc()).limit(500)).all()
