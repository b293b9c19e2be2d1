"""The bank's deposits beside payments of payers, on the command line: listed, entered, brought in as CSV, matched."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import deposits as steps
from models.errors import Refused
from models.money import total
from models.rules.deposits import Announced, Arrived
from models.tables import Deposit
from starter.cli.desk import Amount, Desk, at_desk, day
from starter.cli.output import AsJson, Columns, say, show, show_json

DEPOSITS: Columns = {
    "deposit": "id",
    "day": "on_day",
    "amount": "amount",
    "the bank's words": "words",
    "remittance": "remittance_id",
    "matched by": "matched_how",
}
PAYMENTS: Columns = {
    "remittance": "remittance_id",
    "payer": "payer",
    "trace (EFT or check)": "trace",
    "amount": "amount",
    "paid on": "paid_on",
}

deposits = typer.Typer(help="The bank's deposits, beside payments of payers (EFT and checks, by TRN).")


@deposits.command("list")
def list_deposits(
    waiting: Annotated[bool, typer.Option(help="Only those without a payment.")] = False, as_json: AsJson = False
) -> None:
    """Deposits, the newest first, and payments that no deposit confirms yet."""
    with at_desk() as desk, Database(desk.engine) as db:
        query = select(Deposit).order_by(col(Deposit.on_day).desc(), col(Deposit.id).desc())
        found = db.exec(query.where(col(Deposit.remittance_id).is_(None)) if waiting else query).all()
        _show(desk, found, steps.unconfirmed(db), as_json)


@deposits.command()
def record(
    amount: Amount,
    on: Annotated[str, typer.Option(metavar="DAY", help="The day it arrived.")],
    words: Annotated[str, typer.Option(help="The bank's words, with the trace or check number where it is there.")],
    again: Annotated[int, typer.Option(help="The how-manieth of equal deposits that day it is.", min=1)] = 1,
    as_json: AsJson = False,
) -> None:
    """One deposit, by hand; it finds its payment where only one fits."""
    arrived = Arrived(day(on), amount, words)
    with at_desk() as desk, Database(desk.engine) as db, db.begin():
        now = datetime.now(UTC)
        entered = steps.enter(db, arrived, now, None, again)
        if entered is None:
            raise Refused("this deposit is known; a second equal one of that day is entered with --again 2")
        steps.match_all(db, now)
        _show(desk, [entered], [], as_json)


@deposits.command()
def take(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The bank's list as CSV.")],
    as_json: AsJson = False,
) -> None:
    """Bring in the bank's list (columns such as Date, Amount, Description); what is known is not taken twice."""
    with at_desk() as desk, Database(desk.engine) as db, db.begin():
        taken = steps.take_list(db, file.read_bytes(), datetime.now(UTC), None)
        if as_json:
            show_json(taken, desk.tz)
        else:
            say(f"{taken.new} new, {taken.known} known before; {taken.matched} found their payment")


@deposits.command()
def match(
    deposit: Annotated[int, typer.Argument(metavar="DEPOSIT", help="The deposit's id.")],
    remittance: Annotated[int | None, typer.Option(help="The payment it is, by its remittance's id.")] = None,
    trace: Annotated[str, typer.Option(help="The payment it is, by its EFT or check number (TRN).")] = "",
    as_json: AsJson = False,
) -> None:
    """Say which payment a deposit is; the amounts have to agree."""
    if (remittance is None) == (not trace):
        raise typer.BadParameter("say which payment it is: with --remittance or with --trace")
    with at_desk() as desk, Database(desk.engine) as db, db.begin():
        wanted = remittance if remittance is not None else _traced(steps.unconfirmed(db), trace)
        steps.assign(db, deposit, wanted, datetime.now(UTC))
        _show(desk, [db.get_one(Deposit, deposit)], [], as_json)


def _traced(open_payments: Sequence[Announced], trace: str) -> int:
    found = [payment.remittance_id for payment in open_payments if payment.trace.upper() == trace.upper()]
    if len(found) != 1:
        raise Refused(
            f"{'more than one' if found else 'no'} unconfirmed payment has the trace {trace}: "
            "see `persession deposits list`"
        )
    return found[0]


def _show(desk: Desk, found: Sequence[Deposit], payments: Sequence[Announced], as_json: bool) -> None:
    if as_json:
        rows = [row.model_dump(exclude={"key", "entered_by"}) for row in found]
        show_json({"deposits": rows, "unconfirmed": payments}, desk.tz)
        return
    show(found, DEPOSITS, False, desk.tz, "deposits")
    if payments:
        show(payments, PAYMENTS, False, desk.tz, "payments no deposit confirms yet")
        say(f"{total(payment.amount for payment in payments)} announced and not seen at the bank")
