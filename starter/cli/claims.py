"""Claims and remittances on the command line."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

import typer

from activities.adapters.folder import OUTBOX
from activities.settings import Settings, running_stack
from models.errors import Refused, Unreachable
from models.facts import ClaimStatus
from starter.cli.desk import Desk, at_desk
from starter.cli.explain import ANSWERS, SENT
from starter.cli.output import AsJson, Columns, console, say, show, show_json, show_one, table
from starter.queries import claims as queries
from starter.queries.claims import AnswerRow, FileRow
from starter.sandbox.home import private

LOOKS, SECONDS_BETWEEN_LOOKS = 60, 0.5
Run = Annotated[str, typer.Option(help="Names the run: the same one again does nothing twice (default: this moment).")]
Number = Annotated[str, typer.Argument(metavar="CLAIM", help="The claim's number.")]
CLAIMS: Columns = {
    "claim": "number",
    "status": "status",
    "held on": "held_on",
    "client": lambda c: f"{c.client_id} {c.client}",
    "payer": "payer",
    "charge": "charge",
    "open": "open",
    "session": lambda c: str(c.session_id)[:8],
    "why": "why",
}
REMITTANCES: Columns = {
    "remittance": "id",
    "payer": "payer",
    "trace": "trace",
    "payment": "payment",
    "paid on": "paid_on",
    "read": "read_at",
    "claims": "claims",
    "posted": "posted",
    "parked": "parked",
}
FILES: Columns = {
    "file": "id",
    "name": "name",
    "kinds": "kinds",
    "came": "created_at",
    "status": "status",
    "why": "why",
}

claims = typer.Typer(help="Claims: list, show, send, correct, close.")
remit = typer.Typer(help="Remittances: read the inbox, list, show, parked, post a file.")


@dataclass(frozen=True)
class Posted:
    """What became of a file handed in by a person."""

    file: FileRow
    answers: tuple[AnswerRow, ...]


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
    """A claim, the files it left in, and what its payer answered."""
    with at_desk() as desk:
        _show_claim(desk, claim, as_json)


@claims.command()
def send(run: Run = "", as_json: AsJson = False) -> None:
    """Send the claims that are ready, as the daily batch does."""
    with at_desk() as desk:
        count = desk.ask(lambda office: office.claims.send(run or _now()))
        _count(desk, "claims_sent", count, "claims sent", as_json)


@claims.command()
def correct(
    claim: Number,
    authorization: Annotated[str, typer.Option(help="The payer's authorization number.")] = "",
    diagnosis: Annotated[list[str] | None, typer.Option(help="ICD-10-CM codes that replace the claim's.")] = None,
    as_json: AsJson = False,
) -> None:
    """Send a claim again with what changed; a held one is looked at again."""
    with at_desk() as desk:
        desk.ask(lambda office: office.claims.correct(claim, authorization, tuple(diagnosis or ())))
        _show_claim(desk, claim, as_json)


@claims.command("ask")
def ask_status(claim: Number, as_json: AsJson = False) -> None:
    """Ask its payer where a claim stands, with the next batch; the answer is noted on it."""
    with at_desk() as desk:
        desk.ask(lambda office: office.claims.ask_status(claim))
        _show_claim(desk, claim, as_json)


@claims.command("close")
def close_claim(
    claim: Number,
    reason: Annotated[str, typer.Option(help="Why it is given up.")],
    bill_client: Annotated[
        bool, typer.Option(help="The client owes what is open (default: it is written off).")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Give a claim up."""
    with at_desk() as desk:
        desk.ask(lambda office: office.claims.close(claim, reason, bill_client))
        _show_claim(desk, claim, as_json)


@claims.command()
def void(
    claim: Number,
    reason: Annotated[str, typer.Option(help="Why it is taken back.")],
    as_json: AsJson = False,
) -> None:
    """Take a claim back from its payer: it goes once more, as a void (frequency 8)."""
    with at_desk() as desk:
        desk.ask(lambda office: office.claims.void(claim, reason))
        _show_claim(desk, claim, as_json)


@remit.command()
def inbox(run: Run = "", as_json: AsJson = False) -> None:
    """Read the answers that wait at the clearinghouse, as every hour does."""
    with at_desk() as desk:
        count = desk.ask(lambda office: office.claims.read_answers(run or _now()))
        _count(desk, "files_read", count, "files were read", as_json)


@remit.command("list")
def list_remittances(as_json: AsJson = False) -> None:
    """Payments of payers."""
    with at_desk() as desk:
        show(queries.remittances(desk.engine), REMITTANCES, as_json, desk.tz, "remittances")


@remit.command("show")
def show_remittance(
    remittance: Annotated[int, typer.Argument(metavar="REMITTANCE", help="The remittance's id.")],
    as_json: AsJson = False,
) -> None:
    """A payment of a payer, claim by claim."""
    with at_desk() as desk:
        found = queries.remittances(desk.engine, remittance)
        if not found:
            raise Refused(f"there is no remittance {remittance}")
        answers = queries.answers(desk.engine, remittance_id=remittance)
        if as_json:
            show_json({**vars(found[0]), "answers": answers}, desk.tz)
        else:
            show_one(found[0], REMITTANCES, False, desk.tz)
            show(answers, ANSWERS, False, desk.tz, "claims in it")


@remit.command()
def parked(as_json: AsJson = False) -> None:
    """What was not posted and waits for a person: whole files, and single claims in them."""
    with at_desk() as desk:
        files = queries.files(desk.engine, status="parked", direction="in")
        parts = queries.answers(desk.engine, outcome="parked")
        if as_json:
            show_json({"files": files, "claims": parts}, desk.tz)
        else:
            show(files, FILES, False, desk.tz, "files parked whole")
            show(parts, ANSWERS, False, desk.tz, "parked claims")


@remit.command()
def post(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="An 835, 277CA, 999 or TA1.")],
    as_json: AsJson = False,
) -> None:
    """Read an answer that came another way: put it where answers wait, and read the inbox. Exit 1 when it is parked."""
    content = file.read_bytes()
    digest = sha256(content).hexdigest()
    with at_desk() as desk:
        if queries.files(desk.engine, direction="in", digest=digest):
            raise Refused("this file was read before; nothing of it is posted again")
        private(outbox(desk.settings) / f"posted-{digest[:16]}.x12", content)
        desk.ask(lambda office: office.claims.read_answers(f"posted-{digest[:16]}"))
        posted = _posted(desk, digest)
        _tell_posted(desk, posted, as_json)
    if "parked" in (posted.file.status, *(answer.outcome for answer in posted.answers)):
        raise typer.Exit(1)


def outbox(settings: Settings) -> Path:
    """The folder in which answers wait, where it is one of this machine; else Refused."""
    if settings.clearinghouse_url.startswith("file:"):
        return Path(unquote(urlsplit(settings.clearinghouse_url).path)) / OUTBOX
    if running_stack(settings.home).get("clearinghouse_url") == settings.clearinghouse_url:
        return settings.home / "clearinghouse" / OUTBOX
    raise Refused(
        "answers wait at the clearinghouse's own server: put the file there, then run `persession remit inbox`"
    )


def _posted(desk: Desk, digest: str) -> Posted:
    """What became of a file, once each claim in it has taken its answer."""
    for _ in range(LOOKS):
        for file in queries.files(desk.engine, direction="in", digest=digest):
            answers = queries.answers(desk.engine, interchange_id=file.id)
            if all(answer.outcome != "read" for answer in answers):
                return Posted(file, tuple(answers))
        time.sleep(SECONDS_BETWEEN_LOOKS)
    raise Unreachable("the file was handed in and is not posted yet; `persession remit list` will show it")


def _tell_posted(desk: Desk, posted: Posted, as_json: bool) -> None:
    if as_json:
        show_json(posted, desk.tz)
        return
    show_one(posted.file, FILES, False, desk.tz)
    if posted.answers:
        console().print(table(posted.answers, ANSWERS, desk.tz, "claims in it"))


def _show_claim(desk: Desk, number: str, as_json: bool) -> None:
    found = queries.claims(desk.engine, number=number)
    if not found:
        raise Refused(f"there is no claim {number}")
    parts: Mapping[str, tuple[Columns, list[object]]] = {
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


def _count(desk: Desk, name: str, count: int, words: str, as_json: bool) -> None:
    if as_json:
        show_json({name: count}, desk.tz)
    else:
        say(f"{count} {words}")


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}"
