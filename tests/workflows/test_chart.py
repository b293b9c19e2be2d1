"""Charts looked through after a change and each morning: what they ask of people is a task with a life of its own."""

from uuid import UUID

from sqlmodel import Session as Database
from sqlmodel import select

from activities import measures
from models.facts import MeasureKind
from models.messages import task_workflow
from models.tables import Task
from starter.schedules import TIMED
from tests.workflows.practice import ANA, Life
from workflows.chart import ChartReviewWorkflow

ALARMING = (0,) * 8 + (1,)
ANSWERS, FIRST, SECOND = UUID(int=1), UUID(int=2), UUID(int=3)


def answer(life: Life) -> None:
    with Database(life.office.engine) as db, db.begin():
        measures.record(db, ANA, MeasureKind.PHQ_9, ALARMING, "Ana", life.clock[0], ANSWERS)


async def test_an_alarming_answer_becomes_a_task_that_ends_once_it_is_followed_up(life: Life) -> None:
    answer(life)
    await life.office.charts.changed(ANA, FIRST)
    await life.eventually(lambda: life.tasks() == ["risk_answer"])
    [task] = life.rows(select(Task.id))
    with Database(life.office.engine) as db, db.begin():
        measures.review(db, ANA, ANSWERS, 1, life.clock[0])
    await life.office.charts.changed(ANA, SECOND)
    assert await life.ended(task_workflow(task)) == "done"
    assert life.tasks() == []


async def test_a_change_told_twice_is_looked_at_once(life: Life) -> None:
    answer(life)
    for _ in range(2):
        await life.office.charts.changed(ANA, FIRST)
    await life.ended(f"chart/{ANA}/{FIRST}")
    assert life.tasks(still_open=False) == ["risk_answer"]


async def test_each_morning_finds_what_nobody_was_told(life: Life) -> None:
    answer(life)
    assert [timed.hour for timed in TIMED if timed.workflow == ChartReviewWorkflow.run] == [6]
    await life.client.execute_workflow(ChartReviewWorkflow.run, id="chart-review/morning", task_queue="office")
    assert life.tasks() == ["risk_answer"]
