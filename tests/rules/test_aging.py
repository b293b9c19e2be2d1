"""Aging: every open cent stands in one bucket, by the days since it arose."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.money import ZERO, total
from models.rules.aging import BUCKETS, OpenItem, aged, bucket

TODAY = date(2027, 6, 1)
ITEMS = st.builds(
    OpenItem,
    st.integers(1, 4),
    st.dates(date(2026, 1, 1), TODAY),
    st.decimals(min_value=Decimal("0.01"), max_value=900, places=2),
)


@pytest.mark.parametrize(
    ("days", "name"),
    [
        (0, "0-30 days"),
        (30, "0-30 days"),
        (31, "31-60 days"),
        (60, "31-60 days"),
        (61, "61-90 days"),
        (90, "61-90 days"),
        (91, "over 90 days"),
        (900, "over 90 days"),
    ],
)
def test_an_amount_ages_from_bucket_to_bucket(days: int, name: str) -> None:
    assert BUCKETS[bucket(days)][1] == name


@given(st.lists(ITEMS, max_size=30))
def test_nothing_is_lost_between_the_buckets(items: list[OpenItem]) -> None:
    assert total(line.total for line in aged(items, TODAY)) == total(item.amount for item in items)


def test_who_owes_most_comes_first() -> None:
    old = TODAY - timedelta(days=45)
    lines = aged(
        [OpenItem(1, TODAY, Decimal("5.00")), OpenItem(2, old, Decimal("7.00")), OpenItem(1, old, Decimal("1.00"))],
        TODAY,
    )
    assert [(line.owner_id, line.amounts) for line in lines] == [
        (2, (ZERO, Decimal("7.00"), ZERO, ZERO)),
        (1, (Decimal("5.00"), Decimal("1.00"), ZERO, ZERO)),
    ]
