"""Whose month there is something to state of, and to whom it was mailed."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Engine

from starter.queries.reading import only, rows

PAGE = 50


@dataclass(frozen=True)
class StatementRow:
    """A client's month: charged, paid and credited, owed at its end; when it was mailed."""

    client_id: int
    client: str
    reachable: bool
    charged: Decimal
    paid: Decimal
    owed: Decimal
    mailed_at: datetime | None


@dataclass(frozen=True)
class Whose:
    """Whose something is."""

    client_id: int


STATEMENTS = """
with month as (
  select p.account, sum(p.amount) filter (where p.amount > 0) as charged,
    -sum(p.amount) filter (where p.amount < 0) as paid
  from entry e join posting p on p.entry_id = e.id
  where e.on_day between :first and :last and p.account like 'receivable:client:%' group by p.account),
standing as (
  select account, sum(amount) as owed from receivable_at(:last) where account like 'receivable:client:%'
  group by account)
select c.id as client_id, trim(c.first || ' ' || c.last) as client, c.email <> '' as reachable,
  coalesce(m.charged, 0) as charged, coalesce(m.paid, 0) as paid, coalesce(s.owed, 0) as owed,
  (select sent.sent_at from message sent where sent.key = 'statement/' || c.id || '/' || :month) as mailed_at
from month m full join standing s on s.account = m.account
  join client c on c.id = cast(split_part(coalesce(m.account, s.account), ':', 3) as int)
where m.account is not null or s.owed <> 0
order by c.last, c.first, c.id limit :most offset :skipped
"""


def statement_list(engine: Engine, first: date, last: date, page: int = 0) -> list[StatementRow]:
    """Whom a month's statements go to, by name; one more row than a page holds tells that there are more."""
    named = {"first": first, "last": last, "month": f"{first:%Y-%m}"}
    return rows(engine, StatementRow, STATEMENTS, **named, most=PAGE + 1, skipped=page * PAGE)


def client_of(engine: Engine, attendance_id: int) -> int | None:
    """Whose attendance it is."""
    found = only(rows(engine, Whose, "select client_id from attendance where id = :id", id=attendance_id))
    return found.client_id if found else None
