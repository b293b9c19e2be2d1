"""The command `persession`: all commands together, and what becomes of errors.

Exit codes: 0 done, 1 refused or something is wrong, 2 wrong usage, 3 somebody needed does not answer.
"""

import logging
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import typer
from sqlalchemy.exc import OperationalError, ProgrammingError
from temporalio.client import WorkflowFailureError, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError
from typer.core import TyperGroup

from models.errors import PracticeError, Unreachable
from starter.cli import (
    agreements,
    appeals,
    deposits,
    eligibility,
    listing,
    money,
    pay,
    pay_out,
    people,
    playbook,
    reference,
    remittances,
    reports,
    running,
    sessions,
    simulate,
    staff,
    upkeep,
    work,
    worth,
    x12,
)

REFUSED, SILENT = 1, 3
FAULTS = (OperationalError, ProgrammingError, RPCError, WorkflowFailureError, WorkflowUpdateFailedError)
NOT_MIGRATED = ("UndefinedColumn", "UndefinedTable", "UndefinedFunction")
"""What PostgreSQL says to somebody who is newer than it."""


class Commands(TyperGroup):
    """Says what a person can act on instead of where the program was."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (PracticeError, *FAULTS) as error:
            sentence, code = told(error)
            sys.stderr.write(f"{sentence}\n")
            raise typer.Exit(code) from None


def told(error: Exception) -> tuple[str, int]:
    """An expected error as a sentence and an exit code."""
    if isinstance(error, PracticeError):
        return str(error), SILENT if isinstance(error, Unreachable) else REFUSED
    if isinstance(error, OperationalError):
        return f"the database does not answer ({type(error.orig).__name__}): run `persession doctor`", SILENT
    if isinstance(error, ProgrammingError):
        if type(error.orig).__name__ not in NOT_MIGRATED:
            raise error
        return (
            "the database is as an older release left it: stop `persession up` and start it again, it migrates",
            SILENT,
        )
    if isinstance(error, RPCError):
        return f"Temporal does not answer ({error.status.name}): run `persession doctor`", SILENT
    for cause in _causes(error):
        if isinstance(cause, ApplicationError) and cause.type in ("Refused", "Parked"):
            return cause.message, REFUSED
    return "a step failed; the Temporal UI says which and why, and the worker's log has the rest", SILENT


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        error = error.__cause__


app = typer.Typer(
    cls=Commands,
    name="persession",
    help="The back office of a practice that bills and pays by the session.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
ADDED: dict[str, Callable[..., None]] = {
    "clinician": people.add_clinician,
    "client": people.add_client,
    "card": people.add_card,
    "billing-group": people.add_billing_group,
    "payer": people.add_payer,
    "coverage": people.add_coverage,
    "service": agreements.add_service,
    "rate": agreements.add_rate,
    "policy": agreements.add_policy,
    "pay-rule": agreements.add_pay_rule,
    "pay-terms": agreements.add_pay_terms,
    "pay-adjustment": agreements.add_pay_adjustment,
}
PANELS: dict[str, list[Callable[..., None]]] = {
    "The practice": [
        running.up,
        running.web,
        running.doctor,
        running.scenario,
        running.demo,
        running.bench,
        running.version,
    ],
    "Reference data": [reference.setup, reference.change],
    "Sessions": [
        *(sessions.book, sessions.confirm, sessions.reschedule, sessions.cancel, sessions.attend, sessions.detail),
        *(sessions.no_show, sessions.sign, sessions.waive, sessions.explain),
    ],
    "Money": [money.take, money.refund, money.write_off, worth.worth],
}
adding = typer.Typer(help="Add reference data.")
for name, command in ADDED.items():
    adding.command(name)(command)
GROUPS = {
    "The practice": {"staff": staff.staff, "simulate": simulate.simulate},
    "Reference data": {"add": adding, "list": listing.listing},
    "Money": {
        "ledger": money.ledger,
        "claims": appeals.with_appeals(),
        "playbook": playbook.playbook,
        "eligibility": eligibility.eligibility,
        "remit": remittances.remit,
        "deposits": deposits.deposits,
        "x12": x12.x12,
        "pay": pay.pay,
    },
    "Reports": {"report": reports.report},
    "Work": {"tasks": work.tasks, "schedules": work.schedules, "backup": upkeep.backup, "retention": upkeep.retention},
}
for name, command in pay_out.COMMANDS.items():
    below_zero = {"ignore_unknown_options": command is pay_out.add_item}  # -40.00 is an amount, not an option
    pay.pay.command(name, context_settings=below_zero)(command)
for panel, commands in PANELS.items():
    for command in commands:
        app.command(rich_help_panel=panel)(command)
for panel, groups in GROUPS.items():
    for name, group in groups.items():
        app.add_typer(group, name=name, rich_help_panel=panel)


def main() -> None:
    """The entry point."""
    logging.basicConfig(level=logging.ERROR)
    try:
        app()
    except SystemExit as end:
        leave(end.code)


def leave(code: object) -> NoReturn:
    """End at once: the SDK's threads can abort an interpreter that takes itself apart (exit 134 for a done command)."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 0 if code is None else 1)


if __name__ == "__main__":
    main()
