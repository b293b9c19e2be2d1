"""What a chart asks of people: tasks that stand while something is true, and close with it."""

from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from activities import chart_tasks, measures, signatures
from models.facts import MeasureKind, NoteFormat
from models.tables import Measure, Task
from tests.activities.practice import Desk
from tests.activities.test_charts import AUTHOR, contact, do, named, supervised, write

CALM, ALARMING = (0,) * 9, (0,) * 8 + (1,)


def answer(desk: Desk, client: int, answers: tuple[int, ...], request: str = "answers") -> None:
    do(desk, measures.record, client, MeasureKind.PHQ_9, answers, "Pat Doe", desk.now, named(request))
    desk.ask(chart_tasks.tend, client)


def plan(desk: Desk, client: int, name: str, review_on: date) -> None:
    """A signed version of the plan."""
    write(desk, contact(client, id=named(name), format=NoteFormat.PLAN, review_on=review_on))
    do(desk, signatures.sign_alone, client, named(name), AUTHOR, desk.now)


def the_task(desk: Desk) -> Task:
    [task] = desk.rows(select(Task))
    return task


def test_an_answer_about_self_harm_is_the_task_of_the_clinician_of_the_latest_session(desk: Desk) -> None:
    client = desk.client()
    desk.book(client)
    answer(desk, client, CALM)
    assert desk.tasks() == []
    answer(desk, client, ALARMING, "later")
    task = the_task(desk)
    assert (task.kind, task.clinician_id, task.client_id) == ("risk_answer", AUTHOR, client)
    assert task.due_at - task.opened_at == timedelta(hours=4)
    do(desk, measures.review, client, named("later"), AUTHOR, desk.now)
    desk.ask(chart_tasks.tend, client)
    assert desk.tasks() == []


def test_answers_sent_twice_are_kept_once_and_asked_about_once(desk: Desk) -> None:
    client = desk.client()
    for _ in range(2):
        answer(desk, client, ALARMING)
    assert (len(desk.rows(select(Measure))), desk.tasks()) == (1, ["risk_answer"])


@pytest.mark.parametrize(("days", "asked"), [(8, []), (7, ["plan_review"]), (-3, ["plan_review"])])
def test_a_plan_is_to_be_reviewed_a_week_before_its_day(desk: Desk, days: int, asked: list[str]) -> None:
    plan(desk, desk.client(), "plan", desk.now.date() + timedelta(days=days))
    desk.ask(chart_tasks.tend, None)
    assert desk.tasks() == asked


def test_the_next_version_of_a_plan_ends_the_review_of_the_last(desk: Desk) -> None:
    client = desk.client()
    plan(desk, client, "plan", desk.now.date())
    desk.ask(chart_tasks.tend, None)
    desk.now += timedelta(hours=1)
    plan(desk, client, "next", desk.now.date() + timedelta(days=90))
    desk.ask(chart_tasks.tend, client)
    assert desk.tasks() == []
    assert the_task(desk).closed_because == "it is done in the chart"


def test_what_a_person_dismissed_does_not_come_back_each_morning(desk: Desk) -> None:
    plan(desk, desk.client(), "plan", desk.now.date())
    desk.ask(chart_tasks.tend, None)
    desk.change(Task, the_task(desk).id, closed_at=desk.now, closed_because="therapy has ended")
    desk.ask(chart_tasks.tend, None)
    assert desk.tasks() == []


def test_a_contact_note_is_co_signed_too(desk: Desk) -> None:
    client = desk.client()
    supervisor = supervised(desk)
    write(desk, contact(client))
    do(desk, signatures.sign_alone, client, named("contact"), AUTHOR, desk.now)
    desk.ask(chart_tasks.tend, client)
    assert (the_task(desk).kind, the_task(desk).clinician_id) == ("cosign_note", supervisor)
    do(desk, signatures.cosign_alone, client, named("contact"), supervisor, desk.now)
    desk.ask(chart_tasks.tend, client)
    assert desk.tasks() == []


def test_one_clients_chart_says_nothing_of_anothers(desk: Desk) -> None:
    first, second = desk.client(), desk.client()
    answer(desk, first, ALARMING, "first")
    answer(desk, second, ALARMING, "second")
    do(desk, measures.review, first, named("first"), AUTHOR, desk.now)
    desk.ask(chart_tasks.tend, second)
    assert desk.tasks() == ["risk_answer", "risk_answer"]
    desk.ask(chart_tasks.tend, first)
    assert [task.client_id for task in desk.rows(select(Task).where(col(Task.closed_at).is_(None)))] == [second]
