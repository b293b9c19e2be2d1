"""Packages: each session at its part of the price, the oldest first, never beyond what was paid for."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from models.money import total
from models.rules.packages import Package, price

SOLD = date(2027, 3, 1)
TEN = Package(UUID(int=1), Decimal("1000.00"), 10, 0, SOLD)


def test_a_session_costs_its_part_and_says_which_it_is() -> None:
    covered = price([replace(TEN, used=2)], SOLD)
    assert covered is not None
    assert covered.price.amount == Decimal("100.00")
    assert covered.price.why == "session 3 of 10 of the package paid on 2027-03-01"


@given(st.decimals(min_value=1, max_value=5000, places=2), st.integers(1, 40))
def test_all_sessions_of_a_package_cost_its_price_to_the_cent(amount: Decimal, sessions: int) -> None:
    package = replace(TEN, price=amount, sessions=sessions)
    found = [price([replace(package, used=used)], SOLD) for used in range(sessions)]
    assert total(covered.price.amount for covered in found if covered) == amount


def test_a_package_that_is_used_up_covers_nothing() -> None:
    assert price([replace(TEN, used=10)], SOLD) is None


def test_a_package_covers_from_the_day_it_was_paid_through_its_last() -> None:
    dated = replace(TEN, expires_on=date(2027, 6, 30))
    covered = {
        day: price([dated], day) is not None for day in (date(2027, 2, 28), SOLD, date(2027, 6, 30), date(2027, 7, 1))
    }
    assert list(covered.values()) == [False, True, True, False]


def test_the_oldest_package_is_used_first() -> None:
    newer = replace(TEN, id=UUID(int=2), price=Decimal("900.00"), sold_on=date(2027, 3, 15))
    covered = price([newer, TEN], date(2027, 4, 1))
    assert covered is not None
    assert covered.package_id == TEN.id
