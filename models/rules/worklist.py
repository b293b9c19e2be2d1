"""What a biller works on first: what is open, how likely it is to be paid, and how soon it is too late.

Worth a day = open amount x chance / days left, today counting as one: what is lost for each day it lies. So a small
claim that ends tomorrow may stand before a large one with months to go, and what is too late stands last.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from models.money import ZERO, rounded, share
from models.rules.denials import Action

NOT_SENT_YET = 85
"""Of a hundred held or rejected claims, how many are paid once they are mended: no payer has refused them."""


@dataclass(frozen=True)
class Worth:
    """What a claim is worth, with the reason: expected is amount times chance, `a_day` that by the days left."""

    expected: Decimal
    days_left: int
    a_day: Decimal
    why: str


def worth(open_amount: Decimal, chance: int, last_day: date, today: date) -> Worth:
    """What working on a claim today is worth."""
    left = (last_day - today).days
    expected = share(max(open_amount, ZERO), Decimal(chance))
    sum_of = f"{open_amount} open x {chance} % = {expected}"
    if left < 0:
        return Worth(expected, left, ZERO, f"{sum_of}; too late since {last_day}")
    a_day = rounded(expected / (left + 1))
    days = "today is the last day" if left == 0 else f"{left} {'day' if left == 1 else 'days'} left"
    return Worth(expected, left, a_day, f"{sum_of}; {days}: {a_day} a day")


def rank(worth_of: Worth) -> tuple[bool, Decimal, int]:
    """The order of the list: in time before too late, the most a day first, then what runs out first."""
    return worth_of.days_left < 0, -worth_of.a_day, worth_of.days_left


DEEDS: dict[Action, str] = {
    Action.CORRECT: "correct",
    Action.FIND_ORIGINAL: "close",
    Action.OTHER_COVERAGE: "next",
    Action.CHECK_ELIGIBILITY: "close",
    Action.APPEAL_TIMELY: "appeal",
    Action.APPEAL: "appeal",
    Action.ADJUST_OFF: "close",
    Action.RIGHT_PAYER: "next",
    Action.AUTHORIZATION: "correct",
    Action.CREDENTIALING: "correct",
    Action.BILL_CLIENT: "close",
    Action.REVIEW: "correct",
}
"""Which part of a claim's page an action is done in."""
