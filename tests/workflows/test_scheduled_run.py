"""Runs of the clock: each planned time once, written down how it went, a failure a task until one goes well."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col, select
from temporalio.client import WorkflowFailureError

from models.errors import Refused
from models.messages.runs import Takes
from models.tables import Practice, ScheduledRun
from starter import schedules
from tests.workflows.practice import INA, TZ, Life
from workflows.scheduled_run import arguments


def runs(life: Life) -> list[ScheduledRun]:
    return life.rows(select(ScheduledRun).order_by(col(ScheduledRun.id)))


def practice(life: Life) -> Practice:
    [found] = life.rows(select(Practice))
    return found


async def test_a_days_batch_is_written_down_and_done_once(life: Life) -> None:
    await life.hold(life.at(0, 10), INA)
    await life.sleep_until(life.at(1, 0))
    monday = life.at(0, 0).astimezone(TZ).date()
    workflow_id = await life.office.runs.of_day(practice(life), "claim-batch", monday, life.clock[0])
    await life.ended(workflow_id)
    [run] = runs(life)
    assert (run.name, run.day, run.state, run.done, run.problems) == ("claim-batch", monday, "done", 1, [])
    assert run.key.startswith("claim-batch/")
    with pytest.raises(Refused, match=f"was done for {monday} already: it is run {run.id}"):
        await life.office.runs.of_day(practice(life), "claim-batch", monday, life.clock[0])


async def test_a_day_on_which_it_cannot_run_is_refused(life: Life) -> None:
    ours = practice(life)
    monday, tuesday, wednesday = (life.at(day, 0).astimezone(TZ).date() for day in range(3))
    no_first = monday if monday.day != 1 else tuesday

    async def refused(name: str, day: date) -> str:
        with pytest.raises(Refused) as no:
            await life.office.runs.of_day(ours, name, day, life.clock[0])
        return str(no.value)

    assert "began on" in await refused("dunning", monday - timedelta(days=1))
    await life.hold(life.at(0, 10))
    await life.sleep_until(life.at(2, 3))
    for ahead in (wednesday, wednesday + timedelta(days=1), date.max):
        assert "lies ahead" in await refused("claim-batch", ahead)
    assert "it runs on day 1 of the month at 7:00" in await refused("statements", no_first)
    for before in (monday - timedelta(days=1), date(1990, 1, 1), date.min):
        for name in ("dunning", "pay-run"):
            assert (
                await refused(name, before) == f"{name} of {before} has nothing to do: the practice began on {monday}"
            )
    for name in ("backup", "export"):
        assert "cannot be had any more: it holds what there is when it runs" in await refused(name, tuesday)
    assert await refused("backup", wednesday) == f"backup of {wednesday} lies ahead: it runs by itself"
    assert runs(life) == []
    with pytest.raises(Refused, match="there is no schedule 'breakfast'"):
        await life.office.runs.now(ours, "breakfast", life.clock[0])


async def test_a_run_that_fails_says_why_is_a_task_and_goes_again_for_its_day(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    await life.hold(life.at(0, 10))
    await life.sleep_until(life.at(1, 0))
    ours, monday = practice(life), life.at(0, 0).astimezone(TZ).date()

    def closed(_: object) -> list[str]:
        raise Refused("the clearinghouse knows no folder outbox")

    with monkeypatch.context() as broken:
        broken.setattr(type(life.world.clearinghouse), "waiting", closed)
        with pytest.raises(WorkflowFailureError):
            await life.ended(await life.office.runs.of_day(ours, "inbox", monday, life.clock[0]))
    [run] = runs(life)
    assert (run.state, run.problems) == ("failed", ["the clearinghouse knows no folder outbox"])
    await life.eventually(lambda: life.tasks() == ["run_failed"])
    await life.ended(await life.office.runs.of_day(ours, "inbox", monday, life.clock[0]))
    [run] = runs(life)
    assert (run.state, run.problems) == ("done", [])
    await life.eventually(lambda: life.tasks() == [])


@pytest.mark.parametrize(
    ("takes", "told"),
    [
        (Takes.NOTHING, []),
        (Takes.ALL, [None]),
        (Takes.DAY, [date(2026, 1, 1)]),
        (Takes.DAY_BEFORE, [date(2025, 12, 31)]),
        (Takes.MONTH_BEFORE, [date(2025, 12, 1)]),
    ],
)
def test_a_batch_is_told_its_day_even_at_the_turn_of_a_year(takes: Takes, told: list[Any]) -> None:
    assert arguments(takes, date(2026, 1, 1)) == told


def test_nothing_is_planned_in_the_hours_that_clock_changes_take_or_repeat() -> None:
    assert [timed.name for timed in schedules.TIMED if timed.hour in (1, 2)] == []


def test_a_missed_run_is_made_up_for_once_at_most() -> None:
    hourly, daily = 3600, 86400
    for timed in schedules.TIMED:
        every = hourly if timed.hour is None else daily
        monthly_or_weekly = timed.day_of_month is not None or timed.weekday is not None
        assert monthly_or_weekly or timed.catch_up.total_seconds() < every, timed.name


def test_a_practice_of_tutors_sees_no_run_of_claims() -> None:
    assert {timed.name for timed in schedules.declared("tutoring")}.isdisjoint({"claim-batch", "inbox"})


def test_names_are_the_ids_of_schedules_and_stand_once() -> None:
    names = [timed.name for timed in schedules.TIMED]
    assert len(names) == len(set(names))
