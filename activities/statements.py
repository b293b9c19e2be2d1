"""A client's month on paper: what was there before, what was charged and paid, what they owe now.

Only the client's own account is stated: never what a payer may still pay.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta
from sqlalchemy import Engine, func
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import links, papers
from activities.database import Tx, step
from activities.documents import Line, amount_of, balance, drawn, rows, shown
from activities.rendering import PracticeCard
from activities.vault import Vault
from activities.wording import long_date, usd
from models.calendar import month_before
from models.collecting import StatementBatch, StatementMonth
from models.messages import Mail
from models.money import ZERO
from models.rules.ledger import client_account
from models.tables import Client, Entry, Posting, Practice

AT_ONCE = 200
"""How many statements one step sets going."""


@dataclass(frozen=True)
class StatementDocument:
    """A client's account over a month; payments and credits are negative lines."""

    practice: PracticeCard
    first: date
    last: date
    client_name: str
    client_address: str
    before: Decimal
    lines: tuple[Line, ...]
    pay_url: str | None = None

    @property
    def owed(self) -> Decimal:
        """What the client owes at the end of the month (below zero: credit)."""
        return self.before + amount_of(self.lines)


def statement(
    db: Database, client_id: int, month: date, site_url: str = "", vault: Vault | None = None
) -> StatementDocument:
    """The month of a client; `month` is its first day. With a vault its link opens it without signing in."""
    practice, last = db.get_one(Practice, 1), last_day(month)
    name, address = papers.bill_to(db, db.get_one(Client, client_id))
    mine = select(Entry, col(Posting.amount)).join(Posting, col(Posting.entry_id) == Entry.id)
    mine = mine.where(Posting.account == client_account(client_id)).order_by(col(Entry.on_day), col(Entry.id))
    entries = db.exec(mine.where(col(Entry.on_day) <= last)).all()
    lines = [Line(entry.on_day, papers.words(entry), amount) for entry, amount in entries if entry.on_day >= month]
    before = sum((amount for entry, amount in entries if entry.on_day < month), ZERO)
    url = practice.pay_url or (f"{site_url}{_path(client_id, month, vault)}" if site_url else None)
    return StatementDocument(papers.card_of(practice), month, last, name, address, before, tuple(lines), url)


def _path(client_id: int, month: date, vault: Vault | None) -> str:
    return f"/statement/{links.statement_token(vault, client_id, month)}" if vault else "/portal/invoices"


def statement_pdf(document: StatementDocument) -> bytes:
    """The statement; a credit is named as one."""
    label, amount = balance(document.owed)
    charged = [line for line in document.lines if line.amount > ZERO]
    taken_off = [line for line in document.lines if line.amount <= ZERO]
    sums = [
        ("Balance before", document.before, True),
        ("Charges", amount_of(charged), True),
        ("Payments and credits", amount_of(taken_off), True),
        (label, amount, True),
    ]
    data = {
        "client_name": document.client_name,
        "client_address": document.client_address,
        "period": f"{long_date(document.first)} to {long_date(document.last)}",
        "due_label": label,
        "due": usd(amount),
        "lines": rows(document.lines),
        "sums": shown(sums),
        "pay_url": document.pay_url if document.owed > 0 else None,
    }
    return drawn("statement", document.practice, document.last, data)


def statement_pdf_of(engine: Engine, client_id: int, month: date, site_url: str = "") -> bytes:
    """A client's statement as PDF."""
    with Database(engine) as db:
        return statement_pdf(statement(db, client_id, month, site_url))


def last_day(month: date) -> date:
    """The last day of the month that begins then."""
    return month + relativedelta(months=1) - timedelta(days=1)


@step("statements.due")
def due(tx: Tx, wanted: StatementMonth) -> StatementBatch:
    """Have the statements of a month mailed (the last one unless named), to clients with something to state."""
    month = wanted.month or month_before(tx.today)
    clients = _with_something_to_state(tx.db, month, wanted.after)
    for client_id in clients:
        key = f"statement/{client_id}/{month:%Y-%m}"
        tx.after.mails.append(Mail(key, "statement", client_id, month=month))
    next_after = clients[-1] if len(clients) == AT_ONCE else None
    return StatementBatch(month, len(clients), next_after, tx.after.handover())


def _with_something_to_state(db: Database, month: date, after: int) -> list[int]:
    """Clients with mail addresses whose account moved in the month or was not at zero at its end."""
    moved = func.count().filter(col(Entry.on_day) >= month)
    query = (
        select(Client.id)
        .join(Entry, col(Entry.client_id) == Client.id)
        .join(Posting, col(Posting.entry_id) == Entry.id)
        .where(Posting.account == func.concat("receivable:client:", Client.id))
        .where(col(Entry.on_day) <= last_day(month), Client.email != "", col(Client.id) > after)
        .group_by(col(Client.id))
        .having((moved > 0) | (func.sum(Posting.amount) != 0))
        .order_by(col(Client.id))
        .limit(AT_ONCE)
    )
    return [client_id or 0 for client_id in db.exec(query).all()]
