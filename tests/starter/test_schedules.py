"""Schedules on a real Temporal server: applied to what is declared, and a missed night made up for once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session as Database
from sqlmodel import select
from temporalio.client import Client, Schedule, ScheduleCalendarSpec, ScheduleRange

from activities.database import World
from models.tables import Practice, ScheduledRun
from starter import migrations, schedules
from starter.schedules import TIMED, Timed, standings
from starter.stack import Stack
from tests.workflows.practice import move_in
from worker import compose, working
from workflows.calendars import CalendarsWorkflow

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "operators.md"
BEFORE_IT = timedelta(seconds=5)
"""How long before its time everything goes down."""


async def eventually(asked: Callable[[], Awaitable[Any]], seconds: int = 30) -> Any:
    """What a question answers once it is yes."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not (answer := await asked()):
        assert asyncio.get_running_loop().time() < deadline, "it never happened"
        await asyncio.sleep(0.1)
    return answer


@asynccontextmanager
async def at_work(stack: Stack) -> AsyncIterator[World]:
    """The practice's worker on a stack that runs."""
    world = compose(stack.settings, stack.client)
    await asyncio.to_thread(migrations.upgrade, world.engine)
    with Database(world.engine) as db:
        is_new = db.get(Practice, 1) is None
    if is_new:
        await asyncio.to_thread(move_in, world)
    async with working(stack.client, world):
        yield world
    world.engine.dispose()


def the_practice(world: World) -> Practice:
    with Database(world.engine, expire_on_commit=False) as db:
        return db.get_one(Practice, 1)


def runs(world: World) -> Sequence[ScheduledRun]:
    with Database(world.engine, expire_on_commit=False) as db:
        return db.exec(select(ScheduledRun)).all()


async def ids(client: Client) -> set[str]:
    return {known.id async for known in await client.list_schedules()}


def at_second(timed: Timed, at: datetime) -> Schedule:
    """A declaration whose time is one second of one day."""
    wanted = schedules.schedule(timed, "UTC")
    wanted.spec.calendars = [
        ScheduleCalendarSpec(
            second=[ScheduleRange(at.second)],
            minute=[ScheduleRange(at.minute)],
            hour=[ScheduleRange(at.hour)],
            day_of_month=[ScheduleRange(at.day)],
            month=[ScheduleRange(at.month)],
        )
    ]
    return wanted


async def test_a_missed_night_is_made_up_for_once_and_what_is_declared_no_more_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nightly = Timed("calendars", CalendarsWorkflow.run, "outside calendars are read", 3, 0)
    old = replace(nightly, name="of-an-older-version")
    async with Stack.start(tmp_path, environ={}) as stack, at_work(stack) as world:
        ours = the_practice(world)
        with monkeypatch.context() as older:
            older.setattr(schedules, "TIMED", (old,))
            await schedules.apply(stack.client, ours)
        await eventually(lambda: _has(stack.client, {"of-an-older-version"}))
        monkeypatch.setattr(schedules, "TIMED", (nightly,))
        for _ in range(2):
            await schedules.apply(stack.client, ours)
        await eventually(lambda: _has(stack.client, {"calendars"}))
        [standing] = await standings(stack.client, "therapy")
        assert (standing.applied, standing.paused, standing.last_run) == (True, False, None)
        planned = datetime.now(UTC).replace(microsecond=0) + BEFORE_IT
        handle = stack.client.get_schedule_handle("calendars")
        await handle.delete()
        await stack.client.create_schedule("calendars", at_second(nightly, planned))
    await asyncio.sleep(max(0.0, (planned - datetime.now(UTC)).total_seconds() + 1))
    async with Stack.start(tmp_path, environ={}) as stack, at_work(stack) as world:
        [run] = await eventually(lambda: _ended(world))
        assert (run.name, run.state, run.key) == ("calendars", "done", f"calendars/{planned:%Y-%m-%dT%H:%M:%SZ}")
        assert run.began_at > planned
        known = await stack.client.get_schedule_handle("calendars").describe()
        assert (known.info.num_actions, len(runs(world))) == (1, 1)


async def _has(client: Client, names: set[str]) -> bool:
    return await ids(client) == names


async def _ended(world: World) -> Sequence[ScheduledRun]:
    found = runs(world)
    return found if found and all(run.ended_at for run in found) else []


def test_the_operators_guide_tells_every_run_and_its_times() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    untold = [timed.name for timed in TIMED if f"| `{timed.name}`: {timed.about} | {timed.when} |" not in text]
    assert untold == []
