"""What runs by the clock: every Temporal Schedule, declared as data and applied as often as one likes.

Each starts a `ScheduledRun`, which writes the run down, has the batch done and tells how it went (`/runs`). What two
runs of the same do to each other, for how long a missed one is made up for, and how exactly its minute matters are
said with each. Nothing is planned between 1 and 3 at night: where clocks change, that hour may not exist, or twice.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleDescription,
    ScheduleListActionStartWorkflow,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError, RPCStatusCode

from activities.relay import OFFICE
from models.calendar import instant, zone
from models.errors import Refused
from models.messages.runs import RunStart, Takes
from models.tables import Practice
from workflows.calendars import CalendarsWorkflow
from workflows.chart import ChartReviewWorkflow
from workflows.clearinghouse import ClaimBatchWorkflow, InboxWorkflow
from workflows.eligibility import EligibilityWorkflow
from workflows.pay_period import PayRunWorkflow
from workflows.record import RecordReviewWorkflow
from workflows.scheduled_run import ScheduledRunWorkflow
from workflows.statements import StatementsWorkflow
from workflows.sweeps import DunningWorkflow, FiguresWorkflow, SuperbillsWorkflow, TaskSweepWorkflow
from workflows.upkeep import BackupWorkflow, ExportWorkflow, RetentionWorkflow

SKIP, BUFFER = ScheduleOverlapPolicy.SKIP, ScheduleOverlapPolicy.BUFFER_ONE
"""While one still runs the next is left out (it would find the same work), or waits (its day must not be lost)."""

AN_HOUR = timedelta(minutes=55)
A_DAY = timedelta(hours=23)
A_WEEK = timedelta(days=6)
"""How late a missed run is made up for: always less than until the next, so that many missed ones are made up once."""

ON_TIME = timedelta()
NEIGHBOURLY = timedelta(minutes=4)
"""Up to so much later: servers of others are not asked by every practice in the same second."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Timed:
    """A batch and its local time; `hour` None: every hour. `therapy`: only where there are claims and charts.

    `counts`: what a run's number is of; "" where it tells none. `of_now`: it holds what there is when it runs, so that
    a past day's cannot be had any more.
    """

    name: str
    workflow: Callable[..., Any]
    about: str
    hour: int | None
    minute: int
    takes: Takes = Takes.NOTHING
    day_of_month: int | None = None
    weekday: int | None = None
    overlap: ScheduleOverlapPolicy = SKIP
    catch_up: timedelta = A_DAY
    jitter: timedelta = ON_TIME
    therapy: bool = False
    counts: str = ""
    of_now: bool = False

    @property
    def when(self) -> str:
        """Its times, in words."""
        if self.hour is None:
            return f"every hour at :{self.minute:02d}"
        at = f"at {self.hour}:{self.minute:02d}"
        if self.weekday is not None:
            return f"{WEEKDAYS[self.weekday]}s {at}"
        return f"on day {self.day_of_month} of the month {at}" if self.day_of_month else f"every day {at}"

    @property
    def batch(self) -> str:
        """The type of the workflow that does the work."""
        return str(ScheduleActionStartWorkflow(self.workflow, args=[], id="any", task_queue=OFFICE).workflow)

    def runs_on(self, day: date) -> bool:
        """Whether a local day is one of its days."""
        return self.day_of_month in (None, day.day) and self.weekday in (None, day.weekday())


TIMED: tuple[Timed, ...] = (
    Timed(
        *("claim-batch", ClaimBatchWorkflow.run, "the day's claims leave", 18, 0),
        jitter=NEIGHBOURLY,
        therapy=True,
        counts="claims sent",
    ),
    Timed(
        *("inbox", InboxWorkflow.run, "answers of the clearinghouse are read", None, 0),
        catch_up=AN_HOUR,
        jitter=NEIGHBOURLY,
        therapy=True,
        counts="answer files read",
    ),
    Timed(
        *("eligibility", EligibilityWorkflow.run, "payers are asked who is covered", 5, 30),
        jitter=NEIGHBOURLY,
        therapy=True,
        counts="files of questions sent",
    ),
    Timed(
        "record-review",
        RecordReviewWorkflow.run,
        "records are looked through",
        6,
        0,
        Takes.ALL,
        counts="records looked at",
    ),
    Timed("chart-review", ChartReviewWorkflow.run, "charts are looked through", 6, 15, Takes.ALL),
    Timed(
        *("calendars", CalendarsWorkflow.run, "clinicians' outside calendars are read", None, 20),
        catch_up=AN_HOUR,
        jitter=NEIGHBOURLY,
        counts="calendars read",
    ),
    Timed(
        *("statements", StatementsWorkflow.run, "clients' statements of the last month leave", 7, 0),
        takes=Takes.MONTH_BEFORE,
        day_of_month=1,
        overlap=BUFFER,
        catch_up=A_WEEK,
        counts="statements mailed",
    ),
    Timed(
        *("superbills", SuperbillsWorkflow.run, "clients hear of the last month's superbills", 7, 30),
        takes=Takes.MONTH_BEFORE,
        day_of_month=1,
        overlap=BUFFER,
        catch_up=A_WEEK,
        therapy=True,
        counts="clients told",
    ),
    Timed(
        "dunning",
        DunningWorkflow.run,
        "every open invoice is followed and asked for in time",
        8,
        0,
        counts="open invoices followed",
    ),
    Timed(
        "task-sweep",
        TaskSweepWorkflow.run,
        "every open task is followed, reminded of and escalated; "
        "a remittance that is read and not posted to its end goes on; payers that are silent too long are asked",
        5,
        0,
        counts="open tasks followed",
    ),
    Timed(
        *("figures", FiguresWorkflow.run, "the owner's week leaves by mail", 7, 15),
        takes=Takes.DAY,
        weekday=0,
        overlap=BUFFER,
        catch_up=A_WEEK,
        counts="mails sent",
    ),
    Timed(
        "backup",
        BackupWorkflow.run,
        "the database is backed up, sealed and read back",
        3,
        30,
        Takes.DAY,
        counts="tables backed up and read back whole",
        of_now=True,
    ),
    Timed(
        *("export", ExportWorkflow.run, "all data is exported, sealed", 4, 0),
        takes=Takes.DAY,
        weekday=6,
        overlap=BUFFER,
        catch_up=A_WEEK,
        counts="files exported and read back whole",
        of_now=True,
    ),
    Timed(
        "retention",
        RetentionWorkflow.run,
        "what has been kept for its time goes",
        4,
        30,
        counts="rows and files deleted",
    ),
    Timed(
        *("pay-run", PayRunWorkflow.run, "pay periods that have ended are closed", 0, 5),
        takes=Takes.DAY_BEFORE,
        overlap=BUFFER,
        counts="pay periods closed",
    ),
)


@dataclass(frozen=True)
class Standing:
    """A schedule as the server knows it."""

    name: str
    about: str
    when: str
    applied: bool
    paused: bool = False
    last_run: datetime | None = None
    next_run: datetime | None = None


def declared(kind: str) -> list[Timed]:
    """What runs in a practice of this kind."""
    return [timed for timed in TIMED if kind == "therapy" or not timed.therapy]


def named(name: str, kind: str) -> Timed:
    """The declaration of that name; Refused when there is none here."""
    for timed in declared(kind):
        if timed.name == name:
            return timed
    known = ", ".join(timed.name for timed in declared(kind))
    raise Refused(f"there is no schedule {name!r}; there are {known}")


async def apply(client: Client, practice: Practice) -> None:
    """Bring the server to what is declared; whether one is paused is left as it is, what is declared no more goes."""
    for timed in declared(practice.kind):
        wanted = schedule(timed, practice.timezone)
        try:
            await client.create_schedule(timed.name, wanted)
        except ScheduleAlreadyRunningError:
            await client.get_schedule_handle(timed.name).update(_keeping_its_state(wanted))
    for name in await _declared_no_more(client, practice.kind):
        await client.get_schedule_handle(name).delete()


async def standings(client: Client, kind: str, names: Collection[str] = ()) -> Sequence[Standing]:
    """How each schedule stands; only those of these names, if any are named."""
    wanted = [timed for timed in declared(kind) if not names or timed.name in names]
    return await asyncio.gather(*(_standing(client, timed) for timed in wanted))


def started(timed: Timed, planned: datetime | None = None) -> RunStart:
    """What a run is started with; without a planned time it is the one that Temporal notes."""
    return RunStart(timed.name, timed.batch, timed.takes, planned)


def planned_on(timed: Timed, day: date, timezone: str) -> datetime:
    """The moment of a day for which it is, or was, planned (the day's last one); Refused on other days."""
    if not timed.runs_on(day):
        raise Refused(f"{timed.name} does not run on {day}, a {WEEKDAYS[day.weekday()]}: it runs {timed.when}")
    at = time(23 if timed.hour is None else timed.hour, timed.minute)
    return instant(datetime.combine(day, at), zone(timezone)).astimezone(UTC)


def schedule(timed: Timed, timezone: str) -> Schedule:
    """A declaration as Temporal takes it: local times."""
    hours = ScheduleRange(0, 23) if timed.hour is None else ScheduleRange(timed.hour)
    days = ScheduleRange(1, 31) if timed.day_of_month is None else ScheduleRange(timed.day_of_month)
    weekdays = ScheduleRange(0, 6) if timed.weekday is None else ScheduleRange((timed.weekday + 1) % 7)
    times = ScheduleCalendarSpec(
        minute=[ScheduleRange(timed.minute)],
        hour=[hours],
        day_of_month=[days],
        day_of_week=[weekdays],
        comment=timed.about,
    )
    return Schedule(
        action=ScheduleActionStartWorkflow(
            ScheduledRunWorkflow.run,
            started(timed),
            id=f"run/{timed.name}",
            task_queue=OFFICE,
            static_summary=f"{timed.name}: {timed.about}",
        ),
        spec=ScheduleSpec(calendars=[times], time_zone_name=timezone, jitter=timed.jitter),
        policy=SchedulePolicy(overlap=timed.overlap, catchup_window=timed.catch_up),
    )


async def _declared_no_more(client: Client, kind: str) -> list[str]:
    """Schedules of ours that are not declared: those of an older version, or of another kind of practice."""
    wanted, ours = {timed.name for timed in declared(kind)}, {timed.name for timed in TIMED}
    found = []
    async for known in await client.list_schedules():
        action = known.schedule.action if known.schedule else None
        starts_run = isinstance(action, ScheduleListActionStartWorkflow) and action.workflow == "ScheduledRun"
        if known.id not in wanted and (starts_run or known.id in ours):
            found.append(known.id)
    return found


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
        return Standing(timed.name, timed.about, timed.when, applied=False)
    paused = known.schedule.state.paused
    next_run = None if paused else min(known.info.next_action_times, default=None)
    return Standing(timed.name, timed.about, timed.when, True, paused, _last(known), next_run)


def _last(known: ScheduleDescription) -> datetime | None:
    return max((run.started_at for run in known.info.recent_actions), default=None)
