"""Remittances and the other answers of payers, on the command line."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

import typer
from rich.console import Console

from activities import remittance_document
from activities.adapters.folder import OUTBOX
from activities.settings import Settings, running_stack
from models.errors import Refused, Unreachable
from models.unfolding import Unfolding
from models.x12.envelope import decoded
from models.x12.normal import normal
from starter.cli.claims import Run, tell_count
from starter.cli.desk import Desk, at_desk, this_moment
from starter.cli.explain import ANSWERS
from starter.cli.output import AsJson, Columns, console, plain, say, show, show_json, show_one, table
from starter.cli.unfolded import print_json
from starter.cli.x12_words import in_words
from starter.queries import claims as queries
from starter.queries.claims import FileRow
from starter.queries.payment_on_paper import payment
from starter.sandbox.home import private

LOOKS, SECONDS_BETWEEN_LOOKS = 60, 0.5
SECONDS_TO_READ = 3600
MOST_SHOWN = 500
"""Claims of a file that are listed one by one, and lines of what another file says."""
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

PARKED: Columns = {
    **{name: ANSWERS[name] for name in ("claim", "remittance", "charged", "paid")},
    "payer's number": "payer_claim_number",
    "why": "why",
}

remit = typer.Typer(help="Remittances: read the inbox, list, show, parked, post a file.")


@dataclass(frozen=True)
class Posted:
    """What became of a file handed in by a person, and of how many claims in it."""

    file: FileRow
    outcomes: Mapping[str, int]


@remit.command()
def inbox(run: Run = "", as_json: AsJson = False) -> None:
    """Read the answers that wait at the clearinghouse, as every hour does."""
    with at_desk() as desk:
        count = desk.ask(lambda office: office.claims.read_answers(run or this_moment()))
        tell_count(desk, "files_read", count, "files were read", as_json)


@remit.command("list")
def list_remittances(as_json: AsJson = False) -> None:
    """Payments of payers."""
    with at_desk() as desk:
        show(queries.remittances(desk.engine), REMITTANCES, as_json, desk.tz, "remittances")


@remit.command("show")
def show_remittance(
    remittance: Annotated[int, typer.Argument(metavar="REMITTANCE", help="The remittance's id.")],
    paper: Annotated[Path | None, typer.Option("--pdf", help="Write it here, as on paper.", dir_okay=False)] = None,
    as_json: AsJson = False,
) -> None:
    """A payment of a payer, claim by claim."""
    with at_desk() as desk:
        if paper:
            private(paper, remittance_document.pdf(desk.engine, payment(desk.engine, remittance)))
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
            show(parts, PARKED, False, desk.tz, "parked claims")


@remit.command()
def post(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="An 835, 999, TA1, 277CA, 271 or 277.")],
    as_json: AsJson = False,
) -> None:
    """Read an answer that came another way: put it where answers wait, and read the inbox. Exit 1 when it is parked."""
    content = file.read_bytes()
    digest = sha256(content).hexdigest()
    with at_desk() as desk:
        if queries.files(desk.engine, direction="in", digest=digest):
            raise Refused("this file was read before; nothing of it is posted again")
        private(outbox(desk.settings) / f"posted-{digest[:16]}.x12", content)
        with Console(stderr=True).status("the file is read"):
            desk.ask(lambda office: office.claims.read_answers(f"posted-{digest[:16]}"), SECONDS_TO_READ)
        posted = _posted(desk, digest)
        _tell_posted(desk, posted, as_json)
    if posted.file.status == "read" and not posted.outcomes and not as_json:
        for line in islice(in_words(normal(decoded(content))), MOST_SHOWN):
            say(line)
    if "parked" in (posted.file.status, *posted.outcomes):
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
    """What became of a file, once each claim in it was posted; how far it is, as long as it goes on."""
    files = queries.files(desk.engine, direction="in", digest=digest)
    looks, before = LOOKS, -1
    while files and looks:
        waiting = queries.to_post(desk.engine, files[0].id)
        if not waiting.left:
            return Posted(files[0], queries.outcomes(desk.engine, files[0].id))
        if waiting.left != before:
            looks, before = LOOKS, waiting.left
            done = f"{waiting.claims - waiting.left} of {waiting.claims} claims so far"
            Console(stderr=True).print(f"it is posted: {done}", style="dim", highlight=False)
        looks -= 1
        time.sleep(SECONDS_BETWEEN_LOOKS)
    raise Unreachable("the file was handed in and is not posted yet; `persession remit list` will show it")


def _tell_posted(desk: Desk, posted: Posted, as_json: bool) -> None:
    count = sum(posted.outcomes.values())
    if as_json:
        answers = queries.answers_in(desk.engine, posted.file.id)
        told = Unfolding(count, lambda: (plain(answer, desk.tz) for answer in answers))
        print_json({"file": plain(posted.file, desk.tz), "answers": told})
        return
    show_one(posted.file, FILES, False, desk.tz)
    for outcome, number in posted.outcomes.items():
        say(f"{outcome}: {number}")
    if 0 < count <= MOST_SHOWN:
        console().print(table(list(queries.answers_in(desk.engine, posted.file.id)), ANSWERS, desk.tz, "claims in it"))
