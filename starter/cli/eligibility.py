"""Who is covered, on the command line: ask payers, see what they said."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import uuid4

import typer

from activities.coverage_calls import Call
from models.calendar import local_day
from starter.cli.denials import account
from starter.cli.desk import ClientId, at_desk, day, this_moment
from starter.cli.output import AsJson, Columns, say, show, show_json
from starter.queries import eligibility as queries

Run = Annotated[str, typer.Option(help="Names the run: the same one again asks nobody twice (default: this moment).")]
COVERAGES: Columns = {
    "coverage": "coverage_id",
    "payer": "payer",
    "asked": "asked_at",
    "for": "day",
    "told": "told_at",
    "holds": "holds",
    "copay": "copay",
    "coinsurance": "coinsurance",
    "deductible left": "deductible_left",
    "visits left": "visits_left",
    "elsewhere": "carve_out",
    "problem": "problem",
    "called": "called_on",
    "spoke to": "spoke_to",
    "reference": "reference",
    "until": "called_until",
}

eligibility = typer.Typer(help="Eligibility: ask payers who is covered.")


@eligibility.command()
def check(client: ClientId, run: Run = "", as_json: AsJson = False) -> None:
    """Ask the payers of a client's coverages now, and read what they say; an answer may take until the next hour."""
    with at_desk() as desk:
        desk.ask(lambda office: office.eligibility.check(client, run or this_moment()))
        show(queries.coverages(desk.engine, client, desk.tz), COVERAGES, as_json, desk.tz, "coverages")


@eligibility.command("show")
def show_client(client: ClientId, as_json: AsJson = False) -> None:
    """What payers last said of a client's coverages; what they did not say stays empty."""
    with at_desk() as desk:
        show(queries.coverages(desk.engine, client, desk.tz), COVERAGES, as_json, desk.tz, "coverages")


@eligibility.command()
def called(
    coverage: Annotated[int, typer.Argument(metavar="COVERAGE", help="The coverage's id, as `show` tells it.")],
    spoke_to: Annotated[str, typer.Option(help="Who said it.")],
    reference: Annotated[str, typer.Option(help="The reference number of the call.")],
    on: Annotated[str, typer.Option(metavar="DAY", help="The day of the call (default: today).")] = "",
    until: Annotated[str, typer.Option(metavar="DAY", help="The last day covered, if one was named.")] = "",
    active: Annotated[bool, typer.Option(help="Whether the coverage holds.")] = True,
    by: Annotated[str, typer.Option(help="The account (its sign-in name) of who called.")] = "",
    as_json: AsJson = False,
) -> None:
    """A coverage confirmed (or denied) by telephone; for as long as that counts, its payer is not asked by file."""
    with at_desk() as desk:
        by_id = account(desk, by) if by else None
        said = Call(
            coverage,
            day(on) if on else local_day(datetime.now(UTC), desk.tz),
            spoke_to,
            reference,
            active,
            day(until) if until else None,
        )
        client = desk.ask(lambda office: office.eligibility.called(said, by_id, uuid4()))
        show(queries.coverages(desk.engine, client, desk.tz), COVERAGES, as_json, desk.tz, "coverages")


@eligibility.command("run")
def run_all(run: Run = "", as_json: AsJson = False) -> None:
    """Ask about everybody who comes within two days and is not known to be covered, as every morning does."""
    with at_desk() as desk:
        files = desk.ask(lambda office: office.eligibility.run(run or this_moment()))
        if as_json:
            show_json({"files_sent": files}, desk.tz)
        else:
            say(f"{files} {'file' if files == 1 else 'files'} of inquiries left; answers are read with the inbox")
