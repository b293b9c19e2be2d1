"""Packages: prepaid sessions are a credit until they are held, each at its part of the price."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlmodel import Session as Database

from activities import packages, payments
from activities.packages import Offer
from models.errors import Refused
from models.messages import Money
from models.money import ZERO
from tests.activities.practice import Desk, usd


def offered(desk: Desk, client: int, sessions: int = 3, price: str = "400.00", expires_on: date | None = None) -> UUID:
    wish = Offer(uuid4(), client, 1, sessions, usd(price), expires_on)
    with Database(desk.world.engine) as db, db.begin():
        packages.offer(db, wish, desk.now)
        packages.offer(db, wish, desk.now)
    return wish.id


def sold(desk: Desk, client: int, expires_on: date | None = None) -> UUID:
    package = offered(desk, client, expires_on=expires_on)
    desk.ask(payments.record, Money(package, "payment", client, usd("400.00"), "check"))
    return package


def owed(desk: Desk, client: int) -> object:
    return desk.balance(f"receivable:client:{client}")


def test_each_session_takes_its_part_of_the_price_and_the_last_the_rest(desk: Desk) -> None:
    client = desk.client()
    sold(desk, client)
    balances = []
    for _ in range(4):
        desk.hold(client)
        balances.append(owed(desk, client))
    assert balances == [usd("-266.67"), usd("-133.34"), ZERO, usd("150.00")]
    assert [a.amount for a in desk.asked] == [usd("150.00")]  # only the fourth is asked for


def test_an_offer_that_is_not_paid_covers_nothing(desk: Desk) -> None:
    client = desk.client()
    offered(desk, client)
    desk.hold(client)
    assert owed(desk, client) == usd("150.00")


def test_an_expired_package_leaves_its_credit_to_the_client(desk: Desk) -> None:
    client = desk.client()
    sold(desk, client, expires_on=date(2026, 3, 10))
    desk.now = desk.now.replace(day=20)
    desk.hold(client)
    assert owed(desk, client) == usd("-250.00")


def test_a_package_that_went_back_covers_nothing_more(desk: Desk) -> None:
    client = desk.client()
    package = sold(desk, client)
    desk.hold(client)
    desk.ask(payments.record, Money(uuid4(), "refund", client, usd("266.67"), "check", refund_of=package))
    assert owed(desk, client) == ZERO
    desk.hold(client)
    assert owed(desk, client) == usd("150.00")


def test_anothers_or_another_services_session_takes_nothing_from_it(desk: Desk) -> None:
    client, other = desk.client(), desk.client()
    sold(desk, client)
    desk.hold(other)
    desk.hold(client, service_id=desk.service("90834", 45, "100.00"), minutes=45)
    assert (owed(desk, other), owed(desk, client)) == (usd("150.00"), usd("-300.00"))


@pytest.mark.parametrize(("sessions", "price"), [(0, "100.00"), (201, "100.00"), (3, "0.00"), (3, "-1.00")])
def test_a_package_without_sessions_or_price_is_refused(desk: Desk, sessions: int, price: str) -> None:
    with pytest.raises(Refused):
        offered(desk, desk.client(), sessions=sessions, price=price)
