"""Payment plans: when which part is due, and whether a plan is kept (RULES 7: balance at 30/60/90 days)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from models.errors import Refused
from models.money import ZERO, parts, total

GRACE = timedelta(days=5)
"""How late an instalment may come before the plan is broken."""
MOST = 36
"""The most instalments of a plan."""


class Every(StrEnum):
    """How far apart instalments are."""

    WEEK = "week"
    TWO_WEEKS = "two weeks"
    MONTH = "month"


STEPS = {
    Every.WEEK: relativedelta(weeks=1),
    Every.TWO_WEEKS: relativedelta(weeks=2),
    Every.MONTH: relativedelta(months=1),
}


class PlanState(StrEnum):
    """How a plan stands."""

    KEPT = "kept"
    BROKEN = "broken"
    DONE = "done"


@dataclass(frozen=True)
class Instalment:
    """A part of a plan, and the day it is due."""

    number: int
    due_on: date
    amount: Decimal


@dataclass(frozen=True)
class PlanStanding:
    """Whether a plan is kept, the instalment to collect today (if any), and the next day to look at it."""

    state: PlanState
    collect: Instalment | None
    look_on: date | None
    why: str


def instalments(amount: Decimal, count: int, first: date, every: Every) -> tuple[Instalment, ...]:
    """The parts of an amount from a day on; Refused when a part would be nothing."""
    if not 1 <= count <= MOST:
        raise Refused(f"a plan has 1 to {MOST} instalments")
    each = parts(amount, count)
    if each[0] <= ZERO:
        raise Refused(f"{amount} cannot be paid in {count} instalments")
    step = STEPS[every]
    days = [first + step * number for number in range(count)]
    return tuple(Instalment(n, day, part) for n, (day, part) in enumerate(zip(days, each, strict=True), start=1))


def standing(plan: Sequence[Instalment], paid: Decimal, today: date) -> PlanStanding:
    """How a plan stands when so much of it is paid; instalments are in order of their days."""
    if paid >= total(part.amount for part in plan):
        return PlanStanding(PlanState.DONE, None, None, "everything the plan was for is paid")
    late = [part for part in plan if part.due_on + GRACE < today]
    expected = total(part.amount for part in late)
    if paid < expected:
        why = f"{expected} was due by {late[-1].due_on}, {paid} is paid"
        return PlanStanding(PlanState.BROKEN, None, None, why)
    begun = [part for part in plan if part.due_on <= today]
    missing = paid < total(part.amount for part in begun)
    coming = [part.due_on for part in plan if part.due_on > today]
    grace_ends = [part.due_on + GRACE + timedelta(days=1) for part in begun if part.due_on + GRACE >= today]
    look_on = min([*coming[:1], *grace_ends])
    return PlanStanding(PlanState.KEPT, begun[-1] if missing else None, look_on, "paid as agreed so far")
