"""Insurance files on the command line, without a practice: looked over, or shown in a plain form for programs.

Exit codes: 0 nothing is wrong, 1 something was found, 2 the file cannot be used at all.
"""

import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from models.errors import Parked
from models.rules.file_check import Check, check
from models.unfolding import Unfolding
from models.x12.envelope import decoded
from models.x12.normal import normal
from models.x12.normal_words import Plain
from starter.cli.output import AsJson, Columns, console, say, table
from starter.cli.unfolded import print_json
from starter.cli.x12_words import in_words

FOUND, UNUSABLE = 1, 2
QUIET, OFTEN = 3, 10
"""Seconds before anything is told of what takes long, and from then on."""
MOST_SHOWN = 500
"""Findings that people are shown."""
File = Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True, help="An X12 file.")]
FINDINGS: Columns = {
    "loop": "loop",
    "segment": "segment",
    "element": "element",
    "value": "value",
    "what is wrong": "message",
    "where": "where",
    "found by": "source",
}

x12 = typer.Typer(help="Insurance files: check one, show what it says.")


@x12.command("check")
def check_file(file: File, as_json: AsJson = False) -> None:
    """What is wrong with a file: its envelope, its guide (pyx12), its content. Exit 1 where something is."""
    text = _text(file)
    try:
        found = check(text, datetime.now(UTC).date(), Telling())
    except Parked as unusable:
        raise _unusable(file, unusable) from None
    if as_json:
        print_json(_checked(found))
    else:
        _tell(found)
    if not found.clean:
        raise typer.Exit(FOUND)


@x12.command("show")
def show_file(file: File, as_json: AsJson = False) -> None:
    """What a file says, transaction by transaction."""
    try:
        plain = normal(_text(file), partial(Telling(), "read"))
    except Parked as unusable:
        raise _unusable(file, unusable) from None
    if as_json:
        print_json(plain)
        return
    sys.stdout.writelines(f"{line}\n" for line in in_words(plain))


class Telling:
    """Says on standard error how far something long is, and for about how long yet; of what is quick nothing."""

    def __init__(self) -> None:
        self._last, self._began, self._again = ("", 0), monotonic(), monotonic() + QUIET

    def __call__(self, what: str, share: int) -> None:
        now, before, self._last = monotonic(), self._last, (what, share)
        if what != before[0] or share < before[1]:
            self._began = now
        if share and now >= self._again:
            self._again = now + OFTEN
            left = (now - self._began) * (100 - share) / share
            sys.stderr.write(f"{what}: {share} %, about {_time(left)} left\n")


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} minutes"


def _checked(found: Check) -> Plain:
    return {
        "clean": found.clean,
        "kinds": list(found.kinds),
        "judged_by_guide": found.judged,
        "findings": Unfolding(len(found.findings), lambda: map(vars, found.findings)),
    }


def _tell(found: Check) -> None:
    held = ", ".join(found.kinds) or "no transaction"
    guide = "" if found.judged else " (pyx12 has no map of its guide: judged by envelope and content alone)"
    if found.clean:
        say(f"{held}: nothing is wrong with it{guide}")
        return
    title = f"{held}: {len(found.findings)} {'finding' if len(found.findings) == 1 else 'findings'}{guide}"
    console().print(table(found.findings[:MOST_SHOWN], FINDINGS, ZoneInfo("UTC"), title))
    if len(found.findings) > MOST_SHOWN:
        say(f"and {len(found.findings) - MOST_SHOWN} more; --json names them all")


def _text(file: Path) -> str:
    return decoded(file.read_bytes())


def _unusable(file: Path, why: Exception) -> typer.Exit:
    """Where and why a file is of no use, on standard error."""
    sys.stderr.write(f"{file.name}: {why}\n")
    return typer.Exit(UNUSABLE)
