"""A pay period stated: its lines are its total, caps and draws only move money between periods, nothing is lost."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.calendar import PayCycle
from models.money import ZERO, total
from models.paying import UNPOSTED, AdminTime, Contract, Earned, Logged, PeriodFacts, Source, Unstated, WorkKind
from models.rules.pay_periods import Extra, extras, to_close

FIRST, LAST = date(2028, 2, 21), date(2028, 3, 5)
"""Two weeks over a leap day."""
SINCE = date(2027, 1, 1)
MONEY = st.decimals(min_value=-400, max_value=900, places=2)
PROMISED = st.decimals(min_value=0, max_value=600, places=2)


def usd(text: str) -> Decimal:
    return Decimal(text)


def stated(
    contract: Contract,
    *lines: tuple[Source, str],
    last_total: Decimal = ZERO,
    deferred: Decimal = ZERO,
    advanced: Decimal = ZERO,
) -> dict[Source, Decimal]:
    """What a period adds to these lines, by source."""
    earned = tuple(Earned(s, usd(a)) for s, a in lines)
    facts = PeriodFacts(FIRST, LAST, (contract,), earned, (), last_total, deferred, advanced)
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


@pytest.mark.parametrize(
    ("left", "topped_up", "total_of_it"),
    [
        ((Earned(Source.CORRECTION, usd("-100.00")),), "0.00", "400.00"),
        ((Earned(Source.RECALCULATED, usd("-100.00"), late=True),), "0.00", "400.00"),
        ((Earned(Source.RECALCULATED, usd("-100.00")),), "100.00", "500.00"),
        ((Earned(Source.COLLECTION, usd("-100.00")),), "100.00", "500.00"),
    ],
    ids=["corrected by hand", "of an earlier period", "of this period", "money that went back"],
)
def test_a_guarantee_does_not_fill_up_what_is_put_right_for_earlier_periods(
    left: tuple[Earned, ...], topped_up: str, total_of_it: str
) -> None:
    contract = Contract(SINCE, guaranteed=usd("500.00"))
    lines = (Earned(Source.SESSION, usd("500.00")), *left)
    added = extras(PeriodFacts(FIRST, LAST, (contract,), lines))
    assert total(extra.earned.amount for extra in added) == usd(topped_up)
    assert total(line.amount for line in lines) + usd(topped_up) == usd(total_of_it)


@given(st.lists(st.tuples(MONEY, MONEY), min_size=1, max_size=5), PROMISED, st.decimals(0, 200, places=2))
def test_a_cap_moves_what_is_taken_back_and_changes_no_guarantee(
    periods: list[tuple[Decimal, Decimal]], guaranteed: Decimal, cap: Decimal
) -> None:
    """Whoever has no cap is paid the same in the end, once all that was left is taken back."""
    topped_up: list[Decimal] = []
    for clawback_cap in (cap, None):
        deferred = ZERO
        found = ZERO
        for session, collected in periods:
            lines = (Earned(Source.SESSION, abs(session)), Earned(Source.COLLECTION, collected))
            contract = Contract(SINCE, guaranteed=guaranteed, clawback_cap=clawback_cap)
            added = extras(PeriodFacts(FIRST, LAST, (contract,), lines, deferred=deferred))
            moved = [e for e in added if e.source in (Source.CLAWBACK_DEFERRED, Source.CLAWBACK_CARRIED)]
            deferred += total(e.earned.amount for e in moved)
            found += total(e.earned.amount for e in added if e.source is Source.GUARANTEE)
        topped_up.append(found)
    assert topped_up[0] == topped_up[1]


def test_the_cap_of_a_contract_holds_in_the_period_in_which_it_ends() -> None:
    contract = Contract(SINCE, date(2028, 2, 29), clawback_cap=usd("100.00"))
    assert stated(contract, (Source.COLLECTION, "-400.00")) == {Source.CLAWBACK_DEFERRED: usd("300.00")}


def test_what_is_promised_by_the_period_is_promised_for_the_part_that_a_change_of_the_cycle_left() -> None:
    facts = PeriodFacts(date(2028, 2, 15), date(2028, 2, 29), (Contract(SINCE, guaranteed=usd("290.00")),))
    [whole] = extras(facts)
    [part] = extras(replace(facts, whole=date(2028, 2, 1)))
    assert (whole.earned.amount, part.earned.amount) == (usd("290.00"), usd("150.00"))


MONDAY = date(2027, 3, 1)


def weeks(until: date, unstated: Unstated, cycle: PayCycle = PayCycle.WEEKLY, anchor: date = MONDAY) -> list[date]:
    """The last days of what would be closed."""
    return [period.last for period in to_close(until, cycle, anchor, unstated)]


def test_every_period_since_the_last_statement_in_which_something_was_earned_or_promised_is_closed() -> None:
    first, second, third = (MONDAY + timedelta(days=6 + 7 * week) for week in range(3))
    guaranteed = (Contract(SINCE, guaranteed=usd("500.00")),)
    earned = (MONDAY + timedelta(days=1), third)
    assert weeks(third, Unstated(days=earned)) == [first, third]
    assert weeks(third, Unstated(days=earned, contracts=guaranteed)) == [first, second, third]
    assert weeks(third, Unstated(first, (MONDAY, third), guaranteed)) == [second, third]
    assert weeks(third, Unstated(first, (MONDAY,))) == [second], "earned before, entered after the statement"
    assert weeks(third - timedelta(days=1), Unstated(first, (third,))) == []
    assert weeks(third, Unstated(third, (MONDAY,), guaranteed)) == []


def test_who_has_no_statement_yet_is_stated_since_they_earned_or_for_the_period_that_ended_last() -> None:
    until = MONDAY + timedelta(days=20)
    long_ago = (Contract(date(2019, 1, 1), guaranteed=usd("500.00")),)
    assert weeks(until, Unstated(contracts=long_ago)) == [until]
    assert weeks(until, Unstated(days=(MONDAY - timedelta(days=30),))) == [MONDAY + timedelta(days=6)]
    assert weeks(MONDAY - timedelta(days=1), Unstated(days=(MONDAY - timedelta(days=30),))) == []


def test_another_cycle_goes_on_after_the_last_statement() -> None:
    guaranteed = Unstated(date(2027, 3, 14), contracts=(Contract(SINCE, guaranteed=usd("500.00")),))
    months = weeks(date(2027, 4, 30), guaranteed, PayCycle.MONTHLY, date(2027, 4, 1))
    assert months == [date(2027, 3, 31), date(2027, 4, 30)]
