"""What a session is worth to its clinician: every hour counted, estimates with their method, nobody recognised."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.facts import PayBasis, PayRule
from models.money import ZERO, rounded, total
from models.rules.set_aside import Filing, income_tax, set_aside, year_of
from models.rules.worth import (
    Ahead,
    Beside,
    HeldIn,
    MonthEarned,
    Offer,
    against_offer,
    at_another_price,
    at_the_margin,
    benchmark,
    chance,
    effective_hourly,
    forecast,
    one_more_a_week,
    stability,
)

BESIDE = Beside(note_minutes=15, admin_hours=Decimal("3.00"))


def usd(text: str) -> Decimal:
    return Decimal(text)


def year(pay: str = "6000.00", sessions: int = 60, minutes: int = 3000) -> list[MonthEarned]:
    return [MonthEarned(date(2026, month, 1), usd(pay), sessions, minutes) for month in range(1, 13)]


def rule(basis: PayBasis, value: str) -> PayRule:
    return PayRule(basis, usd(value), date(2020, 1, 1))


def test_an_hour_counts_sessions_notes_and_the_rest() -> None:
    hourly = effective_hourly(year(), BESIDE)
    assert hourly is not None
    assert hourly.hours == usd("600.00") + usd("180.00") + usd("156.00")
    assert hourly.amount == usd("76.92")
    assert "180.00 on notes" in hourly.why


def test_without_sessions_no_hour_is_told() -> None:
    assert effective_hourly([MonthEarned(date(2026, 1, 1), usd("300.00"), 0, 0)], BESIDE) is None


def test_an_offer_is_held_against_a_year_at_this_pace() -> None:
    half = year()[:6]
    hourly = effective_hourly(half, BESIDE)
    assert hourly is not None
    salaried = against_offer(half, hourly, Offer(usd("70000.00"), False, Decimal(40), usd("9000.00")), False)
    assert (salaried.ours, salaried.theirs, salaried.difference) == (usd("72000.00"), usd("79000.00"), usd("-7000.00"))
    assert salaried.theirs_an_hour == usd("37.98")
    own = against_offer(half, hourly, Offer(usd("40.00"), True, Decimal(30)), True)
    assert own.ours == usd("72000.00") - usd("5508.00")
    assert own.theirs == usd("62400.00")
    assert "employer's share" in own.why


def test_one_missed_visit_is_no_verdict() -> None:
    assert chance(0, 0, 9, 10) == Decimal("0.9")
    assert Decimal("0.7") < chance(0, 1, 9, 10) < Decimal("0.9")
    assert chance(2, 40, 9, 10) < Decimal("0.2")


@given(
    st.lists(st.tuples(st.integers(1, 300), st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=10),
    st.integers(0, 50),
)
def test_a_forecast_lies_within_its_range_and_never_above_what_is_booked(
    sessions: list[tuple[int, int, int]], missed: int
) -> None:
    ahead = [Ahead(date(2027, 1, 5), Decimal(pays), came, came + more) for pays, came, more in sessions]
    [month] = forecast(ahead, 50, 50 + missed)
    assert ZERO <= month.low <= month.expected <= month.high
    assert month.expected <= month.booked == total(one.pays for one in ahead)


def test_months_are_told_apart_and_more_sessions_make_the_range_narrower() -> None:
    few = [Ahead(date(2027, 1, 5), usd("100.00"), 8, 10)]
    many = [Ahead(date(2027, 2, 5), usd("100.00"), 8, 10)] * 25
    january, february = forecast([*many, *few], 90, 100)
    assert (january.first, february.first) == (date(2027, 1, 1), date(2027, 2, 1))
    assert (january.high - january.low) / january.expected > (february.high - february.low) / february.expected


def test_the_spread_of_months() -> None:
    assert stability(year()[:2]) is None
    even = stability(year())
    assert even is not None
    assert (even.spread, even.percent) == (ZERO, ZERO)
    mixed = stability(
        [MonthEarned(date(2026, m, 1), usd(pay), 1, 50) for m, pay in ((1, "50"), (2, "100"), (3, "150"))]
    )
    assert mixed is not None
    assert (mixed.mean, mixed.spread, mixed.percent) == (usd("100.00"), usd("50.00"), usd("50.00"))
    assert mixed.why.startswith("uneven")


def test_few_colleagues_are_never_told() -> None:
    assert benchmark(usd("90.00"), [usd("80.00")] * 3) is None
    found = benchmark(usd("90.00"), [usd("70.00"), usd("80.00"), usd("84.00"), usd("88.00"), usd("100.00")])
    assert found is not None
    assert (found.lower, found.median, found.upper) == (usd("80.00"), usd("84.00"), usd("88.00"))
    assert found.why == "above the middle half of 5 colleagues"


def test_one_more_session_a_week() -> None:
    change = one_more_a_week(usd("90.00"), 45, Decimal("0.5"), BESIDE)
    assert (change.a_year, change.hours) == (usd("2070.00"), usd("23.00"))


@pytest.mark.parametrize(
    ("contract", "a_year"),
    [
        (rule(PayBasis.FLAT, "85.00"), "0.00"),
        (rule(PayBasis.HOURLY, "90.00"), "0.00"),
        (rule(PayBasis.PERCENT_OF_BILLED, "60.00"), "900.00"),
        (rule(PayBasis.PERCENT_OF_COLLECTED, "60.00"), "360.00"),
        (None, "0.00"),
    ],
)
def test_another_price_reaches_the_clinician_as_their_contract_says(contract: PayRule | None, a_year: str) -> None:
    held = HeldIn(months=12, self_paid=40, insured=60)
    assert at_another_price(contract, usd("150.00"), usd("165.00"), held).a_year == usd(a_year)


def test_another_price_is_told_for_a_year_at_the_pace_of_the_months_that_were_worked() -> None:
    contract = rule(PayBasis.PERCENT_OF_BILLED, "60.00")
    told = at_another_price(contract, usd("150.00"), usd("165.00"), HeldIn(months=3, self_paid=10, insured=15))
    assert told.a_year == 4 * 25 * usd("9.00")
    assert "25 sessions in 3 months" in told.why


def test_setting_aside_for_a_year_of_self_employment() -> None:
    found = set_aside(usd("80000.00"), Filing.SINGLE, date(2026, 11, 25))
    assert found.self_employment == usd("9161.12") + usd("2142.52")
    taxable = usd("80000.00") - usd("5651.82") - usd("16100.00")
    assert found.income_tax == income_tax(taxable, year_of(date(2026, 1, 1)).brackets[Filing.SINGLE])
    assert found.income_tax == usd("1240.00") + usd("4560.00") + usd("1726.60")
    assert [day for day, _ in found.quarters] == [
        date(2026, 4, 15),
        date(2026, 6, 15),
        date(2026, 9, 15),
        date(2027, 1, 15),
    ]
    assert total(amount for _, amount in found.quarters) == found.together
    assert "estimate" in found.why


def test_other_income_of_a_household_is_taxed_first_and_social_security_ends_at_the_wage_base() -> None:
    alone = set_aside(usd("60000.00"), Filing.JOINT, date(2026, 3, 1))
    together = set_aside(usd("60000.00"), Filing.JOINT, date(2026, 3, 1), other=usd("150000.00"))
    assert together.income_tax > alone.income_tax
    rich, richer = (set_aside(usd(net), Filing.SINGLE, date(2026, 3, 1)) for net in ("300000.00", "310000.00"))
    assert richer.self_employment - rich.self_employment == usd("267.81") + usd("0.01")


def test_a_year_that_is_not_known_uses_the_latest_and_says_so() -> None:
    found = set_aside(usd("50000.00"), Filing.SINGLE, date(2028, 2, 1))
    assert found.year == 2026
    assert "2028 are not known" in found.why
    assert found.quarters[0][0] == date(2028, 4, 18), "after a Saturday, and Emancipation Day kept on the Monday"


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2025, ["04-15", "06-16", "09-15", "01-15"]),
        (2026, ["04-15", "06-15", "09-15", "01-15"]),
        (2022, ["04-18", "06-15", "09-15", "01-17"]),
        (2023, ["04-18", "06-15", "09-15", "01-16"]),
    ],
)
def test_quarters_are_due_on_the_days_that_the_irs_told(year: int, days: list[str]) -> None:
    found = set_aside(usd("50000.00"), Filing.SINGLE, date(year, 3, 1))
    assert [f"{day:%m-%d}" for day, _ in found.quarters] == days


@pytest.mark.parametrize("filing", list(Filing))
@pytest.mark.parametrize("year", [2025, 2026])
def test_a_year_is_told_with_its_source_and_more_is_taxed_more(year: int, filing: Filing) -> None:
    known = year_of(date(year, 1, 1))
    edges = [until for until, _ in known.brackets[filing] if until is not None]
    assert edges == sorted(edges)
    assert [percent for _, percent in known.brackets[filing]] == [10, 12, 22, 24, 32, 35, 37]
    assert "IRS Rev. Proc." in set_aside(usd("50000.00"), filing, date(year, 3, 1)).source
    assert known.deduction[Filing.JOINT] == 2 * known.deduction[Filing.SINGLE]
    assert known.deduction[Filing.HEAD] == Decimal("1.5") * known.deduction[Filing.SINGLE]


def test_hours_beside_sessions_are_those_logged_unless_something_else_is_said() -> None:
    months = [MonthEarned(date(2026, month, 1), usd("1000.00"), 10, 600) for month in (1, 2, 3)]
    logged, said, unsaid = (
        effective_hourly(months, Beside(0, hours), minutes)
        for hours, minutes in ((None, 1800), (Decimal("3.00"), 1800), (None, 0))
    )
    assert logged is not None
    assert said is not None
    assert unsaid is not None
    assert (logged.hours, said.hours, unsaid.hours) == (usd("60.00"), usd("69.00"), usd("56.00"))
    assert logged.why.endswith("30.00 on the rest as logged")


def test_one_more_session_is_paid_by_the_tier_that_the_usual_ones_reach() -> None:
    tiers = [rule(PayBasis.FLAT, "80.00"), replace(rule(PayBasis.FLAT, "100.00"), after_sessions=20)]
    on = date(2026, 3, 1)
    assert at_the_margin(usd("80.00"), tiers, 1, on, 10) == usd("80.00"), "the next tier is not reached"
    average = usd("85.00")
    assert at_the_margin(average, tiers, 1, on, 40) == rounded(average * 100 / 90)
    assert at_the_margin(usd("80.00"), tiers, 1, on, 20) == usd("100.00"), "the first of the higher tier"
    assert at_the_margin(usd("80.00"), [], 1, on, 20) == usd("80.00")
    unlike = [rule(PayBasis.PERCENT_OF_COLLECTED, "60.00"), tiers[1]]
    assert at_the_margin(usd("75.00"), unlike, 1, on, 40) == usd("75.00"), "a share and an amount are not compared"


def test_nothing_earned_sets_nothing_aside() -> None:
    found = set_aside(ZERO, Filing.SINGLE, date(2026, 3, 1))
    assert (found.together, found.percent) == (ZERO, ZERO)
