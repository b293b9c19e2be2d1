"""What runs by the clock: every Temporal Schedule, declared as data and applied as often as one likes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleDescription,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError, RPCStatusCode

from activities.relay import OFFICE
from models.errors import Refused
from workflows.calendars import CalendarsWorkflow
from workflows.chart import ChartReviewWorkflow
from workflows.clearinghouse import ClaimBatchWorkflow, InboxWorkflow
from workflows.pay_period import PayRunWorkflow
from workflows.record import RecordReviewWorkflow
from workflows.statements import StatementsWorkflow

CATCH_UP = timedelta(days=1)
"""A run missed by less than this, while everything was down, is made up for."""


@dataclass(frozen=True)
class Timed:
    """A batch and its local time; `hour` None: every hour."""

    name: str
    workflow: Callable[..., Any]
    about: str
    hour: int | None
    minute: int
    arguments: tuple[Any, ...] = ()
    day_of_month: int | None = None


TIMED = (
    Timed("claim-batch", ClaimBatchWorkflow.run, "the day's claims leave", 18, 0),
    Timed("inbox", InboxWorkflow.run, "answers of the clearinghouse are read", None, 0),
    Timed("record-review", RecordReviewWorkflow.run, "records are looked through", 6, 0, (None,)),
    Timed("chart-review", ChartReviewWorkflow.run, "charts are looked through", 6, 15, (None,)),
    Timed("calendars", CalendarsWorkflow.run, "clinicians' outside calendars are read", None, 20),
    Timed("statements", StatementsWorkflow.run, "clients' statements of the last month leave", 7, 0, (None,), 1),
    Timed("pay-run", PayRunWorkflow.run, "pay periods that have ended are closed", 0, 5, (None,)),
)


@dataclass(frozen=True)
class Standing:
    """A schedule as the server knows it."""

    name: str
    about: str
    applied: bool
    paused: bool = False
    last_run: datetime | None = None
    next_run: datetime | None = None


async def apply(client: Client, timezone: str) -> None:
    """Create every schedule, or bring it to what is declared here; whether it is paused is left as it is."""
    for timed in TIMED:
        wanted = schedule(timed, timezone)
        try:
            await client.create_schedule(timed.name, wanted)
        except ScheduleAlreadyRunningError:
            await client.get_schedule_handle(timed.name).update(_keeping_its_state(wanted))


async def standings(client: Client) -> list[Standing]:
    """How each schedule stands."""
    return [await _standing(client, timed) for timed in TIMED]


async def run_now(client: Client, name: str) -> None:
    """Run one at once, besides its times."""
    if name not in {timed.name for timed in TIMED}:
        known = ", ".join(timed.name for timed in TIMED)
        raise Refused(f"there is no schedule {name!r}; there are {known}")
    try:
        await client.get_schedule_handle(name).trigger()
    except RPCError as fault:
        if fault.status is not RPCStatusCode.NOT_FOUND:
            raise
        raise Refused(f"the schedule {name} is not applied: run `persession schedules apply`") from None


def schedule(timed: Timed, timezone: str) -> Schedule:
    """A declaration as Temporal takes it: local times, never two runs at once."""
    hours = ScheduleRange(0, 23) if timed.hour is None else ScheduleRange(timed.hour)
    days = ScheduleRange(1, 31) if timed.day_of_month is None else ScheduleRange(timed.day_of_month)
    times = ScheduleCalendarSpec(
        minute=[ScheduleRange(timed.minute)], hour=[hours], day_of_month=[days], comment=timed.about
    )
    return Schedule(
        action=ScheduleActionStartWorkflow(
            timed.workflow, args=timed.arguments, id=f"{timed.name}/scheduled", task_queue=OFFICE
        ),
        spec=ScheduleSpec(calendars=[times], time_zone_name=timezone),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=CATCH_UP),
    )


def _keeping_its_state(wanted: Schedule) -> Callable[[ScheduleUpdateInput], ScheduleUpdate]:
    def update(known: ScheduleUpdateInput) -> ScheduleUpdate:
        wanted.state = known.description.schedule.state
        return ScheduleUpdate(wanted)

    return update


async def _standing(client: Client, timed: Timed) -> Standing:
    try:
        known = await client.get_schedule_handle(timed.name).describe()
    except RPCError as fault:
        if fault.status is not RPCStatusCode.NOT_FOUND:
            raise
        return Standing(timed.name, timed.about, applied=False)
    return Standing(timed.name, timed.about, True, known.schedule.state.paused, _last(known), _next(known))


def _last(known: ScheduleDescription) -> datetime | None:
    return max((run.started_at for run in known.info.recent_actions), default=None)


def _next(known: ScheduleDescription) -> datetime | None:
    return min(known.info.next_action_times, default=None)
