"""Claims on the command line."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from activities.paper_claims import cms1500_of
from models.errors import Refused
from models.facts import ClaimStatus
from starter.cli.desk import Desk, SessionName, at_desk, this_moment
from starter.cli.explain import ANSWERS, SENT
from starter.cli.output import AsJson, Columns, console, say, show, show_json, show_one, table
from starter.queries import claims as queries
from starter.queries.claim_extras import extras
from starter.sandbox.home import private

Run = Annotated[str, typer.Option(help="Names the run: the same one again does nothing twice (default: this moment).")]
Number = Annotated[str, typer.Argument(metavar="CLAIM", help="The claim's number.")]
CLAIMS: Columns = {
    "claim": "number",
    "status": "status",
    "held on": lambda c: f"{c.held_on} to {c.last_day}" if c.last_day > c.held_on else c.held_on,
    "client": lambda c: f"{c.client_id} {c.client}",
    "payer": "payer",
    "charge": "charge",
    "open": "open",
    "session": lambda c: " ".join(str(each)[:8] for each in c.sessions),
    "why": lambda c: c.why or (f"waits until {c.leaves_on} for further sessions" if c.leaves_on else ""),
}
LINES: Columns = {
    "line": "place",
    "code": "code",
    "service": "service",
    "on": "on",
    "units": "units",
    "charge": "charge",
    "open": "open",
    "session": lambda line: str(line.session_id)[:8],
}
claims = typer.Typer(help="Claims: what is held, sent, answered and denied, and what to do about it.")


@claims.command("list")
def list_claims(
    status: Annotated[ClaimStatus | None, typer.Option(help="Only these.")] = None,
    payer: Annotated[int | None, typer.Option(help="Of this payer (its id here).")] = None,
    as_json: AsJson = False,
) -> None:
    """Claims by number."""
    with at_desk() as desk:
        show(queries.claims(desk.engine, status, payer), CLAIMS, as_json, desk.tz, "claims")


@claims.command("show")
def show_claim(claim: Number, as_json: AsJson = False) -> None:
    """A claim, the services it bills, the files it left in, and what its payer answered."""
    with at_desk() as desk:
        tell_claim(desk, claim, as_json)


@claims.command()
def send(run: Run = "", as_json: AsJson = False) -> None:
    """Send the claims that are ready, as the daily batch does."""
    with at_desk() as desk:
        count = desk.ask(lambda office: office.claims.send(run or this_moment()))
        tell_count(desk, "claims_sent", count, "claims sent", as_json)


@claims.command()
def correct(
    claim: Number,
    authorization: Annotated[str, typer.Option(help="The payer's authorization number.")] = "",
    diagnosis: Annotated[list[str] | None, typer.Option(help="ICD-10-CM codes that replace the claim's.")] = None,
    note: Annotated[str, typer.Option(help="A note to the payer, without anything of the client's (80 signs).")] = "",
    as_json: AsJson = False,
) -> None:
    """Send a claim again with what changed; a held one is looked at again."""
    with at_desk() as desk:
        desk.ask(lambda office: office.claims.correct(claim, authorization, tuple(diagnosis or ()), note))
        tell_claim(desk, claim, as_json)


@claims.command("ask")
def ask_status(claim: Number, as_json: AsJson = False) -> None:
    """Ask its payer where a claim stands, with the next batch; the answer is noted on it."""
    with at_desk() as desk:
        desk.ask(lambda office: office.claims.ask_status(claim))
        tell_claim(desk, claim, as_json)


@claims.command("bill-now")
def bill_now(claim: Number, as_json: AsJson = False) -> None:
    """Let a claim that waits for further sessions of its week or month leave with the next batch."""
    with at_desk() as desk:
        desk.ask(lambda office: office.claims.bill_now(claim))
        tell_claim(desk, claim, as_json)


@claims.command()
def separate(claim: Number, session: SessionName, as_json: AsJson = False) -> None:
    """Take a session off a claim that has not left, onto a claim of its own."""
    with at_desk() as desk:
        desk.ask(lambda office: office.claims.separate(claim, desk.session(session)))
        tell_claim(desk, claim, as_json)


@claims.command()
def paper(
    claim: Number,
    out: Annotated[Path, typer.Option(help="The PDF to write.", dir_okay=False)],
) -> None:
    """A claim as CMS-1500, for a payer on paper."""
    with at_desk() as desk:
        private(out, cms1500_of(desk.engine, claim))
        say(f"{out} is written")


@claims.command()
def void(
    claim: Number,
    reason: Annotated[str, typer.Option(help="Why it is taken back.")],
    as_json: AsJson = False,
) -> None:
    """Take a claim back from its payer: it goes once more, as a void (frequency 8)."""
    with at_desk() as desk:
        desk.ask(lambda office: office.claims.void(claim, reason))
        tell_claim(desk, claim, as_json)


def tell_claim(desk: Desk, number: str, as_json: bool) -> None:
    """A claim with its lines, files and answers; Refused when there is none."""
    found = queries.claims(desk.engine, number=number)
    if not found:
        raise Refused(f"there is no claim {number}")
    parts: Mapping[str, tuple[Columns, list[object]]] = {
        "lines": (LINES, list(extras(desk.engine, number).lines)),
        "sent": (SENT, list(queries.sent(desk.engine, [number]))),
        "answers": (ANSWERS, list(queries.answers(desk.engine, [number]))),
    }
    if as_json:
        show_json({**vars(found[0]), **{name: rows for name, (_, rows) in parts.items()}}, desk.tz)
        return
    show_one(found[0], CLAIMS, False, desk.tz)
    for name, (columns, rows) in parts.items():
        if rows:
            console().print(table(rows, columns, desk.tz, name))


def tell_count(desk: Desk, name: str, count: int, words: str, as_json: bool) -> None:
    if as_json:
        show_json({name: count}, desk.tz)
    else:
        say(f"{count} {words}")
