"""Pay periods on the command line."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated

import typer

from models.errors import Refused
from starter.cli.desk import Desk, at_desk, day
from starter.cli.explain import PAY
from starter.cli.output import AsJson, Columns, console, say, show, show_json, show_one, table
from starter.queries import pay as queries
from starter.queries.pay import PayLineRow, StatementRow

Clinician = Annotated[int, typer.Argument(metavar="CLINICIAN", help="The clinician's id.")]
Last = Annotated[str, typer.Argument(metavar="LAST", help="The period's last day, such as 2027-03-14.")]
STATEMENTS: Columns = {
    "clinician": lambda s: f"{s.clinician_id} {s.clinician}",
    "from": "first",
    "to": "last",
    "lines": "lines",
    "total": "total",
    "closed": "closed_at",
    "approved": "approved_at",
    "by": "approved_by",
}
LINES: Columns = {
    **{title: cell for title, cell in PAY.items() if title not in ("clinician", "period", "paid")},
    "session": lambda line: str(line.session_id)[:8] if line.session_id else "",
}

pay_period = typer.Typer(help="Pay periods: list, show, close, approve.")


@dataclass(frozen=True)
class Statement:
    """A closed period and its lines."""

    statement: StatementRow
    lines: tuple[PayLineRow, ...]


@pay_period.command("list")
def list_periods(
    clinician: Annotated[int | None, typer.Option(help="Of this clinician.")] = None, as_json: AsJson = False
) -> None:
    """Closed periods."""
    with at_desk() as desk:
        show(queries.statements(desk.engine, clinician), STATEMENTS, as_json, desk.tz, "closed periods")


@pay_period.command("show")
def show_period(
    clinician: Clinician,
    last: Annotated[
        str, typer.Argument(metavar="[LAST]", help="The last day; without it what is not stated yet.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """A closed period line by line; or what a clinician earned since."""
    with at_desk() as desk:
        if last:
            _show(desk, clinician, day(last), as_json)
        else:
            rows = queries.lines(desk.engine, clinician_id=clinician, unstated=True)
            show(rows, LINES, as_json, desk.tz, "earned and not stated yet")


@pay_period.command()
def close(
    through: Annotated[str, typer.Option(help="Close the period of this day on its last day already.")] = "",
    run: Annotated[str, typer.Option(help="Names the run: the same one again does nothing twice.")] = "",
    as_json: AsJson = False,
) -> None:
    """Close the periods that have ended."""
    with at_desk() as desk:
        until = day(through) if through else None
        name = run or f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}"
        count = desk.ask(lambda office: office.pay.close_periods(name, until))
        if as_json:
            show_json({"periods_closed": count}, desk.tz)
        else:
            say(f"{count} periods are closed, or have nothing to state: `persession pay-period list` shows them")


@pay_period.command()
def approve(
    clinician: Clinician,
    last: Last,
    by: Annotated[str, typer.Option(help="Who approves.")],
    as_json: AsJson = False,
) -> None:
    """The owner's yes: the clinician is paid and gets the statement by mail."""
    with at_desk() as desk:
        until = day(last)
        desk.ask(lambda office: office.pay.approve(clinician, until, by))
        _show(desk, clinician, until, as_json)


def _show(desk: Desk, clinician_id: int, last: date, as_json: bool) -> None:
    found = queries.statements(desk.engine, clinician_id, last)
    if not found:
        raise Refused(f"clinician {clinician_id} has no closed period that ends on {last}")
    told = Statement(found[0], tuple(queries.lines(desk.engine, statement_id=found[0].id)))
    if as_json:
        show_json(told, desk.tz)
        return
    show_one(told.statement, STATEMENTS, False, desk.tz)
    if told.lines:
        console().print(table(told.lines, LINES, desk.tz, "lines"))
