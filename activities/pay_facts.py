"""A pay period as rules read it: whose it is, what is agreed, what waits for its statement, what earlier ones left."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import exists, true
from sqlmodel import Session as Database
from sqlmodel import and_, col, func, select

from activities.pay_contracts import as_contract
from models.messages import PayPeriodRef
from models.money import ZERO
from models.paying import Contract, Earned, Logged, PeriodFacts, Source, Unstated, WorkKind
from models.tables import Clinician, PayLine, PayStatement, PayTerms, Session, WorkTime

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Sheet:
    """A clinician's period without its lines; in dollars what the statements before it left.

    `stated_through` is the last day of the newest one before it, `last_total` its sum, `deferred` what caps left to
    take back, `advanced` what was paid ahead.
    """

    clinician: Clinician
    statement: PayStatement | None
    contracts: tuple[Contract, ...]
    stated_through: date | None
    last_total: Decimal
    deferred: Decimal
    advanced: Decimal

    def first(self, period: PayPeriodRef) -> date:
        """Where the period begins for the clinician: after the statement before, which a change of the cycle cuts."""
        return max(period.first, self.stated_through + DAY) if self.stated_through else period.first

    def facts(self, period: PayPeriodRef, lines: Sequence[Earned], logged: Sequence[WorkTime]) -> PeriodFacts:
        """What the rules need to state the period."""
        return PeriodFacts(
            first=self.first(period),
            whole=period.first,
            last=period.last,
            contracts=self.contracts,
            lines=tuple(lines),
            logged=tuple(Logged(h.id or 0, WorkKind(h.kind), h.day, h.minutes) for h in logged),
            last_total=self.last_total,
            deferred=self.deferred,
            advanced=self.advanced,
        )


def sheet(db: Database, period: PayPeriodRef) -> Sheet | None:
    """Read at once; None where there is no such clinician."""
    left = _left(period).subquery()
    query: Any = (
        select(Clinician, PayStatement, PayTerms, *left.c)
        .outerjoin(PayStatement, and_(PayStatement.clinician_id == Clinician.id, PayStatement.last == period.last))
        .outerjoin(PayTerms, col(PayTerms.clinician_id) == Clinician.id)
        .join(left, true())
        .where(Clinician.id == period.clinician_id)
        .order_by(col(PayTerms.effective_from))
    )
    rows = db.execute(query).all()
    if not rows:
        return None
    clinician, statement, _, stated_through, *left_behind = rows[0]
    contracts = tuple(as_contract(row[2]) for row in rows if row[2] is not None)
    return Sheet(clinician, statement, contracts, stated_through, *(amount or ZERO for amount in left_behind))


def earned(db: Database, period: PayPeriodRef, first: date) -> dict[int, Earned]:
    """The lines of a period that begins on a day and no statement has yet, as rules read them, by their ids."""
    columns: Any = (col(PayLine.id), col(PayLine.source), col(PayLine.amount), late(first))
    found = db.execute(_waiting(period).with_only_columns(*columns))
    return {number: Earned(source, amount, is_late) for number, source, amount, is_late in found}


def earned_lines(db: Database, period: PayPeriodRef, first: date) -> list[tuple[PayLine, Earned]]:
    """The same with the lines whole, for people to look at."""
    found = db.execute(_waiting(period).add_columns(late(first)))
    return [(line, Earned(line.source, line.amount, is_late)) for line, is_late in found]


def unstated(db: Database, clinician_id: int | None = None) -> dict[int, Unstated]:
    """What no statement tells yet, of one clinician or of all.

    Of who left without an end of their contract nothing is promised: only what they earn still counts.
    """

    def theirs(column: Any) -> Any:
        return true() if clinician_id is None else column == clinician_id

    statement, line, worked = PayStatement.clinician_id, PayLine.clinician_id, WorkTime.clinician_id
    through: Any = select(statement, func.max(PayStatement.last)).where(theirs(statement)).group_by(col(statement))
    lines: Any = (
        select(line, col(PayLine.earned_on)).where(theirs(line), col(PayLine.statement_id).is_(None)).distinct()
    )
    holds = col(WorkTime.day).between(PayTerms.effective_from, func.coalesce(PayTerms.effective_until, WorkTime.day))
    agreed = exists().where(col(PayTerms.clinician_id) == worked, holds)
    hours: Any = (
        select(worked, col(WorkTime.day)).where(theirs(worked), col(WorkTime.statement_id).is_(None), agreed).distinct()
    )
    terms = select(PayTerms).join(Clinician, col(Clinician.id) == PayTerms.clinician_id).where(theirs(Clinician.id))
    terms = terms.where(col(Clinician.active) | col(PayTerms.effective_until).is_not(None))
    found: dict[int, Unstated] = defaultdict(Unstated)
    for clinician, last in db.exec(through):
        found[clinician] = replace(found[clinician], stated_through=last)
    for clinician, day in (*db.exec(lines), *db.exec(hours)):
        found[clinician] = replace(found[clinician], days=(*found[clinician].days, day))
    for row in db.exec(terms):
        known = found[row.clinician_id]
        found[row.clinician_id] = replace(known, contracts=(*known.contracts, as_contract(row)))
    return found


def hours(db: Database, period: PayPeriodRef) -> Sequence[WorkTime]:
    """What was logged by the period's end and is in no statement yet."""
    query = select(WorkTime).where(
        WorkTime.clinician_id == period.clinician_id,
        col(WorkTime.statement_id).is_(None),
        WorkTime.day <= period.last,
    )
    return db.exec(query.order_by(col(WorkTime.day), col(WorkTime.id))).all()


def _waiting(period: PayPeriodRef) -> Any:
    query = select(PayLine).outerjoin(Session, col(Session.id) == PayLine.session_id)
    query = query.where(PayLine.clinician_id == period.clinician_id, col(PayLine.statement_id).is_(None))
    return query.where(PayLine.earned_on <= period.last).order_by(col(PayLine.earned_on), col(PayLine.id))


def late(first: date) -> Any:
    """Whether a line, its session joined, puts right what was earned before a period that begins on a day."""
    return (col(PayLine.source) == Source.RECALCULATED) & (func.coalesce(col(Session.earned_on), first) < first)


def _left(period: PayPeriodRef) -> Any:
    mine = (PayStatement.clinician_id == period.clinician_id, PayStatement.last < period.last)
    last = select(func.max(PayStatement.last)).where(*mine).scalar_subquery()
    amount, source = col(PayLine.amount), col(PayLine.source)
    return (
        select(
            last.label("stated_through"),
            func.sum(amount).filter(col(PayStatement.last) == last).label("last_total"),
            func.sum(amount).filter(source.in_((Source.CLAWBACK_DEFERRED, Source.CLAWBACK_CARRIED))).label("deferred"),
            func.sum(amount).filter(source.in_((Source.DRAW, Source.DRAW_RECOVERED))).label("advanced"),
        )
        .join(PayStatement, col(PayStatement.id) == PayLine.statement_id)
        .where(*mine)
    )
