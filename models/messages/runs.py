"""Scheduled runs: what is started by the clock or by hand, how it went."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from models.messages.handover import NOTHING, Handover


class Takes(StrEnum):
    """What a batch is told of the day it runs for."""

    NOTHING = "nothing"
    ALL = "all"
    DAY = "day"
    DAY_BEFORE = "day_before"
    MONTH_BEFORE = "month_before"


class RunState(StrEnum):
    """Where a run stands; skipped: another run of the same was under way."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class RunStart:
    """A run of a schedule: the workflow that does the work, and its planned time where somebody names one."""

    name: str
    batch: str
    takes: Takes = Takes.NOTHING
    planned: datetime | None = None


@dataclass(frozen=True)
class RunBegin:
    """A run that begins; `key` is the same for the same planned time."""

    name: str
    key: str
    workflow_id: str
    planned: datetime | None = None


@dataclass(frozen=True)
class RunBegun:
    """Its number and its day; a planned time that was done before is not done again."""

    run_id: int
    day: date
    done_before: bool = False


@dataclass(frozen=True)
class Tally:
    """What a batch did: how many, of what where it does several things, and what did not work, in sentences that name
    no client."""

    done: int = 0
    problems: tuple[str, ...] = ()
    parts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class RunEnd:
    """How a run ended."""

    run_id: int
    state: RunState
    done: int = 0
    problems: tuple[str, ...] = ()
    parts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class SweepBatch:
    """How many were looked at, after which the next batch begins (None: that was all), and what follows."""

    done: int
    next_after: str | None
    handover: Handover = NOTHING


@dataclass(frozen=True)
class MonthPart:
    """A month (its first day), for clients after an id."""

    month: date
    after: int = 0
