"""What clients are asked for: credit first, the oldest first, nothing twice, and again after a refund."""

from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from activities import invoices
from models.messages import Dunning
from models.money import ZERO, total
from models.tables import Client, Invoice, InvoiceLine, Payment
from tests.activities.practice import Desk, usd


def test_a_session_is_invoiced_when_it_is_earned(desk: Desk) -> None:
    client = desk.client()
    desk.hold(client)
    [asked] = desk.asked
    assert (asked.number, asked.client_id, asked.amount, asked.autopay) == ("I000001", client, usd("150.00"), False)
    assert desk.dues(client) == {"I000001": usd("150.00")}


def test_what_credit_covers_is_not_asked_for(desk: Desk) -> None:
    client = desk.client()
    desk.pay(client, "200.00")
    desk.hold(client)
    assert desk.asked == []
    assert desk.open_invoices(client) == []
    assert desk.balance(f"receivable:client:{client}") == usd("-50.00")


def test_what_credit_covers_in_part_is_asked_for_the_rest(desk: Desk) -> None:
    client = desk.client()
    desk.pay(client, "40.00")
    desk.hold(client)
    assert [a.amount for a in desk.asked] == [usd("110.00")]


def test_money_settles_the_oldest_invoice_first(desk: Desk) -> None:
    client = desk.client()
    for _ in range(3):
        desk.hold(client)
    desk.pay(client, "200.00")
    assert list(desk.dues(client).values()) == [ZERO, usd("100.00"), usd("150.00")]
    assert desk.settled == ["I000001"]
    assert desk.open_invoices(client) == ["I000002", "I000003"]


def test_a_refund_opens_the_newest_invoice_again_and_asks_for_it_without_the_card(desk: Desk) -> None:
    client = desk.client(card="card-1", autopay_since=desk.now)
    for _ in range(2):
        desk.hold(client)
    desk.pay(client, "300.00")
    desk.refund(client, "30.00")
    assert desk.dues(client) == {"I000001": ZERO, "I000002": usd("30.00")}
    assert desk.open_invoices(client) == ["I000002"]
    assert (desk.asked[-1].amount, desk.asked[-1].autopay) == (usd("30.00"), False)


def test_a_refund_of_the_credit_that_covered_a_session_asks_for_that_session_not_for_a_paid_one(desk: Desk) -> None:
    client = desk.client()
    desk.hold(client)
    desk.pay(client, "150.00")
    desk.pay(client, "150.00")
    desk.hold(client)
    desk.refund(client, "150.00")
    assert desk.dues(client) == {"I000001": ZERO, "I000002": usd("150.00")}
    assert desk.open_invoices(client) == ["I000002"]
    assert desk.asked[-1].number == "I000002"


def test_a_waived_fee_takes_itself_off_its_invoice(desk: Desk) -> None:
    client = desk.client()
    missed = desk.miss(client)
    desk.waive(missed, client)
    assert desk.dues(client) == {"I000001": ZERO}
    assert desk.settled == ["I000001"]


def test_an_open_invoice_is_mailed_again_and_put_on_a_desk_once(desk: Desk) -> None:
    client = desk.client()
    desk.hold(client)
    for days in (30, 30, 60):
        standing = desk.ask(invoices.ask_again, Dunning("I000001", days))
        assert standing.due == usd("150.00")
    assert desk.tasks() == ["balance_due"]
    assert {m.key for m in desk.mails if m.kind == "overdue"} == {"overdue/I000001/30", "overdue/I000001/60"}
    desk.pay(client, "150.00")
    assert desk.tasks() == []


def test_a_paid_invoice_is_not_mailed_again(desk: Desk) -> None:
    client = desk.client()
    desk.hold(client)
    desk.pay(client, "150.00")
    assert desk.ask(invoices.ask_again, Dunning("I000001", 30)).due == ZERO
    assert desk.tasks() == []
    assert not [m for m in desk.mails if m.kind == "overdue"]


def test_autopay_charges_what_fell_due_after_the_client_agreed(desk: Desk) -> None:
    client = desk.client(card="card-1")
    desk.hold(client)
    desk.change(Client, client, autopay_since=desk.now)
    desk.hold(client)
    assert [a.autopay for a in desk.asked] == [False, True]


def test_autopay_leaves_alone_what_is_over_the_clients_cap(desk: Desk) -> None:
    desk.hold(desk.client(card="card-1", autopay_since=desk.now, autopay_cap=usd("149.99")))
    desk.hold(desk.client(card="card-1", autopay_since=desk.now, autopay_cap=usd("150.00")))
    assert [a.autopay for a in desk.asked] == [False, True]


ACTS = st.lists(
    st.tuples(st.sampled_from(["hold", "pay", "refund", "write_off"]), st.integers(min_value=1, max_value=40_000)),
    max_size=8,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_what_is_due_of_all_invoices_is_what_the_client_owes(desk: Desk, acts: list[tuple[str, int]]) -> None:
    client = desk.client()
    account = f"receivable:client:{client}"
    for act, cents in acts:
        amount = Decimal(cents).scaleb(-2)
        if act == "hold":
            desk.hold(client)
        elif act == "pay":
            desk.pay(client, str(amount))
        elif act == "write_off" and amount <= desk.balance(account):
            desk.write_off(client, str(amount))
        elif act == "refund":
            paid = desk.rows(select(Payment).where(Payment.client_id == client))
            left = total(p.amount if p.kind == "payment" else -p.amount for p in paid if p.kind != "write_off")
            if amount <= left:
                desk.refund(client, str(amount))
        dues = desk.dues(client)
        assert total(dues.values()) == max(desk.balance(account), ZERO)
        assert desk.open_invoices(client) == [number for number, due in dues.items() if due]
    lines = [line.entry_id for line in desk.rows(select(InvoiceLine))]
    assert len(lines) == len(set(lines))
    assert len(desk.rows(select(Invoice))) == len(lines)
