"""Whatever an office does in whatever order: the books balance, pay is its lines, and nothing is done by halves."""

import contextlib
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import pay, sessions
from models.errors import Refused
from models.facts import By
from models.messages import PayPeriodRef
from models.money import ZERO, total
from models.rules.claim_stages import TO_BE_FILED
from models.rules.ledger import client_account
from models.tables import Claim, Client, Invoice, PayStatement
from tests.activities.payer import pays, remit
from tests.activities.practice import DAY, HOUR, Desk, usd

VERBS = ("book", "attend", "sign", "no_show", "cancel", "move", "presume", "waive", "pay", "refund", "write_off")
ACTS = st.lists(st.tuples(st.sampled_from([*VERBS, "remit", "close_pay"]), st.integers(0, 99)), max_size=25)


class Office:
    """Does what it is told with what is there; what is refused changes nothing."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.clients = [desk.client(), desk.client(1), desk.client()]
        self.sessions: list[UUID] = []
        self.traces = 0

    def act(self, verb: str, number: int) -> None:
        before = self.desk.entries()
        try:
            getattr(self, verb)(number)
        except Refused:
            assert self.desk.entries() == before
        self.desk.now += timedelta(hours=7)

    def session(self, number: int) -> UUID:
        if not self.sessions:
            raise Refused("nothing is booked")
        return self.sessions[number % len(self.sessions)]

    def client(self, number: int) -> int:
        return self.clients[number % len(self.clients)]

    def book(self, number: int) -> None:
        attendees = self.clients if number % 5 == 0 else [self.client(number)]
        self.sessions.append(self.desk.book(*attendees, starts=self.desk.now + (number % 40 + 1) * HOUR))

    def attend(self, number: int) -> None:
        self.desk.attend(self.session(number))

    def sign(self, number: int) -> None:
        self.desk.sign(self.session(number))

    def no_show(self, number: int) -> None:
        self.desk.no_show(self.session(number))

    def cancel(self, number: int) -> None:
        self.desk.cancel(self.session(number), By.CLIENT if number % 2 else By.PRACTICE)

    def move(self, number: int) -> None:
        self.desk.move(self.session(number), self.desk.now + 3 * DAY)

    def presume(self, number: int) -> None:
        session = self.session(number)
        if self.desk.ask(sessions.look, session).ends < self.desk.now:
            self.desk.ask(sessions.presume, session)

    def waive(self, number: int) -> None:
        self.desk.waive(self.session(number), self.client(number))

    def pay(self, number: int) -> None:
        self.desk.pay(self.client(number), f"{number}.01")

    def refund(self, number: int) -> None:
        self.desk.refund(self.client(number), f"{number}.01")

    def write_off(self, number: int) -> None:
        self.desk.write_off(self.client(number), f"{number}.01")

    def remit(self, number: int) -> None:
        waiting = self.desk.rows(select(Claim).where(col(Claim.status).in_(TO_BE_FILED)).order_by(col(Claim.number)))
        for claim in waiting[: number % 3]:
            self.traces += 1
            told = [("120.00", "CO-45 30.00"), ("0.00", "CO-197 150.00"), ("90.00", "CO-45 20.00", "PR-3 40.00")]
            remit(self.desk, pays(claim.number, *told[number % 3]), trace=f"T{self.traces}", control=self.traces)

    def close_pay(self, number: int) -> None:
        day = (self.desk.now + number * DAY).date()
        self.desk.ask(pay.close, PayPeriodRef(1, day - 13 * DAY, day))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_the_books_balance_after_anything_an_office_does(
    new_engine: Callable[[], Engine], acts: list[tuple[str, int]]
) -> None:
    desk = Desk.opened(new_engine())
    desk.payer()
    desk.pay_rule("percent_of_collected", "60.00", per_extra_attendee=usd("5.00"))
    desk.pay_terms(fee_share="33.33", guaranteed="100.00")
    office = Office(desk)
    for verb, number in acts:
        office.act(verb, number)
    balanced(desk)


def balanced(desk: Desk) -> None:
    accounts = desk.accounts()
    assert total(accounts.values()) == ZERO
    lines = [line for line in desk.pay_lines() if line.source != "carried_over"]
    assert -accounts.get("payable:clinician:1", ZERO) == total(line.amount for line in lines)
    for client in desk.rows(select(Client)):
        owed = accounts.get(client_account(client.id or 0), ZERO)
        dues = desk.dues(client.id or 0)
        assert total(dues.values()) == max(owed, ZERO)
        assert set(desk.open_invoices(client.id or 0)) == {number for number, due in dues.items() if due}
    fees = -accounts.get("income:fee", ZERO)
    assert fees >= ZERO
    assert all(claim.charge == usd("150.00") for claim in desk.rows(select(Claim)))


def test_every_statement_is_the_sum_of_its_lines(desk: Desk) -> None:
    desk.pay_rule("percent_of_collected", "60.00")
    client = desk.client()
    for _ in range(3):
        desk.hold(client)
        desk.pay(client, "100.01")
        day = desk.now.date()
        with contextlib.suppress(Refused):
            desk.ask(pay.close, PayPeriodRef(1, day, day))
        desk.now += DAY
    for statement in desk.rows(select(PayStatement)):
        lines = [line.amount for line in desk.pay_lines() if line.statement_id == statement.id]
        with Database(desk.world.engine) as db:
            assert pay.statement_total(db, statement.id or 0) == total(lines)
    assert total(line.basis for line in desk.pay_lines()) == usd("300.03")
    assert len(desk.rows(select(Invoice))) == 3
