"""What comes late: a rule, by which a session is paid once it is worked out anew; somebody who attended after all."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import pay_anew, pay_changes, pay_contracts, pay_facts, pay_preview
from activities.pay_contracts import TimeWish
from models.money import ZERO, share, total
from models.paying import Recalculation, WorkKind
from models.tables import PayLine, PayTerms
from tests.activities.paying import FIRST, SECOND, agree, stated
from tests.activities.practice import DAY, HOUR, Desk, usd

FLAT, COLLECTED = ("flat", "60.00"), ("percent_of_collected", "50.00")
Rule = tuple[str, str]


@dataclass
class Held:
    """A session of 150.00 that was signed under one rule, and what has happened since."""

    desk: Desk
    clinician: int
    client: int
    paid_by: Rule
    late: Rule
    entered: bool = False
    collected: Decimal = ZERO

    def collect(self) -> None:
        self.desk.pay(self.client, "75.00")
        self.collected += usd("75.00")

    def refund(self) -> None:
        self.desk.refund(self.client, "25.00")
        self.collected -= usd("25.00")

    def enter(self) -> None:
        self.desk.pay_rule(*self.late, clinician_id=self.clinician, effective_from=date(2026, 3, 1))
        self.entered = True

    def work_out_anew(self) -> None:
        wish = Recalculation(self.clinician, date(2026, 3, 1), "entered late", "owner")
        assert self.desk.ask(pay_changes.recalculate, wish) <= 1
        self.paid_by = self.late if self.entered else self.paid_by

    @property
    def due(self) -> Decimal:
        """What the rule says that it is paid by."""
        basis, value = self.paid_by
        return usd(value) if basis == "flat" else share(self.collected, Decimal(value))

    @property
    def earned(self) -> Decimal:
        return total(self.desk.rows(select(col(PayLine.amount)).where(PayLine.clinician_id == self.clinician)))


def waiting(desk: Desk) -> list[str]:
    """Why sessions earn nothing yet."""
    with Database(desk.world.engine) as db:
        return [row.why for row in pay_preview.preview(db, 1, FIRST.first, desk.now).waiting]


HAPPENS = (Held.collect, Held.enter, Held.work_out_anew)
AT_LAST = (Held.collect, Held.refund, Held.work_out_anew, Held.refund)


@pytest.mark.parametrize(("first", "late"), [(FLAT, COLLECTED), (COLLECTED, FLAT), (COLLECTED, (COLLECTED[0], "40"))])
def test_whatever_happens_in_whatever_order_a_session_is_paid_by_one_rule(desk: Desk, first: Rule, late: Rule) -> None:
    for number, order in enumerate(permutations(HAPPENS)):
        clinician = desk.clinician()
        desk.pay_rule(*first, clinician_id=clinician)
        held = Held(desk, clinician, desk.client(), first, late)
        desk.hold(held.client, clinician_id=clinician, starts=desk.now + timedelta(minutes=1))
        for happens in (*order, *AT_LAST):
            happens(held)
            told = f"{number}: {[each.__name__ for each in order]}, {happens.__name__}"
            assert held.earned == held.due, told
        assert held.paid_by == late


def test_a_rule_entered_after_a_session_without_one_was_signed_pays_it_once_it_is_worked_out_anew(desk: Desk) -> None:
    held = Held(desk, 1, desk.client(), ("flat", "0.00"), COLLECTED)
    desk.hold(held.client)
    held.enter()
    held.collect()
    assert held.earned == ZERO
    assert waiting(desk) == ["its rule or contract was entered after it was earned: work pay out anew"]
    held.work_out_anew()
    assert held.earned == usd("37.50")


@pytest.mark.parametrize(
    ("basis", "value", "more", "before", "after"),
    [
        ("percent_of_billed", "60.00", {}, "90.00", "180.00"),
        ("flat", "60.00", {"per_extra_attendee": usd("5.00")}, "60.00", "65.00"),
        ("hourly", "60.00", {}, "50.00", "90.00"),
        ("percent_of_collected", "50.00", {}, "0.00", "75.00"),
    ],
)
def test_a_no_show_corrected_after_the_session_was_earned_is_paid_for(
    desk: Desk, basis: str, value: str, more: dict[str, Decimal], before: str, after: str
) -> None:
    """Two who come together; one of them was marked as a no-show, and within the grace as attended after all."""
    desk.policy(effective_from=date(2026, 1, 1), fee_grace_hours=24)
    desk.pay_rule(basis, value, **more)
    first, second = desk.client(), desk.client()
    desk.pay(second, "150.00")
    session = desk.book(first, second, starts=desk.now + HOUR)
    desk.now += 2 * HOUR
    desk.attend(session, first, minutes=50)
    desk.no_show(session, second)
    desk.sign(session)
    assert total(line.amount for line in desk.pay_lines()) == usd(before)
    desk.attend(session, second, minutes=90)
    assert waiting(desk) == [pay_preview.MARKED_LATER]
    desk.sign(session)
    assert total(line.amount for line in desk.pay_lines()) == usd(after)
    assert waiting(desk) == []


def anew(desk: Desk) -> int:
    return desk.ask(pay_changes.recalculate, Recalculation(1, date(2026, 3, 1), "agreed so", "owner"))


def earned(desk: Desk) -> Decimal:
    return total(line.amount for line in desk.pay_lines())


def test_a_share_of_fees_agreed_late_counts_for_fees_collected_before(desk: Desk) -> None:
    terms = agree(desk, fee_share=usd("40.00"))
    client = desk.client()
    desk.miss(client)
    desk.pay(client, "100.00")
    desk.change(PayTerms, terms, fee_share=usd("50.00"))
    assert (anew(desk), earned(desk)) == (1, usd("50.00"))
    assert anew(desk) == 0, "once"
    desk.refund(client, "40.00")
    assert (anew(desk), earned(desk)) == (0, usd("30.00"))
    desk.change(PayTerms, terms, fee_share=ZERO)
    assert (anew(desk), earned(desk)) == (1, ZERO)


def test_hours_stated_are_paid_by_the_rate_that_is_agreed_late_and_hours_outside_a_contract_stay_open(
    desk: Desk,
) -> None:
    terms = agree(desk, admin="logged", admin_rate=usd("30.00"))
    day = desk.now.date()

    def log(day: date) -> int:
        with Database(desk.world.engine) as db, db.begin():
            return pay_contracts.log_time(db, TimeWish(1, WorkKind.ADMIN, day, 60), desk.now.date(), desk.now)

    log(day)
    desk.now += DAY
    outside = log(desk.now.date())
    with Database(desk.world.engine) as db, db.begin():
        pay_contracts.end(db, terms, day)
    desk.now += 14 * DAY
    assert stated(desk, FIRST) == {"admin": usd("30.00")}
    with Database(desk.world.engine) as db, db.begin():
        assert pay_facts.unstated(db, 1)[1].days == (), "nothing waits that a period could state"
        pay_contracts.drop_time(db, outside, 1)
    desk.change(PayTerms, terms, admin_rate=usd("35.00"))
    assert (anew(desk), earned(desk)) == (1, usd("35.00"))
    assert anew(desk) == 0, "once"
    assert stated(desk, SECOND) == {"correction": usd("5.00")}


def test_closed_periods_whose_guarantee_was_another_are_named(desk: Desk) -> None:
    desk.pay_rule("flat", "60.00")
    terms = agree(desk, guaranteed=usd("100.00"))
    desk.hold(desk.client())
    assert stated(desk, FIRST) == {"session": usd("60.00"), "guarantee": usd("40.00")}
    with Database(desk.world.engine) as db, db.begin():
        assert pay_anew.promises(db, 1, FIRST.first) == []
        db.get_one(PayTerms, terms).guaranteed = usd("120.00")
        [promise] = pay_anew.promises(db, 1, FIRST.first)
        assert (promise.last, promise.was, promise.now) == (FIRST.last, usd("40.00"), usd("60.00"))
        assert pay_anew.promises(db, 1, SECOND.first) == []
