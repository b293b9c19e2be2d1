"""Insurance files on the command line, without a practice: looked over, or shown in a plain form for programs.

Exit codes: 0 nothing is wrong, 1 something was found, 2 the file cannot be used at all.
"""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from models.errors import Parked
from models.rules.file_check import Check, check
from models.x12.envelope import decoded
from models.x12.normal import normal
from starter.cli.output import AsJson, Columns, console, say, table
from starter.cli.x12_words import in_words

FOUND, UNUSABLE = 1, 2
LARGE = 5_000_000
"""Characters from which on a file takes so long that progress is told."""
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
        found = check(text, datetime.now(UTC).date(), Telling(text))
    except Parked as unusable:
        raise _unusable(file, unusable) from None
    if as_json:
        _print_json(_checked(found))
    else:
        _tell(found)
    if not found.clean:
        raise typer.Exit(FOUND)


@x12.command("show")
def show_file(file: File, as_json: AsJson = False) -> None:
    """What a file says, transaction by transaction."""
    try:
        text = _text(file)
        telling = Telling(text)
        plain = normal(text, lambda share: telling("read", share))
    except Parked as unusable:
        raise _unusable(file, unusable) from None
    if as_json:
        _print_json(plain)
        return
    for line in in_words(plain):
        say(line)


class Telling:
    """Says on standard error how far something long is, every tenth of it; of a file that is read at once nothing."""

    def __init__(self, text: str) -> None:
        self._quiet, self._what, self._tenths = len(text) < LARGE, "", 0

    def __call__(self, what: str, share: int) -> None:
        if self._quiet or ((what, share // 10) <= (self._what, self._tenths) and what == self._what):
            return
        self._what, self._tenths = what, share // 10
        sys.stderr.write(f"{what}: {share} %\n")


def _checked(found: Check) -> dict[str, Any]:
    return {
        "clean": found.clean,
        "kinds": list(found.kinds),
        "judged_by_guide": found.judged,
        "findings": [asdict(finding) for finding in found.findings],
    }


def _tell(found: Check) -> None:
    held = ", ".join(found.kinds) or "no transaction"
    guide = "" if found.judged else " (pyx12 has no map of its guide: judged by envelope and content alone)"
    if found.clean:
        say(f"{held}: nothing is wrong with it{guide}")
        return
    title = f"{held}: {len(found.findings)} {'finding' if len(found.findings) == 1 else 'findings'}{guide}"
    console().print(table(found.findings, FINDINGS, ZoneInfo("UTC"), title))


def _text(file: Path) -> str:
    return decoded(file.read_bytes())


def _unusable(file: Path, why: Exception) -> typer.Exit:
    """Where and why a file is of no use, on standard error."""
    sys.stderr.write(f"{file.name}: {why}\n")
    return typer.Exit(UNUSABLE)


def _print_json(value: object) -> None:
    json.dump(value, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")
