"""Clinician pay: earned when held and signed, or when collected; stated once a period; explained to the cent."""

from datetime import date
from decimal import Decimal

import pytest
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import pay, pay_preview, sweeping
from models.errors import Refused
from models.messages import Approval, PayPeriodRef
from models.money import ZERO, total
from models.paying import ItemKind
from models.tables import Clinician, PayStatement, PayTerms, Practice
from tests.activities.payer import pays, remit, taken_back
from tests.activities.paying import item
from tests.activities.practice import DAY, HOUR, Desk, usd

FIRST = PayPeriodRef(1, date(2026, 3, 2), date(2026, 3, 15))
SECOND = PayPeriodRef(1, date(2026, 3, 16), date(2026, 3, 29))
OWED = "payable:clinician:1"


def earned(desk: Desk) -> list[tuple[str, Decimal]]:
    return [(line.source, line.amount) for line in desk.pay_lines()]


def test_a_session_is_earned_when_it_was_held_and_its_note_is_signed(desk: Desk) -> None:
    desk.pay_rule("flat", "60.00")
    session = desk.book(desk.client(), starts=desk.now + HOUR)
    desk.now += 2 * HOUR
    desk.attend(session)
    assert earned(desk) == []
    desk.now += 3 * DAY
    desk.sign(session)
    [line] = desk.pay_lines()
    assert (line.amount, line.earned_on) == (usd("60.00"), date(2026, 3, 5))
    assert desk.accounts()[OWED] == usd("-60.00")


def test_a_note_signed_after_the_periods_end_pays_in_the_next_period(desk: Desk) -> None:
    desk.pay_rule("flat", "60.00")
    session = desk.book(desk.client(), starts=desk.now + HOUR)
    desk.now += 14 * DAY
    desk.attend(session)
    assert desk.ask(pay.close, FIRST).statement_id is None
    desk.sign(session)
    assert desk.ask(pay.close, SECOND).total == usd("60.00")


@pytest.mark.parametrize(
    ("basis", "value", "minutes", "amount", "why"),
    [
        ("flat", "60.00", None, "60.00", "60.00 a session"),
        ("percent_of_billed", "33.33", None, "50.00", "33.33 % of 150.00 billed"),
        ("hourly", "45.00", 50, "37.50", "50 minutes at 45.00 an hour"),
        ("hourly", "45.00", None, "45.00", "60 minutes at 45.00 an hour"),
    ],
)
def test_each_basis_says_what_it_multiplied(
    desk: Desk, basis: str, value: str, minutes: int | None, amount: str, why: str
) -> None:
    desk.pay_rule(basis, value)
    desk.hold(desk.client(), minutes=minutes)
    [line] = desk.pay_lines()
    assert (line.amount, line.why) == (usd(amount), why)


def test_a_group_pays_once_and_more_for_each_further_attendee(desk: Desk) -> None:
    desk.pay_rule("flat", "60.00", per_extra_attendee=usd("5.00"), from_attendees=2)
    desk.hold(*[desk.client() for _ in range(5)])
    assert earned(desk) == [("session", usd("75.00"))]


def test_only_those_who_came_count_as_attendees(desk: Desk) -> None:
    desk.pay_rule("flat", "60.00", per_extra_attendee=usd("5.00"))
    clients = [desk.client() for _ in range(3)]
    session = desk.book(*clients, starts=desk.now + HOUR)
    desk.now += 2 * HOUR
    for client in clients[:2]:
        desk.attend(session, client)
    desk.no_show(session, clients[2])
    desk.sign(session)
    assert earned(desk) == [("session", usd("65.00"))]


def test_the_higher_tier_begins_with_the_session_that_reaches_it_and_anew_each_period(desk: Desk) -> None:
    desk.pay_rule("flat", "60.00")
    desk.pay_rule("flat", "70.00", after_sessions=2)
    client = desk.client()
    for _ in range(3):
        desk.hold(client)
    desk.now += 14 * DAY
    desk.hold(client)
    assert [amount for _, amount in earned(desk)] == [usd("60.00"), usd("60.00"), usd("70.00"), usd("60.00")]


def test_a_rule_counts_from_the_date_of_service(desk: Desk) -> None:
    desk.pay_rule("flat", "60.00")
    desk.pay_rule("flat", "80.00", effective_from=date(2026, 3, 3))
    client = desk.client()
    desk.hold(client)
    desk.now += DAY
    desk.hold(client)
    assert [amount for _, amount in earned(desk)] == [usd("60.00"), usd("80.00")]


class TestCollected:
    """`percent_of_collected`: on the day the money is posted."""

    def test_each_collection_earns_its_share_on_its_day(self, desk: Desk) -> None:
        desk.pay_rule("percent_of_collected", "60.00")
        client = desk.client()
        desk.hold(client)
        desk.now += DAY
        desk.pay(client, "100.00")
        desk.now += DAY
        desk.pay(client, "50.00")
        lines = [(line.earned_on.day, line.basis, line.amount) for line in desk.pay_lines()]
        assert lines == [(3, usd("100.00"), usd("60.00")), (4, usd("50.00"), usd("30.00"))]

    def test_what_was_collected_before_the_note_was_signed_is_earned_on_the_day_of_signing(self, desk: Desk) -> None:
        desk.pay_rule("percent_of_collected", "60.00")
        client = desk.client()
        session = desk.book(client, starts=desk.now + HOUR)
        desk.now += 2 * HOUR
        desk.pay(client, "150.00")
        desk.attend(session)
        assert earned(desk) == []
        desk.now += 2 * DAY
        desk.sign(session)
        [line] = desk.pay_lines()
        assert (line.earned_on.day, line.amount) == (4, usd("90.00"))

    def test_money_that_goes_back_takes_its_share_back(self, desk: Desk) -> None:
        desk.pay_rule("percent_of_collected", "60.00")
        client = desk.client()
        desk.hold(client)
        desk.pay(client, "150.00")
        desk.refund(client, "50.00")
        assert [amount for _, amount in earned(desk)] == [usd("90.00"), usd("-30.00")]
        assert desk.balance(OWED) == usd("-60.00")

    def test_credit_that_pays_for_nothing_earns_nothing(self, desk: Desk) -> None:
        desk.pay_rule("percent_of_collected", "60.00")
        client = desk.client()
        desk.hold(client)
        desk.pay(client, "500.00")
        assert total(amount for _, amount in earned(desk)) == usd("90.00")

    def test_what_the_payer_and_the_client_paid_both_count_and_what_is_taken_back_comes_off(self, desk: Desk) -> None:
        desk.pay_rule("percent_of_collected", "50.00")
        client = desk.client(desk.payer())
        answer = pays(desk.claim(client), "100.00", "CO-45 30.00", "PR-3 20.00")
        remit(desk, answer)
        desk.pay(client, "20.00")
        assert [amount for _, amount in earned(desk)] == [usd("50.00"), usd("10.00")]
        remit(desk, taken_back(answer), trace="T2", control=502)
        assert total(line.basis for line in desk.pay_lines()) == usd("20.00")
        assert total(amount for _, amount in earned(desk)) == usd("10.00")

    def test_a_write_off_is_not_collected(self, desk: Desk) -> None:
        desk.pay_rule("percent_of_collected", "60.00")
        client = desk.client()
        desk.hold(client)
        desk.write_off(client, "150.00")
        assert earned(desk) == []


def test_a_share_of_a_fee_is_earned_when_the_fee_is_collected_and_given_back_when_it_is_waived(desk: Desk) -> None:
    desk.pay_terms(fee_share="40.00")
    client = desk.client()
    missed = desk.miss(client)
    assert earned(desk) == []
    desk.pay(client, "150.00")
    assert earned(desk) == [("fee", usd("60.00"))]
    desk.waive(missed, client)
    desk.refund(client, "150.00")
    assert total(amount for _, amount in earned(desk)) == ZERO


class TestStatement:
    """A period is closed once; its total is the sum of its lines."""

    def test_a_period_is_closed_once(self, desk: Desk) -> None:
        desk.pay_rule("flat", "60.00")
        client = desk.client()
        desk.hold(client)
        closed = desk.ask(pay.close, FIRST)
        desk.hold(client)
        again = desk.ask(pay.close, FIRST)
        assert (again.statement_id, again.total, again.settled) == (closed.statement_id, usd("60.00"), False)
        desk.ask(pay.settle, Approval(closed.statement_id or 0, "owner"))
        assert desk.ask(pay.close, FIRST).settled
        assert len(desk.rows(select(PayStatement))) == 1

    def test_before_a_period_those_that_nobody_closed_are_closed_each_with_its_guarantee(self, desk: Desk) -> None:
        desk.pay_rule("flat", "60.00")
        desk.pay_terms(guaranteed="100.00")
        client = desk.client()
        desk.hold(client)
        desk.now += 28 * DAY
        third = PayPeriodRef(1, date(2026, 3, 30), date(2026, 4, 12))
        closed = desk.ask(pay.close, third)
        stated = desk.rows(select(PayStatement).order_by(col(PayStatement.last)))
        assert [each.last for each in stated] == [FIRST.last, SECOND.last, third.last]
        assert closed.handover.pay_periods == (FIRST, SECOND), "each is followed"
        assert desk.balance(OWED) == usd("-300.00")

    def test_a_period_before_one_that_is_closed_is_closed_no_more(self, desk: Desk) -> None:
        desk.pay_rule("flat", "60.00")
        desk.hold(desk.client())
        desk.now += 14 * DAY
        desk.ask(pay.close, SECOND)
        early = PayPeriodRef(1, date(2026, 2, 16), date(2026, 3, 1))
        with pytest.raises(Refused, match="a later period of theirs, to 2026-03-15, is closed"):
            desk.ask(pay.close, early)

    def test_after_a_change_of_the_cycle_a_period_begins_where_the_last_one_ended(self, desk: Desk) -> None:
        desk.pay_rule("percent_of_collected", "60.00")
        desk.pay_terms(guaranteed="310.00")
        client = desk.client()
        desk.hold(client)
        desk.pay(client, "150.00")
        desk.ask(pay.close, FIRST)
        desk.change(Practice, 1, pay_cycle="monthly", pay_anchor=date(2026, 4, 1))
        desk.now += 14 * DAY
        desk.refund(client, "150.00")
        month = PayPeriodRef(1, date(2026, 3, 1), date(2026, 3, 31))
        with Database(desk.world.engine) as db:
            before, now = (pay_preview.preview(db, 1, day, desk.now) for day in (FIRST.last, SECOND.first))
        assert (before.first, before.last, before.closed) == (FIRST.first, FIRST.last, True)
        assert (now.first, now.last, now.closed, now.total) == (SECOND.first, month.last, False, usd("160.00"))
        desk.ask(pay.close, month)
        statement = desk.rows(select(PayStatement).order_by(col(PayStatement.id)))[-1]
        assert (statement.first, statement.last) == (date(2026, 3, 16), month.last)
        lines = [(line.source, line.amount) for line in desk.pay_lines() if line.statement_id == statement.id]
        assert lines == [("collection", usd("-90.00")), ("guarantee", usd("250.00"))], "16 of 31 days: 160.00"

    def test_what_is_added_after_a_closing_on_the_last_day_is_seen_in_the_next_period(self, desk: Desk) -> None:
        desk.pay_rule("flat", "60.00")
        desk.hold(desk.client())
        desk.now += 13 * DAY - HOUR
        desk.ask(pay.close, FIRST)
        item(desk, ItemKind.CORRECTION, "-30.00")
        with Database(desk.world.engine) as db:
            stated = pay_preview.preview(db, 1, FIRST.last, desk.now)
            now = pay_preview.still_open(db, 1, FIRST.last, desk.now)
            [later] = {pay_preview.still_open(db, 1, day, desk.now) for day in (SECOND.first, SECOND.last)}
        assert (stated.closed, stated.total) == (True, usd("60.00"))
        assert (now.first, now.last, now.closed, now.total) == (SECOND.first, SECOND.last, False, usd("-30.00"))
        assert now == later

    def test_nothing_earned_is_no_statement(self, desk: Desk) -> None:
        assert desk.ask(pay.close, FIRST).statement_id is None
        assert desk.rows(select(PayStatement)) == []

    def test_a_statement_is_settled_once_and_pays_what_is_owed(self, desk: Desk) -> None:
        desk.pay_rule("flat", "60.00")
        desk.hold(desk.client())
        statement = desk.ask(pay.close, FIRST).statement_id or 0
        assert desk.ask(pay.settle, Approval(statement, "owner")).total == usd("60.00")
        with pytest.raises(Refused, match="approved already"):
            desk.ask(pay.settle, Approval(statement, "owner"))
        assert desk.balance(OWED) == ZERO
        assert desk.balance("cash:payroll") == usd("-60.00")

    def test_the_guaranteed_minimum_adds_one_line(self, desk: Desk) -> None:
        desk.pay_rule("flat", "60.00")
        desk.pay_terms(guaranteed="500.00")
        desk.hold(desk.client())
        assert desk.ask(pay.close, FIRST).total == usd("500.00")
        assert earned(desk) == [("session", usd("60.00")), ("guarantee", usd("440.00"))]
        assert desk.balance(OWED) == usd("-500.00")

    def test_a_negative_total_pays_nothing_and_carries_over_once(self, desk: Desk) -> None:
        desk.pay_rule("percent_of_collected", "60.00")
        client = desk.client()
        desk.hold(client)
        desk.pay(client, "150.00")
        statement = desk.ask(pay.close, FIRST).statement_id or 0
        desk.ask(pay.settle, Approval(statement, "owner"))
        desk.now += 14 * DAY
        desk.refund(client, "100.00")
        clawback = desk.ask(pay.close, SECOND)
        assert clawback.total == usd("-60.00")
        desk.ask(pay.settle, Approval(clawback.statement_id or 0, "owner"))
        assert desk.balance("cash:payroll") == usd("-90.00")
        desk.now += 14 * DAY
        desk.pay(client, "100.00")
        third = desk.ask(pay.close, PayPeriodRef(1, date(2026, 3, 30), date(2026, 4, 12)))
        assert third.total == ZERO
        assert [line.source for line in desk.pay_lines() if line.statement_id == third.statement_id] == [
            "collection",
            "carried_over",
        ]
        assert desk.balance(OWED) == ZERO

    def test_the_run_closes_the_period_that_ended_for_everyone_still_open(self, desk: Desk) -> None:
        desk.pay_rule("flat", "60.00")
        desk.hold(desk.client())
        desk.clinician()
        desk.now += 14 * DAY
        assert desk.only(pay.run, None).pay_periods == (FIRST,), "there is nothing to state for the second"
        desk.add(PayTerms(clinician_id=2, effective_from=FIRST.first, guaranteed=usd("100.00")))
        second = PayPeriodRef(2, FIRST.first, FIRST.last)
        assert desk.only(pay.run, None).pay_periods == (FIRST, second)
        desk.ask(pay.close, FIRST)
        assert desk.only(pay.run, None).pay_periods == (second,)
        desk.change(Clinician, 2, active=False)
        assert desk.only(pay.run, None).pay_periods == (), "who left is promised nothing more"

    def test_a_statement_that_nobody_follows_any_more_is_followed_again(self, desk: Desk) -> None:
        desk.pay_rule("flat", "60.00")
        desk.hold(desk.client())
        number = desk.ask(pay.close, FIRST).statement_id or 0
        assert desk.only(sweeping.statements_open, "").handover.pay_periods == (FIRST,)
        desk.ask(pay.settle, Approval(number, "owner"))
        assert desk.only(sweeping.statements_open, "").done == 0
