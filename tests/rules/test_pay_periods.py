"""A pay period stated: its lines are its total, caps and draws only move money between periods, nothing is lost."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.money import ZERO, total
from models.paying import UNPOSTED, AdminTime, Contract, Earned, Logged, PeriodFacts, Source, WorkKind
from models.rules.pay_periods import Extra, extras

FIRST, LAST = date(2028, 2, 21), date(2028, 3, 5)
"""Two weeks over a leap day."""
SINCE = date(2027, 1, 1)
MONEY = st.decimals(min_value=-400, max_value=900, places=2)
PROMISED = st.decimals(min_value=0, max_value=600, places=2)


def usd(text: str) -> Decimal:
    return Decimal(text)


def stated(contract: Contract, *lines: tuple[Source, str], **left: Decimal) -> dict[Source, Decimal]:
    """What a period adds to these lines, by source."""
    facts = PeriodFacts(FIRST, LAST, (contract,), tuple(Earned(s, usd(a)) for s, a in lines), (), **left)
    return {extra.source: extra.earned.amount for extra in extras(facts)}


def test_logged_hours_are_paid_at_the_contracts_rates_on_their_days() -> None:
    contract = Contract(SINCE, admin=AdminTime.LOGGED, admin_rate=usd("25.00"), supervision_rate=usd("60.00"))
    logged = (Logged(1, WorkKind.ADMIN, FIRST, 50), Logged(2, WorkKind.SUPERVISION, date(2028, 2, 29), 90))
    found = extras(PeriodFacts(FIRST, LAST, (contract,), logged=logged))
    assert [(e.source, str(e.earned.amount), e.on, e.logged) for e in found] == [
        (Source.ADMIN, "20.83", FIRST, 1),
        (Source.SUPERVISION, "90.00", date(2028, 2, 29), 2),
    ]
    assert found[1].earned.why == "90 minutes of supervision time logged for 2028-02-29 at 60.00 an hour"


def test_hours_that_no_contract_pays_earn_nothing() -> None:
    logged = (Logged(1, WorkKind.ADMIN, FIRST, 50),)
    assert extras(PeriodFacts(FIRST, LAST, (Contract(SINCE),), logged=logged)) == []
    assert extras(PeriodFacts(FIRST, LAST, (), logged=logged)) == []


@pytest.mark.parametrize(
    ("until", "guaranteed"),
    [(None, "140.00"), (LAST, "140.00"), (date(2028, 2, 29), "90.00"), (FIRST, "10.00"), (date(2028, 2, 20), "0.00")],
)
def test_who_leaves_in_the_middle_of_a_period_is_guaranteed_the_part_by_days(
    until: date | None, guaranteed: str
) -> None:
    contract = Contract(SINCE, until, guaranteed=usd("140.00"))
    assert stated(contract).get(Source.GUARANTEE, ZERO) == usd(guaranteed)


def test_two_contracts_in_a_period_guarantee_their_parts() -> None:
    contracts = (
        Contract(SINCE, date(2028, 2, 27), guaranteed=usd("140.00")),
        Contract(date(2028, 2, 28), guaranteed=usd("280.00")),
    )
    [line] = extras(PeriodFacts(FIRST, LAST, contracts))
    assert line.earned.amount == usd("210.00")


def test_a_bonus_comes_on_top_of_the_guarantee_and_a_reimbursement_too() -> None:
    added = stated(
        Contract(SINCE, guaranteed=usd("500.00")),
        (Source.SESSION, "300.00"),
        (Source.BONUS, "100.00"),
        (Source.REIMBURSEMENT, "40.00"),
    )
    assert added == {Source.GUARANTEE: usd("200.00")}


def test_a_cap_leaves_the_rest_of_what_is_taken_back_for_the_next_periods() -> None:
    contract = Contract(SINCE, clawback_cap=usd("100.00"))
    first = stated(contract, (Source.SESSION, "600.00"), (Source.COLLECTION, "-250.00"))
    assert first == {Source.CLAWBACK_DEFERRED: usd("150.00")}
    second = stated(contract, (Source.SESSION, "600.00"), deferred=usd("150.00"))
    assert second == {Source.CLAWBACK_CARRIED: usd("-150.00"), Source.CLAWBACK_DEFERRED: usd("50.00")}
    third = stated(contract, (Source.SESSION, "600.00"), deferred=usd("50.00"))
    assert third == {Source.CLAWBACK_CARRIED: usd("-50.00")}


def test_a_draw_is_paid_ahead_and_comes_off_what_is_earned_above_it() -> None:
    contract = Contract(SINCE, draw=usd("500.00"))
    assert stated(contract, (Source.SESSION, "300.00")) == {Source.DRAW: usd("200.00")}
    assert stated(contract, (Source.SESSION, "620.00"), advanced=usd("200.00")) == {
        Source.DRAW_RECOVERED: usd("-120.00")
    }
    assert stated(contract, (Source.SESSION, "900.00"), advanced=usd("80.00")) == {Source.DRAW_RECOVERED: usd("-80.00")}


def test_a_draw_leaves_reimbursements_alone_and_ends_with_the_contract() -> None:
    lines = ((Source.SESSION, "300.00"), (Source.REIMBURSEMENT, "90.00"))
    assert stated(Contract(SINCE, draw=usd("500.00")), *lines) == {Source.DRAW: usd("200.00")}
    over = Contract(SINCE, FIRST - timedelta(days=1), draw=usd("500.00"))
    assert stated(over, *lines, advanced=usd("1000.00")) == {Source.DRAW_RECOVERED: usd("-300.00")}


def test_below_zero_without_a_draw_nothing_is_paid_ahead() -> None:
    assert stated(Contract(SINCE), (Source.COLLECTION, "-80.00"), advanced=usd("50.00")) == {}


def test_a_period_with_nothing_in_it_states_nothing() -> None:
    assert extras(PeriodFacts(FIRST, LAST, (Contract(SINCE),))) == []


@given(
    periods=st.lists(st.lists(st.tuples(st.sampled_from([Source.SESSION, Source.COLLECTION]), MONEY)), max_size=8),
    cap=st.one_of(st.none(), PROMISED),
    draw=PROMISED,
    guaranteed=PROMISED,
)
def test_over_all_periods_what_is_paid_is_what_was_earned_less_what_is_still_owed(
    periods: list[list[tuple[Source, Decimal]]], cap: Decimal | None, draw: Decimal, guaranteed: Decimal
) -> None:
    contract = Contract(SINCE, clawback_cap=cap, draw=draw, guaranteed=guaranteed)
    last_total = deferred = advanced = paid = earned = ZERO
    for lines in periods:
        known = tuple(Earned(source, amount) for source, amount in lines)
        facts = PeriodFacts(FIRST, LAST, (contract,), known, (), last_total, deferred, advanced)
        added = extras(facts)
        last_total = total([line.amount for line in known] + [extra.earned.amount for extra in added])
        deferred += of(added, Source.CLAWBACK_DEFERRED) + of(added, Source.CLAWBACK_CARRIED)
        advanced += of(added, Source.DRAW) + of(added, Source.DRAW_RECOVERED)
        earned += total(line.amount for line in known) + of(added, Source.GUARANTEE)
        paid += max(last_total, ZERO)
        assert deferred >= ZERO
        assert advanced >= ZERO
        if cap is not None:
            taken = -total(line.amount for line in known if line.source == Source.COLLECTION and line.amount < ZERO)
            moved = of(added, Source.CLAWBACK_DEFERRED) + of(added, Source.CLAWBACK_CARRIED)
            assert taken - moved <= cap
    assert paid == earned + deferred + advanced - min(last_total, ZERO)


@given(amounts=st.lists(MONEY), draw=PROMISED, guaranteed=PROMISED)
def test_nobody_gets_less_than_guarantee_and_draw(amounts: list[Decimal], draw: Decimal, guaranteed: Decimal) -> None:
    lines = tuple(Earned(Source.SESSION, amount) for amount in amounts)
    facts = PeriodFacts(FIRST, LAST, (Contract(SINCE, draw=draw, guaranteed=guaranteed),), lines)
    whole = total(amounts) + total(extra.earned.amount for extra in extras(facts))
    assert whole >= total(amounts)
    assert all(whole >= promised for promised in (draw, guaranteed) if promised)


def test_what_only_moves_between_periods_is_never_posted_as_earned() -> None:
    assert set(UNPOSTED) == {Source.CARRIED_OVER, Source.CLAWBACK_DEFERRED, Source.CLAWBACK_CARRIED}


def of(added: list[Extra], source: Source) -> Decimal:
    return total(extra.earned.amount for extra in added if extra.source == source)
