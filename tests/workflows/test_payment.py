"""Money that people record: once however often they ask, never what cannot be."""

import asyncio
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlmodel import select

from models.tables import Payment
from tests.workflows.practice import ANA, FULL_FEE, Life, refused


async def test_the_same_request_is_recorded_and_receipted_once(life: Life) -> None:
    request = uuid4()
    receipts = await asyncio.gather(*(life.office.money.pay(ANA, FULL_FEE, "cash", request=request) for _ in range(3)))
    assert {receipt.balance for receipt in receipts} == {-FULL_FEE}
    await life.ended(f"payment/{request}")
    await life.office.money.pay(ANA, FULL_FEE, "cash", request=request)
    await life.ended(f"payment/{request}")
    assert life.balance("cash:cash") == FULL_FEE
    assert life.mails() == ["receipt"]


async def test_what_cannot_be_is_refused_with_its_reason_and_posts_nothing(life: Life) -> None:
    office = life.office
    for amount in ("0", "-5.00", "10.001"):
        with refused("above zero, in whole cents"):
            await office.money.pay(ANA, Decimal(amount), "cash")
    with refused("no way to pay: card, ach, cash or check"):
        await office.money.pay(ANA, FULL_FEE, "shells")
    with refused("no client 99"):
        await office.money.pay(99, FULL_FEE, "cash")
    with refused("no more than that can go back"):
        await office.money.refund(ANA, Decimal("1.00"), "cash")
    with refused("no more than that can be written off"):
        await office.money.write_off(ANA, Decimal("1.00"), "goodwill")
    assert life.events() == []
    assert life.mails() == []


async def test_no_more_goes_back_than_came_in_that_way_even_at_once(life: Life) -> None:
    await life.office.money.pay(ANA, Decimal("100.00"), "check")
    await life.office.money.pay(ANA, Decimal("50.00"), "cash")
    refunds = [life.office.money.refund(ANA, Decimal("60.00"), "check", "moved away") for _ in range(3)]
    answers = await asyncio.gather(*refunds, return_exceptions=True)
    assert sum(isinstance(answer, Exception) for answer in answers) == 2
    assert life.balance("cash:check") == 40
    assert life.owed() == -90


@pytest.mark.parametrize("kind", ["refund", "write_off"])
async def test_a_recorded_payment_is_told_as_recorded_when_the_request_comes_again(life: Life, kind: str) -> None:
    request = uuid4()
    if kind == "refund":
        await life.office.money.pay(ANA, FULL_FEE, "check")
    else:
        await life.hold(life.at(1, 11))
        with refused("no more than that can be written off"):
            await life.office.money.write_off(ANA, FULL_FEE + 1, "meant for somebody else", request=request)
    for _ in range(2):
        if kind == "refund":
            await life.office.money.refund(ANA, FULL_FEE, "check", request=request)
        else:
            await life.office.money.write_off(ANA, FULL_FEE, "goodwill", request=request)
        await life.ended(f"payment/{request}")
    assert life.owed() == 0
    if kind == "write_off":
        assert life.rows(select(Payment.reason)) == ["goodwill"]
