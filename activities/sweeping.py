"""Sweeps: everything that is open has somebody who follows it, whatever happened to its workflow meanwhile.

A workflow that runs is left alone (its id is its name); one that somebody ended in the Temporal UI, or that a restored
backup does not know, is started again and goes on from what the database says.
"""

from uuid import UUID

from sqlmodel import col, select

from activities import claim_status, invoices, tasks
from activities.database import Tx, step
from models.messages import Handover, PayPeriodRef
from models.messages.runs import SweepBatch
from models.tables import Invoice, PayStatement, RemittanceClaim, Task

AT_ONCE = 100


@step("sweeping.tasks_open")
def tasks_open(tx: Tx, after: str) -> SweepBatch:
    """Open tasks after an id, each followed."""
    query = select(Task).where(col(Task.closed_at).is_(None)).order_by(col(Task.id)).limit(AT_ONCE)
    found = tx.db.exec(query.where(Task.id > UUID(after)) if after else query).all()
    tx.after.tasks += [tasks.started(task, tx.tz) for task in found]
    return _batch([str(task.id) for task in found], tx.after.handover())


@step("sweeping.invoices_open")
def invoices_open(tx: Tx, after: str) -> SweepBatch:
    """Open invoices after a number, each followed: its reminders go on, what a plan pays rests."""
    query = select(Invoice).where(col(Invoice.settled_at).is_(None), Invoice.number > after)
    found = tx.db.exec(query.order_by(col(Invoice.number)).limit(AT_ONCE)).all()
    dues = invoices.dues(tx.db, list({invoice.client_id for invoice in found}))
    for invoice in found:
        tx.after.invoices.append(invoices.started(invoice, dues[invoice.number]))
    return _batch([invoice.number for invoice in found], tx.after.handover())


@step("sweeping.remittances_open")
def remittances_open(tx: Tx, after: str) -> SweepBatch:
    """Remittances after an id of which something is read and not posted, each followed: its posting goes on."""
    query = select(RemittanceClaim.remittance_id).where(RemittanceClaim.outcome == "read").distinct()
    query = query.where(col(RemittanceClaim.remittance_id) > int(after or 0))
    found = tx.db.exec(query.order_by(col(RemittanceClaim.remittance_id)).limit(AT_ONCE)).all()
    tx.after.remittances += found
    return _batch([str(remittance_id) for remittance_id in found], tx.after.handover())


@step("sweeping.claims_silent")
def claims_silent(tx: Tx, after: str) -> SweepBatch:
    """Claims after a number whose payer was to be asked by now: the workflow of each is told to ask by the clock."""
    found = claim_status.overdue(tx, after, AT_ONCE)
    tx.after.silent_claims += found
    return _batch(found, tx.after.handover())


@step("sweeping.statements_open")
def statements_open(tx: Tx, after: str) -> SweepBatch:
    """Pay statements after an id that are not settled, each followed: somebody approves it and says that it is paid."""
    query = select(PayStatement).where(col(PayStatement.paid_at).is_(None), col(PayStatement.id) > int(after or 0))
    found = tx.db.exec(query.order_by(col(PayStatement.id)).limit(AT_ONCE)).all()
    tx.after.pay_periods += [PayPeriodRef(each.clinician_id, each.first, each.last) for each in found]
    return _batch([str(each.id) for each in found], tx.after.handover())


def _batch(keys: list[str], handover: Handover) -> SweepBatch:
    return SweepBatch(len(keys), keys[-1] if len(keys) == AT_ONCE else None, handover)
