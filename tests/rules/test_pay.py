"""Clinician pay: the rule on the date of service, one line a cause, explained to the cent."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.facts import PayBasis, PayRule, SessionPayFacts
from models.money import ZERO, share, total
from models.rules.pay import (
    PayAmount,
    carried_over,
    for_collection,
    for_fee,
    for_session,
    in_force,
    rule_in_force,
    standing,
    top_up,
)

SINCE = date(2027, 1, 1)
HELD = date(2027, 3, 2)
AMOUNTS = st.decimals(min_value=-500, max_value=500, places=2)


def rule(basis: PayBasis, value: str, since: date = SINCE, service: int | None = None, after: int = 0) -> PayRule:
    return PayRule(basis, Decimal(value), since, service, after)


def session(minutes: int = 60, attended: int = 1, billed: str = "180.00") -> SessionPayFacts:
    return SessionPayFacts(1, HELD, minutes, attended, Decimal(billed), 0)


def earned(line: PayAmount | None) -> Decimal:
    return line.amount if line else ZERO


FLAT = rule(PayBasis.FLAT, "85.00")
TIER = rule(PayBasis.FLAT, "95.00", after=3)
RAISED = rule(PayBasis.FLAT, "90.00", since=date(2027, 3, 1))
LATER_TIER = rule(PayBasis.FLAT, "99.00", since=date(2027, 3, 1), after=20)
SAME_DAY = rule(PayBasis.FLAT, "80.00")
SAME_TIER = rule(PayBasis.FLAT, "97.00", after=3)
OWN = rule(PayBasis.HOURLY, "60.00", service=1)
OWN_TIER = rule(PayBasis.HOURLY, "70.00", service=2, after=5)


@pytest.mark.parametrize(
    ("rules", "service", "on", "before", "expected"),
    [
        ([FLAT, TIER], 1, HELD, 0, FLAT),
        ([FLAT, TIER], 1, HELD, 2, FLAT),
        ([TIER, FLAT], 1, HELD, 3, TIER),
        ([FLAT, TIER], 1, HELD, 40, TIER),
        ([FLAT, RAISED], 1, date(2027, 2, 28), 0, FLAT),
        ([RAISED, FLAT], 1, date(2027, 3, 1), 0, RAISED),
        ([FLAT, TIER, RAISED], 1, HELD, 9, RAISED),
        ([FLAT, RAISED, OWN], 1, HELD, 0, OWN),
        ([FLAT, OWN], 9, HELD, 0, FLAT),
        ([FLAT, OWN_TIER], 2, HELD, 4, FLAT),
        ([FLAT, OWN_TIER], 2, HELD, 5, OWN_TIER),
        ([FLAT], 1, date(2026, 12, 31), 0, None),
        ([OWN], 9, HELD, 0, None),
        ([TIER], 1, HELD, 2, None),
        ([FLAT, SAME_DAY], 1, HELD, 0, SAME_DAY),
        ([SAME_DAY, FLAT], 1, HELD, 0, FLAT),
        ([FLAT, TIER, SAME_TIER], 1, HELD, 9, SAME_TIER),
        ([FLAT, TIER, SAME_DAY], 1, HELD, 9, TIER),
        ([FLAT, LATER_TIER], 1, HELD, 0, FLAT),
        ([FLAT, LATER_TIER], 1, HELD, 20, LATER_TIER),
        ([FLAT, LATER_TIER], 1, date(2027, 2, 28), 20, FLAT),
        ([FLAT, TIER, LATER_TIER], 1, HELD, 3, TIER),
        ([LATER_TIER, RAISED, TIER, FLAT], 1, HELD, 20, LATER_TIER),
        ([], 1, HELD, 0, None),
    ],
)
def test_the_rule_is_the_services_own_newest_tier_else_the_general_one(
    rules: list[PayRule], service: int, on: date, before: int, expected: PayRule | None
) -> None:
    assert rule_in_force(rules, service, on, before) == expected


def test_of_entries_for_the_same_service_day_and_tier_the_last_one_stands() -> None:
    entered = [FLAT, TIER, OWN, SAME_DAY, RAISED, SAME_TIER]
    assert standing(entered) == [SAME_DAY, SAME_TIER, OWN, RAISED]


def test_what_holds_on_a_day_is_the_newest_rule_of_each_service_and_the_tiers_since() -> None:
    entered = [FLAT, TIER, OWN, OWN_TIER, RAISED, LATER_TIER]
    assert in_force(entered, date(2027, 2, 28)) == [FLAT, TIER, OWN, OWN_TIER]
    assert in_force(entered, HELD) == [OWN, OWN_TIER, RAISED, LATER_TIER]
    assert in_force([LATER_TIER, FLAT, rule(PayBasis.FLAT, "95.00", after=20)], HELD) == [FLAT, LATER_TIER]


@pytest.mark.parametrize(
    ("paid", "facts", "amount", "why"),
    [
        (FLAT, session(), "85.00", "85.00 a session"),
        (TIER, session(), "95.00", "95.00 a session, from session 4 of the period"),
        (rule(PayBasis.PERCENT_OF_BILLED, "60"), session(), "108.00", "60 % of 180.00 billed"),
        (rule(PayBasis.PERCENT_OF_BILLED, "55.5"), session(billed="99.99"), "55.49", "55.5 % of 99.99 billed"),
        (rule(PayBasis.HOURLY, "65.00"), session(minutes=50), "54.17", "50 minutes at 65.00 an hour"),
        (rule(PayBasis.HOURLY, "65.00"), session(minutes=0), "0.00", "0 minutes at 65.00 an hour"),
        (rule(PayBasis.HOURLY, "0.30"), session(minutes=1), "0.01", "1 minutes at 0.30 an hour"),
    ],
)
def test_a_session_earns_what_its_rule_says_rounded_once(
    paid: PayRule, facts: SessionPayFacts, amount: str, why: str
) -> None:
    line = for_session(paid, facts)
    assert line
    assert (str(line.amount), line.why) == (amount, why)
    assert line.rule == f"pay.{paid.basis.value} since 2027-01-01"


@pytest.mark.parametrize(("attended", "amount"), [(1, "85.00"), (4, "85.00"), (5, "95.00"), (7, "115.00")])
def test_a_group_pays_its_clinician_once_and_more_for_each_further_attendee(attended: int, amount: str) -> None:
    group = PayRule(PayBasis.FLAT, Decimal("85.00"), SINCE, per_extra_attendee=Decimal("10.00"), from_attendees=4)
    assert str(earned(for_session(group, session(attended=attended)))) == amount


def test_a_share_of_collections_earns_nothing_by_the_session_itself_but_further_attendees() -> None:
    collected = PayRule(PayBasis.PERCENT_OF_COLLECTED, Decimal("60"), SINCE, per_extra_attendee=Decimal("10.00"))
    assert for_session(collected, session()) is None
    line = for_session(collected, session(attended=3))
    assert line
    assert (str(line.amount), line.why) == ("20.00", "2 further attendees at 10.00")
    one_more = for_session(collected, session(attended=2))
    assert one_more
    assert one_more.why == "1 further attendee at 10.00"


@pytest.mark.parametrize(
    ("collected", "already", "amount"),
    [("90.00", "0.00", "54.00"), ("115.00", "90.00", "15.00"), ("0.00", "90.00", "-54.00"), ("0.01", "0.00", "0.01")],
)
def test_each_collection_earns_its_share_and_money_that_goes_back_takes_it(
    collected: str, already: str, amount: str
) -> None:
    line = for_collection(rule(PayBasis.PERCENT_OF_COLLECTED, "60"), Decimal(collected), Decimal(already))
    assert line
    assert str(line.amount) == amount
    assert line.basis == Decimal(collected) - Decimal(already)


@pytest.mark.parametrize("basis", [PayBasis.FLAT, PayBasis.PERCENT_OF_BILLED, PayBasis.HOURLY])
def test_other_rules_earn_nothing_by_collection(basis: PayBasis) -> None:
    assert for_collection(rule(basis, "60"), Decimal("90.00"), ZERO) is None


def test_nothing_new_collected_is_no_line() -> None:
    assert for_collection(rule(PayBasis.PERCENT_OF_COLLECTED, "60"), Decimal("90.00"), Decimal("90.00")) is None
    assert for_fee(Decimal("50"), Decimal("75.00"), Decimal("75.00")) is None


@pytest.mark.parametrize(
    ("percent", "collected", "already", "amount"),
    [("50", "75.00", "0.00", "37.50"), ("50", "75.00", "30.00", "22.50"), ("50", "0.00", "75.00", "-37.50")],
)
def test_a_fee_is_shared_when_it_is_collected(percent: str, collected: str, already: str, amount: str) -> None:
    assert str(earned(for_fee(Decimal(percent), Decimal(collected), Decimal(already)))) == amount


def test_without_a_fee_share_the_fee_is_the_practices() -> None:
    assert for_fee(ZERO, Decimal("75.00"), ZERO) is None


@given(st.decimals(min_value=0, max_value=100, places=2), AMOUNTS)
def test_what_is_collected_and_given_back_at_once_earns_nothing(percent: Decimal, amount: Decimal) -> None:
    paid = PayRule(PayBasis.PERCENT_OF_COLLECTED, percent, SINCE)
    assert earned(for_collection(paid, amount, ZERO)) + earned(for_collection(paid, ZERO, amount)) == ZERO


@given(st.decimals(min_value=0, max_value=100, places=2), st.lists(AMOUNTS, max_size=6))
def test_pay_is_the_sum_of_lines_each_rounded_once(percent: Decimal, collections: list[Decimal]) -> None:
    paid = PayRule(PayBasis.PERCENT_OF_COLLECTED, percent, SINCE)
    known, lines = ZERO, []
    for amount in collections:
        lines.append(for_collection(paid, known + amount, known))
        known += amount
    made = [line for line in lines if line]
    assert total(line.basis for line in made) == known
    assert total(line.amount for line in made) == total(share(line.basis, percent) for line in made)


@pytest.mark.parametrize(
    ("guaranteed", "earned_so_far", "added"),
    [
        ("300.00", ["85.00"], "215.00"),
        ("300.00", [], "300.00"),
        ("300.00", ["299.99"], "0.01"),
        ("300.00", ["300.00"], None),
        ("300.00", ["350.00"], None),
        ("300.00", ["-50.00"], "350.00"),
        ("0.00", [], None),
        ("0.00", ["-50.00"], None),
    ],
)
def test_the_guarantee_adds_one_line_up_to_the_minimum(
    guaranteed: str, earned_so_far: list[str], added: str | None
) -> None:
    line = top_up(Decimal(guaranteed), [Decimal(a) for a in earned_so_far])
    assert (str(line.amount) if line else None) == added


@given(st.decimals(min_value="0.01", max_value=1000, places=2), st.lists(AMOUNTS, max_size=6))
def test_with_its_guarantee_a_period_is_never_below_the_minimum(guaranteed: Decimal, lines: list[Decimal]) -> None:
    assert total(lines) + earned(top_up(guaranteed, lines)) == max(guaranteed, total(lines))


@pytest.mark.parametrize(("last", "carried"), [("-0.01", "-0.01"), ("-120.00", "-120.00"), ("0.00", None), ("5", None)])
def test_only_a_negative_total_carries_over(last: str, carried: str | None) -> None:
    line = carried_over(Decimal(last))
    assert (str(line.amount) if line else None) == carried
