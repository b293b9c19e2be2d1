"""Stripe from end to end over HTTP: a page, a charge, its signed messages, and what comes of them once."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from sqlmodel import select

from models.messages import charge_workflow
from models.tables import ChargeIntent, Client, GatewayEvent, Payment
from starter.sandbox.stripe_server import StripeServer
from starter.stack import Stack
from tests.starter.web.pages import Pages, open_pages
from tests.workflows.practice import ANA, FULL_FEE, Life, living

FIRST = "I000001"


@pytest.fixture
def stripe() -> Iterator[StripeServer]:
    server = StripeServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
async def paying(stripe: StripeServer, tmp_path: Path) -> AsyncIterator[Pages]:
    """A practice whose card gateway is Stripe."""
    clock = [datetime.now(UTC)]
    environ = {"PERSESSION_CARDS_URL": stripe.url, "PERSESSION_CLEARINGHOUSE_URL": f"file://{tmp_path}/house"}
    starting = Stack.start(tmp_path / "home", "time-skipping", environ=environ)
    async with starting as stack, living(stack, stack.env, clock) as life:
        yield open_pages(life)


async def told(pages: Pages, message: tuple[bytes, str]) -> int:
    """The status with which a message of Stripe is answered."""
    payload, signature = message
    browser = await pages.someone()
    headers = {"Stripe-Signature": signature}
    return (await browser.client.post("/hooks/stripe", content=payload, headers=headers)).status_code


def amounts(life: Life) -> list[Decimal]:
    return [payment.amount for payment in life.rows(select(Payment))]


async def test_a_charge_told_by_its_answer_and_by_messages_is_one_payment(paying: Pages, stripe: StripeServer) -> None:
    """masslight/ottehr #8828."""
    life = paying.life
    life.change(Client, ANA, card="cus_9/pm_card")
    await life.hold(life.at(1, 9))
    standing = await life.office.money.charge(ANA, FULL_FEE, uuid4(), FIRST)
    [intent] = life.rows(select(ChargeIntent))
    messages = [
        stripe.books.message(intent.reference, "payment_intent.succeeded", event) for event in ("evt_1", "evt_2")
    ]
    assert await asyncio.gather(*(told(paying, message) for message in (*messages, *messages))) == [200] * 4
    await life.eventually(lambda: len(life.rows(select(GatewayEvent))) == 2)
    await life.ended(charge_workflow(standing.id))
    assert amounts(life) == [FULL_FEE]
    assert life.owed() == 0


async def test_a_paid_page_is_told_and_settles_its_invoice(paying: Pages, stripe: StripeServer) -> None:
    life = paying.life
    await life.hold(life.at(1, 9))
    await life.office.money.checkout(FIRST, "/back")
    [intent] = life.rows(select(ChargeIntent))
    stripe.books.complete(intent.reference)
    assert await told(paying, stripe.books.message(intent.reference, "checkout.session.completed", "evt_1")) == 200
    assert await life.ended(f"invoice/{FIRST}") == "settled"
    assert amounts(life) == [FULL_FEE]


async def test_a_card_left_on_a_page_is_on_file(paying: Pages, stripe: StripeServer) -> None:
    life = paying.life
    await life.office.money.card_on_file(ANA, "/back")
    [intent] = life.rows(select(ChargeIntent))
    stripe.books.complete(intent.reference, "pm_bank")
    await life.office.money.look(intent.id)
    [client] = life.rows(select(Client).where(Client.id == ANA))
    assert (client.card_method, client.card_label) == ("ach", "Test Bank ending in 6789")
    assert (client.card or "").endswith("/pm_bank")


async def test_what_nobody_signed_or_is_not_ours_changes_nothing(paying: Pages, stripe: StripeServer) -> None:
    stripe.books.keep("pi", "payment_intent", {"metadata[charge]": str(uuid4())})
    stripe.books.keep("pi", "payment_intent", {"metadata[charge]": "another program's"})
    payload, signature = stripe.books.message("pi_1", "payment_intent.succeeded", "evt_1")
    assert await told(paying, (payload, signature)) == 400
    assert await told(paying, (payload, "t=1,v1=0")) == 400
    assert await told(paying, stripe.books.message("pi_2", "payment_intent.succeeded", "evt_2")) == 200
    assert paying.life.rows(select(GatewayEvent)) == []
