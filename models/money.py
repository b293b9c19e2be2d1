"""US dollars: the only place that rounds or splits.

Amounts are `Decimal` with two places, rounded half-up once per line; a sum is a sum of rounded lines.
"""

import re
from collections.abc import Iterable, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
PLAIN_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)
"""No exponent, no grouping, no infinity: how people and files write an amount."""


def rounded(amount: Decimal) -> Decimal:
    """`amount` in whole cents, half away from zero; never a negative zero."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP) + ZERO


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The sum in whole cents; 0.00 for nothing."""
    return sum(amounts, ZERO)


def share(amount: Decimal, percent: Decimal) -> Decimal:
    """`percent` (60 means 60 %) of `amount`, rounded."""
    return rounded(amount * percent / 100)


def mean(amount: Decimal, count: int) -> Decimal:
    """What each of so many has of `amount`, rounded; 0.00 of none."""
    return rounded(amount / count) if count else ZERO


def in_proportion(amount: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """What of `amount` falls to a part of a whole, rounded; 0.00 where the whole is nothing."""
    return rounded(amount * part / whole) if whole else ZERO


def parts(amount: Decimal, count: int) -> list[Decimal]:
    """`amount` in so many parts, equal to the cent; the last one is what the others leave."""
    each = (amount / count).quantize(CENT, rounding=ROUND_DOWN)
    return [each] * (count - 1) + [amount - each * (count - 1)]


def spread(amounts: Sequence[Decimal], over: Sequence[Decimal]) -> list[list[Decimal]]:
    """Each amount in parts that are to each other as `over` says; one list a part, in the order of the amounts.

    Parts of an amount add up to it; and where the amounts add up to the sum of `over`, what a part gets of all of them
    adds up to that part: none of a cent is lost either way. ValueError where `over` is not above zero.
    """
    left, rest, found = list(amounts), total(over), []
    if rest <= ZERO or min(over) < ZERO:
        raise ValueError("amounts are spread over what is above zero")
    for part in over:
        running, given = ZERO, []
        for amount in left:
            before = in_proportion(running, part, rest)
            running += amount
            given.append(in_proportion(running, part, rest) - before)
        left = [amount - taken for amount, taken in zip(left, given, strict=True)]
        rest -= part
        found.append(given)
    return found


def ratio(part: Decimal | int, whole: Decimal | int, times: int = 1, places: int = 1) -> Decimal | None:
    """`times` x part / whole, half away from zero; None where the whole is zero. A rate is `times` 100."""
    if not whole:
        return None
    return (Decimal(part) * times / Decimal(whole)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def cents(amount: Decimal) -> int:
    """`amount` in cents, as card gateways count; ValueError for a part of a cent."""
    if amount != rounded(amount):
        raise ValueError("an amount has whole cents")
    return int(amount * 100)


def dollars(text: str) -> Decimal:
    """Read an exact amount of at most two decimals; ValueError names what is wrong."""
    if not PLAIN_NUMBER.fullmatch(text.strip()):
        raise ValueError(f"{text!r} is not an amount in dollars, such as 120.00")
    amount = Decimal(text.strip())
    try:
        cents = rounded(amount)
    except InvalidOperation:
        raise ValueError(f"{text!r} is more than any practice has") from None
    if amount != cents:
        raise ValueError(f"{text!r} has more than two decimals")
    return cents


def percentage(text: str) -> Decimal:
    """A percentage written as "60%"; ValueError says what is wrong."""
    if not text.endswith("%"):
        raise ValueError(f"{text!r} is not a percentage such as 60%")
    value = dollars(text[:-1])
    if not 0 <= value <= 100:
        raise ValueError(f"{text!r} is not between 0% and 100%")
    return value
