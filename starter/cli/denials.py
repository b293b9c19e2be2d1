"""Claims that do not pay, on the command line: the worklist, appeals, proof of filing, warnings overruled."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from sqlmodel import Session as Database
from sqlmodel import select

from activities import appeals, filing_proof, playbook
from activities.vault import Vault
from models.calendar import local_day
from models.errors import Refused
from models.rules.appeal_letters import LEVELS, TEMPLATES, WAYS, template_for
from models.rules.denials import play_for
from models.tables import Account, Claim
from starter.cli.claims import Number, claims
from starter.cli.desk import Desk, at_desk
from starter.cli.output import AsJson, Columns, say, show, show_json
from starter.queries.claim_extras import extras
from starter.queries.worklist import worklist

WORK: Columns = {
    "claim": "number",
    "status": "status",
    "client": lambda i: f"{i.client_id} {i.client}",
    "payer": "payer",
    "open": "open",
    "worth": lambda i: i.worth.expected,
    "until": "last_day",
    "days left": lambda i: i.worth.days_left,
    "a day": lambda i: i.worth.a_day,
    "codes": lambda i: " ".join(i.codes),
    "do": "action",
}
Out = Annotated[Path | None, typer.Option(help="Write the PDF here.")]


def with_denials() -> typer.Typer:
    """The commands of claims, those of this module among them."""
    return claims


@claims.command("worklist")
def list_work(as_json: AsJson = False) -> None:
    """Held, rejected and denied claims, the most worth first: open x chance, by the days left."""
    with at_desk() as desk:
        show(worklist(desk.engine, _today(desk)), WORK, as_json, desk.tz, "claims to work on")


@claims.command()
def overrule(
    claim: Number,
    code: Annotated[str, typer.Option(help="The warning's code, as in docs/rules/scrub.md.")],
    reason: Annotated[str, typer.Option(help="Why the claim may leave all the same; it is kept.")],
) -> None:
    """Answer for a warning of the scrub."""
    with at_desk() as desk:
        standing = desk.ask(lambda office: office.claims.overrule(claim, code, reason))
        say(f"claim {claim} is {standing.status}")


@claims.command()
def proof(claim: Number, out: Annotated[Path, typer.Option(help="Write the PDF here.")]) -> None:
    """Proof of timely filing: our file, 999 and 277CA as one PDF."""
    with at_desk() as desk, Database(desk.engine) as db:
        out.write_bytes(filing_proof.pdf(db, claim, _today(desk)))
    say(f"written to {out}")


@claims.command()
def appeal(
    claim: Number,
    words: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="What we say (default: the letter's own words).")
    ] = None,
    letter: Annotated[str, typer.Option(help=f"One of {', '.join(TEMPLATES)} (default: by the denial).")] = "",
    sign_as: Annotated[str, typer.Option(help="The account (its sign-in name) of the person who signs.")] = "",
    sent: Annotated[str, typer.Option(help=f"It has left: {', '.join(WAYS)}.")] = "",
    decided: Annotated[str, typer.Option(help="The payer decided: won or upheld.")] = "",
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Write an appeal; with what is signed, sent and decided at once or later."""
    with at_desk() as desk:
        appeal_id = _open(desk, claim) or _written(desk, claim, letter, words)
        for deed, wanted in (("sign", sign_as), ("send", sent), (decided, decided)):
            if wanted:
                _move(desk, claim, appeal_id, deed, wanted)
        if out:
            with Database(desk.engine) as db:
                out.write_bytes(appeals.letter(db, _vault(desk), appeal_id, _today(desk)))
        [row] = [row for row in extras(desk.engine, claim).appeals if row.id == appeal_id]
        if as_json:
            show_json(row, desk.tz)
        else:
            say(f"{LEVELS[row.level]} for claim {claim}: {row.status}, heard until {row.heard_until}")


def _open(desk: Desk, claim: str) -> UUID | None:
    """The appeal under way, if there is one."""
    under_way = [a.id for a in extras(desk.engine, claim).appeals if a.status in ("draft", "signed", "sent")]
    return under_way[-1] if under_way else None


def _written(desk: Desk, number: str, letter: str, words: Path | None) -> UUID:
    with Database(desk.engine) as db:
        claim = db.get(Claim, number)
        if claim is None:
            raise Refused(f"there is no claim {number}")
        play = play_for(appeals.adjustments_of(db, claim), playbook.plays(db))
        template = letter or template_for(play.action)
        if template not in TEMPLATES:
            raise Refused(f"there is no letter {template!r}; there are: {', '.join(TEMPLATES)}")
        said = words.read_text() if words else appeals.proposed(db, claim, template, _today(desk))
    return desk.ask(lambda office: office.claims.appeal(number, template, said))


def _move(desk: Desk, claim: str, appeal_id: UUID, deed: str, wanted: str) -> None:
    by_id = _account(desk, wanted) if deed == "sign" else None
    how = wanted if deed == "send" else ""
    desk.ask(lambda office: office.claims.move_appeal(claim, appeal_id, deed, by_id, how))


def _account(desk: Desk, login: str) -> int:
    with Database(desk.engine) as db:
        found = db.exec(select(Account.id).where(Account.login == login, Account.active)).first()
    if found is None:
        raise Refused("nobody signs in under that name")
    return found


def _vault(desk: Desk) -> Vault:
    return Vault(desk.settings.encryption_key)


def _today(desk: Desk) -> date:
    return local_day(datetime.now(UTC), desk.tz)
