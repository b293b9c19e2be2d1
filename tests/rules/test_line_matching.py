"""Which of our lines a payer's line answers: our number first, then what it bills; never its modifiers."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.line_matching import AskedLine, ToldLine, answered, together

DAY, NEXT = date(2027, 3, 2), date(2027, 3, 9)
THERAPY = AskedLine("C0000001L1", "90837", DAY, Decimal("150.00"))
INTERACTIVE = AskedLine("C0000001L2", "90785", DAY, Decimal("30.00"))
AGAIN = AskedLine("C0000001L3", "90837", NEXT, Decimal("150.00"))
ASKED = (THERAPY, INTERACTIVE, AGAIN)


def told(control: str = "", code: str = "", on: date | None = DAY, charge: str = "0.00") -> ToldLine:
    return ToldLine(control, code, str(on or ""), Decimal(charge))


def as_told(line: AskedLine, numbered: bool = True) -> ToldLine:
    return ToldLine(line.control if numbered else "", line.code, str(line.on), line.charge)


@given(st.permutations(ASKED), st.booleans())
def test_lines_are_found_in_whatever_order_they_come_with_or_without_our_numbers(
    order: list[AskedLine], numbered: bool
) -> None:
    found = answered(ASKED, [as_told(line, numbered) for line in order])
    assert [None if place is None else ASKED[place] for place in found] == order


@given(st.lists(st.sampled_from(ASKED), max_size=6), st.data())
def test_our_number_is_believed_before_anything_else(order: list[AskedLine], data: st.DataObject) -> None:
    """A payer that answers under our number may have changed code, day and charge, and split the line."""
    codes = st.sampled_from(["90834", "90785", "", "99999"])
    said = [ToldLine(f" {line.control.lower()} ", data.draw(codes), "", Decimal(1)) for line in order]
    assert answered(ASKED, said) == [ASKED.index(line) for line in order]


@pytest.mark.parametrize(
    ("said", "place"),
    [
        (told(code="90785", charge="30.00"), 1),
        (told(code="90785", charge="25.00"), 1),
        (told(code="90785", on=None), 1),
        (told(code="90837", on=NEXT), 2),
        (told(code="96127", charge="30.00"), 1),
        (told(code="96127", charge="99.00"), None),
        (told(), None),
    ],
)
def test_without_our_number_it_is_what_is_the_same(said: ToldLine, place: int | None) -> None:
    assert answered(ASKED, [said]) == [place]


def test_two_days_of_one_code_are_told_apart_by_their_days() -> None:
    assert answered(ASKED, [told(code="90837", on=NEXT), told(code="90837")]) == [2, 0]


def test_the_line_that_is_left_is_the_one_that_nothing_names() -> None:
    assert answered(ASKED, [as_told(AGAIN), as_told(THERAPY), told(code="G0000", on=None)]) == [2, 0, 1]


def test_a_line_is_answered_once_unless_the_payer_names_it() -> None:
    twice = told(code="90785", charge="30.00")
    assert answered(ASKED, [twice, twice]) == [1, None]


MONTH = [AskedLine(f"C0000001L{n}", "90837", date(2027, 3, n), Decimal("150.00")) for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("place", "charge", "taken", "found"),
    [
        (0, "150.00", {0}, [0]),
        (0, "100.00", {0}, [0]),
        (0, "300.00", {0}, [0, 1]),
        (0, "300.00", {0, 1}, [0, 2]),
        (1, "300.00", {1}, [1, 2]),
        (2, "300.00", {2}, [0, 2]),
        (1, "450.00", {1}, [0, 1, 2]),
        (0, "200.00", {0}, []),
        (0, "300.00", {0, 1, 2}, []),
    ],
)
def test_a_line_for_several_is_about_those_that_make_up_its_charge(
    place: int, charge: str, taken: set[int], found: list[int]
) -> None:
    assert together([*MONTH, INTERACTIVE], place, Decimal(charge), taken) == found
