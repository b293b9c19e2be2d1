"""Clinicians' pay on the command line: looked at, explained, closed, approved, paid, added to."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated

import typer
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import pay_preview
from activities.pay_preview import Preview
from models.calendar import local_day
from models.errors import Refused
from models.tables import Clinician
from starter.cli.desk import Desk, at_desk, day, this_moment
from starter.cli.explain import PAY
from starter.cli.output import AsJson, Columns, console, say, show, show_json, show_one, table
from starter.queries import pay as queries
from starter.queries.pay import ExplainedLine, PayLineRow, StatementRow

ClinicianId = Annotated[int, typer.Argument(metavar="CLINICIAN", help="The clinician's id.")]
Last = Annotated[str, typer.Argument(metavar="LAST", help="The period's last day, such as 2027-03-14.")]
By = Annotated[str, typer.Option(help="Who decides; nobody on their own pay.")]
PaidOn = Annotated[str, typer.Option("--on", help="The day of payment (default: its file's at the bank, or today).")]
Why = Annotated[str, typer.Option(help="The reason; it stands on the statement.")]
STATEMENTS: Columns = {
    "clinician": lambda s: f"{s.clinician_id} {s.clinician}",
    "from": "first",
    "to": "last",
    "lines": "lines",
    "total": "total",
    "closed": "closed_at",
    "approved": "approved_at",
    "by": "approved_by",
    "paid": "paid_on",
}
LINES: Columns = {
    **{title: cell for title, cell in PAY.items() if title not in ("clinician", "period", "paid")},
    "session": lambda line: str(line.session_id)[:8] if line.session_id else "",
}
PREVIEWED: Columns = {
    "earned": "earned_on",
    "what": lambda line: str(line.source).replace("_", " "),
    "amount": "amount",
    "rule": "rule",
    "why": "why",
    "session": lambda line: str(line.session_id)[:8] if line.session_id else "",
}
WAITING: Columns = {"session": lambda w: str(w.session_id)[:8], "starts": "starts", "service": "service", "why": "why"}
EXPLAINED: Columns = {
    "line": "id",
    "earned": "earned_on",
    "held": "held_on",
    "service": "service",
    "what": lambda line: line.source.replace("_", " "),
    "of": "basis",
    "amount": "amount",
    "rule": "rule",
    "why": "why",
    "posted": "posted",
    "entry": "entry_id",
}

pay = typer.Typer(help="Clinicians' pay: preview, explain, close, approve, pay, export.")


@dataclass(frozen=True)
class Statement:
    """A closed period and its lines."""

    statement: StatementRow
    lines: tuple[PayLineRow, ...]


@dataclass(frozen=True)
class Explanation:
    """A statement, each line with what it is a share of and how it was posted; `total` is their sum to the cent."""

    clinician_id: int
    last: date | None
    lines: tuple[ExplainedLine, ...]
    total: Decimal
    posted: Decimal
    moved: Decimal


@pay.command()
def preview(
    clinician: Annotated[
        int | None, typer.Argument(metavar="[CLINICIAN]", help="The clinician's id; without it everybody.")
    ] = None,
    on: Annotated[str, typer.Option("--on", help="A day of the period (default: the one that is still open).")] = "",
    as_json: AsJson = False,
) -> None:
    """A period as it would be stated now, and what still waits for a note, a rule or a contract."""
    with at_desk() as desk:
        now = datetime.now(UTC)
        of = day(on) if on else local_day(now, desk.tz)
        with Database(desk.engine) as db:
            whose = [clinician] if clinician is not None else _everybody(db)
            look = pay_preview.preview if on else pay_preview.still_open
            found = [look(db, number, of, now) for number in whose]
        if as_json:
            show_json(found if clinician is None else found[0], desk.tz)
        else:
            for one in found:
                _tell_preview(desk, one)


@pay.command()
def explain(
    clinician: ClinicianId,
    last: Annotated[
        str, typer.Argument(metavar="[LAST]", help="The last day; without it what is not stated yet.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Every line to the cent: its rule and date, what it is a share of, and its entry in the ledger."""
    with at_desk() as desk:
        until = day(last) if last else None
        if until:
            statement_of(desk, clinician, until)
        told = _explained(clinician, until, queries.explained(desk.engine, clinician, until))
        if as_json:
            show_json(told, desk.tz)
            return
        show(told.lines, EXPLAINED, False, desk.tz, "lines")
        say(f"sum of the lines {told.total:.2f}")
        say(f"posted in the ledger {told.posted:.2f}, brought from or left to other periods {told.moved:.2f}")


@pay.command("list")
def list_periods(
    clinician: Annotated[int | None, typer.Option(help="Of this clinician.")] = None, as_json: AsJson = False
) -> None:
    """Closed periods."""
    with at_desk() as desk:
        show(queries.statements(desk.engine, clinician), STATEMENTS, as_json, desk.tz, "closed periods")


@pay.command()
def close(
    through: Annotated[str, typer.Option(help="Close the period of this day on its last day already.")] = "",
    run: Annotated[str, typer.Option(help="Names the run: the same one again does nothing twice.")] = "",
    as_json: AsJson = False,
) -> None:
    """Close the periods that have ended."""
    with at_desk() as desk:
        until = day(through) if through else None
        name = run or this_moment()
        count = desk.ask(lambda office: office.pay.close_periods(name, until))
        if as_json:
            show_json({"periods_closed": count}, desk.tz)
        elif count:
            say(f"periods closed: {count} (`persession pay list`)")
        else:
            say(
                "no period is left to close: those that have ended are closed already, "
                f"and the first begins with the one of {desk.practice.pay_anchor} (`pay_anchor`)"
            )


@pay.command()
def approve(
    clinician: ClinicianId,
    last: Last,
    by: By,
    paid: Annotated[bool, typer.Option("--paid", help="It is paid in the same moment.")] = False,
    paid_on: PaidOn = "",
    as_json: AsJson = False,
) -> None:
    """The owner's yes to a closed period; it then waits to be paid."""
    if paid_on and not paid:
        raise typer.BadParameter("--on is the day of payment: say --paid too, or `persession pay paid` once it is")
    with at_desk() as desk:
        until, on = day(last), day(paid_on) if paid_on else None
        desk.ask(lambda office: office.pay.approve(clinician, until, by, pay_now=paid, paid_on=on))
        _show(desk, clinician, until, as_json)


@pay.command("paid")
def mark_paid(clinician: ClinicianId, last: Last, by: By, paid_on: PaidOn = "", as_json: AsJson = False) -> None:
    """An approved period was paid: it is posted, and the statement is mailed; tax years go by the day of payment."""
    with at_desk() as desk:
        until, on = day(last), day(paid_on) if paid_on else None
        desk.ask(lambda office: office.pay.paid(clinician, until, by, on))
        _show(desk, clinician, until, as_json)


def _everybody(db: Database) -> list[int]:
    query = select(Clinician.id).where(col(Clinician.active)).order_by(col(Clinician.id))
    return [number for number in db.exec(query).all() if number is not None]


def _tell_preview(desk: Desk, found: Preview) -> None:
    state = "closed" if found.closed else "open"
    title = f"{found.clinician_id} {found.clinician}: {found.first} to {found.last} ({state})"
    show(found.lines, PREVIEWED, False, desk.tz, title)
    say(f"total {found.total:.2f}" + (", carried over to the next period" if found.total < 0 else ""))
    if found.waiting:
        console().print(table(found.waiting, WAITING, desk.tz, "earns nothing yet"))
    for gap in found.gaps:
        say(f"no contract from {gap.first} to {gap.last}: sessions held then earn nothing")


def _explained(clinician: int, last: date | None, lines: list[ExplainedLine]) -> Explanation:
    whole = sum((line.amount for line in lines), Decimal("0.00"))
    posted = sum((line.posted for line in lines), Decimal("0.00"))
    return Explanation(clinician, last, tuple(lines), whole, posted, whole - posted)


def statement_of(desk: Desk, clinician_id: int, last: date) -> StatementRow:
    """The statement of a closed period."""
    found = queries.statements(desk.engine, clinician_id, last)
    if not found:
        raise Refused(f"clinician {clinician_id} has no closed period that ends on {last}")
    return found[0]


def _show(desk: Desk, clinician_id: int, last: date, as_json: bool) -> None:
    statement = statement_of(desk, clinician_id, last)
    told = Statement(statement, tuple(queries.lines(desk.engine, statement_id=statement.id)))
    if as_json:
        show_json(told, desk.tz)
        return
    show_one(told.statement, STATEMENTS, False, desk.tz)
    if told.lines:
        console().print(table(told.lines, LINES, desk.tz, "lines"))
