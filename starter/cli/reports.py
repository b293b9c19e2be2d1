"""Reports on the command line: as tables, JSON, CSV or PDF."""

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from activities.papers import card_of
from activities.reports import cells
from activities.reports.answering import Answer, answer
from activities.reports.paper import pdf_of
from activities.reports.sheet import csv_of
from models.errors import Refused
from models.reports.asking import ask, groupings
from models.reports.catalog import report_named
from models.reports.catalog import reports as all_reports
from models.words import Words, words_of
from starter.cli.desk import at_desk, day
from starter.cli.output import AsJson, console, say, show_json

report = typer.Typer(help="Reports: what there are, and each for any days.")


@report.command("list")
def list_reports(as_json: AsJson = False) -> None:
    """The reports, and how each can be grouped."""
    with at_desk() as desk:
        words = words_of(desk.practice.kind)
        rows = [
            {
                "name": found.name,
                "title": cells.titled(found.title, words),
                "by": [grouping.name for grouping in groupings(found, words.therapy)],
                "definition": cells.definition(found, words),
            }
            for found in all_reports(words.therapy)
        ]
        if as_json:
            show_json(rows, desk.tz)
            return
        table = Table("report", "what", "by", header_style="bold")
        for row in rows:
            table.add_row(str(row["name"]), str(row["title"]), ", ".join(row["by"]))
        console().print(table)


@report.command("show")
def show_report(
    name: Annotated[str, typer.Argument(help="As `report list` says.")],
    first: Annotated[str, typer.Option("--from", help="The first day, such as 2027-01-01.")] = "",
    last: Annotated[
        str, typer.Option("--to", help="The last day; of aging and notes the day they are seen from.")
    ] = "",
    by: Annotated[str, typer.Option("--by", help="How to group; `report list` says how one can.")] = "",
    clinician: Annotated[int | None, typer.Option(help="Of this clinician only, where the report can.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Answer in CSV.")] = False,
    pdf: Annotated[Path | None, typer.Option("--pdf", metavar="FILE", help="Write a PDF.")] = None,
    as_json: AsJson = False,
) -> None:
    """A report: without days those of the last twelve months, today, or the next quarter."""
    with at_desk() as desk:
        words = words_of(desk.practice.kind)
        found = report_named(name, words.therapy)
        if clinician is not None and not found.own:
            raise Refused(f"the report {name} is of the whole practice: group it by clinician")
        asked = ask(
            found,
            datetime.now(UTC),
            desk.tz,
            _day(first),
            _day(last),
            by,
            clinicians=None if clinician is None else (clinician,),
            claims=words.therapy,
        )
        answered = answer(desk.engine, found, asked)
        if pdf:
            pdf.write_bytes(pdf_of(answered, card_of(desk.practice), words))
            say(f"{pdf} written")
        elif as_csv:
            sys.stdout.write(csv_of(answered, words))
        elif as_json:
            show_json(as_data(answered, words), desk.tz)
        else:
            _show(answered, words)


def as_data(answered: Answer, words: Words) -> dict[str, object]:
    """A report for programs: amounts and rates as text."""
    names = [column.name for column in answered.columns]
    return {
        "report": answered.report.name,
        "from": answered.asked.first,
        "to": answered.asked.last,
        "by": answered.asked.grouping.name,
        "lines": [
            {"who": line.who, **dict(zip(names, map(cells.plain, line.numbers), strict=True))}
            for line in answered.lines
        ],
        "total": dict(zip(names, map(cells.plain, answered.total), strict=True)),
        "left_out": answered.left_out,
        "definition": cells.definition(answered.report, words),
    }


def _show(answered: Answer, words: Words) -> None:
    title = f"{cells.titled(answered.report.title, words)}: {cells.days(answered.asked, answered.report)}"
    if missing := cells.left_out(answered):
        say(missing)
    if not answered.lines:
        say(f"{title}: nothing")
        return
    table = Table(title=title, title_justify="left", header_style="bold", show_footer=True)
    table.add_column(cells.titled(answered.asked.grouping.title, words), footer="In all")
    for column, under in zip(answered.columns, answered.total, strict=True):
        table.add_column(
            cells.titled(column.title, words), justify="right", footer=cells.number(under, column.kind), no_wrap=False
        )
    for line in answered.lines:
        values = [
            cells.number(value, column.kind) for value, column in zip(line.numbers, answered.columns, strict=True)
        ]
        table.add_row(cells.group(line, answered.asked, words), *values)
    console().print(table)
    say(cells.definition(answered.report, words))


def _day(text: str) -> date | None:
    return day(text) if text else None
