"""What leaves as a file: deposits for the bank, pay for a payroll provider, the 1099-NEC totals of a year."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from sqlmodel import Session as Database

from activities import pay_files, pay_years
from activities.pay_files import DepositsWish
from activities.vault import Vault
from models.bank_days import next_settling
from models.calendar import local_day
from starter.cli.desk import Desk, at_desk, day
from starter.cli.output import AsJson, Columns, say, show, show_json

NEC: Columns = {
    "clinician": lambda n: f"{n.clinician_id} {n.clinician}",
    "year": "year",
    "paid for work": "paid",
    "reimbursed": "reimbursed",
    "statements": "statements",
    "1099-NEC must be filed": "must_file",
}


class Format(StrEnum):
    """What is exported."""

    NACHA = "nacha"
    CSV = "csv"
    NEC = "1099"


TAKES = {
    Format.NACHA: {"--last", "--pay-on", "--again", "--request"},
    Format.CSV: {"--last"},
    Format.NEC: {"--year"},
}
"""The options that say something to each format."""


@dataclass(frozen=True)
class Written:
    """A file that was written."""

    file: str
    lines: int


def export(
    format: Annotated[Format, typer.Option(help="Direct deposits, a payroll provider's CSV, or a year's 1099-NEC.")],
    last: Annotated[str, typer.Option(help="For nacha and csv: the periods that end on this day.")] = "",
    year: Annotated[int | None, typer.Option(help="For 1099: the year of payment (default: this one).")] = None,
    pay_on: Annotated[str, typer.Option(help="For nacha: when banks settle (default: the next day they do).")] = "",
    to: Annotated[
        Path | None,
        typer.Option(help="Where to write it (default: here, named by its day; 1099: listed, and written nowhere)."),
    ] = None,
    again: Annotated[
        bool,
        typer.Option("--again", help="For nacha: also what an earlier file held, which the bank never took."),
    ] = False,
    request: Annotated[
        UUID | None, typer.Option(help="For nacha: names this wish; the same one again writes the same file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What approved periods owe, as a file; and what contractors were paid in a year."""
    given = {"--last": last, "--year": year, "--pay-on": pay_on, "--again": again, "--request": request}
    for option, value in given.items():
        if value and option not in TAKES[format]:
            raise typer.BadParameter(f"{option} says nothing to --format {format}: leave it out")
    with at_desk() as desk, Database(desk.engine) as db, db.begin():
        now = datetime.now(UTC)
        today = local_day(now, desk.tz)
        if format is Format.NEC:
            of = year or today.year
            if to is None:
                show(pay_years.nec_totals(db, of), NEC, as_json, desk.tz, "1099-NEC totals")
            else:
                _write(desk, to, pay_years.nec_csv(db, of), as_json)
            return
        if not last:
            raise typer.BadParameter("say which periods: --last, such as --last 2027-03-14")
        ends = day(last)
        if format is Format.CSV:
            _write(desk, to or Path(f"pay-{ends}.csv"), pay_files.payroll_csv(db, ends), as_json)
            return
        settled = day(pay_on) if pay_on else next_settling(today)
        content = pay_files.deposits_file(
            db, Vault(desk.settings.encryption_key), DepositsWish(ends, settled, again, request), now
        )
        _write(desk, to or Path(f"pay-{ends}.ach"), content, as_json)


def _write(desk: Desk, target: Path, content: str, as_json: bool) -> None:
    """A file that only its owner reads: it names accounts and pay."""
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(content)
    told = Written(str(target), content.count("\n"))
    if as_json:
        show_json(told, desk.tz)
    else:
        say(f"{told.file} is written, {told.lines} lines; only you can read it")
