"""Claims that do not pay, on the command line: the worklist, why they are denied, overruled, given up by two people."""

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session as Database
from sqlmodel import select

from activities import filing_proof
from models.calendar import local_day
from models.errors import Refused
from models.facts import ClaimStatus
from models.tables import Account, Claim
from starter.cli.claims import Number, claims, tell_claim
from starter.cli.desk import Desk, at_desk, day
from starter.cli.output import AsJson, Columns, say, show, show_json
from starter.queries import causes as queries
from starter.queries.claim_extras import extras
from starter.queries.worklist import worklist
from starter.sandbox.home import private

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
CAUSES: Columns = {
    "name": "name",
    "denied": "denied",
    "of answered": "answered",
    "percent": "percent",
    "charged": "amount",
    "paid later": "recovered",
}
Reason = Annotated[str, typer.Option(help="Why; it is kept with the claim.")]
By = Annotated[str, typer.Option("--by", help="The account (its sign-in name) of the person who decides.")]


class Answer(StrEnum):
    """What a second person says."""

    YES = "yes"
    NO = "no"


class Sort(StrEnum):
    """By what causes of denials are counted."""

    PAYER = "payer"
    CODE = "code"
    CLINICIAN = "clinician"


@claims.command("worklist")
def list_work(as_json: AsJson = False) -> None:
    """Held, rejected and denied claims, the most worth first: open x chance, by the days left."""
    with at_desk() as desk:
        show(worklist(desk.engine, today(desk)), WORK, as_json, desk.tz, "claims to work on")


@claims.command("causes")
def list_causes(
    by: Annotated[Sort | None, typer.Option(help="Only by this (default: all three).")] = None,
    first: Annotated[str, typer.Option("--from", help="First day answered (default: a year ago).")] = "",
    last: Annotated[str, typer.Option("--to", help="Last day answered (default: all that came).")] = "",
    as_json: AsJson = False,
) -> None:
    """Why claims are denied: by payer, code and clinician, with what was paid later."""
    with at_desk() as desk:
        until = day(last) if last else None
        since = day(first) if first else (until or today(desk)) - timedelta(days=365)
        found = queries.causes(desk.engine, since, until)
        tables = {sort.value: queries.of(sort.value, found) for sort in Sort if by in (None, sort)}
        if as_json:
            show_json(tables, desk.tz)
            return
        for sort, rows in tables.items():
            show(rows, CAUSES, False, desk.tz, f"denied, by {sort}")


@claims.command()
def overrule(
    claim: Number,
    code: Annotated[str, typer.Option(help="The warning's code, as in docs/rules/scrub.md.")],
    reason: Annotated[str, typer.Option(help="Why the claim may leave all the same; it is kept.")],
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Answer for a warning of the scrub; the claim is looked at again."""
    with at_desk() as desk:
        by_id = account(desk, by) if by else None
        desk.ask(lambda office: office.claims.overrule(claim, code, reason, by_id))
        tell_claim(desk, claim, as_json)


@claims.command("bill-next")
def bill_next(claim: Number, reason: Reason, as_json: AsJson = False) -> None:
    """Close a claim and bill the client's next coverage for what is open."""
    with at_desk() as desk:
        desk.ask(lambda office: office.claims.bill_next(claim, reason))
        tell_claim(desk, claim, as_json)


@claims.command("close")
def close_claim(
    claim: Number,
    reason: Reason,
    bill_client: Annotated[
        bool, typer.Option("--bill-client", help="The client owes what is open (default: it is written off).")
    ] = False,
    by: Annotated[str, typer.Option(help="Who asks (their sign-in name), where a second person has to agree.")] = "",
    as_json: AsJson = False,
) -> None:
    """Give a claim up: write off what is open, or bill the client; a large sum waits for a second person."""
    with at_desk() as desk:
        by_id = account(desk, by) if by else None
        standing = desk.ask(lambda office: office.claims.close(claim, reason, bill_client, by_id))
        tell_claim(desk, claim, as_json)
        if standing.status != ClaimStatus.CLOSED and not as_json:
            say(f"a second person was asked: `persession claims decide {claim} yes --by THEM`, or no")


@claims.command()
def decide(
    claim: Number,
    answer: Annotated[Answer, typer.Argument(help="Whether it is written off.")],
    by: By,
    as_json: AsJson = False,
) -> None:
    """Say, as the second person, whether what somebody asked for is written off."""
    with at_desk() as desk:
        by_id = account(desk, by)
        with Database(desk.engine) as db:
            if db.get(Claim, claim) is None:
                raise Refused(f"there is no claim {claim}")
        waiting = extras(desk.engine, claim).waiting
        if waiting is None:
            raise Refused(f"nobody asked to write claim {claim} off, or it was decided already")
        asked_id = waiting.id
        desk.ask(lambda office: office.claims.decide_write_off(claim, asked_id, answer is Answer.YES, by_id))
        tell_claim(desk, claim, as_json)


@claims.command()
def proof(claim: Number, out: Annotated[Path, typer.Option(help="Write the PDF here.", dir_okay=False)]) -> None:
    """Proof of timely filing: our file, 999 and 277CA as one PDF."""
    with at_desk() as desk, Database(desk.engine) as db:
        private(out, filing_proof.pdf(db, claim, today(desk)))
    say(f"written to {out}")


def account(desk: Desk, login: str) -> int:
    """Who signs in under a name."""
    with Database(desk.engine) as db:
        found = db.exec(select(Account.id).where(Account.login == login, Account.active)).first()
    if found is None:
        raise Refused(f"nobody signs in as {login!r}: see `persession staff list`")
    return found


def today(desk: Desk) -> date:
    """The practice's local day."""
    return local_day(datetime.now(UTC), desk.tz)
