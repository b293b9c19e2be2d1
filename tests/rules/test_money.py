"""Dollars: read exactly, rounded half-up once, added up without loss."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.money import CENT, ZERO, dollars, rounded, share, total

AMOUNTS = st.decimals(min_value=-1_000_000, max_value=1_000_000, places=2)


@pytest.mark.parametrize(
    ("amount", "cents"),
    [
        ("0.004", "0.00"),
        ("0.005", "0.01"),
        ("0.015", "0.02"),
        ("0.025", "0.03"),
        ("1.0049", "1.00"),
        ("-0.005", "-0.01"),
        ("-0.015", "-0.02"),
        ("-2.675", "-2.68"),
        ("120", "120.00"),
    ],
)
def test_half_a_cent_rounds_away_from_zero(amount: str, cents: str) -> None:
    assert str(rounded(Decimal(amount))) == cents


def test_nothing_is_ever_printed_as_minus_zero() -> None:
    assert str(rounded(Decimal("-0.004"))) == "0.00"
    assert str(dollars("-0")) == "0.00"
    assert str(share(Decimal("-0.01"), Decimal("10"))) == "0.00"


@pytest.mark.parametrize(
    ("amount", "percent", "part"),
    [
        ("150.00", "60", "90.00"),
        ("33.33", "50", "16.67"),
        ("-33.33", "50", "-16.67"),
        ("0.01", "50", "0.01"),
        ("99.99", "33.3333", "33.33"),
        ("120.00", "0", "0.00"),
        ("120.00", "100", "120.00"),
    ],
)
def test_a_share_is_a_percentage_rounded_once(amount: str, percent: str, part: str) -> None:
    assert str(share(Decimal(amount), Decimal(percent))) == part


def test_the_sum_of_nothing_is_zero_in_cents() -> None:
    assert str(total([])) == "0.00"


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("120", "120.00"),
        (" 120.5 ", "120.50"),
        (".5", "0.50"),
        ("7.", "7.00"),
        ("-12.34", "-12.34"),
        ("+3.00", "3.00"),
        ("100.000", "100.00"),
        ("000012.00", "12.00"),
    ],
)
def test_an_exact_amount_is_read(text: str, amount: str) -> None:
    assert str(dollars(text)) == amount


@pytest.mark.parametrize(
    "text",
    ["", " ", ".", "-", "ten", "1,200.00", "$5", "1_0", "1e2", "1E-2", "NaN", "sNaN", "Infinity", "٣", "1 0", "0x10"],
)
def test_what_is_no_plain_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not an amount"):
        dollars(text)


@pytest.mark.parametrize("text", ["1.005", "0.001", "-0.009"])
def test_a_third_decimal_is_refused_instead_of_rounded(text: str) -> None:
    with pytest.raises(ValueError, match="more than two decimals"):
        dollars(text)


@pytest.mark.parametrize("text", ["9" * 27, "-" + "9" * 40, "1" + "0" * 400, "9" * 30 + ".001"])
def test_an_amount_beyond_exact_arithmetic_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match="more than any practice has"):
        dollars(text)


@given(AMOUNTS)
def test_what_is_written_is_read_back(amount: Decimal) -> None:
    assert dollars(f"{amount:f}") == amount


@given(st.text(max_size=40))
def test_any_text_is_an_amount_in_cents_or_a_value_error(text: str) -> None:
    try:
        amount = dollars(text)
    except ValueError:
        return
    assert amount == amount.quantize(CENT)


@given(AMOUNTS, st.decimals(min_value=0, max_value=100, places=4))
def test_a_share_given_back_leaves_nothing(amount: Decimal, percent: Decimal) -> None:
    assert share(amount, percent) + share(-amount, percent) == ZERO


@given(AMOUNTS, st.decimals(min_value=0, max_value=100, places=2))
def test_a_share_is_within_half_a_cent_of_the_exact_one(amount: Decimal, percent: Decimal) -> None:
    assert abs(share(amount, percent) - amount * percent / 100) <= CENT / 2
