"""Pay worked out anew since a day: sessions, shares of fees, logged hours; and guarantees it leaves to the owner."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlmodel import Session as Database
from sqlmodel import and_, col, func, or_, select

from activities import directory, earnings, pay_contracts, pay_facts
from activities.database import Tx
from models.calendar import midnight
from models.money import ZERO, share, total
from models.paying import Earned, Logged, PeriodFacts, Source, WorkKind
from models.rules import pay as rules
from models.rules import pay_periods
from models.tables import AttendanceRow, PayLine, PayStatement, Session, WorkTime

ADDED = (
    *(Source.GUARANTEE, Source.CARRIED_OVER, Source.DRAW, Source.DRAW_RECOVERED),
    *(Source.CLAWBACK_CARRIED, Source.CLAWBACK_DEFERRED),
)
"""What closing a period adds to its lines, of which its guarantee takes no account."""


@dataclass(frozen=True)
class Promise:
    """A closed period whose guarantee added `was`, and by the contracts as they are now would add `now`."""

    first: date
    last: date
    was: Decimal
    now: Decimal

    @property
    def words(self) -> str:
        """What is left to do about it."""
        return (
            f"the guarantee added {self.was} to the period from {self.first} to {self.last}, by the contracts as they "
            f"are now it would be {self.now}: add the difference as a correction, if it was not added yet"
        )


def since(tx: Tx, clinician_id: int, day: date, because: str) -> int:
    """Everything held or logged since a day by what is agreed now; how many sessions and logged hours changed."""
    newest = tx.db.exec(select(func.max(PayLine.id))).one() or 0
    query = select(Session).where(Session.clinician_id == clinician_id, Session.starts >= midnight(day, tx.tz))
    sessions = tx.db.exec(query.order_by(col(Session.starts))).all()
    earned = [session for session in sessions if session.earned_on is not None]
    if earned:
        earnings.pay_by(tx, earned)
    earnings.accrue_clients(tx, _clients(tx, sessions))
    for session in earned:
        earnings.follow(tx, session, f"session of {directory.held_on(tx, session)}, {because}")
    _fees(tx, {session.id: session for session in sessions}, because)
    _hours(tx, clinician_id, day, because)
    lines = select(PayLine).where(PayLine.clinician_id == clinician_id, col(PayLine.id) > newest)
    return len({line.session_id or line.key for line in tx.db.exec(lines).all()})


def promises(db: Database, clinician_id: int, day: date) -> list[Promise]:
    """Closed periods since a day whose guarantee would be another by the contracts as they are now, oldest first."""
    query = select(PayStatement).where(PayStatement.clinician_id == clinician_id, PayStatement.last >= day)
    found = [_promise(db, statement) for statement in db.exec(query.order_by(col(PayStatement.last))).all()]
    return [promise for promise in found if promise.was != promise.now]


def _promise(db: Database, statement: PayStatement) -> Promise:
    lines = db.exec(
        select(col(PayLine.source), col(PayLine.amount), pay_facts.late(statement.first))
        .outerjoin(Session, col(Session.id) == PayLine.session_id)
        .where(PayLine.statement_id == statement.id)
    ).all()
    facts = PeriodFacts(
        statement.first,
        statement.last,
        tuple(pay_contracts.contracts(db, statement.clinician_id)),
        tuple(Earned(source, amount, is_late) for source, amount, is_late in lines if source not in ADDED),
    )
    now = total(e.earned.amount for e in pay_periods.extras(facts) if e.source is Source.GUARANTEE)
    was = total(amount for source, amount, _ in lines if source == Source.GUARANTEE)
    return Promise(statement.first, statement.last, was, now)


def _clients(tx: Tx, sessions: Sequence[Session]) -> list[int]:
    ids = [session.id for session in sessions]
    query = select(AttendanceRow.client_id).where(col(AttendanceRow.session_id).in_(ids)).distinct()
    return sorted(tx.db.exec(query).all())


def _fees(tx: Tx, sessions: dict[object, Session], because: str) -> None:
    """The share of fees that the contract of the date of service gives."""
    query = select(PayLine).where(
        col(PayLine.session_id).in_(list(sessions)),
        or_(
            PayLine.source == Source.FEE,
            and_(PayLine.source == Source.CORRECTION, col(PayLine.attendance_id).is_not(None)),
        ),
    )
    by_attendance: dict[int, list[PayLine]] = defaultdict(list)
    for line in tx.db.exec(query.order_by(col(PayLine.id))).all():
        by_attendance[line.attendance_id or 0].append(line)
    for attendance_id, lines in by_attendance.items():
        session = sessions[lines[0].session_id]
        day = directory.held_on(tx, session)
        contract = pay_contracts.contract_on(tx.db, session.clinician_id, day)
        percent = contract.fee_share if contract else ZERO
        due = total(share(line.basis, percent) for line in lines if line.source == Source.FEE)
        why = f"fee for {day}, {because}"
        right = _correction(tx, session.clinician_id, f"fee/{attendance_id}", "pay.fee_share", why)
        right.session_id, right.attendance_id = session.id, attendance_id
        _put_right(tx, lines, due, right)


def _hours(tx: Tx, clinician_id: int, day: date, because: str) -> None:
    """Logged hours that a statement tells, at the rate of the contract of their day."""
    query = select(WorkTime).where(
        WorkTime.clinician_id == clinician_id, WorkTime.day >= day, col(WorkTime.statement_id).is_not(None)
    )
    contracts = pay_contracts.contracts(tx.db, clinician_id)
    for worked in tx.db.exec(query.order_by(col(WorkTime.day), col(WorkTime.id))).all():
        key = f"time/{worked.id}"
        named = or_(PayLine.key == f"pay/{key}", col(PayLine.key).startswith(f"pay/{key}/"))
        lines = tx.db.exec(select(PayLine).where(named)).all()
        logged = Logged(worked.id or 0, WorkKind(worked.kind), worked.day, worked.minutes)
        extra = pay_periods.of_hours(contracts, logged)
        due, rule = (extra.earned.amount, extra.earned.rule) if extra else (ZERO, "pay.no_contract")
        why = f"{worked.minutes} minutes logged for {worked.day}, {because}"
        _put_right(tx, lines, due, _correction(tx, clinician_id, key, rule, why))


def _put_right(tx: Tx, lines: Sequence[PayLine], due: Decimal, right: PayLine) -> None:
    """Keep the difference to what lines paid, as a correction of the open period; nothing new was collected."""
    found = rules.recalculated(due, total(line.amount for line in lines), right.rule, right.why)
    if found:
        right.key = f"{right.key}/right/{len(lines)}"
        right.amount, right.why = found.amount, found.why
        earnings.save(tx, right)


def _correction(tx: Tx, clinician_id: int, key: str, rule: str, why: str) -> PayLine:
    return PayLine(
        key=f"pay/{key}",
        clinician_id=clinician_id,
        source=Source.CORRECTION,
        earned_on=tx.today,
        basis=ZERO,
        amount=ZERO,
        rule=rule,
        why=why,
    )
