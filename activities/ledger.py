"""Entries and balances: the only place that writes or sums postings."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import func, text
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities.database import Tx
from models.facts import Movement
from models.money import ZERO
from models.rules.ledger import Draft, Event, client_account, mirror
from models.tables import Entry, Posting

CAUSES = ("client_id", "session_id", "attendance_id", "claim_number", "payment_id", "pay_line_id", "service_id")
"""What the reversal of an entry keeps of it."""


def post(tx: Tx, key: str, draft: Draft, **cause: Any) -> Entry | None:
    """Write an entry once per key; None when it stands already. `cause` names session, attendance, claim, ..."""
    if tx.db.exec(select(Entry.id).where(Entry.key == key)).first():
        return None
    entry = Entry(key=key, at=tx.now, on_day=tx.today, event=draft.event.value, rule=draft.rule, why=draft.why, **cause)
    tx.db.add(entry)
    tx.db.flush()
    assert entry.id is not None
    tx.db.add_all(Posting(entry_id=entry.id, account=account, amount=amount) for account, amount in draft.postings)
    tx.db.flush()
    return entry


def post_all(tx: Tx, drafts: Mapping[str, Draft], **cause: Any) -> list[Entry]:
    """Write several entries of one cause, each once per key, in as few statements as they take; those that are new."""
    known = set(tx.db.exec(select(Entry.key).where(col(Entry.key).in_(list(drafts)))).all())
    made = {
        key: Entry(key=key, at=tx.now, on_day=tx.today, event=d.event.value, rule=d.rule, why=d.why, **cause)
        for key, d in drafts.items()
        if key not in known
    }
    tx.db.add_all(made.values())
    tx.db.flush()
    tx.db.add_all(
        Posting(entry_id=entry.id or 0, account=account, amount=amount)
        for key, entry in made.items()
        for account, amount in drafts[key].postings
    )
    tx.db.flush()
    return list(made.values())


def reverse(tx: Tx, entry: Entry, why: str, **cause: Any) -> Entry | None:
    """Post the exact mirror of an entry, once; it keeps the causes of what it reverses unless told otherwise."""
    kept = {name: getattr(entry, name) for name in CAUSES}
    undone = mirror(as_draft(tx.db, entry), why)
    return post(tx, f"reverse/{entry.key}", undone, **{**kept, **cause}, reverses_id=entry.id)


def as_draft(db: Database, entry: Entry) -> Draft:
    """An entry as it was drafted."""
    rows = db.exec(select(Posting).where(Posting.entry_id == entry.id).order_by(col(Posting.id))).all()
    return Draft(Event(entry.event), tuple((p.account, p.amount) for p in rows), entry.rule, entry.why)


def balance(db: Database, account: str, **cause: Any) -> Decimal:
    """The sum of an account in dollars (debit positive), of entries with that cause only where one is named."""
    query = select(func.sum(Posting.amount)).where(Posting.account == account)
    if cause:
        query = query.join(Entry, col(Entry.id) == Posting.entry_id)
    for name, value in cause.items():
        query = query.where(getattr(Entry, name) == value)
    return db.exec(query).one() or ZERO


def carry(db: Database) -> None:
    """Bring the view of what stands open up to the newest entry; nobody writes one meanwhile, so none is left out.

    It saves reading: what came since is always added (`receivable_at` in the migrations), so it may be old.
    """
    db.execute(text("lock table entry in share mode"))
    db.execute(text("refresh materialized view ledger_standing"))


def movements(db: Database, client_id: int) -> list[Movement]:
    """A client's account in order, for tracing what each payment paid."""
    rows = db.exec(
        select(Entry, col(Posting.amount))
        .join(Posting, col(Posting.entry_id) == Entry.id)
        .where(Posting.account == client_account(client_id))
        .order_by(col(Entry.id))
    ).all()
    return [_movement(entry, amount) for entry, amount in rows]


def _movement(entry: Entry, amount: Decimal) -> Movement:
    if entry.attendance_id is not None:
        fee = "fee/" in entry.key
        return Movement(entry.at, "debt", amount, entry.attendance_id, fee)
    if entry.event == Event.OPENING_BALANCE.value and amount > ZERO:
        return Movement(entry.at, "debt", amount)
    kind = "written_off" if entry.event == Event.WRITE_OFF.value else "money"
    return Movement(entry.at, kind, -amount)
