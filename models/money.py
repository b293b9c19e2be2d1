"""US dollars: the only place that rounds or splits.

Amounts are `Decimal` with two places, rounded half-up once per line; a sum is a sum of rounded lines.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def rounded(amount: Decimal) -> Decimal:
    """`amount` in whole cents, half away from zero."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The sum in whole cents; 0.00 for nothing."""
    return sum(amounts, ZERO)


def share(amount: Decimal, percent: Decimal) -> Decimal:
    """`percent` (60 means 60 %) of `amount`, rounded."""
    return rounded(amount * percent / 100)


def dollars(text: str) -> Decimal:
    """Read an exact amount of at most two decimals; ValueError names what is wrong."""
    try:
        amount = Decimal(text.strip())
    except InvalidOperation:
        raise ValueError(f"{text!r} is not an amount in dollars, such as 120.00") from None
    if not amount.is_finite() or amount != amount.quantize(CENT):
        raise ValueError(f"{text!r} has more than two decimals or is not a number")
    return amount.quantize(CENT)
