"""Every report on a practice of 1,000,000 sessions, beside its bare SQL and beside a tenth of that history.

| key | meaning |
|---|---|
| `ratio_to_sql_max` | the largest of: time of a report (asked, summed, as CSV) / of its SQL alone |
| `growth_10x_max` | the largest of: time of a report for the last month with the whole history / with a tenth of it |
| `ratio_cpu_max`, `growth_cpu_10x_max` | the same of the processor's time, the program's and the database's |
| `report_s_max`, `slowest_s` | the slowest report's seconds, and the five slowest |
| `ratios`, `growths`, `ratios_cpu`, `growths_cpu` | each report at its slowest grouping |
| `picture_ms` | drawing the picture of a year by month, which no SQL does |
| `carry_s` | bringing the view of what stands open up to date, as each night does |
| `pay_period_s`, `pay_period_lines` | closing a pay period of 200 clinicians through their workflows, and its lines |
| `rows` | how much the database holds |

Both practices have the same clinicians and weeks, the larger one more years; so a month is as busy in both. A report of
a period is asked for the last whole month, one of a day for today, a forecast for what is booked. A machine is not as
fast in one minute as in the next, so what is compared is asked in a row, several times, and the median of the turns is
told. What else the machine does stretches the time that passes, less so the processor's: that is told beside.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from operator import attrgetter
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine, text
from sqlmodel import Session as Database

from activities import ledger
from activities.reports.answering import PLANNED, answer
from activities.reports.picture import svg_of
from activities.reports.sheet import csv_of
from activities.vault import Vault
from models.calendar import local_day, zone
from models.reports.asking import Asked, ask
from models.reports.catalog import REPORTS
from models.reports.declaration import Grouping, Report, Span
from models.reports.money import REVENUE
from models.tables import Practice
from models.words import THERAPY
from starter.bench import web_practice
from starter.bench.bulk import database
from starter.bench.pay_period import pay_period
from starter.stack import new_key

Say = Callable[[str], None]
FIGURES = 3
LEADING = 5
A_TENTH = 10


@dataclass(frozen=True)
class Amount:
    """How much to measure; `times` is how often each report is asked for."""

    sessions: int = 1_000_000
    times: int = 7
    clinicians: int = 200
    lines: int = 20_000


@dataclass(frozen=True)
class Cost:
    """Seconds that passed, and seconds of the processor."""

    passed: float
    cpu: float


@dataclass(frozen=True)
class Server:
    """A practice's database, and the number of the process that answers there."""

    engine: Engine
    backend: int


@dataclass(frozen=True)
class Turn:
    """What was asked in a row: a report, its SQL alone, and the report of a practice with a tenth of the history."""

    report: Cost
    sql: Cost
    tenth: Cost


Turns = dict[tuple[str, str], Sequence[Turn]]


async def measure(amount: Amount, say: Say) -> dict[str, Any]:
    """Both practices, one beside the other, and the pay period."""
    found = await asyncio.to_thread(asked_of_both, amount, say)
    return found | await pay_period(amount.clinicians, amount.lines, say)


def asked_of_both(amount: Amount, say: Say) -> dict[str, Any]:
    """The reports of both practices, and what else is told of the larger; they are gone afterwards."""
    with lived(amount.sessions // A_TENTH, say) as (small, _), lived(amount.sessions, say) as (large, more):
        found = compared(asked_in_turns(small, large, amount.times, say))
        return found | more | {"picture_ms": drawn(large.engine), "rows": web_practice.figures(large.engine)}


@contextmanager
def lived(sessions: int, say: Say) -> Iterator[tuple[Server, dict[str, float]]]:
    """A practice of so many sessions, and how long it took to write it and to bring its view of debts up to date."""
    with TemporaryDirectory(prefix="persession-bench-") as home, database(Path(home)) as engine:
        say(f"a practice of {sessions:,} sessions")
        wrote = seconds(lambda: web_practice.move_in(engine, Vault(new_key()), sessions, say))
        carry = seconds(lambda: carried(engine))
        with engine.connect() as connection:
            backend = connection.execute(text("select pg_backend_pid()")).scalar_one()
        yield Server(engine, backend), {"carry_s": short(carry), "writing_s": short(wrote)}


def carried(engine: Engine) -> None:
    """What each night does."""
    with Database(engine) as db, db.begin():
        ledger.carry(db)


def asked_in_turns(small: Server, large: Server, times: int, say: Say) -> Turns:
    """Each report by each grouping, of either practice and as its SQL, so often; the first turn warms up."""
    found: Turns = {}
    for report, grouping, asked in wishes(large.engine):
        turns = [turn(small, large, report, asked) for _ in range(times + 1)][1:]
        found[report.name, grouping.name] = turns
        least = {name: min(getattr(each, name).passed for each in turns) for name in ("report", "sql", "tenth")}
        took = "{report:.3f} s, its SQL {sql:.3f} s, of a tenth {tenth:.3f} s".format_map(least)
        say(f"{report.name} by {grouping.name}: {took}")
    return found


def turn(small: Server, large: Server, report: Report, asked: Asked) -> Turn:
    """Ask once each, right after one another."""
    return Turn(
        tenth=cost(partial(asked_for, small.engine, report, asked), small.backend),
        report=cost(partial(asked_for, large.engine, report, asked), large.backend),
        sql=cost(partial(bare_sql, large.engine, report, asked), large.backend),
    )


def wishes(engine: Engine) -> Iterator[tuple[Report, Grouping, Asked]]:
    """Every report as it is asked for here."""
    with Database(engine) as db:
        tz = zone(db.get_one(Practice, 1).timezone)
    now = datetime.now(UTC)
    first, last = last_month(local_day(now, tz))
    for report in REPORTS:
        days = (first, last) if report.span is Span.PERIOD else (None, None)
        for grouping in report.groupings:
            yield report, grouping, ask(report, now, tz, days[0], days[1], grouping.name)


def last_month(today: date) -> tuple[date, date]:
    """The last whole month."""
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def asked_for(engine: Engine, report: Report, asked: Asked) -> None:
    """A report as people get it, without its picture."""
    csv_of(answer(engine, report, asked), THERAPY)


def bare_sql(engine: Engine, report: Report, asked: Asked) -> None:
    """The same SQL with the same plan, its rows fetched and thrown away."""
    with engine.connect() as connection:
        connection.execute(text(PLANNED))
        connection.execute(text(report.sql_by(asked.grouping)), asked.values()).fetchall()


def drawn(engine: Engine) -> float:
    """Milliseconds of a picture of a year."""
    *_, asked = next(wish for wish in wishes(engine) if wish[0] is REVENUE)
    year = answer(engine, REVENUE, replace(asked, first=asked.first.replace(year=asked.first.year - 1)))
    return short(1000 * min(seconds(lambda: svg_of(year, THERAPY)) for _ in range(LEADING)))


def compared(turns: Turns) -> dict[str, Any]:
    """What is told of all turns."""
    found: dict[str, Any] = {}
    for name, of in (("", attrgetter("passed")), ("cpu_", attrgetter("cpu"))):
        ratios = most({key: median(of(each.report) / of(each.sql) for each in asked) for key, asked in turns.items()})
        growths = most(
            {key: median(of(each.report) / of(each.tenth) for each in asked) for key, asked in turns.items()}
        )
        found |= {f"ratio_{name or 'to_sql_'}max": max(ratios.values()), f"growth_{name}10x_max": max(growths.values())}
        found |= {f"ratios_{name}".rstrip("_"): ratios, f"growths_{name}".rstrip("_"): growths}
    slow = most({key: median(each.report.passed for each in asked) for key, asked in turns.items()})
    leading = sorted(slow.items(), key=lambda item: -item[1])[:LEADING]
    return found | {"report_s_max": leading[0][1], "slowest_s": dict(leading)}


def most(values: dict[tuple[str, str], float]) -> dict[str, float]:
    """Each report at the grouping where it is largest."""
    found: dict[str, float] = {}
    for (report, _), value in values.items():
        found[report] = max(found.get(report, 0.0), short(value))
    return found


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def cost(work: Callable[[], object], backend: int) -> Cost:
    """What it takes, of this process and of the database's that works for it."""
    cpu = time.process_time() + cpu_of(backend)
    passed = seconds(work)
    return Cost(passed, time.process_time() + cpu_of(backend) - cpu)


def cpu_of(process: int) -> float:
    """Seconds of the processor a process has had, where the system tells it (Linux); elsewhere none."""
    told = Path(f"/proc/{process}/schedstat")
    return int(told.read_text(encoding="ascii").split()[0]) / 1e9 if told.exists() else 0.0


def short(value: float) -> float:
    """Digits that mean something."""
    return round(value, FIGURES)
