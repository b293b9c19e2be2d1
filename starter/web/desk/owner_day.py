"""An owner's morning: how the month goes beside the last one, the year as a picture, and what waits for people."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from activities.reports.answering import answer
from activities.reports.picture import svg_of
from activities.wording import money
from models.calendar import midnight, month_before
from models.facts import TaskKind
from models.money import ratio
from models.reports.asking import ask
from models.reports.money import REVENUE
from models.rules.work import DUTIES
from starter.queries import owner as queries
from starter.queries.owner import Pace, Trend
from starter.web.templating import short_day
from starter.web.visit import Visit

DOUBLE = 100
"""Percent more: from there on the figure itself says more than how many percent it is."""


@dataclass(frozen=True)
class Told:
    """A figure of this month: what it is beside the same days of the last one, and the report behind it."""

    name: str
    value: str
    note: str
    url: str


@dataclass(frozen=True)
class Waiting:
    """Tasks of a kind that are open."""

    kind: str
    does: str
    count: int
    late: int


@dataclass(frozen=True)
class Morning:
    """All that is shown to an owner."""

    figures: tuple[Told, ...]
    waiting: tuple[Waiting, ...]
    picture: str


def morning(visit: Visit) -> Morning:
    """Three questions: how are we doing, how was the year, what needs somebody."""
    pace = pace_of(visit)
    found = queries.trend(visit.engine, pace)
    asked = ask(REVENUE, visit.now, visit.tz, claims=visit.words.therapy)
    picture = svg_of(answer(visit.engine, REVENUE, asked), visit.words)
    waiting = (_waiting(str(kind), int(count), int(late)) for kind, count, late in found.waiting)
    return Morning(_figures(found, pace), tuple(waiting), picture)


def pace_of(visit: Visit) -> Pace:
    """This month until today; of the last month as many days, or all where it is shorter."""
    today = visit.today
    month = today.replace(day=1)
    last_month = month_before(today)
    last_day = same_day(last_month, today)
    began, ended = midnight(last_month, visit.tz), midnight(last_day + timedelta(days=1), visit.tz)
    return Pace(month, today, last_month, last_day, midnight(month, visit.tz), began, ended, visit.now)


def same_day(month: date, day: date) -> date:
    """The day of that number in `month`, or its last one."""
    return month.replace(day=min(day.day, monthrange(month.year, month.month)[1]))


def _figures(found: Trend, pace: Pace) -> tuple[Told, ...]:
    then = short_day(pace.last_month) + (f" to {pace.last_day.day}" if pace.last_day.day > 1 else "")
    days = f"first={pace.month}&last={pace.today}"
    missed, before = _part(found.missed, found.attended), _part(found.missed_before, found.attended_before)
    was = f"{before:.1f} % {then}" if before is not None else f"no sessions {then}"
    return (
        Told(
            "Billed this month",
            money(found.billed),
            beside(found.billed, found.billed_before, then, money(found.billed_before)),
            f"/reports/revenue?{days}&by=clinician",
        ),
        Told(
            "Collected this month",
            money(found.collected),
            beside(found.collected, found.collected_before, then, money(found.collected_before)),
            f"/reports/collection?{days}",
        ),
        Told(
            "Sessions attended",
            f"{found.attended:,}",
            beside(found.attended, found.attended_before, then, f"{found.attended_before:,}"),
            f"/reports/attendance?{days}",
        ),
        Told(
            "Missed or cancelled late",
            f"{missed:.1f} %" if missed is not None else "–",
            was,
            f"/reports/attendance?{days}&by=weekday",
        ),
    )


def beside(now: Decimal | int, before: Decimal | int, then: str, was: str) -> str:
    """How a figure stands to what it was, in words; `was` is how that is written."""
    change = ratio(now - before, before, 100, places=0) if before > 0 else None
    if change is None:
        return f"nothing {then}"
    if not change:
        return f"as {then}"
    if change > DOUBLE:
        return f"{then}: {was}"
    return f"{abs(change)} % {'more' if change > 0 else 'less'} than {then}"


def _part(missed: int, attended: int) -> Decimal | None:
    return ratio(missed, missed + attended, 100)


def _waiting(kind: str, count: int, late: int) -> Waiting:
    return Waiting(kind, DUTIES[TaskKind(kind)].does or "Made by hand", count, late)
