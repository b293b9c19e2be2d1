"""The ledger refuses by itself: what does not balance, what changes the past, what happened already."""

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session as Database
from sqlmodel import select

from activities import ledger
from activities.database import Tx
from models.errors import Refused
from models.rules.ledger import Event, draft
from models.tables import Entry
from tests.activities.practice import DAY, HOUR, Desk, usd

ENTRY = "insert into entry (key, at, on_day, event, rule, why) values ('k', now(), now(), 'e', 'r', 'w') returning id"
POSTING = "insert into posting (entry_id, account, amount) values (:entry, :account, :amount)"


def entered(desk: Desk, *amounts: str) -> None:
    """An entry written past the code, with these postings."""
    with desk.world.engine.begin() as connection:
        entry = connection.execute(text(ENTRY)).scalar_one()
        for number, amount in enumerate(amounts):
            connection.execute(text(POSTING), {"entry": entry, "account": f"cash:{number}", "amount": amount})


@pytest.mark.parametrize("amounts", [["10.00", "-9.99"], ["10.00"], ["10.00", "10.00", "-10.00"], []])
def test_an_unbalanced_entry_cannot_be_committed_by_anyone(desk: Desk, amounts: list[str]) -> None:
    with pytest.raises(DBAPIError, match="does not balance"):
        entered(desk, *amounts)
    assert desk.entries() == []


def test_a_posting_of_nothing_is_refused(desk: Desk) -> None:
    with pytest.raises(DBAPIError, match="posting_not_zero"):
        entered(desk, "0.00", "0.00")


def test_a_balanced_entry_of_many_sides_is_committed(desk: Desk) -> None:
    entered(desk, "10.00", "-4.00", "-6.00")
    assert desk.accounts() == {"cash:0": usd("10.00"), "cash:1": usd("-4.00"), "cash:2": usd("-6.00")}


def test_a_posting_added_later_cannot_unbalance_an_entry(desk: Desk) -> None:
    entered(desk, "10.00", "-10.00")
    with pytest.raises(DBAPIError, match="does not balance"), desk.world.engine.begin() as connection:
        connection.execute(text("insert into posting (entry_id, account, amount) select id, 'cash:9', 5 from entry"))


@pytest.mark.parametrize(
    "change",
    [
        "update entry set why = 'another'",
        "update posting set amount = amount * 2",
        "delete from posting",
        "delete from entry",
        "truncate posting",
        "truncate entry cascade",
    ],
)
def test_what_was_posted_is_never_changed_nor_removed(desk: Desk, change: str) -> None:
    desk.pay(desk.client(), "40.00")
    before = desk.entries()
    with pytest.raises(DBAPIError, match="append-only"), desk.world.engine.begin() as connection:
        connection.execute(text(change))
    assert desk.entries() == before


def test_a_key_posts_once(desk: Desk) -> None:
    client = desk.client()
    for _ in range(2):
        with Database(desk.world.engine) as db, db.begin():
            drafted = draft(Event.CLIENT_PAID, usd("5.00"), "rule", "why", client=client, method="cash")
            ledger.post(Tx(db, desk.now, desk.world), "one key", drafted, client_id=client)
    assert len(desk.entries()) == 1


def test_an_entry_is_reversed_once_and_exactly(desk: Desk) -> None:
    client = desk.client()
    desk.pay(client, "40.00")
    for _ in range(2):
        with Database(desk.world.engine) as db, db.begin():
            [entry] = db.exec(select(Entry).where(Entry.reverses_id == None)).all()  # noqa: E711
            ledger.reverse(Tx(db, desk.now, desk.world), entry, "a mistake")
    assert [event for event, _ in desk.entries()] == ["client paid", "reversal"]
    assert desk.accounts() == {}


def test_an_entry_stands_on_the_practices_local_day(desk: Desk) -> None:
    desk.now = datetime(2026, 3, 3, 5, 30, tzinfo=UTC)
    desk.pay(desk.client(), "40.00")
    [entry] = desk.rows(select(Entry))
    assert f"{entry.on_day}" == "2026-03-02"


def test_of_two_bookings_of_one_hour_at_the_same_moment_the_database_takes_one(desk: Desk) -> None:
    clients = [desk.client(), desk.client()]
    starts = desk.now + 2 * DAY
    refused: list[Exception] = []
    both = threading.Barrier(2)

    def booked(client: int, number: int) -> None:
        mine = Desk(desk.world, desk.now, made=100 * number)
        both.wait()
        try:
            mine.book(client, starts=starts + number * HOUR / 2)
        except Refused as no:
            refused.append(no)

    threads = [threading.Thread(target=booked, args=(client, n)) for n, client in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [no] = refused
    assert "another session" in str(no)


def test_sessions_may_touch_but_not_overlap(desk: Desk) -> None:
    client, starts = desk.client(), desk.now + 2 * DAY
    desk.book(client, starts=starts)
    desk.book(client, starts=starts + HOUR)
    desk.book(client, starts=starts - HOUR)
    with pytest.raises(Refused, match="another session"):
        desk.book(client, starts=starts + HOUR / 2)


def test_another_clinician_is_free_at_that_hour(desk: Desk) -> None:
    client, starts = desk.client(), desk.now + 2 * DAY
    desk.book(client, starts=starts)
    desk.book(client, starts=starts, clinician_id=desk.clinician())


def test_a_cancelled_hour_is_free_again(desk: Desk) -> None:
    client, starts = desk.client(), desk.now + 2 * DAY
    desk.cancel(desk.book(client, starts=starts))
    desk.book(client, starts=starts)
