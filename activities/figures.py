"""The owner's week by mail: the figures and papers of the reports themselves, no client's name in them."""

from datetime import date, timedelta

from sqlalchemy import any_, func, literal
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities.database import Tx, step
from activities.rendering import FiguresMail, PracticeCard
from activities.reports import cells
from activities.reports.answering import Answer, made_of, read
from activities.reports.paper import pdf_of
from models.calendar import midnight
from models.messages import Handover, Mail
from models.reports.asking import ask
from models.reports.attendance import ATTENDANCE
from models.reports.declaration import Report
from models.reports.money import AGING, REVENUE
from models.rules.work import OWNER
from models.tables import Account, Task
from models.words import Words, words_of

SHOWN = (
    (REVENUE, "clinician", ("billed", "collected")),
    (ATTENDANCE, "clinician", ("attended", "late", "missed")),
)
"""What goes along as PDF, and which sums of it stand in the mail. None of them names a client."""


def figures_mail(tx: Tx, mail: Mail, card: PracticeCard) -> FiguresMail:
    """The mail about the week that begins on the Monday `mail.month`."""
    assert mail.month is not None
    first, last, words = mail.month, mail.month + timedelta(days=6), words_of(tx.practice.kind)
    lines, papers = [], []
    for report, by, names in SHOWN:
        found = asked(tx, report, first, last, by)
        lines += [_told(found, name, words) for name in names]
        papers.append((f"{report.name}-{first}.pdf", pdf_of(found, card, words)))
    lines += _owed(tx, last, words)
    lines.append(("Tasks due", f"{_tasks_due(tx, last):,}"))
    greeting = tx.db.get_one(Account, mail.account_id).name.partition(" ")[0]
    url = f"{tx.world.site_url}/reports" if tx.world.site_url else None
    return FiguresMail(card, greeting, first, last, tuple(lines), url, tuple(papers))


def asked(tx: Tx, report: Report, first: date, last: date, by: str) -> Answer:
    """A report inside a step, as its page asks it."""
    wish = ask(report, tx.now, tx.tz, first, last, by, claims=words_of(tx.practice.kind).therapy)
    return made_of(report, wish, read(tx.db.connection(), report, wish))


def _told(found: Answer, name: str, words: Words) -> tuple[str, str]:
    """A sum of a report under its title; a report without a line has nothing in it."""
    [column] = [column for column in found.columns if column.name == name]
    return cells.titled(column.title, words), cells.number(found.sum_of(name) or 0, column.kind)


def _owed(tx: Tx, last: date, words: Words) -> list[tuple[str, str]]:
    """What stood open at the week's end; where there are no claims no payer owes anything."""
    whose = {"client": words.clients, **({"payer": "payers"} if words.therapy else {})}
    return [(f"Owed by {who}", _told(asked(tx, AGING, last, last, by), "owed", words)[1]) for by, who in whose.items()]


def _tasks_due(tx: Tx, last: date) -> int:
    until = midnight(last + timedelta(days=1), tx.tz)
    query = select(func.count()).select_from(Task).where(col(Task.closed_at).is_(None), col(Task.due_at) < until)
    return tx.db.exec(query).one()


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
