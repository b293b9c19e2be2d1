"""An invoice's life: charged where the client agreed, tried again on the policy's days, asked for again, settled."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlmodel import col, select

from activities.adapters.cards_sandbox import APPROVES, DECLINES, HESITATES
from models.messages import invoice_workflow
from models.tables import Client, Message, Payment, PolicyRow
from tests.workflows.practice import ANA, FULL_FEE, Life

FIRST = invoice_workflow("I000001")


def agrees(life: Life, card: str, cap: Decimal | None = None) -> None:
    """Ana leaves a card and agrees to automatic payment."""
    token = life.world.cards.store(card)
    life.change(Client, ANA, card=token, autopay_since=life.monday, autopay_cap=cap)


async def test_a_card_that_works_pays_at_once(life: Life) -> None:
    agrees(life, APPROVES)
    await life.hold(life.at(1, 11))
    assert await life.ended(FIRST) == "settled"
    assert life.owed() == 0
    assert life.balance("cash:card") == FULL_FEE
    await life.eventually(lambda: {"invoice", "receipt"} <= set(life.mails()))
    assert [life.mails().count(kind) for kind in ("invoice", "receipt", "payment_failed")] == [1, 1, 0]
    assert life.tasks(still_open=False) == []


async def test_a_decline_that_may_pass_is_tried_again_on_the_third_and_seventh_day(life: Life) -> None:
    agrees(life, HESITATES)
    await life.hold(life.at(1, 11))
    await life.eventually(lambda: life.tasks() == ["payment_failed"])
    await life.sleep_until(life.at(4, 11, 55))
    assert life.mails().count("payment_failed") == 1
    await life.sleep_until(life.at(4, 12, 5))
    await life.eventually(lambda: life.mails().count("payment_failed") == 2)
    await life.sleep_until(life.at(8, 12, 5))
    assert await life.ended(FIRST) == "settled"
    [payment] = life.rows(select(Payment))
    assert abs(payment.at - life.at(8, 12)) < timedelta(minutes=1)
    assert payment.amount == FULL_FEE
    assert life.tasks() == []


async def test_a_decline_for_good_is_not_tried_again_and_the_balance_is_asked_for(life: Life) -> None:
    agrees(life, DECLINES)
    await life.hold(life.at(1, 11))
    for day, asked in ((30, 0), (32, 1), (62, 2), (92, 3), (130, 3)):
        await life.sleep_until(life.at(day, 12, 5))
        await life.eventually(lambda asked=asked: life.mails().count("overdue") == asked)
    assert life.mails().count("payment_failed") == 1
    assert life.tasks() == ["balance_due", "payment_failed"]
    await life.office.money.pay(ANA, FULL_FEE, "check")
    assert await life.ended(FIRST) == "settled"
    assert life.tasks() == []


async def test_nothing_above_the_clients_cap_is_charged(life: Life) -> None:
    agrees(life, APPROVES, cap=FULL_FEE - 1)
    await life.hold(life.at(1, 11))
    await life.eventually(lambda: "invoice" in life.mails())
    assert life.rows(select(Payment)) == []
    assert life.owed() == FULL_FEE


async def test_a_payment_in_time_ends_it_without_another_word(life: Life) -> None:
    await life.hold(life.at(1, 11))
    await life.office.money.pay(ANA, FULL_FEE - 1, "cash")
    await life.office.money.pay(ANA, Decimal("1.00"), "cash")
    assert await life.ended(FIRST) == "settled"
    await life.sleep_until(life.at(40, 12))
    assert life.mails().count("overdue") == 0
    assert life.mails().count("invoice") == 1


async def test_credit_pays_before_anybody_is_asked(life: Life) -> None:
    await life.office.money.pay(ANA, FULL_FEE, "cash")
    await life.hold(life.at(1, 11))
    assert life.owed() == 0
    assert "invoice" not in life.mails()


@pytest.mark.parametrize("grace", [0, 24])
async def test_an_invoice_of_a_waived_fee_asks_for_nothing_more(life: Life, grace: int) -> None:
    life.change(PolicyRow, 1, fee_grace_hours=grace)
    session_id = await life.book(life.at(1, 11))
    await life.sleep_until(life.at(1, 12))
    await life.office.sessions.no_show(session_id)
    await life.office.sessions.waive(session_id, ANA, "was ill")
    await life.sleep_until(life.at(40, 12))
    assert life.owed() == 0
    sent = life.rows(select(Message.kind).where(col(Message.kind).in_(["overdue", "payment_failed"])))
    assert sent == []
    assert life.tasks() == []
