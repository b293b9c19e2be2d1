"""Records are written once per form, by one person at a time, and what they lack becomes a task."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

import pytest
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import estimates, records, reviews
from activities.estimates import Expected, Offer
from activities.records import Seen
from models.errors import Refused
from models.facts import By
from models.tables import Client, Contact, Coverage, Estimate, EstimateLine, Practice, RateRow, Task
from tests.activities.practice import DAY, OPENED, Desk

Answer = TypeVar("Answer")
TODAY = date(2026, 3, 2)
WISH = UUID(int=7)


def write(desk: Desk, work: Callable[..., Answer], *given: Any, **named: Any) -> Answer:
    """One transaction, as a page does it."""
    with Database(desk.world.engine, expire_on_commit=False) as db, db.begin():
        return work(db, *given, **named)


def look(desk: Desk, client_id: int) -> list[str]:
    """The open tasks after a look through a client's record."""
    desk.ask(reviews.look, (client_id,))
    return sorted(desk.tasks())


def seen(desk: Desk, table: type[Client] | type[Contact] | type[Coverage], key: int) -> Seen:
    return Seen(key, records.fingerprint(desk.row(table, key)))


# ── writing ──────────────────────────────────────────────────────────────────


def test_a_form_sent_twice_makes_one_client(desk: Desk) -> None:
    def make(db: Database) -> int:
        return records.add(db, Client(first="Pat"))

    first, second = (write(desk, records.once, WISH, desk.now, make) for _ in range(2))
    assert first == second
    assert len(desk.rows(select(Client))) == 1


def test_namesakes_are_found_whatever_the_letters(desk: Desk) -> None:
    known = desk.client(first="Pat", last="Doe", birth=date(1985, 5, 17))
    assert write(desk, records.namesakes, "PAT", "doe", date(1985, 5, 17)) == [known]
    assert write(desk, records.namesakes, "Pat", "Doe", date(1990, 1, 1)) == []
    assert write(desk, records.namesakes, "Pat", "Doe", None) == [known]


def test_who_saves_a_stale_page_is_refused_and_changes_nothing(desk: Desk) -> None:
    client = desk.client()
    stale = seen(desk, Client, client)
    write(desk, records.change, Client, stale, {"phone": "2175550100"})
    with pytest.raises(Refused, match="somebody changed this"):
        write(desk, records.change, Client, stale, {"phone": "2175550199"})
    assert desk.row(Client, client).phone == "2175550100"


def test_the_same_change_sent_twice_is_fine(desk: Desk) -> None:
    stale = seen(desk, Client, desk.client())
    for _ in range(2):
        write(desk, records.change, Client, stale, {"phone": "2175550100"})


def test_a_client_changes_only_what_is_theirs(desk: Desk) -> None:
    client = desk.client()
    write(desk, records.change_profile, seen(desk, Client, client), {"phone": "2175550100", "last": "Roe"})
    row = desk.row(Client, client)
    assert (row.phone, row.last) == ("2175550100", "Doe")


def test_one_contact_pays(desk: Desk) -> None:
    client = desk.client()
    for name in ("Ana", "Ben"):
        write(desk, records.keep_contact, Contact(client_id=client, name=name, guarantor=True), None)
    paying = desk.rows(select(Contact.name).where(col(Contact.guarantor)))
    assert paying == ["Ben"]


def test_nobody_changes_a_contact_of_another_client(desk: Desk) -> None:
    mine, other = desk.client(), desk.client()
    contact = write(desk, records.keep_contact, Contact(client_id=mine, name="Ana"), None)
    with pytest.raises(Refused, match="not there"):
        write(desk, records.keep_contact, Contact(client_id=other, name="Eve"), seen(desk, Contact, contact))
    write(desk, records.remove_contact, other, contact)
    assert desk.rows(select(Contact.name)) == ["Ana"]
    write(desk, records.remove_contact, mine, contact)
    assert desk.rows(select(Contact.name)) == []


def test_a_coverage_can_be_made_primary(desk: Desk) -> None:
    payers = [desk.payer("60054"), desk.payer("00111"), desk.payer("00222")]
    client = desk.client(*payers)
    third = desk.rows(select(Coverage.id).where(Coverage.payer_id == payers[2]))[0]
    write(desk, records.make_primary, client, third)
    order = desk.rows(select(Coverage.payer_id).order_by(col(Coverage.sequence)))
    assert order == [payers[2], payers[0], payers[1]]


def test_a_rate_agreed_twice_stands_once(desk: Desk) -> None:
    client = desk.client()
    for _ in range(2):
        write(desk, records.agree_rate, client, 1, None, Decimal("90.00"), TODAY)
    assert len(desk.rows(select(RateRow).where(RateRow.client_id == client))) == 1


# ── looking through ──────────────────────────────────────────────────────────


def test_booking_somebody_unknown_asks_for_what_is_missing_until_it_is_there(desk: Desk) -> None:
    client = desk.client(birth=None)
    desk.book(client)
    assert desk.tasks() == ["missing_demographics"]
    assert desk.rows(select(Task.what)) == ["ask for: birth date"]
    desk.change(Client, client, birth=date(1985, 5, 17))
    assert look(desk, client) == []


def test_nobody_is_asked_about_a_client_who_does_not_come(desk: Desk) -> None:
    assert look(desk, desk.client(birth=None)) == []


def test_a_coverage_that_ends_before_the_next_session_is_asked_about(desk: Desk) -> None:
    client = desk.client(desk.payer())
    coverage = desk.rows(select(Coverage.id))[0]
    desk.book(client, starts=desk.now + 20 * DAY)
    assert desk.tasks() == []
    desk.change(Coverage, coverage, covered_until=TODAY + timedelta(days=5))
    assert look(desk, client) == ["coverage_terminated", "estimate_due"]
    desk.change(Coverage, coverage, covered_until=None)
    assert look(desk, client) == []


def test_booked_self_pay_an_estimate_is_due_at_the_end_of_the_next_business_day(desk: Desk) -> None:
    client = desk.client()
    desk.book(client, starts=desk.now + 7 * DAY)
    [task] = desk.rows(select(Task))
    assert task.kind == "estimate_due"
    assert task.due_at.isoformat() == "2026-03-04T06:00:00+00:00"  # midnight in Chicago after Tuesday


def test_giving_the_estimate_closes_its_task(desk: Desk) -> None:
    client = desk.client()
    desk.book(client, starts=desk.now + 7 * DAY)
    give(desk, client)
    assert look(desk, client) == []


def test_a_cancelled_session_needs_no_estimate(desk: Desk) -> None:
    client = desk.client()
    session = desk.book(client, starts=desk.now + 7 * DAY)
    desk.cancel(session, By.PRACTICE)
    assert look(desk, client) == []


def test_a_practice_of_another_kind_owes_no_estimates(desk: Desk) -> None:
    desk.change(Practice, 1, kind="tutoring")
    desk.book(desk.client(birth=None), starts=desk.now + 7 * DAY)
    assert desk.tasks() == []


def test_each_morning_the_records_that_matter_are_looked_through(desk: Desk) -> None:
    coming, idle, asked = desk.client(), desk.client(), desk.client(birth=None)
    desk.book(coming)
    desk.book(asked, starts=desk.now + timedelta(hours=1))
    desk.now += DAY
    assert desk.only(reviews.expected, None) == (coming, asked)
    assert idle not in desk.only(reviews.expected, None)


# ── estimates ────────────────────────────────────────────────────────────────


def give(desk: Desk, client: int, **changes: Any) -> int:
    known: dict[str, Any] = {"first": TODAY, "last": TODAY + timedelta(days=364), "expected": (Expected(1, 24),)}
    offer = Offer(client_id=client, clinician_id=1, **{**known, **changes})
    return write(desk, estimates.give, offer, None, desk.now)


def test_an_estimate_takes_the_price_this_client_pays(desk: Desk) -> None:
    client = desk.client()
    desk.rate("90.00", client_id=client)
    give(desk, client)
    assert desk.rows(select(col(EstimateLine.price))) == [Decimal("90.00")]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"last": TODAY - timedelta(days=1)}, "before the first"),
        ({"last": TODAY + timedelta(days=366)}, "twelve months"),
        ({"expected": ()}, "how many sessions"),
    ],
)
def test_an_estimate_that_cannot_be_is_refused(desk: Desk, changes: dict[str, Any], why: str) -> None:
    client = desk.client()
    with pytest.raises(Refused, match=why):
        give(desk, client, **changes)
    assert desk.rows(select(Estimate)) == []


def test_who_asks_for_an_estimate_is_owed_one(desk: Desk) -> None:
    client = desk.client()
    for _ in range(2):
        write(desk, estimates.ask, client, TODAY)
    assert look(desk, client) == ["estimate_due"]
    give(desk, client)
    assert look(desk, client) == []


def test_a_session_under_way_needs_no_estimate(desk: Desk) -> None:
    client = desk.client()
    desk.book(client, starts=OPENED + 7 * DAY)
    desk.at(OPENED + 8 * DAY)
    assert look(desk, client) == []
