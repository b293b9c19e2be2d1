"""Stripe over HTTP: charged once per key, declines and silence told apart, pages, refunds, signed messages."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from activities.adapters import cards as gateway
from activities.adapters.stripe import StripeCards
from activities.ports import Kept, Order
from models.collecting import ChargeState
from models.errors import Refused, Unreachable
from starter.sandbox.stripe_server import StripeServer

CARD = "cus_9/pm_card"
AMOUNT = Decimal("120.50")


@pytest.fixture
def server() -> Iterator[StripeServer]:
    running = StripeServer()
    running.start()
    yield running
    running.stop()


@pytest.fixture
def cards(server: StripeServer) -> StripeCards:
    return StripeCards(server.url)


def order(amount: str = "120.50", known: str | None = None) -> Order:
    return Order(7, Decimal(amount), "Invoice I000001", "https://desk.example/back", known)


def test_the_same_key_charges_once(server: StripeServer, cards: StripeCards) -> None:
    answers = {cards.charge(CARD, AMOUNT, "key-1").reference for _ in range(3)}
    assert len(answers) == 1
    [(path, fields)] = server.books.log
    assert path == "payment_intents"
    assert (fields["amount"], fields["currency"], fields["customer"]) == ("12050", "usd", "cus_9")
    assert fields["metadata[charge]"] == "key-1"


def test_a_key_serves_one_payment_only(cards: StripeCards) -> None:
    cards.charge(CARD, AMOUNT, "key-1")
    with pytest.raises(Refused, match="another payment"):
        cards.charge(CARD, Decimal("1.00"), "key-1")


@pytest.mark.parametrize(
    ("method", "reason", "retry"), [("pm_poor", "insufficient_funds", True), ("pm_declined", "lost_card", False)]
)
def test_a_decline_is_an_answer_with_its_reason(cards: StripeCards, method: str, reason: str, retry: bool) -> None:
    answer = cards.charge(f"cus_9/{method}", AMOUNT, "key-1")
    assert (answer.state, answer.reason, answer.retry) == (ChargeState.DECLINED, reason, retry)


def test_a_bank_account_is_pending_until_its_bank_has_answered(server: StripeServer, cards: StripeCards) -> None:
    answer = cards.charge("cus_9/pm_bank", AMOUNT, "key-1")
    assert answer.state is ChargeState.PENDING
    assert cards.look(answer.reference).state is ChargeState.PENDING
    server.books.decide(answer.reference, "requires_payment_method")
    assert cards.look(answer.reference).state is ChargeState.DECLINED
    server.books.decide(answer.reference, "succeeded")
    found = cards.look(answer.reference)
    assert found.approved
    assert found.kept == Kept("cus_9/pm_bank", "ach", "Test Bank ending in 6789")


def test_silence_is_worth_another_try_and_then_charges_once(server: StripeServer, cards: StripeCards) -> None:
    server.books.silent = True
    with pytest.raises(Unreachable):
        cards.charge(CARD, AMOUNT, "key-1")
    server.books.silent = False
    assert cards.charge(CARD, AMOUNT, "key-1").approved


def test_a_server_that_is_not_there_is_unreachable() -> None:
    with pytest.raises(Unreachable):
        StripeCards("stripe:sk_test_x?api_base=http://127.0.0.1:9").charge(CARD, AMOUNT, "key-1")


def test_parts_go_back_as_long_as_something_is_left(cards: StripeCards) -> None:
    paid = cards.charge(CARD, AMOUNT, "key-1").reference
    assert cards.refund(paid, Decimal("100.00"), "back-1").approved
    assert cards.refund(paid, Decimal("100.00"), "back-1").approved
    too_much = cards.refund(paid, Decimal("20.51"), "back-2")
    assert (too_much.state, too_much.reason) == (ChargeState.DECLINED, "amount_too_large")
    rest = cards.refund(paid, Decimal("20.50"), "back-3")
    assert cards.look(rest.reference).approved


def test_a_page_is_paid_once_and_says_with_which_card(server: StripeServer, cards: StripeCards) -> None:
    page = cards.page(order(), "key-1")
    assert page.url.startswith("https://checkout.stripe.com/")
    assert cards.page(order(), "key-1").reference == page.reference
    assert cards.look(page.reference).state is ChargeState.OPEN
    server.books.complete(page.reference)
    paid = cards.look(page.reference)
    assert paid.approved
    assert paid.kept is not None
    assert paid.kept.label == "Visa ending in 4242"
    assert cards.refund(paid.reference, AMOUNT, "back-1").approved


def test_a_page_that_is_closed_cannot_be_paid(server: StripeServer, cards: StripeCards) -> None:
    page, paid = cards.page(order(), "key-1"), cards.page(order(), "key-2")
    server.books.complete(paid.reference)
    assert cards.close(page.reference).state is ChargeState.EXPIRED
    assert cards.close(paid.reference).approved


def test_a_card_left_on_a_page_can_be_charged(server: StripeServer, cards: StripeCards) -> None:
    page = cards.page(order("0.00"), "key-1")
    server.books.complete(page.reference)
    kept = cards.look(page.reference).kept
    assert kept is not None
    assert cards.charge(kept.token, AMOUNT, "key-2").approved
    cards.page(order(known=kept.token), "key-3")
    assert [path for path, _ in server.books.log].count("customers") == 1


def test_stripe_is_told_no_name(server: StripeServer, cards: StripeCards) -> None:
    cards.page(order(), "key-1")
    told = " ".join(f"{name} {value}" for _, fields in server.books.log for name, value in fields.items())
    assert "Invoice I000001" in told
    assert "name" not in told.replace("[product_data][name]", "")


def test_a_message_names_the_charge_it_is_about(server: StripeServer, cards: StripeCards) -> None:
    paid = cards.charge(CARD, AMOUNT, "key-1").reference
    payload, signature = server.books.message(paid, "payment_intent.succeeded", "evt_1")
    assert cards.heard(payload, signature) == ("evt_1", "key-1")


def test_a_message_about_something_else_is_left_alone(server: StripeServer, cards: StripeCards) -> None:
    server.books.keep("cus", "customer", {})
    payload, signature = server.books.message("cus_1", "customer.created", "evt_1")
    assert cards.heard(payload, signature) is None


def test_a_message_nobody_signed_is_refused(server: StripeServer, cards: StripeCards) -> None:
    paid = cards.charge(CARD, AMOUNT, "key-1").reference
    payload, signature = server.books.message(paid, "payment_intent.succeeded", "evt_1")
    for body, sign in (
        (payload + b" ", signature),
        (payload, ""),
        (payload, signature.replace("v1=", "v1=0")),
        (b"", ""),
    ):
        with pytest.raises(Refused, match="not signed"):
            cards.heard(body, sign)


def test_card_numbers_are_not_typed_here(cards: StripeCards) -> None:
    with pytest.raises(Refused, match="Stripe's own page") as no:
        cards.store("4242 4242 4242 4242")
    assert "4242" not in str(no.value)


@pytest.mark.parametrize("url", ["stripe:", "stripe:pk_live_1", "stripe:?webhook_secret=x"])
def test_an_address_without_a_secret_key_says_how_a_right_one_reads(url: str) -> None:
    with pytest.raises(Refused, match="stripe:SECRET_KEY"):
        gateway(url)
