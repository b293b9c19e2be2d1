"""Which session a client's money paid: oldest debt first, not a cent made or lost on the way."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.facts import Movement
from models.money import ZERO, total
from models.rules.collections import Account, Debt, trace

START = datetime(2027, 3, 1, tzinfo=UTC)
CENTS = st.decimals(min_value="0.01", max_value=300, places=2)
FIRST, SECOND, THIRD = Debt(1, False), Debt(2, False), Debt(3, False)


def at(order: int, kind: str, amount: str | Decimal, debt: Debt | None = None) -> Movement:
    when = START + timedelta(hours=order)
    return Movement(when, kind, Decimal(amount), debt.attendance_id if debt else None, debt.fee if debt else False)


def told(*movements: tuple[str, str] | tuple[str, str, Debt]) -> list[Movement]:
    return [at(n, *movement) for n, movement in enumerate(movements)]


def collected(account: Account) -> dict[Debt, str]:
    return {debt: str(amount) for debt, amount in account.collected.items() if amount}


@pytest.mark.parametrize(
    ("paid", "parts", "credit"),
    [
        ("60.00", {FIRST: "60.00"}, "0.00"),
        ("100.00", {FIRST: "100.00"}, "0.00"),
        ("130.00", {FIRST: "100.00", SECOND: "30.00"}, "0.00"),
        ("150.00", {FIRST: "100.00", SECOND: "50.00"}, "0.00"),
        ("170.00", {FIRST: "100.00", SECOND: "50.00"}, "20.00"),
    ],
)
def test_a_payment_covers_the_oldest_debt_first_and_the_rest_is_credit(
    paid: str, parts: dict[Debt, str], credit: str
) -> None:
    account = trace(told(("debt", "100.00", FIRST), ("debt", "50.00", SECOND), ("payment", paid)))
    assert (collected(account), str(account.credit)) == (parts, credit)


def test_credit_pays_the_next_debt_as_soon_as_it_is_owed() -> None:
    account = trace(told(("payment", "80.00"), ("debt", "50.00", FIRST), ("debt", "50.00", SECOND)))
    assert collected(account) == {FIRST: "50.00", SECOND: "30.00"}


def test_a_fee_and_the_session_it_was_charged_for_are_two_debts() -> None:
    fee = Debt(1, True)
    account = trace(told(("debt", "75.00", fee), ("debt", "20.00", FIRST), ("payment", "80.00")))
    assert collected(account) == {fee: "75.00", FIRST: "5.00"}


def test_a_reversed_debt_frees_what_was_paid_for_it() -> None:
    account = trace(
        told(("debt", "100.00", FIRST), ("payment", "100.00"), ("debt", "40.00", SECOND), ("debt", "-100.00", FIRST))
    )
    assert (collected(account), account.credit) == ({SECOND: "40.00"}, Decimal("60.00"))


def test_a_refund_takes_credit_first_then_the_debt_paid_last() -> None:
    paid = (("debt", "100.00", FIRST), ("debt", "50.00", SECOND), ("payment", "160.00"))
    assert collected(trace(told(*paid, ("refund", "-10.00")))) == {FIRST: "100.00", SECOND: "50.00"}
    assert collected(trace(told(*paid, ("refund", "-30.00")))) == {FIRST: "100.00", SECOND: "30.00"}
    assert collected(trace(told(*paid, ("refund", "-80.00")))) == {FIRST: "80.00"}


def test_a_refund_of_more_than_was_ever_paid_is_owed_back() -> None:
    account = trace(told(("debt", "100.00", FIRST), ("payment", "30.00"), ("refund", "-50.00"), ("payment", "60.00")))
    assert (collected(account), account.credit) == ({FIRST: "40.00"}, ZERO)


def test_what_is_written_off_is_neither_collected_nor_open() -> None:
    account = trace(told(("debt", "100.00", FIRST), ("written_off", "40.00"), ("payment", "100.00")))
    assert (collected(account), account.open(FIRST), account.credit) == ({FIRST: "60.00"}, ZERO, Decimal("40.00"))


def test_a_write_off_taken_back_opens_the_debt_again() -> None:
    account = trace(
        told(("debt", "100.00", FIRST), ("written_off", "40.00"), ("written_off", "-40.00"), ("payment", "100.00"))
    )
    assert (collected(account), account.credit) == ({FIRST: "100.00"}, ZERO)


def test_a_copay_paid_before_the_payer_answers_is_kept_for_its_session() -> None:
    account = trace(told(("payment", "25.00")), expected=[(1, Decimal("20.00")), (2, Decimal("20.00"))])
    assert (collected(account), account.credit) == ({FIRST: "20.00", SECOND: "5.00"}, ZERO)


def test_a_debt_goes_before_an_expected_share() -> None:
    account = trace(told(("payment", "25.00"), ("debt", "10.00", THIRD)), expected=[(1, Decimal("20.00"))])
    assert collected(account) == {THIRD: "10.00", FIRST: "15.00"}


def test_what_was_collected_for_a_session_counts_toward_its_expected_share() -> None:
    account = trace(told(("debt", "15.00", FIRST), ("payment", "40.00")), expected=[(1, Decimal("20.00"))])
    assert (collected(account), account.credit) == ({FIRST: "20.00"}, Decimal("20.00"))


@st.composite
def histories(draw: st.DrawFn) -> list[Movement]:
    """A client's account as it can happen: debts, payments, refunds, write-offs, reversals of a whole debt."""
    kinds = draw(st.lists(st.sampled_from(["debt", "debt", "payment", "payment", "refund", "written_off", "reversal"])))
    history: list[Movement] = []
    for order, kind in enumerate(kinds):
        if kind == "reversal":
            standing = [m for m in history if m.kind == "debt" and m.amount > ZERO]
            if standing:
                undone = draw(st.sampled_from(standing))
                if not any(m.attendance_id == undone.attendance_id and m.amount < ZERO for m in history):
                    history.append(at(order, "debt", -undone.amount, Debt(undone.attendance_id or 0, undone.fee)))
        else:
            amount = draw(CENTS)
            debt = Debt(order, draw(st.booleans())) if kind == "debt" else None
            history.append(at(order, kind, -amount if kind == "refund" else amount, debt))
    return history


@given(histories(), st.lists(st.tuples(st.integers(100, 103), CENTS), max_size=3))
def test_collected_and_credit_are_the_payments_less_the_refunds(
    history: list[Movement], expected: list[tuple[int, Decimal]]
) -> None:
    account = trace(history, expected)
    money = total(m.amount for m in history if m.kind in ("payment", "refund"))
    assert total(account.collected.values()) + account.credit == money
    assert all(amount >= ZERO for amount in account.collected.values())


@given(histories())
def test_no_debt_collects_more_than_is_owed(history: list[Movement]) -> None:
    account = trace(history)
    assert all(account.collected.get(debt, ZERO) <= max(ZERO, owed) for debt, owed in account.owed.items())


@given(histories())
def test_credit_and_open_debt_never_stand_side_by_side(history: list[Movement]) -> None:
    account = trace(history)
    if account.credit > ZERO:
        assert all(account.open(debt) <= ZERO for debt in account.owed)


@given(histories(), st.data())
def test_a_payment_in_parts_pays_what_it_would_have_paid_at_once(history: list[Movement], data: st.DataObject) -> None:
    payments = [n for n, m in enumerate(history) if m.kind == "payment" and m.amount > Decimal("0.01")]
    if not payments:
        return
    n = data.draw(st.sampled_from(payments))
    whole = history[n]
    part = data.draw(st.decimals(min_value="0.01", max_value=whole.amount - Decimal("0.01"), places=2))
    split = [at(n, "payment", part), at(n, "payment", whole.amount - part)]
    assert trace([*history[:n], *split, *history[n + 1 :]]) == trace(history)
