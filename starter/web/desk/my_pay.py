"""One's own pay: this period as it stands, what was stated, hours logged, contracts signed."""

from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from activities import pay_contracts, pay_document, pay_preview, pay_signing, records
from activities.pay_contracts import TimeWish
from models.errors import Refused
from models.paying import WorkKind
from starter.queries import pay as queries
from starter.queries import pay_agreed
from starter.queries.pay import StatementRow
from starter.web import downloads
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.pay_tabs import signed_paper
from starter.web.fields import Day, Line
from starter.web.forms import Filled, blank
from starter.web.visit import NotFound, Visit, clinician_of

router = APIRouter()
TABS = (("This period", "/my-pay"), ("Hours", "/my-pay/time"), ("Statements", "/my-pay/statements"))
MORE = ("Contract", "/my-pay/contract")
KINDS = ((WorkKind.ADMIN.value, "Admin time"), (WorkKind.SUPERVISION.value, "Supervision"))


class TimeForm(BaseModel):
    kind: WorkKind
    day: Day
    minutes: int = Field(ge=1, le=1440)
    about: str = Field(default="", max_length=80)


class SignForm(BaseModel):
    typed_name: Line
    agreed: bool = False
    shown: str = Field(default="", max_length=64)


@router.get("/my-pay")
def now(visit: Visit = may(Do.SEE_OWN_PAY)) -> Response:
    found = visit.write(pay_preview.still_open, clinician_of(visit), visit.today, visit.now)
    return _page(visit, "now.html", preview=found)


@router.get("/my-pay/statements")
def statements(visit: Visit = may(Do.SEE_OWN_PAY)) -> Response:
    return _page(visit, "statements.html", statements=queries.statements(visit.engine, clinician_of(visit), newest=200))


@router.get("/my-pay/statements/{statement_id:int}")
def statement(statement_id: int, visit: Visit = may(Do.SEE_OWN_PAY)) -> Response:
    mine = _mine(visit, statement_id)
    lines = queries.explained(visit.engine, mine.clinician_id, mine.last)
    return _page(visit, "statement.html", statement=mine, lines=lines)


@router.get("/my-pay/statements/{statement_id:int}.pdf")
def paper(statement_id: int, visit: Visit = may(Do.SEE_OWN_PAY)) -> Response:
    mine = _mine(visit, statement_id)
    return downloads.pdf(visit.write(pay_document.statement_pdf, mine.id), f"pay-{mine.last}.pdf")


@router.get("/my-pay/time")
def time(visit: Visit = may(Do.SEE_OWN_PAY)) -> Response:
    return _time(visit, blank(kind=WorkKind.ADMIN.value, day=visit.today))


@router.post("/my-pay/time")
def log_time(visit: Visit = may(Do.SEE_OWN_PAY)) -> Response:
    me = clinician_of(visit)
    filled = visit.read(TimeForm)
    if filled.ok:
        given = filled.values
        wish = TimeWish(me, given.kind, given.day, given.minutes, given.about, visit.account.id)
        try:
            visit.write(
                records.once,
                visit.wish,
                visit.now,
                lambda db: pay_contracts.log_time(db, wish, visit.today, visit.now),
            )
            return visit.go("/my-pay/time", told="Logged.")
        except Refused as no:
            filled.refuse(no)
    return _time(visit, filled, 422)


@router.post("/my-pay/time/{time_id}/drop")
def drop_time(time_id: int, visit: Visit = may(Do.SEE_OWN_PAY)) -> Response:
    try:
        visit.write(pay_contracts.drop_time, time_id, clinician_of(visit))
        told = "Taken back."
    except Refused as no:
        told = str(no)
    return visit.go("/my-pay/time", told=told)


@router.get("/my-pay/contract")
def contract(visit: Visit = may(Do.SEE_OWN_PAY)) -> Response:
    return _contracts(visit, blank())


@router.post("/my-pay/contract/{terms_id}/sign")
def sign(terms_id: int, visit: Visit = may(Do.SEE_OWN_PAY)) -> Response:
    me = clinician_of(visit)
    filled = visit.read(SignForm)
    if filled.ok and not filled.values.agreed:
        filled.refuse("mark that you have read it and agree", "agreed")
    if filled.ok:
        try:
            given, by = filled.values, visit.account.id
            visit.write(pay_signing.sign, terms_id, me, given.typed_name, by, visit.now, given.shown)
            return visit.go("/my-pay/contract", told="It is signed. Thank you.")
        except Refused as no:
            filled.refuse(no)
    return _contracts(visit, filled, 422)


@router.get("/my-pay/contract/{terms_id:int}.pdf")
def signed(terms_id: int, visit: Visit = may(Do.SEE_OWN_PAY)) -> Response:
    return signed_paper(visit, terms_id, clinician_of(visit))


def _mine(visit: Visit, statement_id: int) -> StatementRow:
    found = queries.statements(visit.engine, clinician_of(visit), statement_id=statement_id)
    if not found:
        raise NotFound
    return found[0]


def _time(visit: Visit, form: Filled[TimeForm], status: int = 200) -> Response:
    logged = queries.logged(visit.engine, clinician_of(visit))
    return _page(visit, "time.html", status, form=form, logged=logged, kinds=KINDS)


def _contracts(visit: Visit, form: Filled[SignForm], status: int = 200) -> Response:
    found = visit.write(pay_signing.agreed, clinician_of(visit))
    rows = pay_agreed.contracts(found) if found else []
    return _page(visit, "contract.html", status, form=form, contracts=rows)


def _page(visit: Visit, template: str, status: int = 200, **context: Any) -> Response:
    path = visit.request.url.path
    tabs = [
        (name, url, path == url or (url != TABS[0][1] and path.startswith(f"{url}/"))) for name, url in (*TABS, MORE)
    ]
    return visit.page(f"desk/my_pay/{template}", status, pay_tabs=tabs, **context)
