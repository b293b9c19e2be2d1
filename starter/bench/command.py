"""`persession bench NAME [--json] [--sessions N]`: measure, tell the progress on stderr, the result on stdout."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from starter.bench import claims, lifecycle, reports, simulate, web

Say = Callable[[str], None]
Measure = Callable[[Say, int | None], Awaitable[dict[str, Any]]]


def _lifecycle(say: Say, sessions: int | None) -> Awaitable[dict[str, Any]]:
    return lifecycle.measure(lifecycle.Amount() if sessions is None else lifecycle.Amount(open=sessions), say)


def _web(say: Say, sessions: int | None) -> Awaitable[dict[str, Any]]:
    return web.measure(web.Amount() if sessions is None else web.Amount(sessions), say)


def _simulate(say: Say, sessions: int | None) -> Awaitable[dict[str, Any]]:  # noqa: ARG001  # as many as its months have
    return simulate.measure(simulate.Amount(), say)


def _reports(say: Say, sessions: int | None) -> Awaitable[dict[str, Any]]:
    return reports.measure(reports.Amount() if sessions is None else reports.Amount(sessions), say)


def _claims(say: Say, sessions: int | None) -> Awaitable[dict[str, Any]]:
    wanted = claims.Amount() if sessions is None else claims.Amount(sessions, sessions, sessions)
    return claims.measure(wanted, say)


BENCHES: Mapping[str, Measure] = {
    "lifecycle": _lifecycle,
    "web": _web,
    "simulate": _simulate,
    "reports": _reports,
    "claims": _claims,
}


def run(name: str, as_json: bool, sessions: int | None = None) -> int:
    """The exit code of the command: 2 for what nobody can measure; `sessions` instead of as many as are usual."""
    progress = Console(stderr=True)
    if name not in BENCHES:
        progress.print(f"there is no bench {name!r}; there are: {', '.join(BENCHES)}", markup=False)
        return 2

    def say(line: str) -> None:
        progress.print(line, style="dim", markup=False, highlight=False)

    found = asyncio.run(_awaited(BENCHES[name](say, sessions)))
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
