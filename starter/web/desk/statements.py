"""Statements and superbills: a client's month as PDF, and everybody's by mail."""

from datetime import date

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from activities import statements, superbills
from models.calendar import month_before, month_written
from models.errors import Refused
from starter.queries import statements as queries
from starter.web import downloads
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.billing_tabs import billing_page
from starter.web.visit import NotFound, Visit

router = APIRouter()
LATEST = 10_000
"""No practice has so many pages of statements."""


class MonthForm(BaseModel):
    month: str = Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")


@router.get("/statements")
def listed(month: str = "", page: int = 0, visit: Visit = may(Do.SEE_BILLING)) -> Response:
    first, page = month_of(month, visit.today), min(max(page, 0), LATEST)
    found = queries.statement_list(visit.engine, first, statements.last_day(first), page)
    return billing_page(
        visit,
        "statements.html",
        month=first,
        ended=statements.last_day(first) < visit.today,
        statements=found[: queries.PAGE],
        page=page,
        more=len(found) > queries.PAGE,
    )


@router.post("/statements/mail")
def mail(visit: Visit = may(Do.MAIL_STATEMENTS)) -> Response:
    filled = visit.read(MonthForm)
    if not filled.ok:
        return visit.go("/statements", told="Choose a month first.")
    first = month_of(filled.values.month, visit.today)
    if statements.last_day(first) >= visit.today:
        return visit.go(f"/statements?month={first:%Y-%m}", told="This month has not ended yet.")
    count = visit.ask(visit.office.money.mail_statements(first))
    told = f"{count} statements are mailed, each once." if count else "There was nothing to state."
    return visit.go(f"/statements?month={first:%Y-%m}", told=told)


@router.get("/clients/{client_id:int}/statement")
def statement(client_id: int, month: str = "", visit: Visit = may(Do.SEE_BILLING)) -> Response:
    visit.must_see_client(client_id)
    first = month_of(month, visit.today)
    content = statements.statement_pdf_of(visit.engine, client_id, first, visit.site.url)
    return downloads.pdf(content, f"statement-{first:%Y-%m}.pdf")


@router.get("/clients/{client_id:int}/superbill")
def superbill(client_id: int, month: str = "", visit: Visit = may(Do.PRINT_SUPERBILLS)) -> Response:
    visit.must_see_client(client_id)
    first = month_of(month, visit.today)
    try:
        return downloads.pdf(
            superbills.superbill_pdf_of(visit.engine, client_id, first), f"superbill-{first:%Y-%m}.pdf"
        )
    except Refused as no:
        return visit.go(f"/statements?month={first:%Y-%m}", told=str(no))


@router.get("/attendances/{attendance_id:int}/superbill")
def of_session(attendance_id: int, visit: Visit = may(Do.PRINT_SUPERBILLS)) -> Response:
    client_id = queries.client_of(visit.engine, attendance_id)
    if client_id is None:
        raise NotFound
    visit.must_see_client(client_id)
    return downloads.pdf(superbills.session_superbill_pdf_of(visit.engine, attendance_id), "superbill.pdf")


def month_of(text: str, today: date) -> date:
    """The first day of a month written as 2027-03; the last month unless it can be read."""
    try:
        return month_written(text)
    except ValueError:
        return month_before(today)
