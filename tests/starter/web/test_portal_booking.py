"""Clients book free times themselves, where the practice lets them, and take up what the waitlist offers."""

import re
from datetime import time, timedelta
from urllib.parse import quote
from uuid import UUID, uuid4

from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import availability, waitlist
from activities.availability import Shift
from models.facts import By
from models.tables import Clinician, Service, WaitlistOffer
from models.tables import Session as SessionRow
from starter.web.access.permissions import Role
from tests.starter.web.pages import Answer, Browser, Pages
from tests.workflows.practice import ANA, DANA, ERIN, INA, LONG_AGO, THERAPY, Life

DAILY = [Shift(weekday, time(9), time(12)) for weekday in range(5)]


def offered(life: Life) -> None:
    """Dana works in the mornings, and may be booked by clients."""
    with Database(life.office.engine) as db, db.begin():
        availability.set_hours(db, DANA, DAILY, LONG_AGO)
        availability.set_hours(db, ERIN, DAILY, LONG_AGO)
    life.change(Service, THERAPY, self_book=True)
    life.change(Clinician, DANA, self_book=True)


async def book(browser: Browser, life: Life, day: int, hour: int, clinician: int = DANA, wish: str = "") -> Answer:
    fields = {"service_id": THERAPY, "clinician_id": clinician, "starts": life.at(day, hour)}
    return await browser.post("/portal/book/this", wish=wish or uuid4(), **fields)


async def test_a_free_time_is_booked_once_however_often_it_is_sent(pages: Pages) -> None:
    life = pages.life
    offered(life)
    browser = await pages.as_(Role.CLIENT, client_ids=(ANA,))
    assert "9:00 am" in (await browser.get("/portal/book")).words
    wish = str(uuid4())
    for _ in range(2):
        assert (await book(browser, life, 1, 9, wish=wish)).path == f"/portal/appointments/{wish}"
    assert [str(row.id) for row in life.rows(select(SessionRow))] == [wish]
    await life.eventually(lambda: life.mails() == ["booked"])


async def test_what_a_late_cancellation_would_cost_is_said_before_booking(pages: Pages) -> None:
    life = pages.life
    offered(life)
    browser = await pages.as_(Role.CLIENT, client_ids=(ANA,))
    address = f"/portal/book/this?service_id={THERAPY}&clinician_id={DANA}&starts="
    far = await browser.get(address + quote(life.at(3, 9).isoformat()))
    assert re.search(r"free of charge until .+ After that it costs \$[0-9.]+", far.words)
    soon = await browser.get(address + quote((life.clock[0] + timedelta(hours=13)).isoformat()))
    assert re.search(r"It is soon: once it is booked, cancelling it costs \$[0-9.]+", soon.words)


async def test_what_is_taken_too_near_or_not_offered_is_refused(pages: Pages) -> None:
    life = pages.life
    offered(life)
    await life.book(life.at(1, 9), INA)
    browser = await pages.as_(Role.CLIENT, client_ids=(ANA,))
    for day, hour in ((1, 9), (0, 9), (1, 13), (5, 9)):
        answer = await book(browser, life, day, hour)
        assert answer.status == 422
        assert "not free any more" in answer.words
    assert (await book(browser, life, 1, 10, clinician=ERIN)).status == 404
    assert len(life.rows(select(SessionRow))) == 1


async def test_nobody_books_two_appointments_at_once(pages: Pages) -> None:
    life = pages.life
    offered(life)
    await life.book(life.at(1, 9), ANA, clinician=ERIN)
    browser = await pages.as_(Role.CLIENT, client_ids=(ANA,))
    assert "another appointment at that time" in (await book(browser, life, 1, 9)).words


async def test_anybody_is_a_choice_and_an_address_that_cannot_be_is_no_page(pages: Pages) -> None:
    offered(pages.life)
    pages.life.change(Clinician, ERIN, self_book=True)
    browser = await pages.as_(Role.CLIENT, client_ids=(ANA,))
    shown = await browser.get(f"/portal/book?service_id={THERAPY}&clinician_id=&first=")
    assert "Dana Reyes" in shown.words
    assert "Erin Wolfe" in shown.words
    for path in ("/book?service_id=abc", "/book/this", "/appointments/xyz", "/forms/1", "/offers/none"):
        answer = await browser.get(f"/portal{path}")
        assert answer.status == 404
        assert "There is no such page" in answer.words


async def test_where_nothing_is_offered_one_asks_for_a_time(pages: Pages) -> None:
    browser = await pages.as_(Role.CLIENT, client_ids=(ANA,))
    assert "Ask for a time" in (await browser.get("/portal/book")).words


async def test_the_owner_says_what_is_booked_by_clients(pages: Pages) -> None:
    owner = await pages.as_(Role.OWNER)
    await owner.post("/practice/self-booking", services=[THERAPY], clinicians=[DANA])
    assert [row.self_book for row in pages.life.rows(select(Clinician).order_by(col(Clinician.id)))] == [True, False]
    await owner.post("/practice/self-booking")
    assert not any(row.self_book for row in pages.life.rows(select(Clinician)))


async def freed(life: Life) -> UUID:
    """Ina gave a time free for which Ana waits; the offer she got."""
    session_id = await life.book(life.at(3, 9), INA)
    with Database(life.office.engine) as db, db.begin():
        waitlist.wish(db, ANA, THERAPY, None, [], time(8), time(18), None, life.clock[0])
    await life.office.sessions.cancel(session_id, By.PRACTICE)
    [offer] = await life.eventually(lambda: life.rows(select(WaitlistOffer)))
    return UUID(str(offer.id))


async def test_an_offered_time_is_taken_by_who_was_offered_it(pages: Pages) -> None:
    life = pages.life
    offer = await freed(life)
    other = await pages.as_(Role.CLIENT, client_ids=(INA,))
    assert (await other.post(f"/portal/offers/{offer}", deed="accept")).status == 404
    browser = await pages.as_(Role.CLIENT, client_ids=(ANA,))
    assert "A time came free" in (await browser.get("/portal")).words
    assert "It is yours" in (await browser.post(f"/portal/offers/{offer}", deed="accept")).words
    for again in (await browser.get(f"/portal/offers/{offer}"), await browser.post(f"/portal/offers/{offer}")):
        assert "You took this time" in again.words


async def test_an_offer_that_is_declined_is_gone_and_the_wish_stays(pages: Pages) -> None:
    life = pages.life
    offer = await freed(life)
    browser = await pages.as_(Role.CLIENT, client_ids=(ANA,))
    assert "stay on the waitlist" in (await browser.post(f"/portal/offers/{offer}", deed="decline")).words
    assert "You did not want this time" in (await browser.get(f"/portal/offers/{offer}")).words
    assert len(life.rows(select(SessionRow).where(~col(SessionRow.released)))) == 0


async def test_an_offer_that_came_to_its_end_says_so(pages: Pages) -> None:
    life = pages.life
    offer = await freed(life)
    life.clock[0] = life.at(3, 8)
    browser = await pages.as_(Role.CLIENT, client_ids=(ANA,))
    for answer in (await browser.get(f"/portal/offers/{offer}"), await browser.post(f"/portal/offers/{offer}")):
        assert "This offer is over" in answer.words
