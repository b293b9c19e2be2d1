"""Fees for missed sessions: when, how much, whom not, once; and taken back with a reason."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import col, select

from activities import sessions
from models.errors import Refused
from models.facts import By
from models.money import ZERO
from models.tables import Claim, FeeRow
from tests.activities.practice import DAY, HOUR, Desk, usd

MINUTE = timedelta(minutes=1)
INCOME = "income:fee"


def fees(desk: Desk) -> list[FeeRow]:
    return desk.rows(select(FeeRow).order_by(col(FeeRow.decided_at), col(FeeRow.key)))


@pytest.mark.parametrize(
    ("before", "status", "charged"),
    [
        (24 * HOUR + MINUTE, "cancelled", "0.00"),
        (24 * HOUR, "cancelled", "0.00"),
        (24 * HOUR - MINUTE, "late_cancelled", "-75.00"),
        (MINUTE, "late_cancelled", "-75.00"),
    ],
)
def test_a_cancellation_is_late_from_the_first_minute_inside_the_notice(
    desk: Desk, before: timedelta, status: str, charged: str
) -> None:
    starts = desk.now + 3 * DAY
    session = desk.book(desk.client(), starts=starts)
    desk.at(starts - before)
    assert desk.cancel(session).status == status
    assert desk.balance(INCOME) == usd(charged)


def test_the_practice_cancels_without_a_fee_at_any_time(desk: Desk) -> None:
    session = desk.book(desk.client(), starts=desk.now + HOUR)
    assert desk.cancel(session, By.PRACTICE).status == "cancelled"
    assert desk.entries() == []


def test_a_late_move_by_the_client_costs_a_late_cancellation_and_the_session_is_still_held(desk: Desk) -> None:
    client = desk.client()
    session = desk.book(client, starts=desk.now + HOUR)
    desk.move(session, desk.now + 3 * DAY)
    assert desk.balance(INCOME) == usd("-75.00")
    desk.at(desk.now + 4 * DAY)
    desk.attend(session)
    desk.sign(session)
    assert desk.balance(f"receivable:client:{client}") == usd("225.00")


def test_a_late_move_by_staff_is_free(desk: Desk) -> None:
    desk.move(desk.book(desk.client(), starts=desk.now + HOUR), desk.now + 3 * DAY, By.PRACTICE)
    assert desk.entries() == []


def test_the_fee_is_a_share_of_the_clients_own_price(desk: Desk) -> None:
    client = desk.client()
    desk.rate("90.00", client_id=client)
    desk.miss(client)
    assert desk.balance(INCOME) == usd("-90.00")


def test_a_fee_follows_the_policy_of_the_day_of_booking(desk: Desk) -> None:
    session = desk.book(desk.client(), starts=desk.now + 10 * DAY)
    desk.policy(effective_from=(desk.now + DAY).date(), no_show_fee="10.00")
    desk.at(desk.now + 10 * DAY + HOUR)
    desk.no_show(session)
    assert desk.balance(INCOME) == usd("-150.00")


def test_each_absent_client_of_a_couple_pays_their_own_fee(desk: Desk) -> None:
    one, other = desk.client(), desk.client()
    desk.miss(one, other)
    assert desk.balance(f"receivable:client:{one}") == usd("150.00")
    assert desk.balance(f"receivable:client:{other}") == usd("150.00")


def test_the_first_fees_of_a_rolling_year_are_waived_by_themselves(desk: Desk) -> None:
    desk.policy(effective_from=desk.now.date(), waivers_per_year=1)
    client, first = desk.client(), desk.now + 2 * HOUR
    desk.miss(client)
    assert desk.balance(INCOME) == ZERO
    desk.miss(client)
    assert desk.balance(INCOME) == usd("-150.00")
    desk.at(first + 365 * DAY - 2 * HOUR - MINUTE)
    desk.miss(client)
    assert desk.balance(INCOME) == usd("-300.00")
    desk.miss(client)
    assert desk.balance(INCOME) == usd("-300.00")
    assert [f.waived_by_itself for f in fees(desk)] == [True, False, False, True]


def test_the_waivers_of_one_client_are_not_anothers(desk: Desk) -> None:
    desk.policy(effective_from=desk.now.date(), waivers_per_year=1)
    desk.miss(desk.client())
    desk.miss(desk.client())
    assert desk.balance(INCOME) == ZERO


def test_no_fee_where_a_payer_forbids_it(desk: Desk) -> None:
    desk.miss(desk.client(desk.payer(allows_no_show_fee=False)))
    assert desk.entries() == []
    assert [f.rule for f in fees(desk)] == ["attendance.payer_forbids"]


def test_no_fee_where_the_secondary_payer_forbids_it(desk: Desk) -> None:
    desk.miss(desk.client(desk.payer(), desk.payer("60055", allows_no_show_fee=False)))
    assert desk.entries() == []


def test_an_insured_clients_fee_is_the_clients_and_never_enters_a_claim(desk: Desk) -> None:
    client = desk.client(desk.payer())
    missed = desk.miss(client)
    held = desk.hold(client)
    assert desk.claims_of(missed) == []
    assert [c.charge for c in desk.claims_of(held)] == [usd("150.00")]
    assert len(desk.rows(select(Claim))) == 1
    assert desk.balance(f"receivable:client:{client}") == usd("150.00")


def test_a_waived_fee_is_mirrored_and_waived_once(desk: Desk) -> None:
    client = desk.client()
    missed = desk.miss(client)
    desk.waive(missed, client, "snow")
    assert desk.accounts() == {}
    with pytest.raises(Refused, match="no fee to waive"):
        desk.waive(missed, client, "snow")
    assert [f.waived_because for f in fees(desk)] == ["snow"]


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_waiver_needs_a_reason(desk: Desk, reason: str) -> None:
    client = desk.client()
    missed = desk.miss(client)
    with pytest.raises(Refused, match="needs a reason"):
        desk.waive(missed, client, reason)


def test_nothing_is_waived_where_no_fee_was_decided(desk: Desk) -> None:
    client = desk.client()
    with pytest.raises(Refused, match="no fee to waive"):
        desk.waive(desk.hold(client), client)


class TestGrace:
    """A no-show fee waits `fee_grace_hours` in which staff can correct or waive."""

    def graceful(self, desk: Desk) -> int:
        desk.policy(effective_from=desk.now.date(), fee_grace_hours=12)
        return desk.client()

    def test_the_fee_waits_and_is_then_charged_once(self, desk: Desk) -> None:
        missed = desk.miss(self.graceful(desk))
        standing = desk.ask(sessions.look, missed)
        assert standing.fees_due == desk.now + 12 * HOUR
        assert not standing.over
        desk.now += 12 * HOUR - MINUTE
        desk.ask(sessions.charge_fees, missed)
        assert desk.entries() == []
        desk.now += MINUTE
        for _ in range(2):
            assert desk.ask(sessions.charge_fees, missed).over
        assert desk.balance(INCOME) == usd("-150.00")

    def test_a_fee_waived_before_it_is_charged_is_never_charged(self, desk: Desk) -> None:
        client = self.graceful(desk)
        missed = desk.miss(client)
        assert desk.waive(missed, client).over
        desk.now += DAY
        desk.ask(sessions.charge_fees, missed)
        assert desk.entries() == []

    def test_within_the_grace_a_no_show_is_corrected_to_attended(self, desk: Desk) -> None:
        client = self.graceful(desk)
        missed = desk.miss(client)
        desk.now += HOUR
        desk.attend(missed)
        desk.sign(missed)
        desk.now += DAY
        desk.ask(sessions.charge_fees, missed)
        assert desk.balance(INCOME) == ZERO
        assert desk.balance(f"receivable:client:{client}") == usd("150.00")

    def test_after_the_grace_a_no_show_stands(self, desk: Desk) -> None:
        missed = desk.miss(self.graceful(desk))
        desk.now += 12 * HOUR
        with pytest.raises(Refused, match="recorded already"):
            desk.attend(missed)

    def test_a_late_cancellation_does_not_wait(self, desk: Desk) -> None:
        desk.cancel(desk.book(self.graceful(desk), starts=desk.now + HOUR))
        assert desk.balance(INCOME) == usd("-75.00")


class TestPresumed:
    """Nobody said how a session ended: it counts as a no-show until somebody knows better."""

    def presumed(self, desk: Desk, client: int) -> UUID:
        session = desk.book(client)
        desk.now += 5 * DAY
        desk.ask(sessions.presume, session)
        return session

    def test_it_is_a_no_show_with_its_fee_and_a_task(self, desk: Desk) -> None:
        self.presumed(desk, desk.client())
        assert desk.balance(INCOME) == usd("-150.00")
        assert desk.tasks() == ["outcome_missing"]

    def test_presuming_twice_charges_once(self, desk: Desk) -> None:
        session = self.presumed(desk, desk.client())
        desk.ask(sessions.presume, session)
        assert desk.balance(INCOME) == usd("-150.00")

    def test_a_correction_to_attended_withdraws_the_fee_and_charges_the_session(self, desk: Desk) -> None:
        client = desk.client()
        session = self.presumed(desk, client)
        desk.attend(session)
        desk.sign(session)
        assert desk.balance(INCOME) == ZERO
        assert desk.balance(f"receivable:client:{client}") == usd("150.00")
        assert desk.tasks() == []

    def test_a_confirmed_no_show_keeps_its_one_fee_and_closes_the_task(self, desk: Desk) -> None:
        session = self.presumed(desk, desk.client())
        desk.no_show(session)
        assert desk.balance(INCOME) == usd("-150.00")
        assert desk.tasks() == []
        assert len(fees(desk)) == 1

    def test_a_withdrawn_fee_gives_its_waiver_back(self, desk: Desk) -> None:
        desk.policy(effective_from=desk.now.date(), waivers_per_year=1)
        client = desk.client()
        desk.attend(self.presumed(desk, client))
        desk.miss(client)
        assert desk.balance(INCOME) == ZERO
