"""Runs as they are written down: a planned time once, a forgotten one over as soon as a later one got through."""

from sqlmodel import col, select

from activities import runs
from models.messages.runs import RunBegin, RunEnd, RunState
from models.tables import ScheduledRun
from tests.activities.practice import OPENED, Desk


def begun(desk: Desk, key: str) -> int:
    return desk.only(runs.begin, RunBegin("backup", key, f"run/{key}", OPENED)).run_id


def states(desk: Desk) -> list[str]:
    return list(desk.rows(select(ScheduledRun.state).order_by(col(ScheduledRun.id))))


def test_a_planned_time_that_was_done_is_not_done_again_and_one_that_failed_is(desk: Desk) -> None:
    run = begun(desk, "a")
    desk.only(runs.end, RunEnd(run, RunState.FAILED, problems=("the disk is full",)))
    assert desk.tasks() == ["run_failed"]
    assert begun(desk, "a") == run
    desk.only(runs.end, RunEnd(run, RunState.DONE, 3))
    assert desk.only(runs.begin, RunBegin("backup", "a", "run/a", OPENED)).done_before
    assert (states(desk), desk.tasks()) == (["done"], [])


def test_a_run_that_was_not_heard_of_again_is_over_once_a_later_one_got_through(desk: Desk) -> None:
    begun(desk, "a")
    desk.at(OPENED.replace(hour=18))
    desk.only(runs.end, RunEnd(begun(desk, "b"), RunState.DONE, 3))
    assert states(desk) == ["skipped", "done"]
