"""An answer finds its claim by whatever number the payer kept; else somebody is told which claims it may be."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import TypedDict, Unpack

import pytest
from sqlmodel import select

from models.tables import Claim, Task
from models.x12.remittances import ClaimPayment
from tests.activities.payer import outcomes, parts, pays, remit
from tests.activities.practice import Desk, usd


def insured(desk: Desk) -> str:
    return desk.claim(desk.client(desk.payer()))


class OfLine(TypedDict, total=False):
    """What the payer says otherwise of a line."""

    code: str
    modifiers: tuple[str, ...]
    control: str
    date: dt.date | None
    units: Decimal


def renamed(payment: ClaimPayment, number: str, **of_line: Unpack[OfLine]) -> ClaimPayment:
    """The answer under another number, its lines changed."""
    lines = tuple(replace(line, **of_line) for line in payment.lines)
    return replace(payment, number=number, lines=lines)


@pytest.mark.parametrize("found_by", ["small letters", "its line", "the payer's number"])
def test_an_answer_finds_its_claim_by_any_number_it_keeps(desk: Desk, found_by: str) -> None:
    number = insured(desk)
    held_on = desk.row(Claim, number).held_on
    answer = pays(number, "120.00", "CO-45 30.00")
    told = {
        "small letters": renamed(answer, number.lower(), control=""),
        "its line": replace(renamed(answer, "0"), icn="NEW1"),
        "the payer's number": renamed(answer, "UNKNOWN", control="", date=held_on),
    }
    remit(desk, told[found_by])
    assert outcomes(desk) == ["posted"]
    assert parts(desk)[0].claim_number == number
    assert desk.balance("cash:payer") == usd("120.00")


def test_an_answer_without_the_modifier_that_was_billed_still_matches(desk: Desk) -> None:
    """openemr/openemr #7293: a line answered without its modifier was not found."""
    number = desk.claim(desk.client(desk.payer()), place="https://meet.example/1")
    remit(desk, renamed(pays(number, "120.00", "CO-45 30.00"), number, modifiers=(), code="90837"))
    assert outcomes(desk) == ["posted"]


def test_another_payers_number_is_no_match(desk: Desk) -> None:
    number = insured(desk)
    desk.payer("77777")
    remit(desk, renamed(pays(number, "120.00", "CO-45 30.00"), "UNKNOWN", control=""), payer="77777")
    assert outcomes(desk) == ["parked"]


def test_an_unknown_answer_is_parked_with_the_claims_of_the_same_charge_and_day(desk: Desk) -> None:
    number = insured(desk)
    held_on = desk.row(Claim, number).held_on
    answer = replace(pays("OLD-77", "120.00", "CO-45 30.00", icn="X"), date=held_on)
    remit(desk, renamed(answer, "OLD-77", control="", date=held_on, units=Decimal(1)))
    [task] = desk.rows(select(Task))
    assert f"no claim of that number was made here; the same charge and day have: {number}" in task.what


@pytest.mark.parametrize("days", [1, -1, 365])
def test_the_payers_own_number_is_no_match_on_another_day(desk: Desk, days: int) -> None:
    number = insured(desk)
    held_on = desk.row(Claim, number).held_on
    answer = pays(number, "120.00", "CO-45 30.00")
    remit(desk, renamed(answer, "UNKNOWN", control="", date=held_on + dt.timedelta(days=days)))
    assert outcomes(desk) == ["parked"]
    assert parts(desk)[0].claim_number is None
    [task] = desk.rows(select(Task))
    assert f"the payer's own number is that of: {number} of {held_on}" in task.what
    assert desk.balance("cash:payer") == 0


def test_two_claims_with_one_number_of_the_payers_are_left_to_a_person(desk: Desk) -> None:
    client = desk.client(desk.payer())
    numbers = [desk.claim(client) for _ in range(2)]
    for number in numbers:
        desk.change(Claim, number, payer_claim_number="SAME")
    remit(desk, renamed(pays("OLD-77", "120.00", "CO-45 30.00", icn="SAME"), "OLD-77", control=""))
    assert outcomes(desk) == ["parked"]
