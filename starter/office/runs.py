"""Runs of the clock, as people start, pause and resume them."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session as Database
from sqlmodel import select
from temporalio.client import WorkflowFailureError, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.relay import OFFICE
from models.calendar import local_day, zone
from models.errors import Refused, Unreachable
from models.messages.runs import RunEnd, RunState
from models.tables import Practice, ScheduledRun
from starter import schedules
from starter.office.asking import Line
from starter.queries.runs import first_day
from workflows.scheduled_run import ScheduledRunWorkflow


@dataclass(frozen=True)
class Runs:
    """Schedules, beside their times."""

    line: Line

    async def now(self, practice: Practice, name: str, now: datetime) -> str:
        """Run one at once; the id of its workflow."""
        return await self._start(schedules.named(name, practice.kind), now)

    async def of_day(self, practice: Practice, name: str, day: date, now: datetime) -> str:
        """Run one for a past day, as if it ran then; Refused where that cannot be, or was done well already."""
        timed, today = schedules.named(name, practice.kind), local_day(now, zone(practice.timezone))
        if timed.of_now and day < today:
            raise Refused(f"{name} of {day} cannot be had any more: it holds what there is when it runs; run it now")
        if day < (first := first_day(self.line.engine, zone(practice.timezone)) or today):
            raise Refused(f"{name} of {day} has nothing to do: the practice began on {first}")
        if day > today or (planned := schedules.planned_on(timed, day, practice.timezone)) > now:
            raise Refused(f"{name} of {day} lies ahead: it runs by itself")
        with Database(self.line.engine) as db:
            was = db.exec(select(ScheduledRun).where(ScheduledRun.key == _key(name, planned))).first()
        if was and was.state == RunState.DONE:
            raise Refused(f"{name} was done for {day} already: it is run {was.id}")
        return await self._start(timed, planned)

    async def ended(self, workflow_id: str) -> RunEnd:
        """How a run went, once it is over; Refused, with why, when it did not get through or was left out."""
        handle: WorkflowHandle[ScheduledRunWorkflow, RunEnd] = self.line.client.get_workflow_handle(
            workflow_id, result_type=RunEnd
        )
        try:
            ended = await handle.result()
        except WorkflowFailureError as failed:
            if isinstance(failed.cause, ApplicationError):
                raise Refused(f"it did not get through: {failed.cause.message}") from None
            raise
        if ended.state == RunState.SKIPPED:
            raise Refused(f"it was left out: {'; '.join(ended.problems)}")
        return ended

    async def pause(self, practice: Practice, name: str, why: str) -> None:
        """Let a schedule rest; what is missed meanwhile is not made up for."""
        await self._change(practice, name, paused=True, why=why)

    async def resume(self, practice: Practice, name: str, why: str) -> None:
        """Let a schedule run again from now on."""
        await self._change(practice, name, paused=False, why=why)

    async def _start(self, timed: schedules.Timed, planned: datetime) -> str:
        workflow_id = f"run/{_key(timed.name, planned)}"
        await self.line.client.start_workflow(
            ScheduledRunWorkflow.run,
            schedules.started(timed, planned),
            id=workflow_id,
            task_queue=OFFICE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary=f"{timed.name}: {timed.about}, started by hand",
        )
        return workflow_id

    async def _change(self, practice: Practice, name: str, paused: bool, why: str) -> None:
        handle = self.line.client.get_schedule_handle(schedules.named(name, practice.kind).name)
        try:
            await (handle.pause(note=why) if paused else handle.unpause(note=why))
        except RPCError as fault:
            if fault.status is not RPCStatusCode.NOT_FOUND:
                raise Unreachable(f"Temporal did not take that ({fault.status.name}); try again in a minute") from None
            raise Refused(f"the schedule {name} is not applied: run `persession schedules apply`") from None


def _key(name: str, planned: datetime) -> str:
    """The key under which a planned time is written down, as the workflow makes it."""
    return f"{name}/{planned:%Y-%m-%dT%H:%M:%SZ}"
