"""Times that clients ask for: on somebody's desk once, closed once, and nobody else reads the words."""

from datetime import date
from typing import Any
from uuid import UUID, uuid5

import pytest
from sqlmodel import Session as Database
from sqlmodel import select

from activities import mail, requests
from activities.tasks import NAMES
from models.errors import Refused
from models.facts import RequestStatus
from models.requests import RequestClosing
from models.tables import AppointmentRequest
from tests.activities.practice import Desk

WISHES = "Mornings, because of Zebulon's school"


def wished(desk: Desk, client: int, **changes: Any) -> UUID:
    """A time that a client asked for, on the front desk's list."""
    desk.made += 1
    request = uuid5(NAMES, f"request {desk.made}")
    known: dict[str, Any] = {"service_id": 1, "clinician_id": None, "earliest": date(2026, 3, 9), "wishes": WISHES}
    with Database(desk.world.engine) as db, db.begin():
        requests.keep(db, desk.world.vault, request, client, by=None, now=desk.now, **{**known, **changes})
    desk.ask(requests.ask, request)
    return request


def test_a_wish_is_a_task_once_and_the_task_goes_with_it(desk: Desk) -> None:
    client = desk.client()
    request = wished(desk, client)
    desk.ask(requests.ask, request)
    assert desk.tasks() == ["appointment_requested"]
    session = desk.book(client)
    desk.ask(requests.close, RequestClosing(request, RequestStatus.BOOKED, session))
    assert desk.tasks() == []
    assert desk.row(AppointmentRequest, request).session_id == session


def test_the_first_answer_stands(desk: Desk) -> None:
    request = wished(desk, desk.client())
    no = RequestClosing(request, RequestStatus.DECLINED)
    desk.ask(requests.close, no)
    desk.ask(requests.close, no)
    assert [m.kind for m in desk.mails] == ["request_declined"]
    with pytest.raises(Refused, match="is declined already"):
        desk.ask(requests.close, RequestClosing(request, RequestStatus.WITHDRAWN))


def test_the_words_are_sealed_and_the_mail_does_not_tell_them(desk: Desk) -> None:
    client = desk.client()
    request = wished(desk, client)
    with Database(desk.world.engine) as db, db.begin():
        requests.answer(db, desk.world.vault, request, "We are full until Zebulon's birthday")
    desk.ask(requests.close, RequestClosing(request, RequestStatus.DECLINED))
    [declined] = desk.mails
    desk.ask(mail.send, declined)
    assert "Zebulon" not in desk.mailer.sent[0].as_string()
    row = desk.row(AppointmentRequest, request)
    assert b"Zebulon" not in (row.wishes or b"") + (row.reply or b"")
    assert requests.wishes_of(desk.world.vault, request, row.wishes) == WISHES
    assert "birthday" in requests.reply_of(desk.world.vault, request, row.reply)


def test_the_same_wish_twice_is_kept_once(desk: Desk) -> None:
    client = desk.client()
    with Database(desk.world.engine) as db, db.begin():
        for wishes in ("first", "second"):
            keep = (db, desk.world.vault, uuid5(NAMES, "once"), client, 1, 1, desk.now.date(), wishes, None, desk.now)
            requests.keep(*keep)
    [row] = desk.rows(select(AppointmentRequest))
    assert requests.wishes_of(desk.world.vault, row.id, row.wishes) == "first"


@pytest.mark.parametrize(
    ("changes", "why"),
    [({"service_id": 99}, "what"), ({"clinician_id": 99}, "somebody"), ({"wishes": "x" * 2001}, "shorten")],
)
def test_a_wish_for_what_is_not_there_is_refused(desk: Desk, changes: dict[str, Any], why: str) -> None:
    with pytest.raises(Refused, match=why):
        wished(desk, desk.client(), **changes)
