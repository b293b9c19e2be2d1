"""`persession bench NAME [--json]`: measure, tell the progress on stderr, the result on stdout."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from starter.bench import lifecycle, simulate

Say = Callable[[str], None]
Measure = Callable[[Say], Awaitable[dict[str, Any]]]
BENCHES: Mapping[str, Measure] = {
    "lifecycle": lambda say: lifecycle.measure(lifecycle.Amount(), say),
    "simulate": lambda say: simulate.measure(simulate.Amount(), say),
}


def run(name: str, as_json: bool) -> int:
    """The exit code of the command: 2 for what nobody can measure."""
    progress = Console(stderr=True)
    if name not in BENCHES:
        progress.print(f"there is no bench {name!r}; there are: {', '.join(BENCHES)}", markup=False)
        return 2

    def say(line: str) -> None:
        progress.print(line, style="dim", markup=False, highlight=False)

    found = asyncio.run(_awaited(BENCHES[name](say)))
    if as_json:
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
    else:
        Console(file=sys.stdout).print(_table(name, found))
    return 0


async def _awaited(measured: Awaitable[dict[str, Any]]) -> dict[str, Any]:
    return await measured


def _table(title: str, found: Mapping[str, Any]) -> Table:
    table = Table("figure", "measured", title=title)
    for key, value in found.items():
        shown = ", ".join(f"{k} {v:g}" for k, v in value.items()) if isinstance(value, Mapping) else f"{value:g}"
        table.add_row(key, shown)
    return table
