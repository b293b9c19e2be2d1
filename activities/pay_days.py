"""The day on which pay was paid: said when it is paid, corrected with a reason (`models/rules/pay_days.py`)."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session as Database

from activities.pay_deciders import must_not_be_own
from models.errors import Refused
from models.rules import pay_days as rules
from models.tables import PayStatement

LONGEST = 200
"""Characters of a reason."""


@dataclass(frozen=True)
class DayWish:
    """Another day of payment for a paid statement, who says so and why."""

    statement_id: int
    paid_on: date
    reason: str
    by: str
    account_id: int | None = None


def day_of(statement: PayStatement, said: date | None, today: date) -> date:
    """The day of payment: as it was said, else the day on which the file it is in settles, else today."""
    if said is None:
        return statement.settles_on or today
    wrong = rules.wrong_day(said, statement.last, statement.settles_on, today)
    if wrong:
        raise Refused(wrong)
    return said


def correct(db: Database, wish: DayWish, today: date) -> list[int]:
    """Correct the day of payment, and keep what it was; the years whose 1099-NEC was due and is another one now."""
    statement = db.get(PayStatement, wish.statement_id, with_for_update=True)
    if statement is None or statement.paid_on is None:
        raise Refused("this statement is not paid yet: its day is said when it is")
    if not wish.by.strip():
        raise Refused("say who decides this")
    reason = " ".join(wish.reason.split())
    if not reason or len(reason) > LONGEST:
        raise Refused(f"give the reason, in {LONGEST} characters at most")
    must_not_be_own(db, statement.clinician_id, wish.by, wish.account_id)
    was, statement.paid_on = statement.paid_on, day_of(statement, wish.paid_on, today)
    if was == statement.paid_on:
        raise Refused(f"{was} is the day of payment already")
    told = f"{was} was the day of payment until {today} ({wish.by.strip()}: {reason})"
    statement.paid_on_before = "\n".join(filter(None, (statement.paid_on_before, told)))
    return rules.filed_before(was, statement.paid_on, today)
