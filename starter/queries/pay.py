"""Pay as its owner sees it: statements, and the lines they are the sum of."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Engine

from starter.queries.reading import rows


@dataclass(frozen=True)
class StatementRow:
    """A closed period of a clinician."""

    id: int
    clinician_id: int
    clinician: str
    first: date
    last: date
    lines: int
    total: Decimal
    closed_at: datetime
    approved_at: datetime | None
    approved_by: str
    paid_at: datetime | None


@dataclass(frozen=True)
class PayLineRow:
    """One reason to pay; `last` is the end of the period that states it (None: not stated yet)."""

    id: int
    clinician_id: int
    clinician: str
    session_id: UUID | None
    source: str
    earned_on: date
    basis: Decimal
    amount: Decimal
    rule: str
    why: str
    last: date | None
    paid_at: datetime | None


@dataclass(frozen=True)
class ExplainedLine:
    """A pay line with the session it is for, what it is a share of, and how the ledger holds it."""

    id: int
    source: str
    earned_on: date
    session_id: UUID | None
    held_on: datetime | None
    service: str | None
    basis: Decimal
    amount: Decimal
    rule: str
    why: str
    entry_id: int | None
    posted: Decimal


STATEMENTS = """
select p.id, p.clinician_id, k.name as clinician, p.first, p.last, count(l.id) as lines,
  coalesce(sum(l.amount), 0) as total, p.closed_at, p.approved_at, p.approved_by,
  p.paid_at
from pay_statement p join clinician k on k.id = p.clinician_id left join pay_line l on l.statement_id = p.id
where (cast(:clinician_id as int) is null or p.clinician_id = :clinician_id)
  and (cast(:last as date) is null or p.last = :last)
group by p.id, k.name order by p.last, p.clinician_id
"""

LINES = """
select l.id, l.clinician_id, k.name as clinician, l.session_id, l.source, l.earned_on, l.basis, l.amount, l.rule,
  l.why, p.last, p.paid_at
from pay_line l join clinician k on k.id = l.clinician_id left join pay_statement p on p.id = l.statement_id
where (cast(:clinician_id as int) is null or l.clinician_id = :clinician_id)
  and (cast(:statement_id as int) is null or l.statement_id = :statement_id)
  and (cast(:session_id as uuid) is null or l.session_id = :session_id)
  and (not :unstated or l.statement_id is null)
order by l.earned_on, l.id
"""

EXPLAINED = """
select l.id, l.source, l.earned_on, l.session_id, s.starts as held_on, v.name as service, l.basis, l.amount,
  l.rule, l.why,
  e.id as entry_id, coalesce(-p.amount, 0) as posted
from pay_line l left join pay_statement t on t.id = l.statement_id
  left join session s on s.id = l.session_id left join service v on v.id = s.service_id
  left join entry e on e.key = l.key
  left join posting p on p.entry_id = e.id and p.account = 'payable:clinician:' || l.clinician_id
where l.clinician_id = :clinician_id
  and ((cast(:last as date) is null and l.statement_id is null) or t.last = :last)
order by l.earned_on, l.id
"""


def statements(engine: Engine, clinician_id: int | None = None, last: date | None = None) -> list[StatementRow]:
    """Closed periods in the order of their ends."""
    return rows(engine, StatementRow, STATEMENTS, clinician_id=clinician_id, last=last)


def lines(
    engine: Engine,
    clinician_id: int | None = None,
    statement_id: int | None = None,
    session_id: UUID | None = None,
    unstated: bool = False,
) -> list[PayLineRow]:
    """Pay lines in the order in which they were earned."""
    values = {"clinician_id": clinician_id, "statement_id": statement_id, "session_id": session_id}
    return rows(engine, PayLineRow, LINES, **values, unstated=unstated)


def explained(engine: Engine, clinician_id: int, last: date | None = None) -> list[ExplainedLine]:
    """The lines of a period, or those not stated yet, each beside its entry."""
    return rows(engine, ExplainedLine, EXPLAINED, clinician_id=clinician_id, last=last)
