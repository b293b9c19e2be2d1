"""Appeals on the command line: written from a letter, rewritten, signed, sent, decided; one command for each stage."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from sqlmodel import Session as Database

from activities import appeals, playbook
from activities.vault import Vault
from models.errors import Refused
from models.facts import AppealStatus
from models.rules.appeal_letters import LEVELS, TEMPLATES, WAYS, template_for
from models.rules.denials import play_for
from models.tables import Claim
from starter.cli.claims import Number, claims
from starter.cli.denials import account, today
from starter.cli.desk import Desk, at_desk, day
from starter.cli.output import AsJson, say, show_json
from starter.queries.claim_extras import AppealRow, extras
from starter.sandbox.home import private

UNDER_WAY = (AppealStatus.DRAFT, AppealStatus.SIGNED, AppealStatus.SENT)


def with_appeals() -> typer.Typer:
    """The commands of claims, `appeal` among them."""
    return claims


@claims.command()
def appeal(
    claim: Number,
    words: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="What we say; a draft's words are replaced (default: its own)."),
    ] = None,
    letter: Annotated[str, typer.Option(help=f"One of {', '.join(TEMPLATES)} (default: by the denial).")] = "",
    sign_as: Annotated[str, typer.Option(help="The account (its sign-in name) of the person who signs.")] = "",
    sent: Annotated[str, typer.Option(help=f"It has left: {', '.join(WAYS)}.")] = "",
    decided: Annotated[str, typer.Option(help="The payer decided: won or upheld.")] = "",
    on: Annotated[str, typer.Option(metavar="DAY", help="The day it left or was decided (default: today).")] = "",
    withdraw: Annotated[bool, typer.Option(help="Take it back, to write another.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write the letter here, as PDF.", dir_okay=False)] = None,
    as_json: AsJson = False,
) -> None:
    """Write an appeal or change its draft; sign it, say that it left, what came of it; at once or later."""
    when = day(on) if on else None
    with at_desk() as desk:
        appeal_id = _written(desk, claim, letter, words)
        deeds = (("withdraw", "yes" if withdraw else ""), ("sign", sign_as), ("send", sent), (decided, decided))
        for deed, wanted in deeds:
            if wanted:
                by_id = account(desk, wanted) if deed == "sign" else None
                wish = (claim, appeal_id, deed, by_id, wanted if deed == "send" else "", when)
                desk.ask(lambda office, wish=wish: office.claims.move_appeal(*wish))  # type: ignore[misc]  # mypy infers no default of a lambda
        if out:
            with Database(desk.engine) as db:
                vault = Vault(desk.settings.encryption_key)
                private(out, appeals.letter(db, vault, appeal_id, today(desk)))
        _tell(desk, next(row for row in extras(desk.engine, claim).appeals if row.id == appeal_id), as_json)


def _written(desk: Desk, number: str, letter: str, words: Path | None) -> UUID:
    """The appeal under way, written (anew) where words or a letter are given; the next one where none is."""
    with Database(desk.engine) as db:
        claim = db.get(Claim, number)
        if claim is None:
            raise Refused(f"there is no claim {number}")
        open_one = next((a for a in extras(desk.engine, number).appeals if a.status in UNDER_WAY), None)
        if open_one and not (words or letter):
            return open_one.id
        if open_one and open_one.status != AppealStatus.DRAFT:
            raise Refused(
                f"the {LEVELS[open_one.level]} is {open_one.status}: its words stay as they are"
                + ("; withdraw it to write another" if open_one.status == AppealStatus.SIGNED else "")
            )
        told = appeals.adjustments_of(db, claim)
        usual = open_one.template if open_one else template_for(play_for(told, playbook.plays(db, today(desk))).action)
        template = letter or usual
        if template not in TEMPLATES:
            raise Refused(f"there is no letter {template!r}; there are: {', '.join(TEMPLATES)}")
        said = words.read_text() if words else appeals.proposed(db, claim, template, today(desk))
    wanted = open_one.id if open_one else None
    return desk.ask(lambda office: office.claims.appeal(number, template, said, appeal_id=wanted))


def _tell(desk: Desk, row: AppealRow, as_json: bool) -> None:
    if as_json:
        show_json(row, desk.tz)
        return
    say(f"{LEVELS[row.level]} for claim {row.claim_number}: {row.status}, {_ahead(row)}")


def _ahead(row: AppealRow) -> str:
    """What comes next of an appeal, or what came of it."""
    if row.status == AppealStatus.SENT:
        return f"{WAYS[row.sent_how]}; an answer is due by {row.answer_by}"
    return f"decided on {row.decided_on}" if row.decided_on else f"heard until {row.heard_until}"
