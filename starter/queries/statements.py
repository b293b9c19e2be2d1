"""Whose month there is something to state of, and to whom it was mailed."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Engine

from starter.queries.reading import only, rows


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
select c.id as client_id, trim(c.first || ' ' || c.last) as client, c.email <> '' as reachable,
  coalesce(sum(p.amount) filter (where e.on_day >= :first and p.amount > 0), 0) as charged,
  coalesce(-sum(p.amount) filter (where e.on_day >= :first and p.amount < 0), 0) as paid, sum(p.amount) as owed,
  (select m.sent_at from message m where m.key = 'statement/' || c.id || '/' || :month) as mailed_at
from client c join entry e on e.client_id = c.id join posting p on p.entry_id = e.id
where p.account = 'receivable:client:' || c.id and e.on_day <= :last
group by c.id having count(*) filter (where e.on_day >= :first) > 0 or sum(p.amount) <> 0
order by c.last, c.first, c.id
"""


def statement_list(engine: Engine, first: date, last: date) -> list[StatementRow]:
    """Whom a month's statements go to."""
    return rows(engine, StatementRow, STATEMENTS, first=first, last=last, month=f"{first:%Y-%m}")


def client_of(engine: Engine, attendance_id: int) -> int | None:
    """Whose attendance it is."""
    found = only(rows(engine, Whose, "select client_id from attendance where id = :id", id=attendance_id))
    return found.client_id if found else None
