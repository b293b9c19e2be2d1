"""Forms of clients: asked for once, saved half-way, sealed, and never changed once sent."""

from uuid import UUID, uuid5

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session as Database
from sqlmodel import select

from activities import forms
from activities.tasks import NAMES
from models.errors import Refused
from models.tables import FormRequest, Measure, Practice
from tests.activities.practice import DAY, Desk

Answers = dict[str, tuple[str, ...]]

ANSWERS: Answers = {"q1": ("I worry <script>alert(1)</script>",)}


def asked(desk: Desk, client: int, key: str = "house:Intake") -> UUID:
    """A form that a client was asked to fill in."""
    desk.made += 1
    request = uuid5(NAMES, f"form {desk.made}")
    with Database(desk.world.engine) as db, db.begin():
        forms.ask(db, request, client, key, None, desk.now)
    return request


def send(desk: Desk, request: UUID, client: int, answers: Answers) -> None:
    with Database(desk.world.engine) as db, db.begin():
        forms.send(db, desk.world.vault, request, client, answers, None, desk.now)


def save(desk: Desk, request: UUID, client: int, answers: Answers) -> None:
    with Database(desk.world.engine) as db, db.begin():
        forms.save(db, desk.world.vault, request, client, answers, desk.now)


def waiting(desk: Desk, client: int) -> list[str]:
    with Database(desk.world.engine) as db:
        return [row.title for row in forms.open_for(db, client)]


def answers(desk: Desk, request: UUID) -> object:
    return forms.answers_of(desk.world.vault, desk.row(FormRequest, request))


def test_a_form_waits_until_it_is_sent(desk: Desk) -> None:
    client = desk.client()
    request = asked(desk, client)
    assert waiting(desk, client) == ["Intake"]
    save(desk, request, client, {"q1": ("half",)})
    assert waiting(desk, client) == ["Intake"]
    assert answers(desk, request) == {"q1": ("half",)}
    send(desk, request, client, ANSWERS)
    assert waiting(desk, client) == []
    assert answers(desk, request) == ANSWERS


def test_what_was_sent_is_never_changed_by_sending_or_saving_again(desk: Desk) -> None:
    client = desk.client()
    request = asked(desk, client)
    send(desk, request, client, ANSWERS)
    desk.now += DAY
    send(desk, request, client, {"q1": ("other",)})
    with pytest.raises(Refused, match="sent already"):
        save(desk, request, client, {"q1": ("other",)})
    assert answers(desk, request) == ANSWERS
    assert desk.row(FormRequest, request).sent_at == desk.now - DAY


def test_the_database_itself_refuses_to_change_what_was_sent(desk: Desk) -> None:
    client = desk.client()
    send(desk, asked(desk, client), client, ANSWERS)
    for deed in ("update form_request set title = 'x'", "delete from form_request"):
        with Database(desk.world.engine) as db, pytest.raises(DBAPIError, match="never changed"):
            db.execute(text(deed))


def test_answers_are_sealed_for_their_row(desk: Desk) -> None:
    client = desk.client()
    request, other = asked(desk, client), asked(desk, client, "house:Reaching you")
    save(desk, request, client, ANSWERS)
    sealed = desk.row(FormRequest, request).answers
    assert sealed is not None
    assert b"worry" not in sealed
    desk.change(FormRequest, other, answers=sealed)
    with pytest.raises(Refused, match="does not open"):
        answers(desk, other)


def test_a_form_of_somebody_else_is_not_there(desk: Desk) -> None:
    mine, theirs = desk.client(), desk.client()
    request = asked(desk, theirs)
    for deed in (save, send):
        with pytest.raises(Refused, match="there is no such form"):
            deed(desk, request, mine, ANSWERS)


def test_the_same_form_is_not_asked_for_twice_at_once(desk: Desk) -> None:
    client = desk.client()
    request = asked(desk, client)
    with pytest.raises(Refused, match="has this form already"):
        asked(desk, client)
    send(desk, request, client, ANSWERS)
    asked(desk, client)
    assert waiting(desk, client) == ["Intake"]


def test_the_same_request_twice_asks_once(desk: Desk) -> None:
    client = desk.client()
    with Database(desk.world.engine) as db, db.begin():
        for _ in range(2):
            forms.ask(db, uuid5(NAMES, "once"), client, "house:Intake", None, desk.now)
    assert waiting(desk, client) == ["Intake"]


def test_a_form_that_was_withdrawn_is_not_taken_any_more(desk: Desk) -> None:
    client = desk.client()
    request = asked(desk, client)
    with Database(desk.world.engine) as db, db.begin():
        forms.withdraw(db, request, client, desk.now)
    assert waiting(desk, client) == []
    with pytest.raises(Refused, match="does not ask"):
        send(desk, request, client, ANSWERS)


def test_a_changed_form_leaves_what_was_asked_before_as_it_was(desk: Desk) -> None:
    client = desk.client()
    with Database(desk.world.engine) as db, db.begin():
        forms.write(db, None, "Sleep", "How do you sleep? *", desk.now)
    request = asked(desk, client, "own:1")
    with Database(desk.world.engine) as db, db.begin():
        forms.write(db, 1, "Sleep", "How long do you sleep? (number)", desk.now)
    assert desk.row(FormRequest, request).questions == "How do you sleep? *"


def test_a_form_that_cannot_be_read_and_a_name_that_is_taken_are_refused(desk: Desk) -> None:
    with Database(desk.world.engine) as db, db.begin():
        forms.write(db, None, "Sleep", "How?", desk.now)
    for name, questions, why in [
        ("", "How?", "needs a name"),
        ("sleep", "How?", "of that name"),
        ("Work", "How? (loud)", "line 1"),
        ("Work", "x" * 20_001, "characters"),
    ]:
        with Database(desk.world.engine) as db, pytest.raises(Refused, match=why):
            forms.write(db, None, name, questions, desk.now)


def test_a_retired_form_is_offered_no_more(desk: Desk) -> None:
    with Database(desk.world.engine) as db, db.begin():
        forms.write(db, None, "Sleep", "How?", desk.now)
        forms.retire(db, 1, desk.now)
        assert "Sleep" not in [choice.name for choice in forms.choices(db)]


def test_a_measure_goes_into_the_chart_once(desk: Desk) -> None:
    client = desk.client()
    request = asked(desk, client, "measure:gad7")
    for points in ((1,) * 7, (3,) * 7):
        with Database(desk.world.engine) as db, db.begin():
            forms.send_measure(db, request, client, points, None, desk.now)
    [measure] = desk.rows(select(Measure))
    assert measure.total == 7
    assert waiting(desk, client) == []


def test_a_practice_of_another_kind_is_offered_nothing_clinical(desk: Desk) -> None:
    desk.change(Practice, 1, kind="tutoring")
    with Database(desk.world.engine) as db:
        assert [choice.name for choice in forms.choices(db)] == ["Getting started", "Reaching you"]
