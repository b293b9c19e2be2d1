"""Contracts with clinicians as rows: agreed and ended; their rules and adjustments, and the hours they log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from psycopg.errors import ExclusionViolation
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session as Database
from sqlmodel import col, select

from models.errors import Refused
from models.facts import PayBasis, PayRule
from models.money import ZERO
from models.paying import Adjustment, AdminTime, Contract, PaidAs, WorkKind
from models.rules import pay_contracts as rules
from models.tables import Clinician, PayAdjustment, PayRuleRow, PayTerms, WorkTime

DAY = timedelta(days=1)
MOST_MINUTES = 24 * 60


@dataclass(frozen=True)
class TimeWish:
    """Minutes that a clinician logs for a day."""

    clinician_id: int
    kind: WorkKind
    day: date
    minutes: int
    about: str = ""
    account_id: int | None = None


def terms_of(db: Database, clinician_id: int) -> Sequence[PayTerms]:
    """A clinician's contracts, oldest first."""
    query = select(PayTerms).where(PayTerms.clinician_id == clinician_id)
    return db.exec(query.order_by(col(PayTerms.effective_from))).all()


def contracts(db: Database, clinician_id: int) -> list[Contract]:
    """The same as rules read them."""
    return [as_contract(row) for row in terms_of(db, clinician_id)]


def contract_on(db: Database, clinician_id: int, day: date) -> Contract | None:
    """The contract in force on a day."""
    return rules.contract_on(contracts(db, clinician_id), day)


def is_outside(db: Database, clinician_id: int, day: date) -> bool:
    """Whether a day lies in a gap of the contracts, or after their end."""
    return rules.outside(contracts(db, clinician_id), day)


def rules_of(db: Database, clinician_id: int) -> list[PayRule]:
    """A clinician's pay rules, of whatever day."""
    rows = db.exec(select(PayRuleRow).where(PayRuleRow.clinician_id == clinician_id).order_by(col(PayRuleRow.id))).all()
    return [as_rule(row) for row in rows]


def adjustments(db: Database, clinician_id: int) -> list[Adjustment]:
    """A clinician's adjustments, of whatever day."""
    query = select(PayAdjustment).where(PayAdjustment.clinician_id == clinician_id).order_by(col(PayAdjustment.id))
    return [as_adjustment(row) for row in db.exec(query).all()]


def agree(db: Database, row: PayTerms) -> int:
    """A new contract; one without an end ends the open one before it. Refused where two would overlap."""
    if db.get(Clinician, row.clinician_id, with_for_update=True) is None:
        raise Refused(f"there is no clinician {row.clinician_id}")
    known = terms_of(db, row.clinician_id)
    before = known[-1] if known else None
    follows = row.effective_until is None and before is not None and before.effective_until is None
    if before and follows and before.effective_from < row.effective_from:
        before.effective_until = row.effective_from - DAY
        db.flush()
    other = rules.overlapping((as_contract(t) for t in known), as_contract(row))
    if other:
        until = f"to {other.until}" if other.until else "until further notice"
        raise Refused(f"a contract from {other.since} {until} is in force then: end it first, or begin after it")
    db.add(row)
    try:
        db.flush()
    except IntegrityError as clash:
        if not isinstance(clash.orig, ExclusionViolation):
            raise
        raise Refused("another contract is in force on some of these days") from None
    return row.id or 0


def end(db: Database, terms_id: int, last: date) -> None:
    """A contract's last day; one that was paid for later stays paid: what follows is worked out anew on wish."""
    row = db.get(PayTerms, terms_id, with_for_update=True)
    if row is None:
        raise Refused("there is no such contract")
    if last < row.effective_from:
        raise Refused(f"this contract begins on {row.effective_from}: it cannot end before")
    others = (as_contract(t) for t in terms_of(db, row.clinician_id) if t.id != terms_id)
    if rules.overlapping(others, Contract(row.effective_from, last)):
        raise Refused("another contract begins before that day")
    row.effective_until = last


def log_time(db: Database, wish: TimeWish, today: date, now: datetime) -> int:
    """Keep hours that a clinician logs; Refused where the contract does not pay such hours."""
    if wish.day > today:
        raise Refused("hours are logged once they were worked: this day is still ahead")
    if not 0 < wish.minutes <= MOST_MINUTES:
        raise Refused("minutes of one day: from 1 to 1440")
    db.get_one(Clinician, wish.clinician_id, with_for_update=True)
    contract = contract_on(db, wish.clinician_id, wish.day)
    if contract is None:
        raise Refused(f"no contract was in force on {wish.day}")
    if wish.kind is WorkKind.SUPERVISION and contract.supervision_rate == ZERO:
        raise Refused("the contract of that day pays no supervision hours")
    if wish.kind is WorkKind.ADMIN and contract.admin is not AdminTime.LOGGED:
        raise Refused("by the contract of that day time beside sessions is not logged: it is paid with the sessions")
    that_day = select(WorkTime.minutes).where(WorkTime.clinician_id == wish.clinician_id, WorkTime.day == wish.day)
    if sum(db.exec(that_day).all()) + wish.minutes > MOST_MINUTES:
        raise Refused("that would be more than 24 hours on one day")
    row = WorkTime(
        clinician_id=wish.clinician_id,
        kind=wish.kind,
        day=wish.day,
        minutes=wish.minutes,
        about=wish.about.strip(),
        logged_at=now,
        account_id=wish.account_id,
    )
    db.add(row)
    db.flush()
    return row.id or 0


def drop_time(db: Database, time_id: int, clinician_id: int) -> None:
    """Take logged hours back, while no statement pays them."""
    row = db.get(WorkTime, time_id, with_for_update=True)
    if row is None or row.clinician_id != clinician_id:
        raise Refused("there are no such hours")
    if row.statement_id is not None:
        raise Refused("a closed statement pays these hours: ask for a correction in the next period")
    db.delete(row)


def as_contract(row: PayTerms) -> Contract:
    """A contract as rules read it."""
    return Contract(
        since=row.effective_from,
        until=row.effective_until,
        paid_as=PaidAs(row.paid_as),
        fee_share=Decimal(row.fee_share),
        guaranteed=Decimal(row.guaranteed),
        draw=Decimal(row.draw),
        clawback_cap=row.clawback_cap,
        admin=AdminTime(row.admin),
        admin_rate=Decimal(row.admin_rate),
        admin_minutes=row.admin_minutes,
        supervision_rate=Decimal(row.supervision_rate),
    )


def as_rule(row: PayRuleRow) -> PayRule:
    """A pay rule as rules read it."""
    return PayRule(
        basis=PayBasis(row.basis),
        value=row.value,
        effective_from=row.effective_from,
        service_id=row.service_id,
        after_sessions=row.after_sessions,
        per_extra_attendee=row.per_extra_attendee,
        from_attendees=row.from_attendees,
        id=row.id or 0,
    )


def as_adjustment(row: PayAdjustment) -> Adjustment:
    """An adjustment as rules read it."""
    return Adjustment(
        name=row.name,
        since=row.effective_from,
        until=row.effective_until,
        service_id=row.service_id,
        min_minutes=row.min_minutes,
        from_time=row.from_time,
        until_time=row.until_time,
        remote=row.remote,
        amount=row.amount,
        percent=row.percent,
        id=row.id or 0,
    )
