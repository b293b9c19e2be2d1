"""Contracts: no two on a day, gaps named; adjustments by what a session was; nobody decides on their own pay."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from models.calendar import Period
from models.checks.pay import terms
from models.facts import PayBasis, PayRule
from models.money import ZERO
from models.paying import Adjustment, AdminTime, Contract, HeldSession, PaidAs
from models.rules import pay_contracts as rules
from models.tables import PayTerms

JAN, JUN = date(2027, 1, 1), date(2027, 6, 1)
TZ = ZoneInfo("America/New_York")
TEN = Decimal("10.00")


def session(hour: int = 18, minutes: int = 60, remote: bool = False, service: int = 1) -> HeldSession:
    return HeldSession(service, datetime(2027, 3, 2, hour, tzinfo=TZ), minutes, remote)


def test_days_between_contracts_are_named_and_earn_nothing() -> None:
    known = [Contract(JUN), Contract(JAN, date(2027, 4, 30))]
    assert rules.gaps(known) == [Period(date(2027, 5, 1), date(2027, 5, 31))]
    assert rules.outside(known, date(2027, 5, 15))
    assert not rules.outside(known, date(2027, 4, 30))
    assert not rules.outside(known, date(2026, 12, 31)), "before the first, rules hold by themselves"
    assert not rules.outside([], date(2027, 5, 15))


def test_after_the_last_contract_nothing_is_agreed() -> None:
    assert rules.outside([Contract(JAN, date(2027, 4, 30))], date(2027, 5, 1))


@pytest.mark.parametrize(
    ("since", "until", "clashes"),
    [
        (date(2027, 4, 30), None, True),
        (date(2027, 5, 1), None, False),
        (date(2026, 1, 1), date(2026, 12, 31), False),
        (date(2026, 1, 1), JAN, True),
        (date(2026, 1, 1), None, True),
    ],
)
def test_two_contracts_overlap_where_they_share_a_day(since: date, until: date | None, clashes: bool) -> None:
    known = [Contract(JAN, date(2027, 4, 30))]
    assert (rules.overlapping(known, Contract(since, until)) is not None) is clashes


def test_what_a_contract_says_nothing_of_and_the_one_before_did_is_named() -> None:
    logged = Contract(JAN, fee_share=Decimal("50"), clawback_cap=ZERO, admin=AdminTime.LOGGED, admin_rate=TEN, draw=TEN)
    assert rules.left_out(logged, Contract(JUN, draw=Decimal("5.00"))) == [
        "50 % of collected fees for missed sessions.",
        "When collected money goes back, at most 0.00 a pay period is taken back; the rest later.",
        "Time beside sessions as logged, at 10.00 an hour.",
    ]
    assert rules.left_out(logged, logged) == []
    assert rules.left_out(Contract(JAN), logged) == [], "time included in the pay is no promise that ends"


@pytest.mark.parametrize(
    ("admin", "wrong"),
    [
        ({"admin": "included", "admin_rate": TEN}, "time included in the pay has no rate"),
        ({"admin": "included", "admin_minutes": 10}, "time included in the pay has no rate"),
        ({"admin": "logged", "admin_rate": TEN, "admin_minutes": 10}, "minutes a session go with hourly"),
        ({"admin": "hourly", "admin_rate": TEN, "admin_minutes": 10}, ""),
        ({"admin": "logged", "admin_rate": TEN}, ""),
        ({}, ""),
    ],
)
def test_a_rate_of_time_beside_sessions_that_would_pay_nothing_is_told(admin: dict[str, Any], wrong: str) -> None:
    found = " ".join(problem.words for problem in terms(PayTerms(clinician_id=1, effective_from=JAN, **admin)))
    assert wrong in found
    assert bool(wrong) is bool(found)


@pytest.mark.parametrize(
    ("adjustment", "held", "amount"),
    [
        (Adjustment("evening", JAN, from_time=time(18), amount=TEN), session(18), "10.00"),
        (Adjustment("evening", JAN, from_time=time(18), amount=TEN), session(17), None),
        (Adjustment("early", JAN, until_time=time(8), amount=TEN), session(8), None),
        (Adjustment("long", JAN, min_minutes=75, percent=Decimal("50")), session(minutes=75), "45.00"),
        (Adjustment("long", JAN, min_minutes=75, percent=Decimal("50")), session(minutes=74), None),
        (Adjustment("video", JAN, remote=True, amount=TEN), session(remote=True), "10.00"),
        (Adjustment("video", JAN, remote=True, amount=TEN), session(), None),
        (Adjustment("on site", JAN, remote=False, amount=TEN), session(), "10.00"),
        (Adjustment("complex", JAN, service_id=2, amount=TEN), session(service=1), None),
        (Adjustment("later", JUN, amount=TEN), session(), None),
        (Adjustment("over", JAN, until=date(2027, 2, 28), amount=TEN), session(), None),
    ],
)
def test_an_adjustment_counts_where_all_its_conditions_hold(
    adjustment: Adjustment, held: HeldSession, amount: str | None
) -> None:
    found = rules.adjustments_for([adjustment], held, Decimal("90.00"))
    assert [str(one.amount) for one in found] == ([amount] if amount else [])


def test_a_percentage_of_nothing_adds_no_line() -> None:
    assert rules.adjustments_for([Adjustment("long", JAN, percent=TEN)], session(), ZERO) == []


@pytest.mark.parametrize(("earned", "more"), [("90.00", "9.00"), ("-30.00", "-3.00"), ("0.04", None)])
def test_a_share_of_what_was_collected_is_adjusted_by_percentages_alone(earned: str, more: str | None) -> None:
    """Dollars a session come once, with the session; money that goes back takes its percentage along."""
    known = [
        Adjustment("evening", JAN, from_time=time(18), percent=TEN),
        Adjustment("video", JAN, remote=True, percent=TEN),
        Adjustment("travel", JAN, amount=TEN),
    ]
    found = rules.adjustments_of_share(known, session(18), Decimal(earned))
    assert [str(one.amount) for one in found] == ([more] if more else [])


def test_admin_time_comes_with_a_session_only_where_agreed_so() -> None:
    hourly = Contract(JAN, admin=AdminTime.HOURLY, admin_rate=Decimal("30.00"), admin_minutes=10)
    line = rules.admin_of_session(hourly)
    assert line
    assert (str(line.amount), line.why) == ("5.00", "10 minutes of admin time a session at 30.00 an hour")
    assert rules.admin_of_session(Contract(JAN, admin=AdminTime.LOGGED, admin_rate=TEN)) is None
    assert rules.admin_of_session(None) is None


def test_nobody_decides_on_their_own_pay() -> None:
    assert rules.may_decide(1, {1, 2}) == "nobody decides on their own pay: another owner must"
    assert rules.may_decide(1, {2, None}) is None


def test_a_contract_reads_in_plain_words() -> None:
    contract = Contract(
        JAN, JUN, PaidAs.CONTRACTOR, Decimal("40.00"), Decimal("500.00"), Decimal("300.00"), Decimal("100.00")
    )
    flat = PayRule(PayBasis.FLAT, Decimal("90.00"), JAN, 7, 2, Decimal("5.00"), 2)
    told = rules.words_of(contract, [flat], [Adjustment("evening", JAN, from_time=time(18), amount=TEN)], {7: "Group"})
    assert told.splitlines() == [
        "From 2027-01-01 until 2027-06-01, paid as an independent contractor (1099-NEC).",
        "For Group from session 3 of a period on, since 2027-01-01: 90.00 a session; 5.00 for each attendee beyond 2.",
        "evening (from 18:00): 10.00 a session besides.",
        "40 % of collected fees for missed sessions.",
        "At least 500.00 a pay period is guaranteed.",
        "Where less was earned, 300.00 a pay period is paid ahead and taken off later pay.",
        "When collected money goes back, at most 100.00 a pay period is taken back; the rest later.",
        "Time beside sessions is included in this pay.",
    ]
