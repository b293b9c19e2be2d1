"""`persession simulate`: what another policy, rate or contract would have done."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from activities.settings import data_folder
from models.errors import Refused
from starter.cli.desk import at_desk, day
from starter.cli.output import AsJson, say

if TYPE_CHECKING:  # it takes a while to be imported, and only this command needs it
    from starter.simulate.practice import Practice

Clinicians = Annotated[int | None, typer.Option(help="A generated practice with so many clinicians.")]
Clients = Annotated[int | None, typer.Option(help="... and so many clients.")]
Months = Annotated[int | None, typer.Option(help="Months to live through (own practice: the last ones; 3).")]
Seed = Annotated[int, typer.Option(help="The chance of a generated practice: the same number, the same practice.")]
First = Annotated[str, typer.Option("--from", help="The first day of a generated practice, such as 2027-01-04.")]

simulate = typer.Typer(
    help="Live through the last months, or a generated practice, under other terms.", invoke_without_command=True
)


@simulate.callback()
def run(
    context: typer.Context,
    change: Annotated[Path | None, typer.Option(help="What is tried: a TOML file of changes.")] = None,
    practice: Annotated[Path | None, typer.Option(help="A practice kept by `simulate generate`.")] = None,
    clinicians: Clinicians = None,
    clients: Clients = None,
    months: Months = None,
    seed: Seed = 7,
    first: First = "",
    out: Annotated[Path, typer.Option(help="The report's folder.")] = Path("simulation"),
    state: Annotated[Path | None, typer.Option(help="Where finished parts are kept.")] = None,
    at_once: Annotated[int, typer.Option(min=1, help="Parts that run side by side.")] = os.cpu_count() or 1,
    part: Annotated[int, typer.Option(min=1, help="Visits in a part, about: what stopping can lose.")] = 200,
    as_json: AsJson = False,
) -> None:
    """Run it as it is and with the changes, and compare; Ctrl-C stops, the same command goes on.

    Without a practice or numbers it is the practice's own last months.
    """
    if context.invoked_subcommand:
        return
    from starter.simulate import Wish, own, practice_from, read_changes
    from starter.simulate import run as run_it

    if practice and (clinicians or clients):
        raise Refused("--practice is a practice already: leave out --clinicians and --clients")
    if practice:
        found = practice_from(practice)
    elif clinicians or clients:
        found = _generated(clinicians, clients, months, seed, first)
    else:
        with at_desk() as desk:
            found = own(desk.engine, months or 3, datetime.now(UTC))
    changes = read_changes(change, found) if change else None
    raise typer.Exit(run_it(Wish(found, changes, state or data_folder() / "simulations", out, as_json, at_once, part)))


@simulate.command()
def generate(
    clinicians: Clinicians = None,
    clients: Clients = None,
    months: Months = None,
    seed: Seed = 7,
    first: First = "",
    out: Annotated[Path, typer.Option(help="The file to write.")] = Path("practice.json"),
) -> None:
    """Make a practice that behaves like one: the same numbers give the same file, byte for byte."""
    found = _generated(clinicians, clients, months, seed, first)
    try:
        out.write_bytes(found.written())
    except OSError as error:
        raise Refused(f"{out} cannot be written ({error.strerror})") from None
    say(f"{out}: {found.source}; {len(found.visits)} visits from {found.first} to {found.last}")


def _generated(clinicians: int | None, clients: int | None, months: int | None, seed: int, first: str) -> "Practice":
    from starter.simulate import generate as made
    from starter.simulate.generate import FIRST, Wanted

    few = clinicians if clinicians is not None else 20
    many = clients if clients is not None else 40 * few
    return made(Wanted(few, many, 12 if months is None else months, seed, day(first) if first else FIRST))
