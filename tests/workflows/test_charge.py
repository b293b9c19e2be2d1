"""Charges through the gateway as they live: one payment however often it is told, pages followed until they end."""

import asyncio
from decimal import Decimal
from typing import cast
from uuid import UUID, uuid4

from sqlmodel import select

from activities.adapters.cards_sandbox import APPROVES, BANK, DECLINES, SandboxCards
from models.collecting import ChargeState, PlanWish
from models.messages import charge_workflow, plan_workflow
from models.tables import ChargeIntent, Client, Message, Payment
from tests.workflows.practice import ANA, FULL_FEE, TZ, Life, refused

FIRST = "I000001"


def keeps(life: Life, number: str, method: str = "card") -> None:
    """Ana has a card or bank account on file."""
    life.change(Client, ANA, card=life.world.cards.store(number), card_method=method)


def amounts(life: Life) -> list[Decimal]:
    return [payment.amount for payment in life.rows(select(Payment))]


def only_charge(life: Life) -> UUID:
    [intent] = life.rows(select(ChargeIntent))
    return intent.id


async def test_one_charge_is_one_payment_whoever_tells_of_it(life: Life) -> None:
    """masslight/ottehr #8828: the answer, the same wish again, and messages that come twice and out of order."""
    keeps(life, APPROVES)
    await life.hold(life.at(1, 9))
    request = uuid4()
    wishes = [life.office.money.charge(ANA, FULL_FEE, request, FIRST) for _ in range(2)]
    told = [life.office.money.told(request, event) for event in ("evt_2", "evt_1", "evt_1")]
    await asyncio.gather(*wishes)
    await asyncio.gather(*told, life.office.money.charge(ANA, FULL_FEE, request, FIRST))
    await life.ended(charge_workflow(request))
    assert amounts(life) == [FULL_FEE]
    assert life.owed() == 0
    await life.eventually(lambda: life.mails().count("receipt") == 1)


async def test_a_decline_is_heard_by_who_asked_and_posts_nothing(life: Life) -> None:
    keeps(life, DECLINES)
    with refused("declined: card declined"):
        await life.office.money.charge(ANA, Decimal("20.00"))
    with refused("no card on file"):
        await life.office.money.charge(2, Decimal("20.00"))
    assert life.events() == []


async def test_a_payment_by_bank_is_followed_until_the_bank_has_answered(life: Life) -> None:
    keeps(life, BANK, "ach")
    standing = await life.office.money.charge(ANA, Decimal("20.00"))
    assert standing.state is ChargeState.PENDING
    assert amounts(life) == []
    await life.sleep_until(life.at(1, 0))
    assert await life.ended(charge_workflow(standing.id)) == "approved"
    assert life.balance("cash:ach") == Decimal("20.00")


async def test_a_page_that_is_paid_settles_its_invoice_without_any_message(life: Life) -> None:
    await life.hold(life.at(1, 9))
    url = await life.office.money.checkout(FIRST, "/back")
    assert await life.office.money.checkout(FIRST, "/back") == url
    cards = cast(SandboxCards, life.world.cards)
    cards.pay(url.rpartition("/")[2], APPROVES)
    await life.sleep_until(life.at(1, 18))
    assert await life.ended(charge_workflow(only_charge(life))) == "approved"
    assert await life.ended(f"invoice/{FIRST}") == "settled"
    with refused("nothing is due"):
        await life.office.money.checkout(FIRST, "/back")


async def test_money_goes_back_through_the_gateway_once(life: Life) -> None:
    keeps(life, APPROVES)
    paid = (await life.office.money.charge(ANA, Decimal("20.00"))).id
    request = uuid4()
    refunds = [life.office.money.refund(ANA, Decimal("15.00"), "card", "half", request, of=paid) for _ in range(2)]
    await asyncio.gather(*refunds)
    assert life.balance("cash:card") == Decimal("5.00")
    assert life.rows(select(Payment.reason).where(Payment.id == request)) == ["half"]
    with refused(r"5\.00 of this payment"):
        await life.office.money.refund(ANA, Decimal("5.01"), "card", of=paid)


async def test_a_plan_charges_each_part_on_its_day_until_nothing_is_due(life: Life) -> None:
    keeps(life, APPROVES)
    await life.hold(life.at(1, 9))
    first = life.at(2, 0).astimezone(TZ).date()
    plan = PlanWish(uuid4(), ANA, (FIRST,), 3, first, "week", True)
    await asyncio.gather(*(life.office.money.agree_plan(plan) for _ in range(2)))
    for day, paid in ((2, 1), (9, 2), (16, 3)):
        await life.sleep_until(life.at(day, 8, 55))
        assert len(amounts(life)) == paid - 1
        await life.sleep_until(life.at(day, 9, 5))
        await life.eventually(lambda paid=paid: len(amounts(life)) == paid)
    assert life.owed() == 0
    assert await life.ended(f"invoice/{FIRST}") == "settled"
    await life.sleep_until(life.at(24, 10))
    assert await life.ended(plan_workflow(plan.id)) == "done"
    assert "overdue" not in life.mails()


async def test_a_cancelled_plan_collects_nothing_more_and_the_invoice_is_asked_for(life: Life) -> None:
    await life.hold(life.at(1, 9))
    plan = PlanWish(uuid4(), ANA, (FIRST,), 2, life.at(20, 0).astimezone(TZ).date(), "month", False)
    await life.office.money.agree_plan(plan)
    await life.office.money.cancel_plan(plan.id)
    assert await life.ended(plan_workflow(plan.id)) == "cancelled"
    with refused("no such plan, or it has ended"):
        await life.office.money.cancel_plan(plan.id)
    await life.sleep_until(life.at(32, 12))
    await life.eventually(lambda: life.mails().count("overdue") == 1)
    assert "instalment" not in life.mails()


async def test_a_month_is_stated_once_a_client(life: Life) -> None:
    await life.hold(life.at(1, 9))
    month = life.at(1, 9).astimezone(TZ).date().replace(day=1)
    assert [await life.office.money.mail_statements(month) for _ in range(2)] == [1, 1]
    assert life.rows(select(Message.key).where(Message.kind == "statement")) == [f"statement/{ANA}/{month:%Y-%m}"]
