"""How old what clients and payers owe is."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine

from models.rules.aging import Aged, OpenItem, aged
from starter.queries.reading import rows


@dataclass(frozen=True)
class AgedRow:
    """Who owes, and what by age."""

    id: int
    name: str
    aged: Aged


@dataclass(frozen=True)
class Named:
    """An id with its name."""

    id: int
    name: str


CLIENT_ITEMS = """
with owing as (select account, sum(amount) as balance from receivable_at('infinity')
  where account like 'receivable:client:%' group by account having sum(amount) > 0),
debts as (select p.account, e.on_day, p.amount, o.balance,
    sum(p.amount) over (partition by p.account order by e.on_day desc, e.id desc) - p.amount as newer
  from posting p join entry e on e.id = p.entry_id join owing o on o.account = p.account
  where p.amount > 0 and not exists (select from entry r where r.reverses_id = e.id))
select cast(split_part(account, ':', 3) as int) as owner_id, on_day as since, least(amount, balance - newer) as amount
from debts where balance > newer
"""
"""What is unpaid of each debt: payments cover the oldest first, so what is open are the newest."""

PAYER_ITEMS = """
select m.payer_id as owner_id, m.held_on as since, o.amount
from receivable_at('infinity') o
  join claim m on m.attendance_id = o.attendance_id and o.account = 'receivable:payer:' || m.payer_id
where o.amount > 0 and o.account like 'receivable:payer:%'
"""

CLIENT_NAMES = "select id, trim(first || ' ' || last) as name from client where id = any(:ids)"
PAYER_NAMES = "select id, name from payer where id = any(:ids)"


def clients_aging(engine: Engine, today: date) -> list[AgedRow]:
    """What clients owe, by age; who owes most comes first."""
    return _named(engine, CLIENT_NAMES, aged(rows(engine, OpenItem, CLIENT_ITEMS), today))


def payers_aging(engine: Engine, today: date) -> list[AgedRow]:
    """What payers owe, by age of the session."""
    return _named(engine, PAYER_NAMES, aged(rows(engine, OpenItem, PAYER_ITEMS), today))


def _named(engine: Engine, names: str, lines: list[Aged]) -> list[AgedRow]:
    known = {row.id: row.name for row in rows(engine, Named, names, ids=[line.owner_id for line in lines])}
    return [AgedRow(line.owner_id, known.get(line.owner_id, ""), line) for line in lines]
