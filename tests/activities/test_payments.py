"""Money from clients: what cannot be is refused, a request is recorded once, a declined card is somebody's task."""

from uuid import uuid4

import pytest
from sqlmodel import select

from activities import payments
from activities.ports import Charge
from models.errors import Refused
from models.messages import CardCharge, Money
from models.money import ZERO
from models.tables import Client, Payment
from tests.activities.practice import Desk, usd

DECLINED_FOR_NOW = Charge(False, "", "insufficient_funds", True)
DECLINED = Charge(False, "", "card_declined", False)


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


def owing(desk: Desk) -> int:
    client = desk.client(card="card-1", autopay_since=desk.now)
    desk.hold(client)
    return client


def test_the_card_on_file_pays_what_is_due_once(desk: Desk) -> None:
    client = owing(desk)
    for _ in range(2):
        assert desk.ask(payments.charge, CardCharge("I000001", 1)).due == ZERO
    assert desk.cards.charged == [("card-1", usd("150.00"), "autopay/I000001/1")]
    assert desk.balance("cash:card") == usd("150.00")
    [payment] = desk.rows(select(Payment).where(Payment.client_id == client))
    assert (payment.reference, payment.invoice_number) == ("charge-1", "I000001")


def test_the_card_pays_only_what_is_still_due(desk: Desk) -> None:
    client = owing(desk)
    desk.pay(client, "149.00", "cash")
    desk.ask(payments.charge, CardCharge("I000001", 1))
    assert [amount for _, amount, _ in desk.cards.charged] == [usd("1.00")]


def test_a_card_that_was_withdrawn_or_capped_meanwhile_is_not_charged(desk: Desk) -> None:
    client = owing(desk)
    desk.change(Client, client, autopay_cap=usd("100.00"))
    desk.ask(payments.charge, CardCharge("I000001", 1))
    desk.change(Client, client, autopay_cap=None, autopay_since=None)
    desk.ask(payments.charge, CardCharge("I000001", 1))
    assert desk.cards.charged == []


def test_a_decline_that_may_pass_is_a_task_a_mail_and_a_retry(desk: Desk) -> None:
    client = owing(desk)
    desk.cards.answers.append(DECLINED_FOR_NOW)
    standing = desk.ask(payments.charge, CardCharge("I000001", 1))
    assert (standing.due, standing.retry_card) == (usd("150.00"), True)
    assert desk.tasks() == ["payment_failed"]
    assert desk.mails[-1].kind == "payment_failed"
    assert desk.balance("cash:card") == ZERO
    assert not desk.ask(payments.charge, CardCharge("I000001", 2)).retry_card
    assert desk.tasks() == []
    assert desk.balance(f"receivable:client:{client}") == ZERO


def test_a_decline_for_good_is_not_tried_again(desk: Desk) -> None:
    owing(desk)
    desk.cards.answers.append(DECLINED)
    assert not desk.ask(payments.charge, CardCharge("I000001", 1)).retry_card


def test_a_card_is_tried_three_times_at_most(desk: Desk) -> None:
    owing(desk)
    desk.cards.answers += [DECLINED_FOR_NOW] * 3
    tries = [desk.ask(payments.charge, CardCharge("I000001", attempt)).retry_card for attempt in (1, 2, 3)]
    assert tries == [True, True, False]


def test_a_refused_request_may_be_made_again_with_a_right_amount(desk: Desk) -> None:
    client, request = desk.client(), uuid4()
    with pytest.raises(Refused):
        desk.ask(payments.record, Money(request, "payment", client, usd("0.00"), "cash"))
    assert desk.ask(payments.record, Money(request, "payment", client, usd("5.00"), "cash")).balance == usd("-5.00")
