"""A series' life: booked ahead as time goes on, changed, ended; and a freed time offered until somebody takes it."""

from datetime import date, time, timedelta
from uuid import UUID, uuid4

from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import waitlist
from models.facts import By
from models.messages import session_workflow
from models.scheduling import OfferState, offering_workflow, series_workflow
from models.tables import Session, WaitlistOffer
from tests.workflows.practice import ANA, DANA, INA, THERAPY, TZ, Life, refused

TEN = time(10, 0)


def day(life: Life, number: int) -> date:
    return life.at(number, 12).astimezone(TZ).date()


def held(life: Life) -> list[Session]:
    query = select(Session).where(~col(Session.released)).order_by(col(Session.starts))
    return life.rows(query)


async def begin(life: Life, rule: str, *clients: int) -> UUID:
    return await life.office.series.book(DANA, THERAPY, clients or (ANA,), rule, day(life, 1), TEN)


def waits(life: Life, client_id: int) -> int:
    with Database(life.office.engine) as db, db.begin():
        return waitlist.wish(db, client_id, THERAPY, None, [], time(0), time(23, 59), None, life.clock[0])


def offers(life: Life) -> list[WaitlistOffer]:
    return life.rows(select(WaitlistOffer).order_by(col(WaitlistOffer.made_at)))


async def test_a_series_goes_on_being_booked_and_each_session_lives_for_itself(life: Life) -> None:
    series_id = await begin(life, "FREQ=WEEKLY;COUNT=10")
    await life.eventually(lambda: len(held(life)) == 8)
    await life.eventually(lambda: life.mails() == ["series"])
    first = held(life)[0]
    await life.sleep_until(life.at(1, 11))
    await life.office.sessions.attend(first.id)
    await life.office.sessions.sign(first.id, "Session note")
    assert await life.ended(session_workflow(first.id)) == "attended"
    await life.sleep_until(life.at(15, 10))
    await life.eventually(lambda: len(life.rows(select(Session.id))) == 10)
    assert await life.ended(series_workflow(series_id)) == "all booked"
    assert {s.starts.astimezone(TZ).time() for s in held(life)} == {TEN}


async def test_a_series_that_cannot_be_is_refused_and_booked_twice_it_is_one(life: Life) -> None:
    with refused("not a rule"):
        await begin(life, "FREQ=YEARLY")
    with refused("no client 99"):
        await begin(life, "FREQ=WEEKLY", 99)
    wish, book = uuid4(), life.office.series.book
    for _ in range(2):
        await book(DANA, THERAPY, (ANA,), "FREQ=WEEKLY;COUNT=2", day(life, 1), TEN, series_id=wish)
    await life.eventually(lambda: len(held(life)) == 2)
    with refused("no such series"):
        await life.office.series.look(uuid4())


async def test_this_and_following_move_are_cancelled_and_what_was_taken_is_a_task(life: Life) -> None:
    taken = await life.book(life.at(9, 15), INA)
    series_id = await begin(life, "FREQ=WEEKLY;COUNT=4")
    await life.eventually(lambda: len(held(life)) == 5)
    await life.office.series.change(series_id, day(life, 8), day(life, 9), time(15), "Room 4")
    await life.eventually(lambda: "series_clash" in life.tasks())
    await life.eventually(lambda: sum(s.place == "Room 4" for s in held(life)) == 2)
    expected = [life.at(number, hour) for number, hour in ((1, 10), (8, 10), (16, 15), (23, 15))]
    assert [s.starts for s in held(life) if s.id != taken] == expected
    await life.office.series.end(series_id, day(life, 16), By.PRACTICE)
    await life.eventually(lambda: len(held(life)) == 3)
    assert life.owed() == 0


async def test_a_freed_time_is_offered_until_it_runs_out_or_is_taken_once(life: Life) -> None:
    await life.sleep_until(life.at(0, 9))
    first, second = await life.book(life.at(3, 11)), await life.book(life.at(3, 13))
    waits(life, INA)
    await life.office.sessions.cancel(first, By.CLIENT)
    await life.eventually(lambda: life.mails(INA) == ["offer"])
    await life.office.waitlist.decline(offers(life)[0].id)
    assert await life.ended(offering_workflow(f"{first}/0")) == 1
    await life.office.sessions.cancel(second, By.CLIENT)
    await life.eventually(lambda: life.mails(INA) == ["offer", "offer"])
    offer = offers(life)[1]
    booked = [await life.office.waitlist.accept(offer.id) for _ in range(2)]
    assert booked[0] == booked[1]
    assert [s.starts for s in held(life)] == [offer.starts]
    await life.sleep_until(offer.expires_at + timedelta(minutes=1))
    assert await life.ended(offering_workflow(f"{second}/0")) == 1
    assert [o.state for o in offers(life)] == [OfferState.DECLINED, OfferState.ACCEPTED]
    with refused("no such offer"):
        await life.office.waitlist.accept(uuid4())
