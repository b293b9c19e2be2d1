"""A worker that is killed once in every step: `python -m tests.journeys.mortal_worker FOLDER`.

It dies after the step's work has been committed and before anybody hears of it; in steps that touch the world
outside the database (a mail handed in, a file delivered, a card charged) even before that commit. FOLDER
remembers the deaths, so that the next worker lives on. Each worker is forked from a process that has imported
everything and started nothing, because imports are most of a start.
"""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from temporalio import activity
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

import worker
import workflows.steps
from activities import database
from models.messages import Mail

DEATHS = Path(sys.argv[1])
PASSED = ("activities", "models", "pydantic", "sqlmodel", "workflows")
PARENT_DEATH_SIGNAL = 1
SOON = timedelta(seconds=4)


def die_once(name: str) -> None:
    """Kill ourselves unless that has happened here before."""
    try:
        (DEATHS / name).touch(exist_ok=False)
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def mortal(once: Callable[..., Any]) -> Callable[..., Any]:
    """The step's transaction, with a death in it or right after it."""

    def run(world: Any, work: Callable[..., Any], message: Any, adapter: Any) -> Any:
        step = activity.info().activity_type
        name = f"{step}.{message.kind}" if isinstance(message, Mail) else step

        def work_and_die(tx: Any, wish: Any) -> Any:
            answer = work(tx, wish)
            if step in workflows.steps.OUTSIDE:
                die_once(name)
            return answer

        answer = once(world, work_and_die, message, adapter)
        die_once(name)
        return answer

    return run


def work() -> None:
    """The real worker, impatient: what was lost with a worker is asked for again after seconds, not minutes."""
    database._once = mortal(database._once)
    workflows.steps.LONGEST_STEP = workflows.steps.SIGN_OF_LIFE = SOON
    passed = SandboxRestrictions.default.with_passthrough_modules(*PASSED)
    worker.runner = lambda: SandboxedWorkflowRunner(restrictions=passed)
    impatient = partial(Worker, sticky_queue_schedule_to_start_timeout=timedelta(seconds=1))
    worker.Worker = impatient  # type: ignore[attr-defined, assignment]  # our stand-in for the class
    asyncio.run(worker.run())


def main() -> None:
    """One worker after the other; none outlives this process."""
    while (living := os.fork()) != 0:
        os.waitpid(living, 0)
    ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)
    work()


if __name__ == "__main__":
    main()
