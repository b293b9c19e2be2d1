"""The ledger as it stands: entries and balances."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Engine

from starter.queries.reading import rows


@dataclass(frozen=True)
class EntryRow:
    """An entry: its debited and its credited account, and what caused it."""

    id: int
    at: datetime
    on_day: date
    event: str
    amount: Decimal
    debit: str
    credit: str
    rule: str
    why: str
    client_id: int | None
    session_id: UUID | None
    attendance_id: int | None
    claim_number: str | None
    payment_id: UUID | None
    pay_line_id: int | None
    reverses_id: int | None


@dataclass(frozen=True)
class EntryFilter:
    """Which entries; None means any."""

    account: str | None = None
    client_id: int | None = None
    session_id: UUID | None = None
    session_ids: list[UUID] | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class BalanceRow:
    """What stands on an account: debits, credits, and what is left (debit positive)."""

    account: str
    debits: Decimal
    credits: Decimal
    balance: Decimal


ENTRIES = """
select e.id, e.at, e.on_day, e.event, sum(p.amount) filter (where p.amount > 0) as amount,
  string_agg(p.account, ', ' order by p.id) filter (where p.amount > 0) as debit,
  string_agg(p.account, ', ' order by p.id) filter (where p.amount < 0) as credit,
  e.rule, e.why, e.client_id, e.session_id, e.attendance_id, e.claim_number, e.payment_id, e.pay_line_id,
  e.reverses_id
from entry e join posting p on p.entry_id = e.id
where (cast(:account as text) is null
    or exists (select from posting o where o.entry_id = e.id and o.account like :account))
  and (cast(:client_id as int) is null or e.client_id = :client_id)
  and (cast(:session_id as uuid) is null or e.session_id = :session_id)
  and (cast(:session_ids as uuid[]) is null or e.session_id = any(:session_ids))
  and (cast(:since as date) is null or e.on_day >= :since)
  and (cast(:until as date) is null or e.on_day <= :until)
group by e.id order by e.id
"""

BALANCES = """
select account, coalesce(sum(amount) filter (where amount > 0), 0) as debits,
  coalesce(-sum(amount) filter (where amount < 0), 0) as credits, sum(amount) as balance
from posting where account like :like group by account order by account
"""


def entries(engine: Engine, wanted: EntryFilter) -> list[EntryRow]:
    """The entries of a filter in the order of posting; an account may end in * for all that begin so."""
    values = vars(wanted) | {"account": _like(wanted.account) if wanted.account else None}
    return rows(engine, EntryRow, ENTRIES, **values)


def balances(engine: Engine, account: str = "*") -> list[BalanceRow]:
    """What stands on an account, or on all that begin so."""
    return rows(engine, BalanceRow, BALANCES, like=_like(account))


def _like(account: str) -> str:
    """An account as a pattern; `_` and `%` mean themselves."""
    plain = account.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%")
    return f"{plain[:-1]}%" if plain.endswith("*") else plain
