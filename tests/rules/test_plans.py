"""Payment plans: parts that add up, kept while they come in time, broken only after the grace."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import Refused
from models.money import ZERO, total
from models.rules.plans import GRACE, MOST, Every, PlanState, instalments, standing

FIRST = date(2027, 1, 31)
PLAN = instalments(Decimal("100.00"), 3, FIRST, Every.MONTH)
AMOUNTS = st.decimals(min_value=1, max_value=9999, places=2)


@given(AMOUNTS, st.integers(1, MOST))
def test_the_parts_of_a_plan_are_its_amount_to_the_cent(amount: Decimal, count: int) -> None:
    parts = instalments(amount, count, FIRST, Every.WEEK)
    assert total(part.amount for part in parts) == amount
    assert all(part.amount > ZERO for part in parts)
    assert len({part.amount for part in parts[:-1]}) <= 1


def test_a_month_without_that_day_is_due_on_its_last() -> None:
    assert [part.due_on for part in PLAN] == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)]
    assert [part.amount for part in PLAN] == [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]


@pytest.mark.parametrize(("every", "second"), [(Every.WEEK, date(2027, 2, 7)), (Every.TWO_WEEKS, date(2027, 2, 14))])
def test_parts_are_as_far_apart_as_agreed(every: Every, second: date) -> None:
    assert instalments(Decimal("100.00"), 2, FIRST, every)[1].due_on == second


@pytest.mark.parametrize(("amount", "count"), [("100.00", 0), ("100.00", MOST + 1), ("0.02", 3), ("0.00", 1)])
def test_a_plan_without_a_sensible_part_is_refused(amount: str, count: int) -> None:
    with pytest.raises(Refused):
        instalments(Decimal(amount), count, FIRST, Every.MONTH)


def test_before_the_first_part_nothing_is_collected() -> None:
    now = standing(PLAN, ZERO, FIRST - timedelta(days=1))
    assert (now.state, now.collect, now.look_on) == (PlanState.KEPT, None, FIRST)


def test_a_part_is_collected_on_its_day_and_looked_at_after_its_grace() -> None:
    now = standing(PLAN, ZERO, FIRST)
    assert now.collect == PLAN[0]
    assert now.look_on == FIRST + GRACE + timedelta(days=1)


def test_a_part_that_is_paid_is_not_collected() -> None:
    now = standing(PLAN, Decimal("33.33"), FIRST)
    assert (now.state, now.collect) == (PlanState.KEPT, None)


def test_a_plan_is_kept_through_its_grace_and_broken_after() -> None:
    assert standing(PLAN, ZERO, FIRST + GRACE).state is PlanState.KEPT
    late = standing(PLAN, Decimal("33.32"), FIRST + GRACE + timedelta(days=1))
    assert late.state is PlanState.BROKEN
    assert late.why == "33.33 was due by 2027-01-31, 33.32 is paid"


def test_a_plan_is_done_once_all_of_it_is_paid_however_early() -> None:
    assert standing(PLAN, Decimal("100.00"), FIRST).state is PlanState.DONE


@given(st.integers(0, 120), st.decimals(min_value=0, max_value=120, places=2))
def test_a_kept_plan_always_knows_when_to_look_again(days: int, paid: Decimal) -> None:
    today = FIRST + timedelta(days=days)
    now = standing(PLAN, paid, today)
    assert (now.state is PlanState.KEPT) is (now.look_on is not None)
    assert now.look_on is None or now.look_on > today
