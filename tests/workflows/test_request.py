"""A client's wish for a time, and what they are asked to fill in: followed until it is answered or done."""

from uuid import UUID, uuid4

from sqlmodel import Session as Database
from sqlmodel import select

from activities import forms, requests
from models.facts import RequestStatus
from models.requests import paperwork_workflow, request_workflow
from models.tables import AppointmentRequest
from tests.workflows.practice import ANA, THERAPY, Life, refused


def wished(life: Life) -> UUID:
    """A time that Ana would like."""
    request = uuid4()
    with Database(life.office.engine) as db, db.begin():
        day = life.clock[0].date()
        requests.keep(db, life.world.vault, request, ANA, THERAPY, None, day, "Mornings", None, life.clock[0])
    return request


def sent(life: Life, key: str = "house:Reaching you") -> UUID:
    """A form that Ana is asked to fill in."""
    request = uuid4()
    with Database(life.office.engine) as db, db.begin():
        forms.ask(db, request, ANA, key, None, life.clock[0])
    return request


def filled_in(life: Life, request: UUID) -> None:
    with Database(life.office.engine) as db, db.begin():
        forms.send(db, life.world.vault, request, ANA, {"q1": ("Ana",)}, None, life.clock[0])


async def test_a_wish_is_somebodys_task_until_it_is_booked(life: Life) -> None:
    request = wished(life)
    await life.office.requests.ask(request)
    await life.office.requests.ask(request)
    assert life.tasks() == ["appointment_requested"]
    session_id = await life.book(life.at(2, 9))
    await life.office.requests.close(request, RequestStatus.BOOKED, session_id)
    assert await life.ended(request_workflow(request)) == "closed"
    assert life.tasks() == []
    [row] = life.rows(select(AppointmentRequest))
    assert (row.status, row.session_id) == ("booked", session_id)


async def test_the_first_answer_stands_also_after_the_workflow_has_ended(life: Life) -> None:
    request = wished(life)
    await life.office.requests.ask(request)
    await life.office.requests.close(request, RequestStatus.DECLINED)
    assert await life.ended(request_workflow(request)) == "closed"
    with refused("is declined already"):
        await life.office.requests.close(request, RequestStatus.WITHDRAWN)
    assert await life.ended(request_workflow(request)) == "closed"
    assert life.mails() == ["request_declined"]


async def test_paperwork_is_asked_for_three_times_and_not_again(life: Life) -> None:
    sent(life)
    await life.office.requests.paperwork(ANA, uuid4())
    await life.eventually(lambda: life.mails() == ["paperwork"])
    await life.sleep_until(life.at(3, 1))
    await life.eventually(lambda: len(life.mails()) == 2)
    await life.sleep_until(life.at(7, 1))
    assert await life.ended(paperwork_workflow(ANA)) == "silent"
    assert life.mails() == ["paperwork"] * 3


async def test_the_same_wish_twice_is_one_mail(life: Life) -> None:
    sent(life)
    wish = uuid4()
    for _ in range(2):
        await life.office.requests.paperwork(ANA, wish)
    await life.eventually(lambda: life.mails() == ["paperwork"])
    await life.sleep_until(life.at(7, 1))
    assert await life.ended(paperwork_workflow(ANA)) == "silent"
    assert life.mails() == ["paperwork"] * 3


async def test_paperwork_that_is_done_is_not_asked_for_again(life: Life) -> None:
    request = sent(life)
    await life.office.requests.paperwork(ANA, uuid4())
    await life.eventually(lambda: life.mails() == ["paperwork"])
    filled_in(life, request)
    await life.sleep_until(life.at(3, 1))
    assert await life.ended(paperwork_workflow(ANA)) == "done"
    assert life.mails() == ["paperwork"]


async def test_something_more_to_fill_in_starts_the_asking_anew(life: Life) -> None:
    first = sent(life)
    await life.office.requests.paperwork(ANA, uuid4())
    await life.eventually(lambda: life.mails() == ["paperwork"])
    filled_in(life, first)
    await life.sleep_until(life.at(1, 1))
    sent(life, "house:Intake")
    await life.office.requests.paperwork(ANA, uuid4())
    await life.eventually(lambda: len(life.mails()) == 2)
    await life.sleep_until(life.at(4, 2))
    await life.eventually(lambda: len(life.mails()) == 3)
