"""What was agreed or entered late comes as new lines with a reason; draws and caps move money between periods."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from activities import pay, pay_changes
from models.errors import Refused
from models.money import ZERO, total
from models.paying import ItemKind, PayItem, Recalculation
from models.tables import Clinician, PayRuleRow, Practice
from tests.activities.paying import FIRST, SECOND, THIRD, agree, item, stated
from tests.activities.practice import DAY, HOUR, Desk, usd


def test_what_is_added_by_hand_has_a_reason_and_stands_on_the_statement(desk: Desk) -> None:
    desk.pay_rule("flat", "60.00")
    desk.hold(desk.client())
    with pytest.raises(Refused, match="nobody is paid below zero"):
        item(desk, ItemKind.DEDUCTION, "60.01")
    for kind, amount, reason, why in (
        (ItemKind.BONUS, "-5.00", "agreed", "not an amount"),
        (ItemKind.CORRECTION, "0.00", "agreed", "not an amount"),
        (ItemKind.BONUS, "5.00", " ", "give the reason"),
    ):
        with pytest.raises(Refused, match=why):
            item(desk, kind, amount, reason)
    item(desk, ItemKind.REIMBURSEMENT, "12.50")
    item(desk, ItemKind.DEDUCTION, "20.00")
    item(desk, ItemKind.CORRECTION, "-2.00", "a typo of last month")
    assert total(stated(desk, FIRST).values()) == usd("50.50")
    assert desk.balance("expense:reimbursement") == usd("12.50")
    assert desk.balance("expense:clinician_pay") == usd("38.00")


def test_the_same_item_twice_is_added_once_and_answered_as_it_stands(desk: Desk) -> None:
    """A second click, or the same `--request`, after the first one's workflow has ended."""
    desk.pay_rule("flat", "60.00")
    desk.hold(desk.client())
    wish = PayItem(UUID(int=7), 1, ItemKind.DEDUCTION, usd("40.00"), "agreed", "owner")
    first = desk.ask(pay_changes.add_item, wish)
    assert desk.ask(pay_changes.add_item, wish) == first, "though 40.00 more is more than is left"
    stated(desk, FIRST)
    assert desk.ask(pay_changes.add_item, wish) == first
    assert total(line.amount for line in desk.pay_lines()) == usd("20.00")


@pytest.mark.parametrize("other", [{"amount": usd("50.00")}, {"kind": ItemKind.BONUS}, {"clinician_id": 2}])
def test_another_item_under_the_same_id_is_refused(desk: Desk, other: dict[str, Any]) -> None:
    wish = PayItem(UUID(int=7), 1, ItemKind.REIMBURSEMENT, usd("40.00"), "agreed", "owner")
    desk.ask(pay_changes.add_item, wish)
    with pytest.raises(Refused, match=r"reimbursement of 40\.00 to clinician 1 was added under this id"):
        desk.ask(pay_changes.add_item, replace(wish, **other))
    assert [line.amount for line in desk.pay_lines()] == [usd("40.00")]


def test_a_draw_is_an_advance_that_later_pay_gives_back(desk: Desk) -> None:
    desk.pay_rule("flat", "60.00")
    agree(desk, draw=usd("100.00"))
    desk.hold(desk.client())
    assert stated(desk, FIRST) == {"session": usd("60.00"), "draw": usd("40.00")}
    assert desk.balance("advance:clinician:1") == usd("40.00")
    desk.now += 14 * DAY
    for _ in range(3):
        desk.hold(desk.client())
    assert stated(desk, SECOND) == {"session": usd("180.00"), "draw_recovered": usd("-40.00")}
    assert desk.balance("advance:clinician:1") == ZERO
    assert desk.balance("payable:clinician:1") == ZERO


def test_a_cap_takes_money_back_over_several_periods(desk: Desk) -> None:
    desk.pay_rule("percent_of_collected", "60.00")
    agree(desk, clawback_cap=usd("30.00"))
    client = desk.client()
    desk.hold(client)
    desk.pay(client, "150.00")
    assert stated(desk, FIRST) == {"collection": usd("90.00")}
    desk.now += 14 * DAY
    desk.refund(client, "100.00")
    item(desk, ItemKind.BONUS, "50.00")
    second = stated(desk, SECOND)
    assert second == {"collection": usd("-60.00"), "bonus": usd("50.00"), "clawback_deferred": usd("30.00")}
    assert desk.balance("payable:clinician:1") == usd("30.00"), "still to be taken back"
    desk.now += 14 * DAY
    item(desk, ItemKind.BONUS, "50.00")
    assert stated(desk, THIRD) == {"bonus": usd("50.00"), "clawback_carried": usd("-30.00")}
    assert desk.balance("payable:clinician:1") == ZERO


def test_who_leaves_in_the_middle_of_a_period_is_guaranteed_the_days_and_paid_what_is_signed_later(desk: Desk) -> None:
    desk.pay_rule("flat", "60.00")
    agree(desk, guaranteed=usd("140.00"), effective_until=date(2026, 3, 8))
    session = desk.book(desk.client(), starts=desk.now + HOUR)
    desk.now += 2 * HOUR
    desk.attend(session)
    assert stated(desk, FIRST) == {"guarantee": usd("70.00")}
    desk.change(Clinician, 1, active=False)
    desk.now += 14 * DAY
    desk.sign(session)
    desk.now += 14 * DAY
    assert [ref.clinician_id for ref in desk.only(pay.run, None).pay_periods] == [1]
    assert stated(desk, SECOND) == {"session": usd("60.00")}


def test_a_rate_entered_late_comes_as_a_difference_into_the_open_period(desk: Desk) -> None:
    desk.pay_rule("flat", "60.00")
    desk.hold(desk.client())
    desk.hold(desk.client())
    stated(desk, FIRST)
    desk.pay_rule("flat", "65.00", effective_from=date(2026, 3, 2))
    desk.now += 14 * DAY
    wish = Recalculation(1, date(2026, 3, 1), "raise of March", "owner")
    assert desk.ask(pay_changes.recalculate, wish) == 2
    assert stated(desk, SECOND) == {"recalculated": usd("10.00")}
    [first, *_] = [line for line in desk.pay_lines() if line.source == "recalculated"]
    assert first.why == "60.00 was earned, 65.00 is due: session of 2026-03-02, raise of March"


def test_a_basis_changed_late_counts_what_was_collected_once(desk: Desk) -> None:
    desk.pay_rule("flat", "60.00")
    client = desk.client()
    desk.hold(client)
    desk.pay(client, "150.00")
    [rule] = desk.rows(select(PayRuleRow))
    desk.change(PayRuleRow, rule.id, basis="percent_of_collected", value=usd("50.00"))
    assert desk.ask(pay_changes.recalculate, Recalculation(1, date(2026, 3, 1), "agreed so", "owner")) == 1
    assert total(line.amount for line in desk.pay_lines()) == usd("75.00")
    desk.refund(client, "50.00")
    assert total(line.amount for line in desk.pay_lines()) == usd("50.00")
    assert desk.ask(pay_changes.recalculate, Recalculation(1, date(2026, 3, 1), "again", "owner")) == 0


@pytest.mark.parametrize(
    ("zone", "starts", "held"),
    [
        ("America/New_York", "2028-02-29T23:30-05:00", date(2028, 2, 29)),
        ("America/New_York", "2026-11-01T01:30-05:00", date(2026, 11, 1)),
        ("America/New_York", "2026-12-31T23:30-05:00", date(2026, 12, 31)),
    ],
)
def test_leap_days_clock_changes_and_year_ends_are_days_of_the_practice(
    desk: Desk, zone: str, starts: str, held: date
) -> None:
    """What is held late on a local day belongs to that day's rule, period and year, whatever UTC says."""
    desk.change(Practice, 1, timezone=zone)
    desk.pay_rule("flat", "60.00")
    desk.pay_rule("flat", "99.00", effective_from=held + timedelta(days=1))
    moment = datetime.fromisoformat(starts)
    desk.at(moment - HOUR)
    session = desk.book(desk.client(), starts=moment)
    desk.at(moment + HOUR)
    desk.attend(session)
    desk.sign(session)
    [line] = desk.pay_lines()
    assert line.amount == usd("60.00")
    assert line.earned_on == max(held, (moment + HOUR).date())
