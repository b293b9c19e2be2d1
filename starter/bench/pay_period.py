"""A pay period of many clinicians and lines, closed as the owner closes it: a workflow and a statement each."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine, text

from starter import migrations
from starter.bench.practice import move_in
from starter.office import Office
from starter.stack import Stack
from worker import compose, working

LONGEST = 600
"""Seconds after which something is wrong."""
LOOK = 0.05
LINES = """
insert into pay_line (key, clinician_id, source, earned_on, basis, amount, rule, why)
select 'bench/' || n, 1 + n % :clinicians, 'session', :day, 150.00, 90.00, 'pay.flat', '90.00 a session'
from generate_series(0, :lines - 1) n
"""
STATED = "select count(*) from pay_line where statement_id is not null"
STATEMENTS = "select count(*) from pay_statement"


async def pay_period(clinicians: int, lines: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Seconds from the owner's wish until each clinician has a statement, all lines in them."""
    say(f"a pay period of {clinicians} clinicians and {lines:,} lines")
    with TemporaryDirectory(prefix="persession-bench-") as home:
        async with Stack.start(Path(home), environ={}) as stack:
            world = compose(stack.settings, stack.client)
            await asyncio.to_thread(migrations.upgrade, world.engine)
            move_in(world.engine, world.cards, clinicians, 0)
            today = datetime.now(UTC).date()
            _write(world.engine, clinicians, lines, today)
            office = Office.on(stack.client, world.engine, world.vault)
            async with working(stack.client, world):
                began = time.perf_counter()
                await office.pay.close_periods("bench")
                while _count(world.engine, STATEMENTS) < clinicians:
                    if time.perf_counter() - began > LONGEST:
                        raise RuntimeError(f"after {LONGEST} s not every period is closed")
                    await asyncio.sleep(LOOK)
                took = time.perf_counter() - began
            stated = _count(world.engine, STATED)
            world.engine.dispose()
    if stated != lines:
        raise RuntimeError(f"{stated} of {lines} lines are stated")
    return {"pay_period_s": round(took, 2), "pay_period_lines": stated}


def _write(engine: Engine, clinicians: int, lines: int, today: date) -> None:
    """Lines of a period that has ended; the practice pays every two weeks."""
    values = {"clinicians": clinicians, "lines": lines, "day": today - timedelta(days=15)}
    with engine.begin() as connection:
        connection.execute(text(LINES), values)


def _count(engine: Engine, sql: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(sql)).scalar_one())
