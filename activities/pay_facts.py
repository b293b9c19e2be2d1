"""A pay period as rules read it: whose it is, what is agreed, what waits for its statement, what earlier ones left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import true
from sqlmodel import Session as Database
from sqlmodel import and_, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from activities.pay_contracts import as_contract
from models.messages import PayPeriodRef
from models.money import ZERO
from models.paying import Contract, Earned, Logged, PeriodFacts, Source, WorkKind
from models.tables import Clinician, PayLine, PayStatement, PayTerms, WorkTime


@dataclass(frozen=True)
class Sheet:
    """A clinician's period without its lines; in dollars what the statements before it left.

    `last_total` of the last one, `deferred` what caps left to take back, `advanced` what was paid ahead.
    """

    clinician: Clinician
    statement: PayStatement | None
    contracts: tuple[Contract, ...]
    last_total: Decimal
    deferred: Decimal
    advanced: Decimal

    def facts(self, period: PayPeriodRef, lines: Sequence[Earned], logged: Sequence[WorkTime]) -> PeriodFacts:
        """What the rules need to state the period."""
        return PeriodFacts(
            first=period.first,
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
    clinician, statement, _, *left_behind = rows[0]
    contracts = tuple(as_contract(row[2]) for row in rows if row[2] is not None)
    return Sheet(clinician, statement, contracts, *(amount or ZERO for amount in left_behind))


def unstated(clinician_id: int, until: date) -> SelectOfScalar[PayLine]:
    """Asks for the lines earned by a day that no statement has yet."""
    query = select(PayLine).where(
        PayLine.clinician_id == clinician_id, col(PayLine.statement_id).is_(None), PayLine.earned_on <= until
    )
    return query.order_by(col(PayLine.earned_on), col(PayLine.id))


def hours(db: Database, period: PayPeriodRef) -> Sequence[WorkTime]:
    """What was logged by the period's end and is in no statement yet."""
    query = select(WorkTime).where(
        WorkTime.clinician_id == period.clinician_id,
        col(WorkTime.statement_id).is_(None),
        WorkTime.day <= period.last,
    )
    return db.exec(query.order_by(col(WorkTime.day), col(WorkTime.id))).all()


def _left(period: PayPeriodRef) -> Any:
    mine = (PayStatement.clinician_id == period.clinician_id, PayStatement.last < period.first)
    last = select(func.max(PayStatement.last)).where(*mine).scalar_subquery()
    amount, source = col(PayLine.amount), col(PayLine.source)
    return (
        select(
            func.sum(amount).filter(col(PayStatement.last) == last).label("last_total"),
            func.sum(amount).filter(source.in_((Source.CLAWBACK_DEFERRED, Source.CLAWBACK_CARRIED))).label("deferred"),
            func.sum(amount).filter(source.in_((Source.DRAW, Source.DRAW_RECOVERED))).label("advanced"),
        )
        .join(PayStatement, col(PayStatement.id) == PayLine.statement_id)
        .where(*mine)
    )
