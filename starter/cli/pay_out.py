"""What is added to pay, and where it goes: items, hours, bank accounts, days of payment, ends of what was agreed."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated
from uuid import UUID, uuid4

import typer
from sqlmodel import Session as Database

from activities import bank_accounts, pay_anew, pay_contracts, pay_days, pay_entries
from activities.pay_contracts import TimeWish
from activities.pay_days import DayWish
from activities.vault import Vault
from models.calendar import local_day
from models.nacha import Bank
from models.paying import ItemKind, PayItem, Recalculation, WorkKind
from starter.cli.desk import amount, at_desk, day
from starter.cli.output import AsJson, say, show_json
from starter.cli.pay import By, ClinicianId, Last, Why, statement_of
from starter.cli.pay_export import export


def add_item(
    clinician: ClinicianId,
    dollars: Annotated[Decimal, typer.Argument(parser=amount, metavar="AMOUNT", help="Dollars, such as 120.00.")],
    kind: Annotated[ItemKind, typer.Option(help="What it is; a correction may be below zero.")],
    reason: Why,
    by: By,
    request: Annotated[UUID | None, typer.Option(help="Names this wish: the same one again is added once.")] = None,
    as_json: AsJson = False,
) -> None:
    """A bonus, a deduction, a reimbursement, or a correction of a closed period: a line of the open one."""
    with at_desk() as desk:
        item = PayItem(request or uuid4(), clinician, kind, dollars, reason, by)
        standing = desk.ask(lambda office: office.pay.add(item))
        if as_json:
            show_json({"id": item.id, **asdict(standing)}, desk.tz)
        else:
            say(f"line {standing.line_id} of {standing.amount:.2f} is in the open period")


def recalculate(
    clinician: ClinicianId,
    since: Annotated[str, typer.Option("--from", help="Sessions held since this day.")],
    reason: Why,
    by: By,
    as_json: AsJson = False,
) -> None:
    """Pay by the rules as they are now, where one was entered late: the differences go into the open period."""
    with at_desk() as desk:
        wish = Recalculation(clinician, day(since), reason, by)
        count = desk.ask(lambda office: office.pay.recalculate(wish))
        with Database(desk.engine) as db:
            changed = pay_anew.promises(db, clinician, wish.since)
        if as_json:
            show_json({"corrected": count, "promises_changed": changed}, desk.tz)
            return
        say(f"corrected: {count} (sessions and logged hours)" if count else RIGHT)
        for promise in changed:
            say(promise.words)


def correct_day(
    clinician: ClinicianId,
    last: Last,
    on: Annotated[str, typer.Option("--on", help="The day on which it was paid.")],
    reason: Annotated[str, typer.Option(help="The reason; it is kept beside the day that was said before.")],
    by: By,
    as_json: AsJson = False,
) -> None:
    """Another day of payment for a statement that was marked as paid: its 1099-NEC goes by the right one."""
    with at_desk() as desk:
        found, paid_on = statement_of(desk, clinician, day(last)), day(on)
        today = local_day(datetime.now(UTC), desk.tz)
        with Database(desk.engine) as db, db.begin():
            years = pay_days.correct(db, DayWish(found.id, paid_on, reason, by), today)
        if as_json:
            show_json({"statement": found.id, "paid_on": paid_on, "years_filed_before": years}, desk.tz)
            return
        say(f"it was paid on {paid_on}")
        for year in years:
            say(f"the 1099-NEC of {year} was due already: where it was filed, file a corrected one")


def bank(
    routing: Annotated[str, typer.Option(help="The bank's routing number, nine digits.")],
    account: Annotated[str, typer.Option(help="The account number.", prompt=True, hide_input=True)],
    clinician: Annotated[int | None, typer.Option(help="The clinician's id (default: the practice itself).")] = None,
    savings: Annotated[bool, typer.Option("--savings", help="A savings account (default: checking).")] = False,
    name: Annotated[str, typer.Option(help="For the practice: the bank's name.")] = "",
    company_id: Annotated[
        str, typer.Option(help="For the practice: the id its bank gave it (default: 1 and its tax id).")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """The account a clinician is paid to, or the one the practice pays from; the number is kept sealed."""
    with at_desk() as desk, Database(desk.engine) as db, db.begin():
        vault = Vault(desk.settings.encryption_key)
        wanted = Bank(routing, account, savings)
        ending = bank_accounts.keep_account(db, vault, clinician, wanted, datetime.now(UTC), name, company_id)
        if as_json:
            show_json({"clinician_id": clinician, "ending": ending}, desk.tz)
        else:
            say(f"the account that ends in {ending} is kept")


def log(
    clinician: ClinicianId,
    minutes: Annotated[int, typer.Argument(metavar="MINUTES", help="How long.")],
    kind: Annotated[WorkKind, typer.Option(help="What it was.")] = WorkKind.ADMIN,
    on: Annotated[str, typer.Option("--on", help="The day (default: today).")] = "",
    about: Annotated[str, typer.Option(help="A word about it; nothing about clients.")] = "",
    as_json: AsJson = False,
) -> None:
    """Hours beside sessions, where the contract pays them."""
    with at_desk() as desk, Database(desk.engine) as db, db.begin():
        now = datetime.now(UTC)
        today = local_day(now, desk.tz)
        wish = TimeWish(clinician, kind, day(on) if on else today, minutes, about)
        number = pay_contracts.log_time(db, wish, today, now)
        if as_json:
            show_json({"id": number}, desk.tz)
        else:
            say(f"{minutes} minutes are logged for {wish.day}")


def end_contract(
    contract: Annotated[int, typer.Argument(metavar="CONTRACT", help="Its id: `persession list pay-terms`.")],
    last: Annotated[str, typer.Argument(metavar="LAST", help="The last day it holds.")],
    as_json: AsJson = False,
) -> None:
    """The last day of a contract: a clinician leaves, or another one follows."""
    with at_desk() as desk, Database(desk.engine) as db, db.begin():
        until = day(last)
        pay_contracts.end(db, contract, until)
        if as_json:
            show_json({"contract": contract, "last": until}, desk.tz)
        else:
            say(f"the contract ends on {until}; guarantee and draw count its days of the period")


def end_adjustment(
    adjustment: Annotated[int, typer.Argument(metavar="ADJUSTMENT", help="Its id: `persession list pay-adjustments`.")],
    last: Annotated[
        str, typer.Argument(metavar="LAST", help="The last day it holds; the day before it began takes it back whole.")
    ],
    as_json: AsJson = False,
) -> None:
    """The last day of an adjustment, or one that was never right taken back; it stays on record."""
    with at_desk() as desk, Database(desk.engine) as db, db.begin():
        until = day(last)
        whose = pay_entries.end_adjustment(db, adjustment, until)
        if as_json:
            show_json({"adjustment": adjustment, "last": until}, desk.tz)
            return
        say(f"the adjustment ends on {until}")
        if late := pay_entries.earned_already(db, whose, until + timedelta(days=1)):
            say(late)


RIGHT = "sessions, shares of fees and logged hours were paid by what is agreed"
COMMANDS: dict[str, Callable[..., None]] = {
    "add": add_item,
    "recalculate": recalculate,
    "correct-day": correct_day,
    "export": export,
    "bank": bank,
    "log": log,
    "end-contract": end_contract,
    "end-adjustment": end_adjustment,
}
"""What `persession pay` does besides `starter/cli/pay.py`."""
