"""The waitlist's steps: a freed time is offered in order, for some hours, and booked once by whoever takes it."""

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import availability, mail, sessions, waitlist
from models.errors import Refused
from models.facts import By
from models.messages import Booking, FreedTime
from models.scheduling import OfferState
from models.tables import WaitlistEntry, WaitlistOffer
from starter.queries.openings import openings, waiting_for, warnings
from tests.activities.practice import DAY, HOUR, Desk


def wish(desk: Desk, client: int, **changes: Any) -> int:
    known: dict[str, Any] = {
        "service_id": 1,
        "clinician_id": None,
        "weekdays": [],
        "opens": time(0),
        "closes": time(23, 59),
        "until": None,
        **changes,
    }
    with Database(desk.world.engine) as db, db.begin():
        return waitlist.wish(db, client, **known, at=desk.now)


def freed(desk: Desk) -> FreedTime:
    """A time that came free as its session, in three days at 9:00, was cancelled."""
    session = desk.book(desk.client(), starts=desk.now + 3 * DAY)
    desk.cancel(session, By.PRACTICE)
    [found] = desk.freed
    return found


def offers(desk: Desk) -> list[WaitlistOffer]:
    return desk.rows(select(WaitlistOffer).order_by(col(WaitlistOffer.made_at)))


def take(desk: Desk, offer: WaitlistOffer, client: int) -> UUID:
    number = UUID(int=offer.id.int ^ 1)
    desk.ask(sessions.book, Booking(number, 1, 1, (client,), offer.starts, offer.place, offer_id=offer.id))
    return number


def test_a_time_that_nobody_waits_for_is_offered_to_nobody(desk: Desk) -> None:
    wish(desk, desk.client(), clinician_id=desk.clinician())
    desk.cancel(desk.book(desk.client(), starts=desk.now + 3 * DAY))
    assert desk.freed == []


def test_a_moved_session_gives_its_former_time_free(desk: Desk) -> None:
    wish(desk, desk.client())
    session = desk.book(desk.client(), starts=desk.now + 3 * DAY)
    desk.move(session, desk.now + 4 * DAY)
    assert [(f.freed_by, f.starts) for f in desk.freed] == [(f"{session}/0", desk.now + 3 * DAY)]


def test_who_gave_the_time_free_is_not_offered_it(desk: Desk) -> None:
    client = desk.client()
    wish(desk, client)
    desk.cancel(desk.book(client, starts=desk.now + 3 * DAY))
    assert desk.freed == []


def test_the_next_is_asked_when_an_offer_ran_out_and_each_once(desk: Desk) -> None:
    first, second = desk.client(), desk.client()
    entries = [wish(desk, first), wish(desk, second)]
    time_free = freed(desk)
    for _ in entries:
        offered = desk.ask(waitlist.offer, time_free)
        assert offered.expires_at == desk.now + 4 * HOUR
        desk.now += 4 * HOUR
    assert desk.ask(waitlist.offer, time_free).offer_id is None
    assert [(o.entry_id, o.state) for o in offers(desk)] == [(entry, OfferState.EXPIRED) for entry in entries]
    assert [m.client_id for m in desk.mails if m.kind == "offer"] == [first, second]


def test_whoever_takes_an_offer_has_the_session_and_waits_no_more(desk: Desk) -> None:
    client = desk.client()
    entry = wish(desk, client)
    time_free = freed(desk)
    desk.ask(waitlist.offer, time_free)
    [offer] = offers(desk)
    take(desk, offer, client)
    assert offers(desk)[0].state == OfferState.ACCEPTED
    assert desk.row(WaitlistEntry, entry).closed_because == "took an offered time"
    with pytest.raises(Refused, match="booked before"):
        take(desk, offer, client)
    assert desk.ask(waitlist.offer, time_free).offer_id is None


@pytest.mark.parametrize("late", [4 * HOUR, 5 * HOUR])
def test_an_offer_that_ran_out_books_nothing(desk: Desk, late: timedelta) -> None:
    client = desk.client()
    wish(desk, client)
    desk.ask(waitlist.offer, freed(desk))
    desk.now += late
    [offer] = offers(desk)
    with pytest.raises(Refused, match="this offer is over"):
        take(desk, offer, client)


def test_a_time_that_was_booked_meanwhile_or_is_off_is_offered_to_nobody_more(desk: Desk) -> None:
    wish(desk, desk.client())
    time_free = freed(desk)
    desk.book(desk.client(), starts=time_free.starts)
    assert desk.ask(waitlist.offer, time_free).offer_id is None


def test_a_declined_offer_leaves_the_wish_and_asks_the_next(desk: Desk) -> None:
    entry, following = wish(desk, desk.client()), wish(desk, desk.client())
    time_free = freed(desk)
    desk.ask(waitlist.offer, time_free)
    desk.ask(waitlist.decline, offers(desk)[0].id)
    assert desk.row(WaitlistEntry, entry).closed_at is None
    desk.now += HOUR
    desk.ask(waitlist.offer, time_free)
    assert offers(desk)[1].entry_id == following
    with pytest.raises(Refused, match="this offer is over"):
        desk.ask(waitlist.decline, offers(desk)[0].id)


def test_an_offer_mail_says_when_and_until_when_and_nothing_more(desk: Desk) -> None:
    wish(desk, desk.client())
    desk.ask(waitlist.offer, freed(desk))
    [wanted] = [m for m in desk.mails if m.kind == "offer"]
    assert desk.ask(mail.send, wanted)
    text = desk.mailer.sent[-1].get_body(("plain",))
    assert text is not None
    words = " ".join(text.get_content().split())
    assert "Thursday, March 5, 2026 9:00 AM to 10:00 AM CST" in words
    assert "if you take it by Monday, March 2, 2026, 12:59 PM CST" in words
    desk.now += 5 * HOUR
    assert not desk.ask(mail.send, wanted), "sent once"


def test_free_times_are_working_hours_without_what_is_taken(desk: Desk) -> None:
    tuesday = date(2026, 3, 3)
    with Database(desk.world.engine) as db, db.begin():
        availability.set_hours(db, 1, [availability.Shift(1, time(9), time(12))], tuesday)
    desk.book(desk.client(), starts=desk.now + DAY)
    engine = desk.world.engine
    found = openings(engine, None, 1, tuesday, tuesday + 6 * DAY, desk.now)
    assert [o.starts for o in found] == [desk.now + DAY + HOUR * n / 2 for n in (2, 3, 4)]
    assert openings(engine, desk.clinician(), 1, tuesday, tuesday + 6 * DAY, desk.now) == []
    assert warnings(engine, 1, desk.now + DAY, desk.now + DAY + HOUR) == []
    assert warnings(engine, 1, desk.now, desk.now + HOUR) == ["this is outside the working hours"]
    entry = wish(desk, desk.client(), weekdays=[1])
    assert [m.entry_id for m in waiting_for(engine, 1, found[0].starts, found[0].ends, tuesday)] == [entry]


def test_new_hours_end_the_former_ones_the_day_before(desk: Desk) -> None:
    first, later = date(2026, 3, 2), date(2026, 4, 1)
    with Database(desk.world.engine) as db, db.begin():
        for since, opens in ((first, 9), (later, 10), (later, 11)):
            availability.set_hours(db, 1, [availability.Shift(0, time(opens), time(12))], since)
    with Database(desk.world.engine) as db:
        found = [(h.opens.hour, h.since, h.until) for h in availability.hours(db, 1)]
    assert found == [(9, first, later - DAY), (11, later, None)]


@pytest.mark.parametrize(
    ("shifts", "words"),
    [
        ([(0, 12, 9)], "must end after"),
        ([(7, 9, 12)], "a weekday is"),
        ([(0, 9, 12), (0, 11, 14)], "overlap"),
    ],
)
def test_hours_that_cannot_be_are_refused(desk: Desk, shifts: list[tuple[int, int, int]], words: str) -> None:
    wanted = [availability.Shift(day, time(opens), time(closes)) for day, opens, closes in shifts]
    with Database(desk.world.engine) as db, db.begin(), pytest.raises(Refused, match=words):
        availability.set_hours(db, 1, wanted, date(2026, 3, 2))
