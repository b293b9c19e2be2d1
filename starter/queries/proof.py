"""The proof that every cent is explained: each balance against what else the practice knows of it."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Engine
from sqlmodel import Session as Database

from activities import ledger
from models.money import ZERO, total
from models.rules.collections import trace
from models.rules.ledger import client_account
from starter.queries.money import BalanceRow, balances
from starter.queries.reading import rows


@dataclass(frozen=True)
class Explained:
    """A balance, and the sum of the items that explain it."""

    account: str
    by: str
    balance: Decimal
    explained: Decimal

    @property
    def holds(self) -> bool:
        """To the cent."""
        return self.balance == self.explained


@dataclass(frozen=True)
class Proof:
    """All that must hold of a ledger."""

    trial_balance: Decimal
    entries: int
    unbalanced: tuple[int, ...]
    accounts: tuple[BalanceRow, ...]
    explained: tuple[Explained, ...]

    @property
    def holds(self) -> bool:
        """Nothing is left over anywhere."""
        return not self.trial_balance and not self.unbalanced and all(part.holds for part in self.explained)


@dataclass(frozen=True)
class OpenItem:
    """What an account has open for one cause."""

    account: str
    amount: Decimal


@dataclass(frozen=True)
class Counted:
    """How many entries there are, and which do not balance."""

    entries: int
    unbalanced: list[int] | None


COUNT = """
select count(*) as entries, array_agg(id) filter (where rest <> 0 or sides < 2) as unbalanced
from (select e.id, count(p.id) as sides, coalesce(sum(p.amount), 0) as rest
  from entry e left join posting p on p.entry_id = e.id group by e.id) each
"""

PAYER_ITEMS = """
select p.account, sum(p.amount) as amount from posting p join entry e on e.id = p.entry_id
where p.account like 'receivable:payer:%' and (e.remittance_id is not null or exists
  (select from claim_line l join claim m on m.number = l.claim_number
    where l.attendance_id = e.attendance_id and p.account = 'receivable:payer:' || m.payer_id))
group by p.account
"""

CLINICIAN_ITEMS = """
select 'payable:clinician:' || l.clinician_id as account,
  coalesce(-sum(l.amount) filter (
    where l.source not in ('carried_over', 'clawback_deferred', 'clawback_carried')), 0) + coalesce((
    select sum(s.total) from (select sum(x.amount) as total
      from pay_statement p join pay_line x on x.statement_id = p.id
      where p.paid_at is not null and p.clinician_id = l.clinician_id group by p.id) s where s.total > 0), 0) as amount
from pay_line l group by l.clinician_id
"""

CASH_ITEMS = """
select 'cash:' || method as account, sum(case kind when 'payment' then amount else -amount end) as amount
from payment where kind in ('payment', 'refund') group by method
union all
select 'cash:payer', sum(r.payment - coalesce((select sum(rc.paid) from remittance_claim rc
  where rc.remittance_id = r.id and rc.outcome in ('read', 'parked', 'set_aside')), 0))
from remittance r having count(*) > 0
"""

ITEMS = (
    ("receivable:payer:", "open claims and provider-level adjustments", PAYER_ITEMS),
    ("payable:clinician:", "pay lines less what was paid out", CLINICIAN_ITEMS),
)
CASH_BY = "payments recorded less refunds; remittances less what is parked or set aside"


def proof(engine: Engine) -> Proof:
    """The whole ledger, account by account."""
    [counted] = rows(engine, Counted, COUNT)
    accounts = balances(engine)
    parts = _clients(engine, accounts)
    for prefix, by, sql in ITEMS:
        mine = [account for account in accounts if account.account.startswith(prefix)]
        parts += _compared(mine, rows(engine, OpenItem, sql), by)
    cash = [a for a in accounts if a.account.startswith("cash:") and a.account != "cash:payroll"]
    parts += _compared(cash, rows(engine, OpenItem, CASH_ITEMS), CASH_BY)
    return Proof(
        trial_balance=total(account.balance for account in accounts),
        entries=counted.entries,
        unbalanced=tuple(counted.unbalanced or ()),
        accounts=tuple(accounts),
        explained=tuple(parts),
    )


def _compared(accounts: list[BalanceRow], items: list[OpenItem], by: str) -> list[Explained]:
    """Each account beside its items; items of an account that was never posted to count too."""
    balance = {account.account: account.balance for account in accounts}
    explained = {item.account: item.amount for item in items}
    names = sorted(balance | explained)
    return [Explained(name, by, balance.get(name, ZERO), explained.get(name, ZERO)) for name in names]


def _clients(engine: Engine, accounts: list[BalanceRow]) -> list[Explained]:
    """What each client owes, against sessions and fees not paid yet, less credit."""
    prefix = client_account(0)[:-1]
    mine = [account for account in accounts if account.account.startswith(prefix)]
    with Database(engine) as db:
        items = [OpenItem(a.account, _open(db, int(a.account.removeprefix(prefix)))) for a in mine]
    return _compared(mine, items, "unpaid sessions and fees, less credit")


def _open(db: Database, client_id: int) -> Decimal:
    account = trace(ledger.movements(db, client_id))
    return total(account.open(debt) for debt in account.owed) - account.credit
