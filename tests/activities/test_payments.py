"""Money from clients: what cannot be is refused, and a request is recorded once."""

from uuid import uuid4

import pytest
from sqlmodel import select

from activities import payments
from models.errors import Refused
from models.messages import Money
from models.money import ZERO
from models.tables import Payment
from tests.activities.practice import Desk, usd


def refused(desk: Desk, words: str, *wish: str, client: int) -> None:
    before = desk.entries()
    kind, amount, method = wish
    with pytest.raises(Refused, match=words):
        desk.money(kind, client, amount, method)
    assert desk.entries() == before
    assert desk.rows(select(Payment)) == []


@pytest.mark.parametrize("kind", ["payment", "refund", "write_off"])
@pytest.mark.parametrize("amount", ["0", "0.00", "-0.01", "-5", "1.005", "0.001"])
def test_an_amount_is_above_zero_and_in_whole_cents(desk: Desk, kind: str, amount: str) -> None:
    refused(desk, "is not an amount", kind, amount, "card", client=desk.client())


def test_money_of_an_unknown_client_is_refused(desk: Desk) -> None:
    refused(desk, "no client 99", "payment", "5.00", "card", client=99)


@pytest.mark.parametrize("method", ["", "payer", "payroll", "bitcoin", "CARD"])
def test_money_comes_only_by_a_known_way(desk: Desk, method: str) -> None:
    refused(desk, "no way to pay", "payment", "5.00", method, client=desk.client())


@pytest.mark.parametrize("method", ["card", "ach", "cash", "check"])
def test_a_payment_is_posted_and_receipted(desk: Desk, method: str) -> None:
    client = desk.client()
    receipt = desk.pay(client, "40.00", method)
    assert receipt.balance == usd("-40.00")
    assert desk.accounts() == {f"cash:{method}": usd("40.00"), f"receivable:client:{client}": usd("-40.00")}
    assert [m.kind for m in desk.mails] == ["receipt"]


def test_the_same_request_is_recorded_once(desk: Desk) -> None:
    client = desk.client()
    first = desk.pay(client, "40.00", request="r1")
    second = desk.pay(client, "40.00", request="r1")
    assert (first.balance, second.balance) == (usd("-40.00"), usd("-40.00"))
    assert len(desk.entries()) == 1
    assert len(desk.mails) == 1


def test_the_same_refund_is_made_once_even_when_nothing_is_left_to_refund(desk: Desk) -> None:
    client = desk.client()
    desk.pay(client, "40.00")
    for _ in range(2):
        assert desk.refund(client, "40.00", request="r1").balance == ZERO
    assert desk.accounts() == {}


def test_no_more_goes_back_than_was_paid_that_way(desk: Desk) -> None:
    client = desk.client()
    desk.pay(client, "40.00", "cash")
    desk.pay(client, "100.00", "card")
    with pytest.raises(Refused, match=r"40\.00 was paid by cash"):
        desk.refund(client, "40.01", "cash")
    desk.refund(client, "25.00", "cash")
    with pytest.raises(Refused, match=r"15\.00 was paid by cash"):
        desk.refund(client, "15.01", "cash")


def test_one_client_is_not_refunded_with_anothers_money(desk: Desk) -> None:
    desk.pay(desk.client(), "40.00")
    with pytest.raises(Refused):
        desk.refund(desk.client(), "1.00")


def test_no_more_is_written_off_than_is_owed(desk: Desk) -> None:
    client = desk.client()
    desk.hold(client)
    with pytest.raises(Refused, match=r"owes 150\.00"):
        desk.write_off(client, "150.01")
    desk.write_off(client, "150.00")
    assert desk.balance("adjustment:write_off") == usd("150.00")
    assert desk.settled == ["I000001"]
    with pytest.raises(Refused, match=r"owes 0\.00"):
        desk.write_off(client, "0.01")


def test_a_write_off_sends_no_receipt(desk: Desk) -> None:
    client = desk.client()
    desk.hold(client)
    desk.write_off(client, "10.00")
    assert "receipt" not in [m.kind for m in desk.mails]


def test_a_refused_request_may_be_made_again_with_a_right_amount(desk: Desk) -> None:
    client, request = desk.client(), uuid4()
    with pytest.raises(Refused):
        desk.ask(payments.record, Money(request, "payment", client, usd("0.00"), "cash"))
    assert desk.ask(payments.record, Money(request, "payment", client, usd("5.00"), "cash")).balance == usd("-5.00")
