"""Money on the command line: paid, refunded, written off; the ledger and its proof."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated
from uuid import UUID, uuid4

import typer

from models.errors import Unreachable
from models.facts import Method
from models.messages import Receipt
from models.money import ZERO
from starter.cli.desk import Amount, ClientId, Desk, at_desk, day
from starter.cli.output import AsJson, Columns, console, say, show, show_json, show_one, table
from starter.office import Office
from starter.queries import money as queries
from starter.queries.money import EntryFilter
from starter.queries.proof import Proof
from starter.queries.proof import proof as prove

Request = Annotated[
    UUID | None, typer.Option(help="Names this wish: the same one again is recorded once (default: a new one).")
]
HowPaid = Annotated[Method, typer.Option(help="How the money moved.")]
ENTRIES: Columns = {
    "entry": "id",
    "day": "on_day",
    "event": "event",
    "amount": "amount",
    "debit": "debit",
    "credit": "credit",
    "rule": "rule",
    "why": "why",
    "session": lambda e: str(e.session_id)[:8] if e.session_id else "",
    "claim": "claim_number",
}
BALANCES: Columns = {"account": "account", "debits": "debits", "credits": "credits", "balance": "balance"}
EXPLAINED: Columns = {"account": "account", "balance": "balance", "explained": "explained", "by": "by"}
RECORDED: Columns = {"payment": "id", "client": "client_id", "amount": "amount", "client owes now": "balance"}

ledger = typer.Typer(help="The ledger: entries, balances, and the proof that every cent is explained.")


@dataclass(frozen=True)
class Recorded:
    """Money that was recorded, and what the client owes after it (below zero: credit)."""

    id: UUID
    kind: str
    client_id: int
    amount: Decimal
    balance: Decimal


def take(
    client: ClientId,
    amount: Amount,
    method: HowPaid,
    reference: Annotated[str, typer.Option(help="A check's number, a transfer's reference.")] = "",
    request: Request = None,
    as_json: AsJson = False,
) -> None:
    """Record what a client paid."""
    with at_desk() as desk:
        receipt = _once(desk, request, lambda office, name: office.money.pay(client, amount, method, reference, name))
        _recorded(desk, Recorded(receipt.payment_id, "payment", client, amount, receipt.balance), as_json)


def refund(
    client: ClientId,
    amount: Amount,
    method: HowPaid,
    reason: Annotated[str, typer.Option(help="Why it goes back.")] = "",
    request: Request = None,
    as_json: AsJson = False,
) -> None:
    """Record what went back to a client."""
    with at_desk() as desk:
        receipt = _once(desk, request, lambda office, name: office.money.refund(client, amount, method, reason, name))
        _recorded(desk, Recorded(receipt.payment_id, "refund", client, amount, receipt.balance), as_json)


def write_off(
    client: ClientId,
    amount: Amount,
    reason: Annotated[str, typer.Option(help="Why it is given up.")],
    request: Request = None,
    as_json: AsJson = False,
) -> None:
    """Give up what a client owes."""
    with at_desk() as desk:
        receipt = _once(desk, request, lambda office, name: office.money.write_off(client, amount, reason, name))
        _recorded(desk, Recorded(receipt.payment_id, "write_off", client, amount, receipt.balance), as_json)


@ledger.command("list")
def list_entries(
    account: Annotated[str | None, typer.Option(help="An account; ending in * all that begin so.")] = None,
    client: Annotated[int | None, typer.Option(help="Of this client.")] = None,
    session: Annotated[str, typer.Option(help="Of this session.")] = "",
    since: Annotated[str, typer.Option("--from", help="First local day.")] = "",
    until: Annotated[str, typer.Option("--to", help="Last local day.")] = "",
    as_json: AsJson = False,
) -> None:
    """Entries in the order of posting."""
    with at_desk() as desk:
        wanted = EntryFilter(
            account=account,
            client_id=client,
            session_id=desk.session(session) if session else None,
            since=day(since) if since else None,
            until=day(until) if until else None,
        )
        show(queries.entries(desk.engine, wanted), ENTRIES, as_json, desk.tz, "entries")


@ledger.command()
def balance(
    account: Annotated[str, typer.Argument(help="An account; ending in * all that begin so.")] = "*",
    as_json: AsJson = False,
) -> None:
    """What stands on accounts: debit positive."""
    with at_desk() as desk:
        show(queries.balances(desk.engine, account), BALANCES, as_json, desk.tz, "balances")


@ledger.command()
def proof(as_json: AsJson = False) -> None:
    """Prove the ledger: it balances, and each balance is the sum of what it stands for. Exit 1 when it does not."""
    with at_desk() as desk:
        found = prove(desk.engine)
        if as_json:
            show_json({**vars(found), "holds": found.holds}, desk.tz)
        else:
            _tell(desk, found)
    if not found.holds:
        raise typer.Exit(1)


def _once(desk: Desk, request: UUID | None, wish: Callable[[Office, UUID], Awaitable[Receipt]]) -> Receipt:
    """Ask under a name; where nobody answers, the name is told, so that asking again records nothing twice."""
    name = request or uuid4()
    try:
        return desk.ask(lambda office: wish(office, name))
    except Unreachable as silence:
        raise Unreachable(f"{silence}; with --request {name} it is recorded once") from silence


def _tell(desk: Desk, found: Proof) -> None:
    paper = console()
    if found.accounts:
        paper.print(table(found.accounts, BALANCES, desk.tz, "Trial balance"))
    if found.explained:
        paper.print(table(found.explained, EXPLAINED, desk.tz, "Each balance is the sum of what it stands for"))
    whole = f"all {found.entries} entries balance" if not found.unbalanced else f"unbalanced: {found.unbalanced}"
    say(f"trial balance {found.trial_balance:.2f}; {whole}")
    wrong = [part for part in found.explained if not part.holds]
    for part in wrong:
        say(f"NOT EXPLAINED: {part.account} holds {part.balance:.2f}, explained are {part.explained:.2f}")
    if not wrong:
        say("every cent is explained")


def _recorded(desk: Desk, recorded: Recorded, as_json: bool) -> None:
    show_one(recorded, RECORDED, as_json, desk.tz)
    if not as_json and recorded.balance < ZERO:
        say(f"the client has a credit of {-recorded.balance:.2f}")
