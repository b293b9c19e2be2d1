"""The denial playbook on the command line: what is done about each code, its versions, a new one from a day on."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlmodel import Session as Database

from activities import playbook as steps
from models.errors import Refused
from models.rules.denials import Action
from starter.cli.denials import account, today
from starter.cli.desk import at_desk, day
from starter.cli.output import AsJson, Columns, show

PLAYBOOK: Columns = {
    "code": "code",
    "means": "meaning",
    "do": "action",
    "paid of 100": "chance",
    "version": lambda row: row.version or "the house's",
}
VERSIONS: Columns = {
    "version": "version",
    "from": "effective_from",
    "means": "meaning",
    "do": "action",
    "paid of 100": "chance",
    "entered": "made_at",
}
ACTIONS = {action.name.lower().replace("_", "-"): action for action in Action}
Code = Annotated[str, typer.Argument(metavar="CODE", help="Group and reason, such as CO-197.")]


@dataclass(frozen=True)
class Held:
    """What is done about a code; version 0 is the house's."""

    code: str
    version: int
    meaning: str
    action: str
    chance: int


playbook = typer.Typer(help="The denial playbook: what the practice does about each code.")


@playbook.command("list")
def list_plays(
    on: Annotated[str, typer.Option(metavar="DAY", help="As it holds on this day (default: today).")] = "",
    as_json: AsJson = False,
) -> None:
    """What is done about each code."""
    with at_desk() as desk, Database(desk.engine) as db:
        held = steps.plays(db, day(on) if on else today(desk))
        rows = [
            Held(code, play.version, play.meaning, play.action.value, play.chance)
            for code, play in sorted(held.items())
        ]
        show(rows, PLAYBOOK, as_json, desk.tz, "playbook")


@playbook.command("show")
def show_play(
    code: Code,
    version: Annotated[int | None, typer.Option(help="Only this one; 0 is the house's.")] = None,
    as_json: AsJson = False,
) -> None:
    """Every version of a code's play, the newest first; the house's is version 0."""
    with at_desk() as desk, Database(desk.engine) as db:
        found = steps.history(db, code.upper())
        if not found:
            raise Refused(f"the playbook has no {code}: it is read by a person")
        wanted = [row for row in found if version in (None, row.version)]
        if not wanted:
            raise Refused(f"{code} has no version {version}; its newest is {found[0].version}")
        show(wanted, VERSIONS, as_json, desk.tz, f"play for {code.upper()}")


@playbook.command()
def change(
    code: Code,
    do: Annotated[str, typer.Option(help=f"One of {', '.join(ACTIONS)} (default: as it was).")] = "",
    means: Annotated[str, typer.Option(help="What the code means (default: as it was).")] = "",
    chance: Annotated[int | None, typer.Option(help="Of a hundred, paid in the end (default: as it was).")] = None,
    since: Annotated[str, typer.Option("--from", help="First day it holds (default: today).")] = "",
    by: Annotated[str, typer.Option(help="The account (its sign-in name) of who decides it.")] = "",
    as_json: AsJson = False,
) -> None:
    """A new version of a code's play, from a day on; the versions before are kept."""
    if do and do not in ACTIONS:
        raise typer.BadParameter(f"{do!r} is not one of {', '.join(ACTIONS)}")
    with at_desk() as desk, Database(desk.engine) as db, db.begin():
        begins = day(since) if since else today(desk)
        before = steps.plays(db, begins).get(code.upper())
        if before is None and not (do and means and chance is not None):
            raise typer.BadParameter("a code that is new to the playbook needs --do, --means and --chance")
        entry = steps.Entry(
            code.upper(),
            means or (before.meaning if before else ""),
            ACTIONS[do] if do else before.action if before else Action.REVIEW,
            chance if chance is not None else before.chance if before else 0,
            begins,
        )
        by_id = account(desk, by) if by else None
        steps.change(db, entry, datetime.now(UTC), today(desk), by_id)
        found = steps.history(db, code.upper())
        show(found, VERSIONS, as_json, desk.tz, f"play for {code.upper()}")
