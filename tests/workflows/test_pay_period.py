"""A pay period: closed once, approved once, paid to the cent, carried over below zero."""

import asyncio
from datetime import date, timedelta
from decimal import Decimal

from sqlmodel import col, select

from models.messages import pay_workflow
from models.tables import PayLine, PayRuleRow, PayStatement, PayTerms
from tests.workflows.practice import DANA, TZ, Life, refused


def last_day(life: Life, week: int = 0) -> date:
    """The Sunday that ends a week of the test."""
    return life.monday.astimezone(TZ).date() + timedelta(days=6 + 7 * week)


async def test_a_period_is_closed_once_and_paid_once_when_approved(life: Life) -> None:
    await life.hold(life.at(1, 11))
    await life.hold(life.at(2, 11))
    await life.sleep_until(life.at(7, 0, 5))
    with refused("no closed period"):
        await life.office.pay.approve(DANA, last_day(life), "owner")
    closed = await asyncio.gather(*(life.office.pay.close_periods(run) for run in ("a", "b")))
    assert max(closed) == 1, "Dana's; Erin earned nothing"
    [statement] = await life.eventually(lambda: life.rows(select(PayStatement)))
    assert statement.clinician_id == DANA
    assert life.balance("payable:clinician:1") == -180
    standing = await life.office.pay.approve(DANA, last_day(life), "owner")
    assert standing.total == 180
    assert await life.ended(pay_workflow(DANA, last_day(life))) == "paid"
    with refused("approved already"):
        await life.office.pay.approve(DANA, last_day(life), "owner")
    await life.office.pay.close_periods("later")
    assert life.balance("payable:clinician:1") == 0
    assert life.balance("cash:payroll") == -180
    assert len(life.rows(select(PayStatement))) == 1


async def test_a_statement_whose_workflow_is_gone_is_approved_and_paid_all_the_same(life: Life) -> None:
    """As after a restored backup, or when somebody ended it in the Temporal UI."""
    await life.hold(life.at(1, 11))
    await life.sleep_until(life.at(7, 0, 5))
    await life.office.pay.close_periods("a")
    await life.eventually(lambda: life.rows(select(PayStatement)))
    gone = life.office.line.client.get_workflow_handle(pay_workflow(DANA, last_day(life)))
    await gone.terminate()
    approved = await life.office.pay.approve(DANA, last_day(life), "owner", pay_now=False)
    assert approved.total == 90
    assert not approved.settled
    await gone.terminate()
    await life.office.pay.paid(DANA, last_day(life), "owner")
    assert await life.ended(pay_workflow(DANA, last_day(life))) == "paid"
    assert life.balance("cash:payroll") == -90


async def test_two_approvals_at_once_pay_once(life: Life) -> None:
    await life.hold(life.at(1, 11))
    await life.sleep_until(life.at(7, 0, 5))
    await life.office.pay.close_periods("a")
    await life.eventually(lambda: life.rows(select(PayStatement)))
    wishes = [life.office.pay.approve(DANA, last_day(life), "owner") for _ in range(3)]
    answers = await asyncio.gather(*wishes, return_exceptions=True)
    assert sum(isinstance(answer, Exception) for answer in answers) == 2
    assert life.balance("cash:payroll") == -90


async def test_below_zero_carries_over_and_the_guarantee_tops_up(life: Life) -> None:
    life.change(PayRuleRow, 1, basis="percent_of_collected", value=Decimal(60))
    await life.hold(life.at(1, 11))
    await life.office.money.pay(1, Decimal("150.00"), "check")
    await life.sleep_until(life.at(7, 0, 5))
    await life.office.pay.close_periods("one")
    await life.eventually(lambda: len(life.rows(select(PayStatement))) == 1)
    await life.sleep_until(life.at(8, 9))
    await life.office.money.refund(1, Decimal("150.00"), "check", "dispute")
    await life.sleep_until(life.at(14, 0, 5))
    await life.office.pay.close_periods("two")
    await life.eventually(lambda: len(life.rows(select(PayStatement))) == 2)
    standing = await life.office.pay.approve(DANA, last_day(life, 1), "owner")
    assert standing.total == -90
    assert life.balance("cash:payroll") == 0, "a negative statement pays nothing"
    life.change(PayTerms, 1, guaranteed=Decimal("200.00"))
    await life.sleep_until(life.at(21, 0, 5))
    await life.office.pay.close_periods("three")
    await life.eventually(lambda: len(life.rows(select(PayStatement))) == 3)
    third = life.rows(select(PayLine).where(PayLine.statement_id == 3).order_by(col(PayLine.source)))
    assert [(line.source, line.amount) for line in third] == [
        ("carried_over", Decimal(-90)),
        ("guarantee", Decimal(200)),
    ]
