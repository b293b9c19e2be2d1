"""Pay periods: looked at beforehand, closed, approved by somebody else than the paid, paid and told (RULES 5)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import update
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import earnings, ledger, pay_days, pay_facts, tasks
from activities.database import Tx, step
from activities.pay_deciders import must_not_be_own
from models.calendar import PayCycle
from models.errors import Refused
from models.facts import TaskKind
from models.messages import Approval, Handover, Mail, PayPeriodRef, PayStanding
from models.money import ZERO, total
from models.paying import Payout, Unstated
from models.rules import pay_periods as rules
from models.rules.ledger import Event, draft
from models.tables import Clinician, PayLine, PayStatement, WorkTime

DAY = timedelta(days=1)


@step("pay.close")
def close(tx: Tx, period: PayPeriodRef) -> PayStanding:
    """Close a clinician's period, and before it those that nobody closed: each has its own guarantee and draw.

    A period that is closed stays as it is: who follows it begins anew, after a restored backup for instance.
    """
    tx.db.exec(select(Clinician.id).where(Clinician.id == period.clinician_id).with_for_update()).one()
    closed = select(PayStatement).where(
        PayStatement.clinician_id == period.clinician_id, PayStatement.last >= period.last
    )
    next_one = tx.db.exec(closed.order_by(col(PayStatement.last)).limit(1)).first()
    if next_one is None:
        unstated = pay_facts.unstated(tx.db, period.clinician_id)[period.clinician_id]
        tx.after.pay_periods += [
            earlier
            for earlier in _to_close(tx, period.last, period.clinician_id, unstated)
            if earlier.last < period.last
        ]
        for earlier in tx.after.pay_periods:
            _close(tx, earlier)
        return replace(_close(tx, period), handover=tx.after.handover())
    if next_one.last > period.last:
        raise Refused(
            f"a later period of theirs, to {next_one.last}, is closed: what was missing is stated in the next"
        )
    owed = statement_total(tx.db, next_one.id or 0)
    return PayStanding(next_one.id, owed, settled=next_one.paid_at is not None)


@step("pay.approve")
def approve(tx: Tx, approval: Approval) -> PayStanding:
    """The owner's yes; what is owed then waits to be paid, and is somebody's task until it is.

    Where nothing is owed, nothing is left to do: the clinician is told what carries over.
    """
    statement = _approved(tx, approval)
    owed = statement_total(tx.db, approval.statement_id)
    if owed <= ZERO:
        return _paid(tx, statement, approval.by)
    clinician = tx.db.get_one(Clinician, statement.clinician_id)
    what = f"{owed} to {clinician.name} for {statement.first} to {statement.last}"
    tasks.open_task(tx, TaskKind.PAY_DUE, _cause(statement), what)
    return PayStanding(statement.id, owed, tx.after.handover())


@step("pay.settle")
def settle(tx: Tx, approval: Approval) -> PayStanding:
    """Approved and paid in one go; a negative statement pays nothing and carries over."""
    return _paid(tx, _approved(tx, approval), approval.by, approval.paid_on)


@step("pay.pay_out")
def pay_out(tx: Tx, payout: Payout) -> PayStanding:
    """An approved statement was paid: the ledger says so, and the clinician gets it by mail."""
    statement = _locked(tx, payout.statement_id)
    if statement.approved_at is None:
        raise Refused("this statement is not approved yet")
    if statement.paid_at is not None:
        raise Refused("this statement is paid already")
    return _paid(tx, statement, payout.by, payout.paid_on)


@step("pay.run")
def run(tx: Tx, through: date | None) -> Handover:
    """Close what ended before today (or by `through`) for every clinician for whom there is something to state."""
    until = through or tx.today - DAY
    if until > tx.today:
        raise Refused(f"{until} is still ahead: a period closes on its last day at the earliest")
    for clinician_id, unstated in sorted(pay_facts.unstated(tx.db).items()):
        tx.after.pay_periods += _to_close(tx, until, clinician_id, unstated)
    return tx.after.handover()


def statement_total(db: Database, statement_id: int) -> Decimal:
    """The sum of a statement's lines."""
    return total(db.exec(select(col(PayLine.amount)).where(PayLine.statement_id == statement_id)).all())


def _approved(tx: Tx, approval: Approval) -> PayStatement:
    statement = _locked(tx, approval.statement_id)
    if statement.approved_at is not None:
        raise Refused("this statement is approved already")
    if not approval.by.strip():
        raise Refused("say who approves")
    must_not_be_own(tx.db, statement.clinician_id, approval.by, approval.account_id)
    statement.approved_at = tx.now
    statement.approved_by = approval.by.strip()
    tasks.close_tasks(tx, _cause(statement), "the period is approved", TaskKind.PAY_REVIEW)
    return statement


def _paid(tx: Tx, statement: PayStatement, by: str, on: date | None = None) -> PayStanding:
    statement.paid_on = pay_days.day_of(statement, on, tx.today)
    statement.paid_at = tx.now
    statement.paid_by = by
    owed = statement_total(tx.db, statement.id or 0)
    if owed > ZERO:
        why = f"pay for {statement.first} to {statement.last}"
        drafted = draft(Event.PAY_SETTLED, owed, "pay.settled", why, clinician=statement.clinician_id)
        ledger.post(tx, f"pay_run/{statement.id}", drafted)
    tasks.close_tasks(tx, _cause(statement), "the period is paid", TaskKind.PAY_DUE)
    tx.after.mails.append(Mail(f"pay_statement/{statement.id}", "pay_statement", statement_id=statement.id))
    return PayStanding(statement.id, owed, tx.after.handover(), settled=True)


def _to_close(tx: Tx, until: date, clinician_id: int, unstated: Unstated) -> Iterator[PayPeriodRef]:
    practice = tx.practice
    for period in rules.to_close(until, PayCycle(practice.pay_cycle), practice.pay_anchor, unstated):
        yield PayPeriodRef(clinician_id, period.first, period.last)


def _close(tx: Tx, period: PayPeriodRef) -> PayStanding:
    """Every line not yet stated, and what the period adds (`rules/pay_periods.py`); nothing of both is no statement."""
    known = pay_facts.sheet(tx.db, period)
    assert known is not None
    first = known.first(period)
    lines = pay_facts.earned(tx.db, period, first)
    hours = pay_facts.hours(tx.db, period)
    added = rules.extras(known.facts(period, [*lines.values()], hours))
    if not lines and not added:
        return PayStanding(None, ZERO)
    statement = PayStatement(clinician_id=period.clinician_id, first=first, last=period.last, closed_at=tx.now)
    tx.db.add(statement)
    tx.db.flush()
    number = statement.id or 0
    for extra in added:
        _add_line(tx, period, extra, number)
    _state(tx.db, PayLine, [*lines], number)
    _state(tx.db, WorkTime, [extra.logged for extra in added if extra.logged], number)
    owed = total([line.amount for line in lines.values()] + [extra.earned.amount for extra in added])
    what = f"pay of {known.clinician.name} for {first} to {period.last}: {owed}"
    tasks.open_task(tx, TaskKind.PAY_REVIEW, _cause(statement), what)
    return PayStanding(number, owed)


def _add_line(tx: Tx, period: PayPeriodRef, extra: rules.Extra, statement_id: int) -> None:
    name = f"time/{extra.logged}" if extra.logged else f"{extra.source}/{period.clinician_id}/{period.last}"
    line = PayLine(
        key=f"pay/{name}",
        clinician_id=period.clinician_id,
        source=extra.source,
        earned_on=extra.on,
        basis=extra.earned.basis,
        amount=extra.earned.amount,
        rule=extra.earned.rule,
        why=extra.earned.why,
        statement_id=statement_id,
    )
    earnings.save(tx, line)


def _state(db: Database, table: type[PayLine] | type[WorkTime], ids: Sequence[int | None], statement_id: int) -> None:
    """Put rows under a statement, all at once."""
    if ids:
        db.execute(update(table).where(col(table.id).in_(ids)).values(statement_id=statement_id))


def _locked(tx: Tx, statement_id: int) -> PayStatement:
    return tx.db.get_one(PayStatement, statement_id, with_for_update=True)


def _cause(statement: PayStatement) -> str:
    return f"pay_statement/{statement.id}"
