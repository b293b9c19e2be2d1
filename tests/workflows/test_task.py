"""A task's life: open until its cause is gone or a person closes it; escalated when nobody acts."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlmodel import select

from activities.tasks import Errand
from models.messages import task_workflow
from models.tables import Task
from tests.workflows.practice import Life, refused


async def an_unsigned_note(life: Life) -> tuple[UUID, Task]:
    """A session attended on Tuesday at noon whose note is missing on Wednesday; its task."""
    session_id = await life.book(life.at(1, 11))
    await life.sleep_until(life.at(1, 12))
    await life.office.sessions.attend(session_id)
    await life.sleep_until(life.at(2, 12, 1))
    [task] = await life.eventually(lambda: life.rows(select(Task)))
    return session_id, task


def the_task(life: Life) -> Any:
    [task] = life.rows(select(Task))
    return task


async def test_it_escalates_once_when_nobody_acts(life: Life) -> None:
    session_id, task = await an_unsigned_note(life)
    assert abs(task.due_at - life.at(3, 12)) < timedelta(minutes=1)
    await life.sleep_until(life.at(4, 11, 59))
    assert the_task(life).escalated_at is None
    await life.sleep_until(life.at(4, 12, 1))
    await life.eventually(lambda: the_task(life).escalated_at)
    assert abs(the_task(life).escalated_at - life.at(4, 12)) < timedelta(minutes=1), "72 hours after the session"
    await life.office.sessions.sign(session_id, "Session note")
    assert await life.ended(task_workflow(task.id)) == "done"
    assert the_task(life).closed_because == "the note was signed"


async def test_it_closes_itself_before_it_escalates(life: Life) -> None:
    session_id, task = await an_unsigned_note(life)
    await life.office.sessions.sign(session_id, "Session note")
    assert await life.ended(task_workflow(task.id)) == "done"
    await life.sleep_until(life.at(6, 12))
    assert the_task(life).escalated_at is None


async def test_a_person_closes_it_once(life: Life) -> None:
    _, task = await an_unsigned_note(life)
    await life.office.tasks.close(task.id, "talked to her")
    assert await life.ended(task_workflow(task.id)) == "done"
    with refused("no such open task"):
        await life.office.tasks.close(task.id, "again")
    await life.sleep_until(life.at(6, 12))
    assert the_task(life).escalated_at is None
    assert the_task(life).closed_because == "talked to her"


async def test_a_moved_task_escalates_when_its_new_day_has_passed(life: Life) -> None:
    _, task = await an_unsigned_note(life)
    await life.office.tasks.change(task.id, "clinician", None, life.at(5, 12))
    await life.sleep_until(life.at(5, 13))
    assert the_task(life).escalated_at is None
    await life.sleep_until(life.at(6, 12, 1))
    await life.eventually(lambda: the_task(life).escalated_at)


async def test_a_persons_task_is_made_once_and_lives_like_any_other(life: Life) -> None:
    errand = Errand(UUID(int=9), "Order forms", "", "front_desk", life.at(2, 17))
    for _ in range(2):
        await life.office.tasks.make(errand)
    assert the_task(life).what == "Order forms"
    await life.sleep_until(life.at(4, 17, 1))
    await life.eventually(lambda: the_task(life).escalated_at)
    await life.office.tasks.close(errand.id, "they came")
    assert await life.ended(task_workflow(errand.id)) == "done"
