"""Payment plans: agreed, collected part by part, kept or broken. What is paid of one the ledger says."""

from collections.abc import Sequence
from datetime import datetime, time
from decimal import Decimal
from uuid import UUID, uuid5

from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import charges, invoices, tasks
from activities.database import HELD, Tx, step
from activities.tasks import NAMES
from models.calendar import instant
from models.collecting import PlanFollowing, PlanRef, PlanWish
from models.errors import Refused
from models.facts import TaskKind
from models.messages import Mail
from models.money import ZERO, total
from models.rules.plans import Every, Instalment, PlanState, instalments, standing
from models.tables import Client, Invoice, PaymentPlan, PlanInstalment

LOOK_AT = time(9, 0)
"""When, of a day on which something is due, it is collected."""
CANCELLED = "cancelled"


@step("plans.agree")
def agree(tx: Tx, wish: PlanWish) -> PlanFollowing:
    """Keep what a client agreed to pay in parts; its invoices rest from now on."""
    client = tx.db.get(Client, wish.client_id, with_for_update=HELD)
    if client is None:
        raise Refused(f"there is no client {wish.client_id}")
    if tx.db.get(PaymentPlan, wish.id) is None:
        _check(tx, wish, client)
        dues = invoices.open_of(tx.db, wish.client_id)
        parts = instalments(total(dues[n] for n in wish.invoice_numbers), wish.count, wish.first, Every(wish.every))
        _keep(tx, wish, parts)
    return _look(tx, wish.id)


@step("plans.look")
def look(tx: Tx, ref: PlanRef) -> PlanFollowing:
    """Collect what is due of a plan today, and say when to look again; a broken one is somebody's task."""
    return _look(tx, ref.id)


@step("plans.cancel")
def cancel(tx: Tx, ref: PlanRef) -> PlanFollowing:
    """End a plan: what is left of its invoices is due as a whole again."""
    plan = tx.db.get_one(PaymentPlan, ref.id, with_for_update=True)
    if plan.ended_at is None:
        _end(tx, plan, CANCELLED)
    return PlanFollowing(plan.ended, None, tx.after.handover())


def paid_of(db: Database, plan: PaymentPlan) -> Decimal:
    """How much of a plan's amount is not due any more."""
    dues = invoices.dues_of(db, plan.client_id)
    mine = db.exec(select(Invoice.number).where(Invoice.plan_id == plan.id)).all()
    return max(ZERO, plan.amount - total(dues[number] for number in mine))


def instalments_of(db: Database, plan_id: UUID) -> list[Instalment]:
    """A plan's parts in order."""
    query = select(PlanInstalment).where(PlanInstalment.plan_id == plan_id).order_by(col(PlanInstalment.number))
    return [Instalment(row.number, row.due_on, row.amount) for row in db.exec(query).all()]


def _look(tx: Tx, plan_id: UUID) -> PlanFollowing:
    plan = tx.db.get_one(PaymentPlan, plan_id, with_for_update=True)
    if plan.ended_at is not None:
        return PlanFollowing(plan.ended, None, tx.after.handover())
    parts = instalments_of(tx.db, plan_id)
    now = standing(parts, paid_of(tx.db, plan), tx.today)
    if now.state is not PlanState.KEPT:
        _end(tx, plan, now.state, now.why)
        return PlanFollowing(now.state, None, tx.after.handover())
    if now.collect:
        _collect(tx, plan, now.collect, parts)
    assert now.look_on is not None
    look_at = instant(datetime.combine(now.look_on, LOOK_AT), tx.tz)
    return PlanFollowing(now.state, look_at, tx.after.handover())


def _collect(tx: Tx, plan: PaymentPlan, part: Instalment, parts: Sequence[Instalment]) -> None:
    """Charge what is missing up to this instalment, or ask for it by mail; once per instalment."""
    client = tx.db.get_one(Client, plan.client_id)
    begun = total(p.amount for p in parts if p.number <= part.number)
    missing = begun - paid_of(tx.db, plan)
    if plan.by_card and client.card:
        charges.charge(tx, uuid5(NAMES, f"plan/{plan.id}/{part.number}"), client, missing)
        return
    number = tx.db.exec(select(Invoice.number).where(Invoice.plan_id == plan.id).order_by(col(Invoice.number))).first()
    key = f"instalment/{plan.id}/{part.number}"
    tx.after.mails.append(Mail(key, "instalment", plan.client_id, invoice_number=number, days=part.number))


def _end(tx: Tx, plan: PaymentPlan, how: str, why: str = "") -> None:
    plan.ended_at, plan.ended = tx.now, how
    if how == PlanState.BROKEN:
        what = f"a payment plan over {plan.amount} was broken: {why}; call, agree a new one or ask for the whole"
        tasks.open_task(tx, TaskKind.PLAN_BROKEN, f"plan/{plan.id}", what, plan.client_id)


def _check(tx: Tx, wish: PlanWish, client: Client) -> None:
    dues = invoices.open_of(tx.db, wish.client_id)
    if not wish.invoice_numbers or not set(wish.invoice_numbers) <= set(dues):
        raise Refused("choose open invoices of this client for the plan")
    if any(invoices.resting(tx.db, tx.db.get_one(Invoice, number)) for number in wish.invoice_numbers):
        raise Refused("one of these invoices is in a plan already: end that one first")
    if wish.every not in set(Every):
        raise Refused("a plan is paid each week, each two weeks or each month")
    if wish.first < tx.today:
        raise Refused("the first instalment lies in the past")
    if wish.by_card and not client.card:
        raise Refused("this client has no card on file: collect the instalments by mail, or put one on file")


def _keep(tx: Tx, wish: PlanWish, parts: Sequence[Instalment]) -> None:
    amount = total(part.amount for part in parts)
    tx.db.add(PaymentPlan(id=wish.id, client_id=wish.client_id, amount=amount, by_card=wish.by_card, made_at=tx.now))
    tx.db.flush()
    for part in parts:
        tx.db.add(PlanInstalment(plan_id=wish.id, number=part.number, due_on=part.due_on, amount=part.amount))
    for number in wish.invoice_numbers:
        invoice = tx.db.get_one(Invoice, number)
        tasks.close_tasks(tx, f"plan/{invoice.plan_id}", "a new payment plan was agreed")
        invoice.plan_id = wish.id
        tasks.close_tasks(tx, f"invoice/{number}", "a payment plan was agreed")
    tx.db.flush()
