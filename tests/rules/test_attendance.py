"""Late cancellations and no-shows: when it is late, what it costs, what is waived, whom nobody may charge."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.calendar import instant
from models.facts import By, Policy, Status, Terms
from models.money import ZERO
from models.rules.attendance import cancelled_as, charge, fee, in_notice_window

STARTS = datetime(2027, 3, 2, 15, 0, tzinfo=UTC)
WHOLE = Terms(percent=Decimal("100"))
POLICY = Policy(
    notice_hours=24,
    late_cancel_fee=Terms(percent=Decimal("50")),
    no_show_fee=Terms(flat=Decimal("75.00")),
    waivers_per_year=0,
    reminder_hours=(48, 24, 2),
    no_show_after_hours=12,
    fee_grace_hours=0,
    note_required=True,
)
PRICE = Decimal("150.00")
MISSED = st.sampled_from([Status.LATE_CANCELLED, Status.NO_SHOW])
PRICES = st.decimals(min_value=0, max_value=2000, places=2)


@pytest.mark.parametrize(
    ("notice", "status"),
    [
        (timedelta(hours=24), Status.CANCELLED),
        (timedelta(hours=24, seconds=1), Status.CANCELLED),
        (timedelta(hours=23, minutes=59, seconds=59), Status.LATE_CANCELLED),
        (timedelta(0), Status.LATE_CANCELLED),
        (timedelta(hours=-1), Status.LATE_CANCELLED),
    ],
)
def test_a_client_cancels_in_time_up_to_exactly_the_notice(notice: timedelta, status: Status) -> None:
    assert cancelled_as(STARTS, STARTS - notice, By.CLIENT, POLICY) is status


@pytest.mark.parametrize("notice", [timedelta(0), timedelta(minutes=1), timedelta(days=3), timedelta(hours=-2)])
def test_the_practice_never_cancels_late(notice: timedelta) -> None:
    assert cancelled_as(STARTS, STARTS - notice, By.PRACTICE, POLICY) is Status.CANCELLED
    assert not in_notice_window(STARTS, STARTS - notice, By.PRACTICE, POLICY)


def test_notice_is_counted_in_real_hours_across_daylight_saving() -> None:
    new_york = ZoneInfo("America/New_York")
    starts = instant(datetime.fromisoformat("2027-03-14T10:00"), new_york)
    same_clock_the_day_before = instant(datetime.fromisoformat("2027-03-13T10:00"), new_york)
    assert starts - same_clock_the_day_before == timedelta(hours=23)
    assert cancelled_as(starts, same_clock_the_day_before, By.CLIENT, POLICY) is Status.LATE_CANCELLED
    assert cancelled_as(starts, same_clock_the_day_before - timedelta(hours=1), By.CLIENT, POLICY) is Status.CANCELLED


def test_without_a_notice_only_after_the_start_is_late() -> None:
    lenient = replace(POLICY, notice_hours=0)
    assert cancelled_as(STARTS, STARTS, By.CLIENT, lenient) is Status.CANCELLED
    assert cancelled_as(STARTS, STARTS + timedelta(seconds=1), By.CLIENT, lenient) is Status.LATE_CANCELLED


@pytest.mark.parametrize("status", [Status.BOOKED, Status.CONFIRMED, Status.ATTENDED, Status.CANCELLED])
def test_who_came_or_cancelled_in_time_pays_no_fee(status: Status) -> None:
    decided = fee(status, PRICE, POLICY, 0, forbidden_by_payer=False)
    assert (decided.amount, decided.charged, decided.rule) == (ZERO, ZERO, "attendance.no_fee")


@pytest.mark.parametrize(
    ("status", "price", "amount", "why"),
    [
        (Status.LATE_CANCELLED, "150.00", "75.00", "cancelled with less than 24 hours' notice: 50 % of 150.00"),
        (Status.LATE_CANCELLED, "60.01", "30.01", "cancelled with less than 24 hours' notice: 50 % of 60.01"),
        (Status.NO_SHOW, "150.00", "75.00", "did not come and did not cancel: a flat 75.00"),
        (Status.NO_SHOW, "10.00", "75.00", "did not come and did not cancel: a flat 75.00"),
    ],
)
def test_a_fee_is_a_share_of_the_clients_price_or_flat_and_says_why(
    status: Status, price: str, amount: str, why: str
) -> None:
    decided = fee(status, Decimal(price), POLICY, 0, forbidden_by_payer=False)
    assert (str(decided.charged), decided.rule, decided.why) == (amount, f"attendance.{status.value}_fee", why)


@pytest.mark.parametrize(("used", "waived"), [(0, True), (1, True), (2, False), (5, False)])
def test_the_first_fees_of_a_year_are_waived_by_themselves(used: int, waived: bool) -> None:
    decided = fee(Status.NO_SHOW, PRICE, replace(POLICY, waivers_per_year=2), used, forbidden_by_payer=False)
    assert (decided.waived, decided.charged) == (waived, ZERO if waived else Decimal("75.00"))
    assert decided.amount == Decimal("75.00"), "a waived fee still says what it would have been"


def test_a_waiver_says_which_of_how_many_it_is() -> None:
    decided = fee(Status.NO_SHOW, PRICE, replace(POLICY, waivers_per_year=2), 1, forbidden_by_payer=False)
    assert decided.why.endswith("waiver 2 of 2 in 365 days")
    assert decided.rule == "attendance.waiver"


@given(MISSED, PRICES, st.integers(0, 3), st.integers(0, 3))
def test_no_fee_and_no_waiver_where_a_payer_forbids_it(status: Status, price: Decimal, waivers: int, used: int) -> None:
    decided = fee(status, price, replace(POLICY, waivers_per_year=waivers), used, forbidden_by_payer=True)
    assert (decided.amount, decided.waived, decided.rule) == (ZERO, False, "attendance.payer_forbids")


@pytest.mark.parametrize("terms", [Terms(), Terms(percent=ZERO), Terms(flat=ZERO)])
def test_terms_of_nothing_use_up_no_waiver(terms: Terms) -> None:
    decided = fee(Status.NO_SHOW, PRICE, replace(POLICY, no_show_fee=terms, waivers_per_year=1), 0, False)
    assert (decided.amount, decided.waived, decided.rule) == (ZERO, False, "attendance.no_fee")


def test_a_client_seen_for_free_has_no_percentage_to_pay() -> None:
    decided = fee(Status.NO_SHOW, ZERO, replace(POLICY, no_show_fee=WHOLE, waivers_per_year=1), 0, False)
    assert (decided.amount, decided.waived) == (ZERO, False)


@given(MISSED, PRICES, st.decimals(min_value=0, max_value=100, places=2), st.integers(0, 3), st.booleans())
def test_a_percentage_fee_never_exceeds_the_price(
    status: Status, price: Decimal, percent: Decimal, used: int, forbidden: bool
) -> None:
    terms = Terms(percent=percent)
    policy = replace(POLICY, late_cancel_fee=terms, no_show_fee=terms, waivers_per_year=1)
    decided = fee(status, price, policy, used, forbidden)
    assert ZERO <= decided.charged <= decided.amount <= charge(terms, price) <= price


@given(MISSED, PRICES, st.decimals(min_value=0, max_value=500, places=2))
def test_a_flat_fee_is_never_more_than_agreed(status: Status, price: Decimal, flat: Decimal) -> None:
    terms = Terms(flat=flat)
    decided = fee(status, price, replace(POLICY, late_cancel_fee=terms, no_show_fee=terms), 0, False)
    assert decided.charged == flat
