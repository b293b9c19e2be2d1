"""Pay periods: looked at beforehand, closed, approved by somebody else than the paid, paid and told (RULES 5)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import update
from sqlmodel import Session as Database
from sqlmodel import col, or_, select

from activities import earnings, ledger, pay_facts, tasks
from activities.database import Tx, step
from activities.pay_deciders import must_not_be_own
from models.calendar import PayCycle, period_of
from models.errors import Refused
from models.facts import TaskKind
from models.messages import Approval, Handover, Mail, PayPeriodRef, PayStanding
from models.money import ZERO, total
from models.paying import Earned, Payout
from models.rules import pay_periods as rules
from models.rules.ledger import Event, draft
from models.tables import Clinician, PayLine, PayStatement, WorkTime


@step("pay.close")
def close(tx: Tx, period: PayPeriodRef) -> PayStanding:
    """Close a clinician's period: every line not yet stated, and what the period adds (`rules/pay_periods.py`)."""
    tx.db.exec(select(Clinician.id).where(Clinician.id == period.clinician_id).with_for_update()).one()
    known = pay_facts.sheet(tx.db, period)
    assert known is not None
    if known.statement:
        raise Refused(f"the period that ends on {period.last} is closed already")
    waiting = pay_facts.unstated(period.clinician_id, period.last).with_only_columns(
        col(PayLine.id), col(PayLine.source), col(PayLine.amount)
    )
    lines = tx.db.execute(waiting).all()
    hours = pay_facts.hours(tx.db, period)
    earned = [Earned(source, amount) for _, source, amount in lines]
    added = rules.extras(known.facts(period, earned, hours))
    if not lines and not added:
        return PayStanding(None, ZERO)
    statement = PayStatement(clinician_id=period.clinician_id, first=period.first, last=period.last, closed_at=tx.now)
    tx.db.add(statement)
    tx.db.flush()
    number = statement.id or 0
    for extra in added:
        _add_line(tx, period, extra, number)
    _state(tx.db, PayLine, [line_id for line_id, *_ in lines], number)
    _state(tx.db, WorkTime, [logged.id for logged in hours], number)
    owed = total([line.amount for line in earned] + [extra.earned.amount for extra in added])
    what = f"pay of {known.clinician.name} for {period.first} to {period.last}: {owed}"
    tasks.open_task(tx, TaskKind.PAY_REVIEW, _cause(statement), what)
    return PayStanding(number, owed, tx.after.handover())


@step("pay.approve")
def approve(tx: Tx, approval: Approval) -> PayStanding:
    """The owner's yes; what is owed then waits to be paid, and is somebody's task until it is."""
    statement = _approved(tx, approval)
    owed = statement_total(tx.db, approval.statement_id)
    if owed > ZERO:
        clinician = tx.db.get_one(Clinician, statement.clinician_id)
        what = f"{owed} to {clinician.name} for {statement.first} to {statement.last}"
        tasks.open_task(tx, TaskKind.PAY_DUE, _cause(statement), what)
    return PayStanding(statement.id, owed, tx.after.handover())


@step("pay.settle")
def settle(tx: Tx, approval: Approval) -> PayStanding:
    """Approved and paid in one go; a negative statement pays nothing and carries over."""
    return _paid(tx, _approved(tx, approval), approval.by)


@step("pay.pay_out")
def pay_out(tx: Tx, payout: Payout) -> PayStanding:
    """An approved statement was paid: the ledger says so, and the clinician gets it by mail."""
    statement = _locked(tx, payout.statement_id)
    if statement.approved_at is None:
        raise Refused("this statement is not approved yet")
    if statement.paid_at is not None:
        raise Refused("this statement is paid already")
    return _paid(tx, statement, payout.by)


@step("pay.run")
def run(tx: Tx, through: date | None) -> Handover:
    """Close the period that ended before today (or by `through`) for every clinician for whom it is still open."""
    practice = tx.practice
    cycle = PayCycle(practice.pay_cycle)
    until = through or tx.today
    period = period_of(until, cycle, practice.pay_anchor)
    if not (through and period.last <= through):
        from_before = period.first.toordinal() - 1
        period = period_of(date.fromordinal(from_before), cycle, practice.pay_anchor)
    if period.last > tx.today:
        raise Refused(f"the period from {period.first} to {period.last} is not over: it closes on its last day")
    if period.last < practice.pay_anchor:
        return tx.after.handover()
    lines = select(PayLine.clinician_id).where(col(PayLine.statement_id).is_(None))
    hours = select(WorkTime.clinician_id).where(col(WorkTime.statement_id).is_(None))
    paid_now = or_(col(Clinician.active), col(Clinician.id).in_(lines), col(Clinician.id).in_(hours))
    closed = select(PayStatement.clinician_id).where(PayStatement.last == period.last)
    still_open = select(Clinician.id).where(paid_now, col(Clinician.id).not_in(closed)).order_by(col(Clinician.id))
    found = tx.db.exec(still_open).all()
    tx.after.pay_periods += [PayPeriodRef(c, period.first, period.last) for c in found if c is not None]
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


def _paid(tx: Tx, statement: PayStatement, by: str) -> PayStanding:
    statement.paid_at = tx.now
    statement.paid_by = by
    owed = statement_total(tx.db, statement.id or 0)
    if owed > ZERO:
        why = f"pay for {statement.first} to {statement.last}"
        drafted = draft(Event.PAY_SETTLED, owed, "pay.settled", why, clinician=statement.clinician_id)
        ledger.post(tx, f"pay_run/{statement.id}", drafted)
    tasks.close_tasks(tx, _cause(statement), "the period is paid", TaskKind.PAY_DUE)
    tx.after.mails.append(Mail(f"pay_statement/{statement.id}", "pay_statement", statement_id=statement.id))
    return PayStanding(statement.id, owed, tx.after.handover())


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
