"""The table of postings: every event balances, and its mirror takes it back exactly."""

from collections import defaultdict
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.money import ZERO, total
from models.rules.ledger import TABLE, Draft, Event, client_account, draft, mirror, payer_account

WHO: dict[str, int | str] = {"client": 3, "payer": 5, "next_payer": 6, "clinician": 7, "method": "card"}
EVENTS = st.sampled_from(sorted(TABLE))
AMOUNTS = st.decimals(min_value=-10_000, max_value=10_000, places=2)


@pytest.mark.parametrize(
    ("event", "debit", "credit"),
    [
        (Event.ATTENDED_SELF_PAY, "receivable:client:3", "income:session"),
        (Event.ATTENDED_INSURED, "receivable:payer:5", "income:session"),
        (Event.FEE_CHARGED, "receivable:client:3", "income:fee"),
        (Event.CLIENT_PAID, "cash:card", "receivable:client:3"),
        (Event.PAYER_PAID, "cash:payer", "receivable:payer:5"),
        (Event.CONTRACTUAL, "adjustment:contractual", "receivable:payer:5"),
        (Event.CLIENT_SHARE, "receivable:client:3", "receivable:payer:5"),
        (Event.NEXT_COVERAGE, "receivable:payer:6", "receivable:payer:5"),
        (Event.REFUND, "receivable:client:3", "cash:card"),
        (Event.WRITE_OFF, "adjustment:write_off", "receivable:client:3"),
        (Event.PAYER_WRITE_OFF, "adjustment:write_off", "receivable:payer:5"),
        (Event.PAY_EARNED, "expense:clinician_pay", "payable:clinician:7"),
        (Event.PAY_SETTLED, "payable:clinician:7", "cash:payroll"),
    ],
)
def test_an_event_debits_and_credits_the_accounts_of_the_house(event: Event, debit: str, credit: str) -> None:
    made = draft(event, Decimal("10.00"), "a.rule", "why", **WHO)
    assert made.postings == ((debit, Decimal("10.00")), (credit, Decimal("-10.00")))
    assert (made.event, made.rule, made.why) == (event, "a.rule", "why")


@pytest.mark.parametrize("event", [Event.PROVIDER_ADJUSTMENT, Event.INTEREST])
def test_a_provider_level_amount_above_zero_takes_cash_away_as_in_the_835(event: Event) -> None:
    assert dict(draft(event, Decimal("4.00"), "", "", **WHO).postings)["cash:payer"] == Decimal("-4.00")
    assert dict(draft(event, Decimal("-4.00"), "", "", **WHO).postings)["cash:payer"] == Decimal("4.00")


def test_every_event_but_the_reversal_has_its_row() -> None:
    assert set(Event) - set(TABLE) == {Event.REVERSAL}


@given(EVENTS, AMOUNTS)
def test_every_draft_balances(event: Event, amount: Decimal) -> None:
    assert total(part for _, part in draft(event, amount, "", "", **WHO).postings) == ZERO


@given(EVENTS, AMOUNTS)
def test_a_mirror_undoes_its_entry_and_its_own_mirror_is_the_entry(event: Event, amount: Decimal) -> None:
    made = draft(event, amount, "", "", **WHO)
    undone = mirror(made, "entered twice")
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for account, part in (*made.postings, *undone.postings):
        sums[account] += part
    assert set(sums.values()) == {ZERO}
    assert mirror(undone, "after all").postings == made.postings
    assert (undone.event, undone.why) == (Event.REVERSAL, "entered twice")


@given(AMOUNTS, AMOUNTS)
def test_an_entry_that_does_not_balance_cannot_be_made(debit: Decimal, credit: Decimal) -> None:
    postings = (("cash:card", debit), ("income:session", -credit))
    if debit == credit:
        assert Draft(Event.CLIENT_PAID, postings, "", "").postings == postings
    else:
        with pytest.raises(ValueError, match="does not balance"):
            Draft(Event.CLIENT_PAID, postings, "", "")


def test_an_entry_needs_to_know_whom_it_concerns() -> None:
    with pytest.raises(KeyError, match="client"):
        draft(Event.FEE_CHARGED, Decimal("10.00"), "", "", payer=5)


def test_balances_are_asked_for_by_the_names_the_table_posts_to() -> None:
    posted = {account.format(**WHO) for row in TABLE.values() for account in row}
    assert {client_account(3), payer_account(5), "payable:clinician:7"} <= posted
