"""A run of a schedule: written down, its batch run to the end, its result told; each planned time once."""

from datetime import date, timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributeKey
from temporalio.exceptions import ActivityError, ApplicationError, ChildWorkflowError, WorkflowAlreadyStartedError

from activities import runs
from activities.relay import NEEDS_ATTENTION
from models.calendar import month_before
from models.messages.runs import RunBegin, RunBegun, RunEnd, RunStart, RunState, Takes, Tally
from workflows.steps import show, step

PLANNED = SearchAttributeKey.for_datetime("TemporalScheduledStartTime")
"""What Temporal notes on a workflow that a schedule started: the time it was meant to start at."""


@workflow.defn(name="ScheduledRun")
class ScheduledRunWorkflow:
    """One run; the batch is a workflow of its own below it, so that two of a schedule never run at once.

    What a person starts beside it is named otherwise and may run at the same time: each step of a batch bears that.
    """

    @workflow.run
    async def run(self, start: RunStart) -> RunEnd:
        """How it ended. A run whose batch did not get through fails, and says why."""
        info = workflow.info()
        planned = start.planned or info.typed_search_attributes.get(PLANNED)
        key = f"{start.name}/{planned:%Y-%m-%dT%H:%M:%SZ}" if planned else info.workflow_id
        begin = RunBegin(start.name, key, info.workflow_id, planned)
        begun = await step(runs.begin, begin, summary="write down")
        if begun.done_before:
            workflow.set_current_details(f"was done before: run {begun.run_id}")
            return RunEnd(begun.run_id, RunState.DONE)
        workflow.set_current_details(f"run {begun.run_id} for {begun.day}: `{batch_of(start.name)}` is under way")
        ended = await self.through(start, begun)
        await step(runs.end, ended, summary="tell how it went")
        workflow.set_current_details(told(begun, ended))
        show(NEEDS_ATTENTION.value_set(bool(ended.problems) and ended.state != RunState.SKIPPED))
        if ended.state == RunState.FAILED:
            raise ApplicationError("; ".join(ended.problems), type="Failed", non_retryable=True)
        return ended

    async def through(self, start: RunStart, begun: RunBegun) -> RunEnd:
        """The batch, run to its end."""
        try:
            answer: int | Tally | None = await workflow.execute_child_workflow(
                start.batch,
                args=arguments(start.takes, begun.day),
                id=batch_of(start.name),
                result_type=int | Tally | None,  # type: ignore[arg-type]  # the converter knows unions
                static_summary=f"{start.name} for {begun.day}",
            )
        except WorkflowAlreadyStartedError:
            return RunEnd(begun.run_id, RunState.SKIPPED, problems=("another run of it is under way",))
        except ChildWorkflowError as failed:
            return RunEnd(begun.run_id, RunState.FAILED, problems=(reason(failed),))
        tally = answer if isinstance(answer, Tally) else Tally(answer or 0)
        return RunEnd(begun.run_id, RunState.DONE, tally.done, tally.problems, tally.parts)


def batch_of(name: str) -> str:
    """The id of a schedule's batch: one at a time."""
    return f"{name}/scheduled"


def arguments(takes: Takes, day: date) -> list[Any]:
    """What a batch is told of its day."""
    told: dict[Takes, list[Any]] = {
        Takes.NOTHING: [],
        Takes.ALL: [None],
        Takes.DAY: [day],
        Takes.DAY_BEFORE: [day - timedelta(days=1)],
        Takes.MONTH_BEFORE: [month_before(day)],
    }
    return told[takes]


def reason(failed: BaseException) -> str:
    """Why a batch did not get through: a refusal in its own words, else only what kind of fault it was."""
    cause: BaseException | None = failed
    while isinstance(cause, ChildWorkflowError | ActivityError):
        cause = cause.cause
    if isinstance(cause, ApplicationError) and cause.type in ("Refused", "Parked"):
        return cause.message
    return f"a step failed ({type(cause).__name__}); the Temporal UI says which"


def told(begun: RunBegun, ended: RunEnd) -> str:
    """A run's end, for the Temporal UI."""
    lines = [f"run {begun.run_id} for {begun.day}: {ended.state.value}, {ended.done} done"]
    return "\n".join([*lines, *(f"- {problem}" for problem in ended.problems)])
