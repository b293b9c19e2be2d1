"""Reports of money are the ledger's, to the cent, however they are grouped."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import col, select

from activities.reports.answering import Answer
from activities.reports.cells import left_out
from models.billed import AddOn
from models.money import ZERO
from models.reports.catalog import REPORTS
from models.tables import Claim
from starter.queries.proof import proof
from tests.activities import test_add_ons as beside
from tests.activities.payer import pays, remit, taken_back
from tests.activities.practice import Desk, usd
from tests.starter.reports.year import TZ, asked, ledger, lived, periods

FLOWS = {
    "sessions": ("income:session", -1),
    "fees": ("income:fee", -1),
    "contractual": ("adjustment:contractual", 1),
    "written_off": ("adjustment:write_off", 1),
    "interest": ("income:interest", -1),
    "collected": ("cash:%", 1),
}
LONG_AGO = date(2000, 1, 1)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_report_of_money_sums_to_the_ledger(desk: Desk, seed: int) -> None:
    lived(desk, seed)
    assert proof(desk.world.engine).holds
    today = desk.now.astimezone(TZ).date()
    for first, last in periods(desk):
        for by in ("month", "clinician", "service", "payer"):
            found = asked(desk, "revenue", first, last, by=by)
            for column, (account, sign) in FLOWS.items():
                expected = sign * ledger(desk, account, first, last)
                assert (found.sum_of(column) or ZERO) == expected, (by, column, first, last)
            rate = asked(desk, "collection", first, last, by=by)
            for column in ("contractual", "written_off", "collected"):
                account, sign = FLOWS[column]
                assert (rate.sum_of(column) or ZERO) == sign * ledger(desk, account, first, last), (by, column, first)
            billed = -ledger(desk, "income:session", first, last) - ledger(desk, "income:fee", first, last)
            assert (rate.sum_of("billed") or ZERO) == billed
            assert (rate.sum_of("allowed") or ZERO) == billed - ledger(desk, "adjustment:contractual", first, last)
            if by == "payer":
                debtors = {"Payer 60054": "receivable:payer:1", None: "receivable:client:%"}
                assert left_open(rate) == {who: ledger(desk, debtors[who], first, last) for who in left_open(rate)}
        fees = asked(desk, "fees", first, last)
        assert (fees.sum_of("charged") or ZERO) == -ledger(desk, "income:fee", first, last)
        for by in ("month", "day", "method"):
            deposits = asked(desk, "deposits", first, last, by=by)
            assert (deposits.sum_of("booked") or ZERO) == ledger(desk, "cash:%", first, last)
            assert set(deposits.column("difference")) <= {ZERO}
        for by, accounts in (("client", "receivable:client:%"), ("payer", "receivable:payer:%")):
            aging = asked(desk, "aging", last=last, by=by)
            assert (aging.sum_of("owed") or ZERO) == ledger(desk, accounts, LONG_AGO, last), (by, last)
    days = asked(desk, "days-owed", date(2026, 1, 1), today)
    for line, owed, billed_then in zip(days.lines, days.column("owed"), days.column("billed"), strict=True):
        end = min((line.who + timedelta(days=31)).replace(day=1) - timedelta(days=1), today)
        assert owed == ledger(desk, "receivable:%", LONG_AGO, end)
        began = end - timedelta(days=89)
        assert billed_then == -ledger(desk, "income:session", began, end) - ledger(desk, "income:fee", began, end)
    paid_by_clients = asked(desk, "yield", date(2026, 1, 1), today, by="payer").sum_of("by_clients") or ZERO
    for by in ("payer", "code", "both"):
        yields = asked(desk, "yield", date(2026, 1, 1), today, by=by)
        assert yields.sum_of("billed") == -ledger(desk, "income:session", LONG_AGO, today)
        assert (yields.sum_of("by_clients") or ZERO) == paid_by_clients
        assert yields.sum_of("by_payers") == ledger(desk, "cash:payer", LONG_AGO, today)


def left_open(rate: Answer) -> dict[Any, Decimal]:
    """What was to be collected and neither came in nor was given up, row by row."""
    columns = (rate.column(name) for name in ("allowed", "collected", "written_off"))
    return {
        line.who: Decimal(allowed or 0) - Decimal(collected or 0) - Decimal(given_up or 0)
        for line, allowed, collected, given_up in zip(rate.lines, *columns, strict=True)
    }


def test_what_an_add_on_brought_stands_at_its_own_code(desk: Desk) -> None:
    extra, insured, alone = beside.interactive(desk), desk.client(desk.payer()), desk.client()
    number = beside.claimed(desk, insured, AddOn(extra))
    own = beside.line(number, 1, "90837", "100.00", "CO-45 30.00", "PR-3 20.00")
    remit(desk, beside.answer(number, own, beside.line(number, 2, "90785", "25.00", "CO-45 5.00")))
    beside.held(desk, alone, AddOn(extra))
    desk.pay(alone, "155.00")
    assert brought(desk, "code") == [
        ("90837", 2, usd("300.00"), usd("30.00"), usd("100.00"), usd("150.00")),
        ("90785", 2, usd("60.00"), usd("5.00"), usd("25.00"), usd("5.00")),
    ]
    by_payer = brought(desk, "payer")
    assert [row[1:] for row in by_payer] == [
        (1, usd("180.00"), usd("35.00"), usd("125.00"), ZERO),
        (1, usd("180.00"), ZERO, ZERO, usd("155.00")),
    ]


def brought(desk: Desk, by: str) -> list[tuple[object, ...]]:
    """Who, sessions, billed, taken off, from payers, from clients."""
    found = asked(desk, "yield", date(2026, 1, 1), desk.now.date(), by=by)
    columns = ("sessions", "billed", "adjusted", "by_payers", "by_clients")
    return list(zip((one.who for one in found.lines), *map(found.column, columns), strict=True))


def test_a_payer_is_held_to_what_was_its_to_pay(desk: Desk) -> None:
    first, second = desk.payer(), desk.payer("87726")
    alone, twice = desk.client(first, copay="20.00"), desk.client(first, second)
    for client in (alone, twice):
        desk.hold(client)
    desk.pay(alone, "20.00")
    of_alone, of_twice = (claim.number for claim in desk.rows(select(Claim).order_by(col(Claim.made_at))))
    desk.send()
    remit(desk, pays(of_alone, "100.00", "CO-45 30.00", "PR-3 20.00"), trace="T1")
    remit(desk, pays(of_twice, "80.00", "CO-45 30.00", "PR-2 40.00"), trace="T2")
    assert to_pay(desk) == [
        ("Payer 60054", usd("-60.00"), usd("180.00"), usd("180.00"), usd("100.0")),
        ("Payer 87726", usd("40.00"), usd("40.00"), ZERO, usd("0.0")),
        (None, usd("20.00"), usd("20.00"), usd("20.00"), usd("100.0")),
    ]
    [next_claim] = [claim.number for claim in desk.rows(select(Claim).where(col(Claim.payer_id) == second))]
    answer = pays(next_claim, "30.00", "OA-23 110.00", "PR-2 10.00")
    remit(desk, answer, trace="T3", payer="87726")
    assert to_pay(desk)[1:] == [
        ("Payer 87726", usd("30.00"), usd("30.00"), usd("30.00"), usd("100.0")),
        (None, usd("30.00"), usd("30.00"), usd("20.00"), usd("66.7")),
    ]
    remit(desk, taken_back(answer), trace="T4", payer="87726")
    assert to_pay(desk)[1:] == [
        ("Payer 87726", usd("40.00"), usd("40.00"), ZERO, usd("0.0")),
        (None, usd("20.00"), usd("20.00"), usd("20.00"), usd("100.0")),
    ]
    assert [column.name for column in asked(desk, "collection").columns].count("passed") == 0


def to_pay(desk: Desk) -> list[tuple[object, ...]]:
    """Who, passed on, to be collected, collected, at which rate; the total is that of every other grouping."""
    found = asked(desk, "collection", by="payer")
    by_month = asked(desk, "collection", by="month")
    assert [found.sum_of(name) for name in ("allowed", "rate")] == [by_month.sum_of(n) for n in ("allowed", "rate")]
    assert found.sum_of("passed") == ZERO
    columns = ("passed", "allowed", "collected", "rate")
    return list(zip((one.who for one in found.lines), *map(found.column, columns), strict=True))


def test_a_file_that_is_parked_whole_is_not_counted_and_said(desk: Desk) -> None:
    client = desk.client(desk.payer())
    desk.hold(client)
    desk.pay(client, "20.00", "ach")
    assert said(desk) == ""
    [number] = [claim.number for claim in desk.rows(select(Claim))]
    remit(desk, pays(number, "80.00"), paid="90.00")
    found = asked(desk, "deposits")
    assert [line.who for line in found.lines] == ["ACH"]
    assert "One answer file of these days is parked whole" in said(desk)
    remit(desk, pays(number, "80.00"), paid="95.00", control=502)
    assert "2 answer files of these days are parked whole" in said(desk)
    assert said(desk, first=date(2020, 1, 1), last=date(2020, 12, 31)) == ""
    assert said(desk, claims=False) == ""


def said(desk: Desk, **how: Any) -> str:
    return left_out(asked(desk, "deposits", **how))


def test_months_without_figures_are_lines_too(desk: Desk) -> None:
    client = desk.client()
    desk.hold(client)
    held = desk.now.date().replace(day=1)
    for name in ("revenue", "attendance"):
        found = asked(desk, name, date(held.year - 1, 11, 30), date(held.year + 1, 1, 1), by="month")
        months = [date(held.year - 1, 11, 1), date(held.year - 1, 12, 1)]
        months += [date(held.year, month, 1) for month in range(1, 13)] + [date(held.year + 1, 1, 1)]
        assert [line.who for line in found.lines] == months, name
    revenue = asked(desk, "revenue", date(held.year - 1, 11, 30), date(held.year + 1, 1, 1), by="month")
    assert [amount for amount in revenue.column("billed") if amount] == [usd("150.00")]
    assert revenue.column("billed")[0] == ZERO
    rate = asked(desk, "collection", date(held.year - 1, 12, 1), desk.now.date(), by="month").column("rate")
    assert rate[0] is None


def test_months_add_up_to_their_year(desk: Desk) -> None:
    lived(desk, 4)
    whole = asked(desk, "revenue", date(2026, 1, 1), desk.now.date(), by="clinician")
    parts: dict[object, Decimal] = {}
    for month in range(1, 12):
        last = date(2026, month + 1, 1)
        found = asked(desk, "revenue", date(2026, month, 2), last, by="clinician")
        for line, amount in zip(found.lines, found.column("collected"), strict=True):
            parts[line.who] = parts.get(line.who, ZERO) + Decimal(amount or 0)
    expected = dict(zip((line.who for line in whole.lines), whole.column("collected"), strict=True))
    assert {who: amount for who, amount in parts.items() if amount} == {k: v for k, v in expected.items() if v}


def test_an_empty_practice_has_empty_reports(desk: Desk) -> None:
    for report in REPORTS:
        for grouping in report.groupings:
            found = asked(desk, report.name, by=grouping.name)
            numbers = [number for line in found.lines for number in line.numbers]
            assert not any(numbers), (report.name, grouping.name)
