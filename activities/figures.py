"""The owner's week by mail: counts and sums over the ledger, nobody's name in them."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import any_, literal, text
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities.database import Tx, step
from activities.rendering import FiguresMail, PracticeCard
from activities.wording import usd
from models.calendar import midnight
from models.messages import Handover, Mail
from models.rules.work import OWNER
from models.tables import Account

WEEK = """
select
  (select count(*) from attendance a join session s on s.id = a.session_id
    where s.starts >= :since and s.starts < :until and a.status = 'attended') as attended,
  (select count(*) from attendance a join session s on s.id = a.session_id
    where s.starts >= :since and s.starts < :until and a.status in ('no_show', 'late_cancelled')) as missed,
  coalesce((select -sum(p.amount) from posting p join entry e on e.id = p.entry_id
    where e.on_day between :first and :last and p.account like 'income:%'), 0) as earned,
  coalesce((select sum(p.amount) from posting p join entry e on e.id = p.entry_id
    where e.on_day between :first and :last and p.account like 'cash:%' and p.account <> 'cash:payroll'), 0) as came_in,
  coalesce((select sum(amount) from posting where account like 'receivable:client:%'), 0) as owed_by_clients,
  coalesce((select sum(amount) from posting where account like 'receivable:payer:%'), 0) as owed_by_payers,
  (select count(*) from task where closed_at is null and due_at < :until) as tasks_due
"""


@dataclass(frozen=True)
class Week:
    """A practice's week, from the Monday `first` to the Sunday `last`."""

    first: date
    last: date
    attended: int
    missed: int
    earned: Decimal
    came_in: Decimal
    owed_by_clients: Decimal
    owed_by_payers: Decimal
    tasks_due: int


def week(tx: Tx, first: date) -> Week:
    """What came of the week that begins then."""
    last = first + timedelta(days=6)
    span = {"since": midnight(first, tx.tz), "until": midnight(last + timedelta(days=1), tx.tz)}
    found = tx.db.execute(text(WEEK), {"first": first, "last": last, **span}).one()
    return Week(first, last, **found._mapping)


def figures_mail(tx: Tx, mail: Mail, card: PracticeCard) -> FiguresMail:
    """The mail; where there are no claims no payer owes anything."""
    assert mail.month is not None  # the Monday
    found = week(tx, mail.month)
    lines = [
        ("Sessions attended", str(found.attended)),
        ("Missed or cancelled late", str(found.missed)),
        ("Earned", usd(found.earned)),
        ("Came in", usd(found.came_in)),
        ("Owed by clients", usd(found.owed_by_clients)),
    ]
    if tx.practice.kind == "therapy":
        lines.append(("Owed by payers", usd(found.owed_by_payers)))
    lines.append(("Tasks due", str(found.tasks_due)))
    greeting = tx.db.get_one(Account, mail.account_id).name.partition(" ")[0]
    url = f"{tx.world.site_url}/reports" if tx.world.site_url else None
    return FiguresMail(card, greeting, found.first, found.last, tuple(lines), url)


@step("figures.due")
def due(tx: Tx, day: date) -> Handover:
    """Mail the week before a day's to every owner."""
    monday = day - timedelta(days=day.weekday() + 7)
    for account in owners(tx.db):
        key = f"figures/{account.id}/{monday}"
        tx.after.mails.append(Mail(key, "figures", account_id=account.id, month=monday))
    return tx.after.handover()


def owners(db: Database) -> list[Account]:
    """Everybody who owns the practice and may come in."""
    query = select(Account).where(Account.active, literal(OWNER) == any_(col(Account.roles)))
    return list(db.exec(query.order_by(col(Account.id))).all())
