"""`persession simulate`: run, tell how far it is, stop and go on, compare."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from starter.scenarios.command import quiet
from starter.simulate.changes import Changes
from starter.simulate.comparison import Comparison
from starter.simulate.measure import Found
from starter.simulate.parts import kept_at, parts_of, run_part, steps_of, whole
from starter.simulate.practice import Practice
from starter.simulate.report import amount, as_json, write

STOPPED = 130
"""The exit code of a command that Ctrl-C ended."""


@dataclass(frozen=True)
class Wish:
    """What to run, where its parts are kept, where the report goes."""

    practice: Practice
    changes: Changes | None
    state: Path
    out: Path
    as_json: bool


def run(wish: Wish) -> int:
    """Run both, as it is and as tried; the exit code."""
    quiet()
    practices = [wish.practice, *([wish.changes.applied(wish.practice)] if wish.changes else [])]
    parts = [part for pair in zip(*map(parts_of, practices), strict=True) for part in pair]
    try:
        found = asyncio.run(_all(parts, wish.state, Console(stderr=True)))
    except (KeyboardInterrupt, asyncio.CancelledError):
        done = sum(kept_at(part, wish.state).exists() for part in parts)
        sys.stderr.write(f"stopped; {done} of {len(parts)} parts are kept: the same command goes on from there\n")
        return STOPPED
    each = len(practices)
    told = [whole(found[number::each]) for number in range(each)]
    comparison = Comparison(
        wish.practice,
        wish.changes.name if wish.changes else "The practice as it is",
        told[0],
        told[1] if wish.changes else None,
        wish.changes.words() if wish.changes else (),
    )
    paths = write(comparison, wish.out)
    if wish.as_json:
        sys.stdout.write(as_json(comparison) + "\n")
    else:
        _tell(comparison, paths)
    return 0


async def _all(parts: Sequence[Practice], state: Path, console: Console) -> list[Found]:
    found = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task("simulating", total=sum(map(steps_of, parts)))
        for number, part in enumerate(parts, start=1):
            progress.update(bar, description=f"part {number} of {len(parts)}")
            before = progress.tasks[bar].completed
            found.append(await run_part(part, state, lambda done: _on(progress, bar, done)))
            progress.update(bar, completed=before + steps_of(part))
    return found


def _on(progress: Progress, bar: TaskID, done: int) -> None:
    progress.advance(bar, done)


def _tell(comparison: Comparison, paths: Sequence[Path]) -> None:
    console = Console(file=sys.stdout)
    table = Table("", title=comparison.name, title_justify="left")
    for title in ("as it is", *(("as tried", "difference") if comparison.changed else ())):
        table.add_column(title, justify="right")
    section = ""
    for row in comparison.rows():
        if row.section != section:
            section = row.section
            table.add_section()
        cells = [row.before, *((row.after, row.difference) if comparison.changed else ())]
        table.add_row(row.label, *map(amount, cells))
    console.print(table)
    console.print("the same people come and cancel in both; only what was agreed differs", style="dim")
    console.print("report: " + ", ".join(map(str, paths)), soft_wrap=True)
