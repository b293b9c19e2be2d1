"""Billing at a glance, today's check-ins with what is due, and how old what is owed is."""

from datetime import timedelta

from fastapi import APIRouter, Response

from models.calendar import midnight
from models.money import ZERO
from models.reports.money import AGING
from starter.queries import aging as ages
from starter.queries import billing as queries
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.billing_tabs import billing_page
from starter.web.visit import Visit

router = APIRouter()
NEWEST = 8
A_PAGE = 100


@router.get("/billing")
def overview(visit: Visit = may(Do.SEE_BILLING)) -> Response:
    return billing_page(
        visit,
        "overview.html",
        totals=queries.totals(visit.engine, visit.today),
        payments=queries.payment_list(visit.engine)[:NEWEST],
        pending=queries.pending(visit.engine),
    )


@router.get("/billing/today")
def today(after: int = 0, visit: Visit = may(Do.SEE_BILLING)) -> Response:
    since, until = midnight(visit.today, visit.tz), midnight(visit.today + timedelta(days=1), visit.tz)
    check_ins = queries.check_ins(visit.engine, visit.today, since, until, visit.tz)
    due = sum((row.due for row in check_ins), ZERO)
    after = max(after, 0)
    shown, more = check_ins[after : after + A_PAGE], len(check_ins) > after + A_PAGE
    return billing_page(visit, "today.html", check_ins=shown, due=due, after=after, most=A_PAGE, more=more)


@router.get("/billing/aging")
def aging(after: int = 0, visit: Visit = may(Do.SEE_BILLING)) -> Response:
    tables = [(f"What {visit.words.clients} owe", "/clients/", ages.clients_aging(visit.engine, visit.today))]
    if visit.words.therapy:
        tables.append(("What insurers owe", "", ages.payers_aging(visit.engine, visit.today, visit.tz.key)))
    after = max(after, 0)
    more = max(len(rows) for _, _, rows in tables) > after + A_PAGE
    return billing_page(visit, "aging.html", tables=tables, columns=AGING.columns, after=after, most=A_PAGE, more=more)
