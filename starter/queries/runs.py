"""What ran by the clock, and how it went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from starter.queries.reading import only, rows

COLUMNS = "id, key, name, day, planned_at, workflow_id, began_at, ended_at, state, done, parts, problems"
MOST = 40


@dataclass(frozen=True)
class Run:
    """One run."""

    id: int
    key: str
    name: str
    day: date
    planned_at: datetime | None
    workflow_id: str
    began_at: datetime
    ended_at: datetime | None
    state: str
    done: int
    parts: dict[str, int]
    problems: list[str]

    @property
    def seconds(self) -> int | None:
        """How long it took; None while it runs."""
        return int((self.ended_at - self.began_at).total_seconds()) if self.ended_at else None


@dataclass(frozen=True)
class First:
    """The first day of all."""

    day: date | None


def runs(engine: Engine, name: str = "") -> list[Run]:
    """The latest runs, of one schedule or of all."""
    sql = f"select {COLUMNS} from scheduled_run where :name in ('', name) order by began_at desc, id desc limit :most"
    return rows(engine, Run, sql, name=name, most=MOST)


def latest(engine: Engine) -> dict[str, Run]:
    """The last run of each schedule."""
    sql = f"select distinct on (name) {COLUMNS} from scheduled_run order by name, began_at desc, id desc"
    return {run.name: run for run in rows(engine, Run, sql)}


def last_of(engine: Engine, names: Sequence[str], most: int) -> dict[str, list[Run]]:
    """The last few runs of each of these schedules, the newest first."""
    numbered = f"select {COLUMNS}, row_number() over (partition by name order by began_at desc, id desc) as place"
    sql = f"select {COLUMNS} from ({numbered} from scheduled_run where name = any(:names)) r where place <= :most"
    found = rows(engine, Run, f"{sql} order by place", names=list(names), most=most)
    return {name: [run for run in found if run.name == name] for name in names}


def first_day(engine: Engine, tz: ZoneInfo) -> date | None:
    """The day on which the practice began: of its first session, money, account or run; None before there is any."""
    moments = (("session", "starts"), ("account", "created_at"), ("scheduled_run", "began_at"))
    days = [f"(select (min({moment}) at time zone :tz)::date from {table})" for table, moment in moments]
    [first] = rows(engine, First, f"select least({', '.join(days)}, (select min(on_day) from entry)) as day", tz=tz.key)
    return first.day


def run(engine: Engine, run_id: int) -> Run | None:
    """One run."""
    return only(rows(engine, Run, f"select {COLUMNS} from scheduled_run where id = :id", id=run_id))
