"""What a payer says of a claim as a whole goes to its lines, to the cent for each of them and for the claim."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.facts import Adjusted, PaidLine
from models.money import ZERO, cents, spread, total
from models.rules.line_sharing import beside_lines, laid_out

AMOUNTS = st.integers(0, 500_00).map(lambda number: Decimal(number) / 100)
ABOVE_ZERO = st.integers(1, 500_00).map(lambda number: Decimal(number) / 100)


def usd(text: str) -> Decimal:
    return Decimal(text)


def line(charged: str, paid: str, *told: str) -> PaidLine:
    """ "CO-45 30.00" and so on."""
    parts = [one.replace("-", " ").split() for one in told]
    return PaidLine(usd(charged), usd(paid), tuple(Adjusted(g, r, usd(a)) for g, r, a in parts))


def explained(one: PaidLine) -> Decimal:
    return one.paid + total(a.amount for a in one.adjustments)


def told(one: PaidLine) -> list[str]:
    return [f"{a.group}-{a.reason} {a.amount}" for a in one.adjustments]


def test_an_answer_without_lines_goes_by_what_each_charged() -> None:
    whole = line("330.00", "220.00", "CO-45 80.00", "PR-3 30.00")
    first, second = laid_out(whole, [usd("150.00"), usd("180.00")])
    assert (first.charged, first.paid, told(first)) == (usd("150.00"), usd("100.00"), ["CO-45 36.36", "PR-3 13.64"])
    assert (second.charged, second.paid, told(second)) == (usd("180.00"), usd("120.00"), ["CO-45 43.64", "PR-3 16.36"])


def test_a_cent_that_does_not_part_goes_to_one_line() -> None:
    parts = laid_out(line("300.00", "299.99", "PR-3 0.01"), [usd("100.00")] * 3)
    assert sum(len(told(part)) for part in parts) == 1
    assert [explained(part) for part in parts] == [usd("100.00")] * 3


def test_a_denial_of_the_whole_denies_each_line() -> None:
    parts = laid_out(line("300.00", "0.00", "CO-29 300.00"), [usd("150.00"), usd("150.00")])
    assert [(part.paid, told(part)) for part in parts] == [(ZERO, ["CO-29 150.00"])] * 2


def test_an_adjustment_that_takes_from_the_payment_takes_from_each_lines() -> None:
    """As the guide has it: the lines explain themselves, and the claim's adjustment lessens what is paid."""
    lines = [line("150.00", "100.00", "CO-45 50.00"), line("150.00", "50.00", "CO-45 50.00", "PR-3 50.00")]
    first, second = beside_lines(lines, usd("135.00"), [Adjusted("CO", "253", usd("15.00"))])
    assert (first.paid, told(first)) == (usd("90.00"), ["CO-45 50.00", "CO-253 10.00"])
    assert (second.paid, told(second)) == (usd("45.00"), ["CO-45 50.00", "PR-3 50.00", "CO-253 5.00"])


@given(st.lists(ABOVE_ZERO, min_size=1, max_size=8), st.lists(AMOUNTS, min_size=1, max_size=5))
def test_amounts_add_up_whatever_they_are_spread_over(over: list[Decimal], amounts: list[Decimal]) -> None:
    parts = spread(amounts, over)
    assert [total(part[place] for part in parts) for place in range(len(amounts))] == amounts
    assert all(amount >= ZERO and cents(amount) >= 0 for part in parts for amount in part)


@given(st.lists(st.lists(AMOUNTS, min_size=3, max_size=3), min_size=1, max_size=8))
def test_where_the_amounts_explain_the_parts_each_part_is_explained(rows: list[list[Decimal]]) -> None:
    over = [total(row) for row in rows]
    if total(over) == ZERO:
        return
    parts = spread([total(row[place] for row in rows) for place in range(3)], over)
    assert [total(part) for part in parts] == over


@pytest.mark.parametrize("over", [[], ["0.00"], ["-1.00", "5.00"]])
def test_nothing_is_spread_over_nothing(over: list[str]) -> None:
    with pytest.raises(ValueError, match="above zero"):
        spread([usd("1.00")], [usd(one) for one in over])
