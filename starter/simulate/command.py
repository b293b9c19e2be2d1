"""`persession simulate`: run, tell how far it is, stop and go on, compare."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from rich.console import Console
from rich.table import Table

from starter.scenarios.command import quiet
from starter.simulate.changes import Changes
from starter.simulate.comparison import Comparison
from starter.simulate.crew import run_parts
from starter.simulate.parts import VISITS_A_PART, kept_at, parts_of, read_kept, steps_of, whole
from starter.simulate.practice import Practice
from starter.simulate.progress import Progress
from starter.simulate.report import amount, as_json, write

STOPPED = 130
"""The exit code of a command that Ctrl-C ended."""


@dataclass(frozen=True)
class Wish:
    """What to run, in parts of about so many visits, so many at once, where they are kept, where the report goes."""

    practice: Practice
    changes: Changes | None
    state: Path
    out: Path
    as_json: bool
    at_once: int
    visits_a_part: int = VISITS_A_PART


def run(wish: Wish) -> int:
    """Run both, as it is and as tried; the exit code."""
    quiet()
    practices = [wish.practice, *([wish.changes.applied(wish.practice)] if wish.changes else [])]
    each = [parts_of(practice, wish.visits_a_part) for practice in practices]
    parts = [part for together in zip_longest(*each) for part in together if part is not None]
    kept = sum(kept_at(part, wish.state).exists() for part in parts)
    sys.stderr.write(_begun(wish, len(parts), kept) + "\n")
    try:
        _run(parts, wish.state, wish.at_once)
    except KeyboardInterrupt:
        done = sum(kept_at(part, wish.state).exists() for part in parts)
        sys.stderr.write(f"stopped; {done} of {len(parts)} parts are kept: the same command goes on from there\n")
        return STOPPED
    told = [whole([read_kept(part, wish.state) for part in those]) for those in each]
    comparison = Comparison(
        wish.practice,
        wish.changes.name if wish.changes else "The practice as it is",
        told[0],
        told[1] if wish.changes else None,
        wish.changes.words(wish.practice) if wish.changes else (),
    )
    paths = write(comparison, wish.out)
    if wish.as_json:
        sys.stdout.write(as_json(comparison) + "\n")
    else:
        _tell(comparison, paths)
    return 0


def _begun(wish: Wish, parts: int, kept: int) -> str:
    """What will be lived through, said before anything is: the first part may take minutes."""
    practice, twice = wish.practice, ", as it is and as tried" if wish.changes else ""
    before = f"; {kept} of them kept before" if kept else ""
    return (
        f"living through {len(practice.visits)} visits from {practice.first} to {practice.last}{twice}: "
        f"{parts} parts{before}, {min(wish.at_once, parts)} at a time"
    )


def _run(parts: Sequence[Practice], state: Path, at_once: int) -> None:
    """Run what is not kept yet; the longest parts first, so that none is left alone at the end."""
    missing = [(number, part) for number, part in enumerate(parts) if not kept_at(part, state).exists()]
    missing.sort(key=lambda each: -steps_of(each[1]))
    if missing:
        steps = {number: steps_of(part) for number, part in missing}
        done_before = sum(map(steps_of, parts)) - sum(steps.values())
        with Progress.over(steps, len(parts), done_before) as progress:
            run_parts(missing, state, at_once, progress.told)


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
    console.print(comparison.counted, style="dim")
    if comparison.changed:
        console.print("the same people come and cancel in both; only what was agreed differs", style="dim")
    console.print("report: " + ", ".join(map(str, paths)), soft_wrap=True)
