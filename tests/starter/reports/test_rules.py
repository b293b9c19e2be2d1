"""What the reports' SQL says over again, a rule says first: both are asked the same and answer the same."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from sqlalchemy import text
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import directory, ledger
from models.calendar import local_day
from models.errors import Refused
from models.money import ZERO, total
from models.reports.sql import parts
from models.rules.collections import Account, trace
from models.rules.rates import price
from models.tables import AttendanceRow, Client, Clinician, RateRow, Session
from tests.activities.practice import DAY, HOUR, Desk, usd
from tests.starter.reports.year import TZ, asked, lived

LONG_AGO = date(2000, 1, 1)
TRACE = f"""
with touched as (select distinct account from posting where account like 'receivable:client:%'), {parts.TRACED}
select attendance_id, fee, collected, written_off from traced where collected <> 0 or written_off <> 0
"""
Covered = dict[tuple[int, bool], Decimal]


def test_a_forecast_is_priced_as_a_session_will_be(desk: Desk) -> None:
    chance = Random(11)
    desk.add(Clinician(name="Ben Wood", npi="1987654328", email="ben@elmstreet.example", taxonomy="103TC0700X"))
    desk.service("90834", 45, "120.00")
    clients = [desk.client() for _ in range(3)]
    for number in range(40):
        rate = RateRow(
            amount=usd(f"{50 + number}.00"),
            clinician_id=chance.choice((None, 1, 2)),
            client_id=chance.choice((None, *clients)),
            service_id=chance.choice((1, 2)),
            effective_from=desk.now.date() + chance.randint(-3, 12) * 7 * DAY,
        )
        desk.add(rate)
    for number in range(30):
        desk.book(
            chance.choice(clients),
            clinician_id=1 + number % 2,
            service_id=chance.choice((1, 2)),
            starts=desk.now + 2 * DAY + number * 3 * DAY + HOUR,
        )
    last = desk.now.date() + timedelta(days=120)
    found = asked(desk, "forecast", desk.now.date(), last, by="clinician")
    assert dict(zip((line.who for line in found.lines), found.column("value"), strict=True)) == by_rule(desk)


def by_rule(desk: Desk) -> dict[str, Decimal]:
    """The price of every booked session as the rule has it, by clinician."""
    prices: dict[str, Decimal] = {}
    with Database(desk.world.engine) as db:
        query = select(Session, AttendanceRow, Clinician).where(
            AttendanceRow.session_id == Session.id, Session.clinician_id == Clinician.id, Session.starts >= desk.now
        )
        for session, attendance, clinician in db.exec(query):
            on = local_day(session.starts, TZ)
            rates = directory.rates(db, session.service_id)
            prices.setdefault(clinician.name, ZERO)
            try:
                prices[clinician.name] += price(rates, session.clinician_id, attendance.client_id, on).amount
            except Refused:
                continue
    return prices


@pytest.mark.parametrize("seed", [2, 7])
def test_money_is_traced_to_sessions_as_pay_by_collection_traces_it(desk: Desk, seed: int) -> None:
    lived(desk, seed, without=("write off",))
    ruled, told = traced_by_rule(desk), traced_by_sql(desk)
    assert told == {key: collected for key, (collected, _) in ruled.items() if collected}


def test_write_offs_come_last_in_reports_and_in_turn_in_the_rule_but_cover_the_same_debts(desk: Desk) -> None:
    """What a debt was rid of is the same; a report counts money for it first, so that a write-off hides no payment."""
    client = desk.client()
    for _ in range(3):
        desk.hold(client)
    desk.write_off(client, "200.00")
    desk.pay(client, "180.00")
    ruled, told = traced_by_rule(desk), traced_by_sql(desk, with_write_offs=True)
    assert told == {key: collected + forgiven for key, (collected, forgiven) in ruled.items()}


def traced_by_rule(desk: Desk) -> dict[tuple[int, bool], tuple[Decimal, Decimal]]:
    """Each debt: what was collected of it and what was given up."""
    found = {}
    with Database(desk.world.engine) as db:
        for client_id in db.exec(select(col(Client.id))):
            account: Account = trace(ledger.movements(db, client_id or 0))
            for debt in account.owed:
                settled = account.collected.get(debt, ZERO), account.forgiven.get(debt, ZERO)
                found[debt.attendance_id, debt.fee] = settled
    return found


def traced_by_sql(desk: Desk, with_write_offs: bool = False) -> Covered:
    """The same of the SQL, over all time."""
    values = {"first": LONG_AGO, "last": desk.now.date() + DAY}
    with desk.world.engine.connect() as connection:
        rows = connection.execute(text(TRACE), values).all()
    return {
        (row.attendance_id, row.fee): total((row.collected, row.written_off if with_write_offs else ZERO))
        for row in rows
        if row.collected or with_write_offs
    }
