"""Entries and balances: the only place that writes or sums postings."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, insert, text
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities.database import Tx, step
from models.facts import Movement
from models.messages.runs import Tally
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


@dataclass(frozen=True)
class Wanted:
    """An entry to write among others: its key, what it says, and what caused it."""

    key: str
    draft: Draft
    cause: Mapping[str, Any]


def post_many(tx: Tx, wanted: Sequence[Wanted]) -> dict[str, int]:
    """Write entries of many causes, each once per key, in a few statements however many; the ids of the new ones."""
    known = set(tx.db.exec(select(Entry.key).where(col(Entry.key).in_([each.key for each in wanted]))).all())
    new = {each.key: each for each in wanted if each.key not in known}
    if not new:
        return {}
    tx.db.flush()  # what caused them is to be there before
    same = {"at": tx.now, "on_day": tx.today}
    rows = [
        {name: each.cause.get(name) for name in (*CAUSES, "remittance_claim_id", "reverses_id")}
        | {"key": each.key, "event": each.draft.event.value, "rule": each.draft.rule, "why": each.draft.why}
        | same
        for each in new.values()
    ]
    made = tx.db.execute(insert(Entry).returning(col(Entry.key), col(Entry.id)), rows)
    ids = dict(made.all())
    sides = [
        {"entry_id": ids[each.key], "account": account, "amount": amount}
        for each in new.values()
        for account, amount in each.draft.postings
    ]
    tx.db.execute(insert(Posting), sides)
    return ids


def reverse(tx: Tx, entry: Entry, why: str, **cause: Any) -> Entry | None:
    """Post the exact mirror of an entry, once; it keeps the causes of what it reverses unless told otherwise."""
    undone = mirrored(entry, as_draft(tx.db, entry), why, **cause)
    return post(tx, undone.key, undone.draft, **undone.cause)


def mirrored(entry: Entry, drafted: Draft, why: str, **cause: Any) -> Wanted:
    """What reverses an entry that was drafted so."""
    kept = {name: getattr(entry, name) for name in CAUSES}
    return Wanted(f"reverse/{entry.key}", mirror(drafted, why), {**kept, **cause, "reverses_id": entry.id})


def as_draft(db: Database, entry: Entry) -> Draft:
    """An entry as it was drafted."""
    return as_drafts(db, [entry])[entry.id or 0]


def as_drafts(db: Database, entries: Sequence[Entry]) -> dict[int, Draft]:
    """Entries as they were drafted, by id."""
    sides: dict[int, list[tuple[str, Decimal]]] = {}
    mine = select(Posting).where(col(Posting.entry_id).in_([entry.id for entry in entries]))
    for posting in db.exec(mine.order_by(col(Posting.id))).all():
        sides.setdefault(posting.entry_id, []).append((posting.account, posting.amount))
    return {e.id or 0: Draft(Event(e.event), tuple(sides[e.id or 0]), e.rule, e.why) for e in entries}


def balance(db: Database, account: str, **cause: Any) -> Decimal:
    """The sum of an account in dollars (debit positive), of entries with that cause only where one is named."""
    query = select(func.sum(Posting.amount)).where(Posting.account == account)
    if cause:
        query = query.join(Entry, col(Entry.id) == Posting.entry_id)
    for name, value in cause.items():
        query = query.where(getattr(Entry, name) == value)
    return db.exec(query).one() or ZERO


def balances(db: Database, accounts: Collection[str]) -> dict[str, Decimal]:
    """The sums of accounts; one without postings is left out."""
    query = select(Posting.account, func.sum(Posting.amount)).where(col(Posting.account).in_(accounts))
    return dict(db.exec(query.group_by(Posting.account)).all())


def carry(db: Database) -> None:
    """Bring the view of what stands open up to the newest entry; nobody writes one meanwhile, so none is left out.

    It saves reading: what came since is always added (`receivable_at` in the migrations), so it may be old.
    """
    db.execute(text("lock table entry in share mode"))
    db.execute(text("refresh materialized view ledger_standing"))


@step("ledger.carry_on")
def carry_on(tx: Tx, _: None) -> Tally:
    """The night's carrying on: no report reads further back than it must."""
    carry(tx.db)
    return Tally(0)


def movements(db: Database, client_id: int) -> list[Movement]:
    """A client's account in order, for tracing what each payment paid."""
    return movements_of(db, [client_id]).get(client_id, [])


def movements_of(db: Database, client_ids: Collection[int]) -> dict[int, list[Movement]]:
    """The same of several clients; one whose account nothing moved is left out."""
    clients = {client_account(client_id): client_id for client_id in client_ids}
    rows = db.exec(
        select(Posting.account, Entry, col(Posting.amount))
        .join(Entry, col(Posting.entry_id) == Entry.id)
        .where(col(Posting.account).in_(list(clients)))
        .order_by(col(Entry.id))
    ).all()
    found: dict[int, list[Movement]] = {}
    for account, entry, amount in rows:
        found.setdefault(clients[account], []).append(_movement(entry, amount))
    return found


def _movement(entry: Entry, amount: Decimal) -> Movement:
    if entry.attendance_id is not None:
        fee = "fee/" in entry.key
        return Movement(entry.at, "debt", amount, entry.attendance_id, fee)
    if entry.event == Event.OPENING_BALANCE.value and amount > ZERO:
        return Movement(entry.at, "debt", amount)
    kind = "written_off" if entry.event == Event.WRITE_OFF.value else "money"
    return Movement(entry.at, kind, -amount)
