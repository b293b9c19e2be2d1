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
    paid_on: date | None
    paid_on_before: str
    exported_at: datetime | None
    settles_on: date | None


@dataclass(frozen=True)
class OpenSum:
    """What somebody has earned and not been told yet."""

    clinician_id: int
    clinician: str
    lines: int
    amount: Decimal


@dataclass(frozen=True)
class LoggedRow:
    """Minutes somebody logged."""

    id: int
    day: date
    kind: str
    minutes: int
    about: str
    stated: bool


@dataclass(frozen=True)
class AccountRow:
    """Whose bank account is kept (`id` 0: the practice's), and how it ends."""

    id: int
    name: str
    routing: str | None
    savings: bool | None
    ending: str | None
    changed_at: datetime | None


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
    paid_on: date | None


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


@dataclass(frozen=True)
class FileRow:
    """A file of deposits that was made for the bank; `kept`: it can be had again."""

    made_on: date
    letter: str
    last: date
    made_at: datetime
    kept: bool


WHO = """case when exists (select 1 from clinician n where n.name = k.name and n.id <> k.id)
  then k.name || ' (' || k.id || ')' else k.name end"""
"""A clinician `k` by name, with the id where another one has the same."""

STATEMENTS = f"""
select p.id, p.clinician_id, {WHO} as clinician, p.first, p.last, count(l.id) as lines,
  coalesce(sum(l.amount), 0) as total, p.closed_at, p.approved_at, p.approved_by,
  p.paid_at, p.paid_on, p.paid_on_before, p.exported_at, p.settles_on
from pay_statement p join clinician k on k.id = p.clinician_id left join pay_line l on l.statement_id = p.id
where (cast(:clinician_id as int) is null or p.clinician_id = :clinician_id)
  and (cast(:last as date) is null or p.last = :last)
  and (cast(:statement_id as int) is null or p.id = :statement_id)
group by p.id, k.id order by p.last, p.clinician_id
"""

NEWEST = f"""
select * from (select p.id, p.clinician_id, {WHO} as clinician, p.first, p.last, p.closed_at, p.approved_at,
  p.approved_by, p.paid_at, p.paid_on, p.paid_on_before, p.exported_at, p.settles_on,
  totals.lines, coalesce(totals.total, 0) as total
from (select * from pay_statement where cast(:clinician_id as int) is null or clinician_id = :clinician_id
  order by last desc, id desc limit :newest) p
  join clinician k on k.id = p.clinician_id
  cross join lateral (select count(*) as lines, sum(amount) as total from pay_line l where l.statement_id = p.id) totals
) found order by last desc, clinician
"""

OPEN = f"""
select k.id as clinician_id, {WHO} as clinician, count(l.id) as lines, coalesce(sum(l.amount), 0) as amount
from clinician k left join pay_line l on l.clinician_id = k.id and l.statement_id is null
group by k.id having k.active or count(l.id) > 0 order by k.name, k.id
"""

LOGGED = """
select id, day, kind, minutes, about, statement_id is not null as stated from work_time
where clinician_id = :clinician_id order by day desc, id desc limit 200
"""

ACCOUNTS = f"""
select coalesce(k.id, 0) as id, coalesce({WHO}, 'The practice itself') as name, b.routing, b.savings, b.ending,
  b.changed_at
from (select id, name, active from clinician union all select null, null, true) k
  left join bank_account b on b.clinician_id is not distinct from k.id
where k.active or b.id is not null order by k.id nulls first
"""

FILES = """
select made_on, letter, last, made_at, sealed is not null as kept from pay_file order by made_at desc limit 24
"""

LINES = """
select l.id, l.clinician_id, k.name as clinician, l.session_id, l.source, l.earned_on, l.basis, l.amount, l.rule,
  l.why, p.last, p.paid_on
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


def statements(
    engine: Engine,
    clinician_id: int | None = None,
    last: date | None = None,
    statement_id: int | None = None,
    newest: int | None = None,
) -> list[StatementRow]:
    """Closed periods in the order of their ends; with `newest` so many of the last ones, the newest first."""
    if newest is not None:
        return rows(engine, StatementRow, NEWEST, clinician_id=clinician_id, newest=newest)
    return rows(engine, StatementRow, STATEMENTS, clinician_id=clinician_id, last=last, statement_id=statement_id)


def open_sums(engine: Engine) -> list[OpenSum]:
    """What everybody has earned since their last statement."""
    return rows(engine, OpenSum, OPEN)


def logged(engine: Engine, clinician_id: int) -> list[LoggedRow]:
    """Somebody's logged minutes, the newest first."""
    return rows(engine, LoggedRow, LOGGED, clinician_id=clinician_id)


def accounts(engine: Engine) -> list[AccountRow]:
    """The practice's account and everybody's."""
    return rows(engine, AccountRow, ACCOUNTS)


def deposit_files(engine: Engine) -> list[FileRow]:
    """The latest files for the bank."""
    return rows(engine, FileRow, FILES)


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
