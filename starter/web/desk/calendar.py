"""The calendar: a day by clinician, a week, a month; and today's list for the front desk."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import Field

from models.calendar import midnight
from starter.queries import calendar as queries
from starter.queries.calendar import Working
from starter.web.access.gate import anyone, may
from starter.web.access.permissions import Do
from starter.web.desk.calendar_view import ROWS, Days, cells, grid
from starter.web.fields import Maybe
from starter.web.visit import Guest, Visit

router = APIRouter()
GRID = "".join(f".row{n}{{grid-row-start:{n + 1}}}.len{n}{{grid-row-end:span {n}}}" for n in range(ROWS + 1))
"""Where things stand in a column; a page has no styles of its own (Content-Security-Policy)."""
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)
"""What the calendar turns its leaves to."""


class View(StrEnum):
    """How much of the calendar one sees."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@router.get("/calendar/grid.css")
def grid_css(guest: Guest = anyone()) -> Response:  # noqa: ARG001  # every route has a gate
    return Response(GRID, media_type="text/css", headers={"Cache-Control": "public, max-age=86400"})


@router.get("/calendar")
def calendar(
    view: View = View.DAY,
    day: Maybe[Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]] = None,
    clinician: Maybe[int] = None,
    visit: Visit = may(Do.SEE_CALENDAR),
) -> Response:
    on = day or visit.today
    working = queries.working(visit.engine, visit.whose_clients(Do.SEE_CALENDAR))
    chosen = [one for one in working if clinician in (None, one.id)]
    first, last = _span(view, on)
    days = _days(visit, first, last, chosen)
    shown: dict[str, Any] = {
        "view": view,
        "day": on,
        "first": first,
        "last": last,
        "working": working,
        "clinician": clinician,
        "earlier": _step(view, on, -1),
        "later": _step(view, on, 1),
    }
    if view is View.DAY:
        return visit.page("desk/calendar/grid.html", grid=grid(days, [(one.name, one, on) for one in chosen]), **shown)
    if view is View.WEEK and len(chosen) == 1:
        week = [(f"{d:%a} {d.day}", chosen[0], d) for d in (first + timedelta(days=n) for n in range(7))]
        return visit.page("desk/calendar/grid.html", grid=grid(days, week), **shown)
    month = on.month if view is View.MONTH else None
    return visit.page("desk/calendar/cells.html", cells=cells(days, first, last, month), **shown)


@router.get("/calendar/today")
def today(visit: Visit = may(Do.SEE_CALENDAR)) -> Response:
    """Who comes today, to check in and to see at a glance what became of each session."""
    before = midnight(visit.today + timedelta(days=1), visit.tz)
    whose = visit.whose_clients(Do.SEE_CALENDAR)
    found = queries.sessions(visit.engine, midnight(visit.today, visit.tz), before, whose)
    return visit.page("desk/calendar/today.html", sessions=found)


def _days(visit: Visit, first: date, last: date, chosen: list[Working]) -> Days:
    since, before = midnight(first, visit.tz), midnight(last + timedelta(days=1), visit.tz)
    ids = [one.id for one in chosen]
    sessions = queries.sessions(visit.engine, since, before, ids)
    return Days(sessions, queries.bands(visit.engine, since, before, ids), chosen, visit.now, visit.tz)


def _span(view: View, on: date) -> tuple[date, date]:
    """The first and last day that a view shows; weeks begin on Monday, a month is shown in whole weeks."""
    if view is View.DAY:
        return on, on
    if view is View.WEEK:
        first = on - timedelta(days=on.weekday())
        return first, first + timedelta(days=6)
    first = on.replace(day=1)
    last = _step(view, first, 1) - timedelta(days=1)
    return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())


def _step(view: View, on: date, by: int) -> date:
    """The same view, one further or back."""
    if view is not View.MONTH:
        return on + by * timedelta(days=1 if view is View.DAY else 7)
    months = on.year * 12 + on.month - 1 + by
    return date(months // 12, months % 12 + 1, 1)
