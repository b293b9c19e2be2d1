"""Money through the gateway: charged once whatever is repeated, and posted once however often it is told."""

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest
from sqlmodel import col, select

from activities import charges
from activities.ports import Charge, Kept
from activities.tasks import NAMES
from models.collecting import ChargeKind, ChargeStanding, ChargeState, ChargeWish, GatewayNews
from models.errors import Refused, Unreachable
from models.messages import CardCharge
from models.money import ZERO
from models.tables import ChargeIntent, Client, GatewayEvent, Payment
from tests.activities.practice import Desk, usd

DECLINED_FOR_NOW = Charge(ChargeState.DECLINED, reason="insufficient_funds", retry=True)
DECLINED = Charge(ChargeState.DECLINED, reason="card_declined")
PENDING = Charge(ChargeState.PENDING, "charge-1")


def owing(desk: Desk, **changes: Any) -> int:
    """A client who owes 150.00 on I000001 and agreed to automatic payment."""
    client = desk.client(**{"card": "card-1", "autopay_since": desk.now, **changes})
    desk.hold(client)
    return client


def wish(desk: Desk, kind: ChargeKind, client: int, amount: str = "0.00", **changes: Any) -> ChargeStanding:
    """What a person wishes, as far as the gateway's answer."""
    new = ChargeWish(uuid4(), kind, client, usd(amount), **changes)
    kept = desk.ask(charges.intend, new)
    return desk.ask(charges.ask, new.id) if kept.id == new.id else kept


def heard(desk: Desk, charge_id: UUID, event: str = "") -> ChargeStanding:
    return desk.ask(charges.look, GatewayNews(charge_id, event))


def paid(desk: Desk) -> list[Decimal]:
    return [payment.amount for payment in desk.rows(select(Payment).order_by(col(Payment.at)))]


class TestAutopay:
    def test_the_card_on_file_pays_what_is_due_once(self, desk: Desk) -> None:
        client = owing(desk)
        for _ in range(2):
            desk.autopay("I000001")
        assert desk.cards.charged == [("card-1", usd("150.00"), str(charges.autopay_id("I000001", 1)))]
        assert desk.balance("cash:card") == usd("150.00")
        [payment] = desk.rows(select(Payment).where(Payment.client_id == client))
        assert (payment.reference, payment.invoice_number) == ("charge-1", "I000001")
        assert desk.settled == ["I000001"]

    def test_the_card_pays_only_what_is_still_due(self, desk: Desk) -> None:
        client = owing(desk)
        desk.pay(client, "149.00", "cash")
        desk.autopay("I000001")
        assert [amount for _, amount, _ in desk.cards.charged] == [usd("1.00")]

    def test_a_card_that_was_withdrawn_or_capped_meanwhile_is_not_charged(self, desk: Desk) -> None:
        client = owing(desk)
        desk.change(Client, client, autopay_cap=usd("100.00"))
        assert not desk.autopay("I000001")
        desk.change(Client, client, autopay_cap=None, autopay_since=None)
        assert not desk.autopay("I000001")
        assert desk.cards.charged == []

    def test_a_decline_that_may_pass_is_a_task_a_mail_and_a_retry(self, desk: Desk) -> None:
        client = owing(desk)
        desk.cards.answers.append(DECLINED_FOR_NOW)
        assert desk.autopay("I000001")
        assert desk.tasks() == ["payment_failed"]
        assert desk.mails[-1].kind == "payment_failed"
        assert desk.balance("cash:card") == ZERO
        desk.autopay("I000001", 2)
        assert desk.tasks() == []
        assert desk.balance(f"receivable:client:{client}") == ZERO

    def test_a_decline_for_good_is_not_tried_again(self, desk: Desk) -> None:
        owing(desk)
        desk.cards.answers.append(DECLINED)
        desk.autopay("I000001")
        assert not desk.autopay("I000001", 2)
        assert len(desk.cards.charged) == 1

    def test_a_card_is_tried_three_times_at_most(self, desk: Desk) -> None:
        owing(desk)
        desk.cards.answers += [DECLINED_FOR_NOW] * 3
        assert [desk.autopay("I000001", attempt) for attempt in (1, 2, 3)] == [True, True, False]

    def test_a_payment_by_bank_that_is_on_its_way_is_not_tried_again(self, desk: Desk) -> None:
        owing(desk, card_method="ach")
        desk.cards.answers.append(PENDING)
        for attempt in (1, 2, 3):
            desk.autopay("I000001", attempt)
        assert len(desk.cards.charged) == 1
        desk.cards.known["charge-1"] = Charge(ChargeState.APPROVED, "charge-1")
        heard(desk, charges.autopay_id("I000001", 1))
        assert desk.accounts()["cash:ach"] == usd("150.00")

    def test_a_payment_by_bank_that_fails_after_days_is_a_task_and_a_mail(self, desk: Desk) -> None:
        owing(desk, card_method="ach")
        desk.cards.answers.append(PENDING)
        desk.autopay("I000001")
        assert desk.tasks() == []
        desk.cards.known["charge-1"] = Charge(ChargeState.DECLINED, "charge-1", "insufficient_funds")
        heard(desk, charges.autopay_id("I000001", 1), "evt_1")
        assert desk.tasks() == ["payment_failed"]
        assert desk.mails[-1].kind == "payment_failed"


class TestOnce:
    def test_one_charge_is_one_payment_however_often_it_is_told(self, desk: Desk) -> None:
        """masslight/ottehr #8828: the answer, its repetition and two webhooks recorded one charge three times."""
        client = owing(desk, autopay_since=None)
        standing = wish(desk, ChargeKind.CHARGE, client, "150.00", invoice_number="I000001")
        desk.ask(charges.ask, standing.id)
        for event in ("evt_1", "evt_1", "evt_2", ""):
            heard(desk, standing.id, event)
        assert paid(desk) == [usd("150.00")]
        assert len(desk.cards.charged) == 1
        assert [m.kind for m in desk.mails].count("receipt") == 1
        assert len(desk.rows(select(GatewayEvent))) == 2

    def test_a_message_that_comes_before_the_answer_is_the_same_charge(self, desk: Desk) -> None:
        client = owing(desk, autopay_since=None)
        new = ChargeWish(uuid4(), ChargeKind.CHARGE, client, usd("150.00"))
        desk.ask(charges.intend, new)
        heard(desk, new.id, "evt_1")
        desk.ask(charges.ask, new.id)
        assert paid(desk) == [usd("150.00")]

    def test_an_old_message_does_not_undo_what_was_approved(self, desk: Desk) -> None:
        client = owing(desk, autopay_since=None)
        standing = wish(desk, ChargeKind.CHARGE, client, "150.00")
        desk.cards.known["charge-1"] = PENDING
        assert heard(desk, standing.id, "evt_late").state is ChargeState.APPROVED

    def test_a_charge_lost_in_a_crash_is_repeated_with_its_own_amount(self, desk: Desk) -> None:
        """Approved at the gateway, our commit failed, and the client paid a part in cash before the retry."""
        client = owing(desk)
        handover = desk.only(charges.autopay, CardCharge("I000001", 1)).handover
        cards = desk.cards
        approved = cards.charge

        def crash(card: str, amount: Decimal, key: str) -> Charge:
            approved(card, amount, key)
            raise Unreachable("the worker died")

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(cards, "charge", crash)  # it charges and is not heard
            with pytest.raises(Unreachable):
                desk.only(charges.ask, handover.charges[0])
        desk.pay(client, "100.00", "cash")
        desk.follow(handover)
        assert len(set(cards.charged)) == 1  # same card, same amount, same key: the gateway charges once
        assert desk.balance("cash:card") == usd("150.00")
        assert desk.balance(f"receivable:client:{client}") == usd("-100.00")

    def test_the_same_wish_twice_is_one_charge(self, desk: Desk) -> None:
        client = desk.client(card="card-1")
        new = ChargeWish(uuid4(), ChargeKind.CHARGE, client, usd("20.00"))
        for _ in range(2):
            desk.ask(charges.intend, new)
            desk.ask(charges.ask, new.id)
        assert paid(desk) == [usd("20.00")]


class TestAtTheDesk:
    def test_a_decline_is_told_to_who_waits_and_is_nobodys_task(self, desk: Desk) -> None:
        client = owing(desk, autopay_since=None)
        desk.cards.answers.append(DECLINED)
        standing = wish(desk, ChargeKind.CHARGE, client, "150.00")
        assert (standing.state, standing.reason) == (ChargeState.DECLINED, "card declined")
        assert desk.tasks() == []
        assert paid(desk) == []

    def test_without_a_card_nothing_is_charged(self, desk: Desk) -> None:
        with pytest.raises(Refused, match="no card on file"):
            wish(desk, ChargeKind.CHARGE, desk.client(), "10.00")

    @pytest.mark.parametrize("amount", ["0.00", "-1.00", "1.001"])
    def test_a_charge_is_above_zero_and_in_whole_cents(self, desk: Desk, amount: str) -> None:
        with pytest.raises(Refused, match="is not an amount"):
            wish(desk, ChargeKind.CHARGE, desk.client(card="card-1"), amount)

    def test_a_card_left_at_the_gateway_is_on_file(self, desk: Desk) -> None:
        client = desk.client()
        standing = wish(desk, ChargeKind.SETUP, client, back_path="/clients/1")
        assert desk.cards.pages[0].amount == ZERO
        kept = Kept("cus_1/pm_1", "ach", "Bank account ending in 6789")
        desk.cards.known["page-1"] = Charge(ChargeState.APPROVED, "page-1", kept=kept)
        heard(desk, standing.id)
        row = desk.row(Client, client)
        assert (row.card, row.card_method, row.card_label) == ("cus_1/pm_1", "ach", "Bank account ending in 6789")
        assert paid(desk) == []


class TestPages:
    def test_a_page_asks_for_what_is_due_and_pays_its_invoice(self, desk: Desk) -> None:
        client = owing(desk, autopay_since=None)
        desk.pay(client, "50.00", "cash")
        standing = wish(desk, ChargeKind.CHECKOUT, client, invoice_number="I000001", back_path="/invoices/I000001")
        [page] = desk.cards.pages
        assert (page.amount, page.what) == (usd("100.00"), "Invoice I000001")
        assert page.back_url.endswith(f"/invoices/I000001?charge={standing.id}")
        desk.cards.known["page-1"] = Charge(ChargeState.APPROVED, "charge-9")
        heard(desk, standing.id)
        assert desk.settled == ["I000001"]

    def test_an_invoice_has_one_open_page(self, desk: Desk) -> None:
        client = owing(desk, autopay_since=None)
        urls = {wish(desk, ChargeKind.CHECKOUT, client, invoice_number="I000001").url for _ in range(3)}
        assert urls == {"https://gateway.example/page-1"}

    def test_a_page_closes_when_the_invoice_is_charged_another_way(self, desk: Desk) -> None:
        client = owing(desk, autopay_since=None)
        wish(desk, ChargeKind.CHECKOUT, client, invoice_number="I000001")
        wish(desk, ChargeKind.CHARGE, client, "150.00", invoice_number="I000001")
        assert desk.cards.closed == ["page-1"]
        assert paid(desk) == [usd("150.00")]

    def test_a_page_that_was_just_paid_is_not_paid_again_by_card(self, desk: Desk) -> None:
        client = owing(desk, autopay_since=None)
        wish(desk, ChargeKind.CHECKOUT, client, invoice_number="I000001")
        desk.cards.known["page-1"] = Charge(ChargeState.APPROVED, "charge-9")
        standing = wish(desk, ChargeKind.CHARGE, client, "150.00", invoice_number="I000001")
        assert (standing.state, desk.cards.charged) == (ChargeState.DECLINED, [])
        assert paid(desk) == [usd("150.00")]

    def test_nothing_due_needs_no_page(self, desk: Desk) -> None:
        client = owing(desk, autopay_since=None)
        desk.pay(client, "150.00")
        with pytest.raises(Refused, match="nothing is due"):
            wish(desk, ChargeKind.CHECKOUT, client, invoice_number="I000001")


class TestRefunds:
    def charged(self, desk: Desk) -> tuple[int, UUID]:
        client = owing(desk, autopay_since=None)
        return client, wish(desk, ChargeKind.CHARGE, client, "150.00", invoice_number="I000001").id

    def test_money_goes_back_to_the_card_that_paid_and_its_invoice_is_due_again(self, desk: Desk) -> None:
        client, payment = self.charged(desk)
        wish(desk, ChargeKind.REFUND, client, "40.00", refund_of=payment)
        assert [(reference, amount) for reference, amount, _ in desk.cards.returned] == [("charge-1", usd("40.00"))]
        assert desk.balance("cash:card") == usd("110.00")
        assert desk.dues(client) == {"I000001": usd("40.00")}
        assert desk.mails[-1].kind == "refund"

    def test_no_more_goes_back_than_was_charged_in_all(self, desk: Desk) -> None:
        client, payment = self.charged(desk)
        wish(desk, ChargeKind.REFUND, client, "100.00", refund_of=payment)
        with pytest.raises(Refused, match=r"50\.00 of this payment"):
            wish(desk, ChargeKind.REFUND, client, "50.01", refund_of=payment)

    def test_a_refund_on_its_way_counts(self, desk: Desk) -> None:
        client, payment = self.charged(desk)
        desk.cards.answers.append(Charge(ChargeState.PENDING, "refund-1"))
        wish(desk, ChargeKind.REFUND, client, "150.00", refund_of=payment)
        assert desk.balance("cash:card") == usd("150.00")
        with pytest.raises(Refused, match=r"0\.00 of this payment"):
            wish(desk, ChargeKind.REFUND, client, "0.01", refund_of=payment)

    def test_a_refund_the_gateway_declines_posts_nothing(self, desk: Desk) -> None:
        client, payment = self.charged(desk)
        desk.cards.answers.append(Charge(ChargeState.DECLINED, reason="charge_already_refunded"))
        assert wish(desk, ChargeKind.REFUND, client, "150.00", refund_of=payment).state is ChargeState.DECLINED
        assert desk.balance("cash:card") == usd("150.00")

    def test_anothers_payment_is_not_refunded(self, desk: Desk) -> None:
        _, payment = self.charged(desk)
        with pytest.raises(Refused, match="no such payment"):
            wish(desk, ChargeKind.REFUND, desk.client(), "1.00", refund_of=payment)


def test_a_wish_is_kept_before_the_gateway_hears_of_it(desk: Desk) -> None:
    client = owing(desk)
    desk.only(charges.autopay, CardCharge("I000001", 1))
    intent = desk.row(ChargeIntent, uuid5(NAMES, "autopay/I000001/1"))
    assert (intent.client_id, intent.amount, intent.state) == (client, usd("150.00"), ChargeState.WISHED)
    assert desk.cards.charged == []
