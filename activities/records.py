"""Clients' records as people write them: who they are, who is around them, who pays, what was agreed."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

from sqlmodel import Session as Database
from sqlmodel import SQLModel, col, func, select

from activities import coverage_answers
from activities.coverage_answers import Known
from models.calendar import zone
from models.errors import Refused
from models.money import ZERO
from models.rules import records as rules
from models.tables import Client, Contact, Coverage, Payer, Practice, RateRow, StepDone

OfClient = TypeVar("OfClient", Contact, Coverage)
THERAPY = "therapy"
PROFILE = ("preferred", "pronouns", "email", "phone", "line1", "city", "state", "zip", "timezone")
"""What clients change themselves in the portal."""


@dataclass(frozen=True)
class Seen:
    """A row as its form showed it: which one, and its fingerprint then."""

    id: int
    fingerprint: str


def once(db: Database, wish: UUID, at: datetime, make: Callable[[Database], int]) -> int:
    """Do what a form asks for, once per form; what came of it then and now is the same."""
    db.exec(select(func.pg_advisory_xact_lock(wish.int % 2**63))).one()
    if (before := done(db, wish)) is not None:
        return before
    answer = make(db)
    db.add(StepDone(key=_form(wish), done_at=at, answer=answer))
    return answer


def done(db: Database, wish: UUID) -> int | None:
    """What came of a form that was sent before."""
    found = db.get(StepDone, _form(wish))
    return int(str(found.answer)) if found else None


def add(db: Database, row: SQLModel) -> int:
    """Keep a checked new row; its id."""
    db.add(row)
    db.flush()
    return int(getattr(row, "id", None) or 0)


def namesakes(db: Database, first: str, last: str, birth: date | None) -> list[int]:
    """Clients of the same name, and of the same birth date where both are known."""
    query = select(Client).where(func.lower(Client.first) == first.lower(), func.lower(Client.last) == last.lower())
    found = db.exec(query.order_by(col(Client.id))).all()
    return [c.id or 0 for c in found if birth is None or c.birth in (None, birth)]


def change(db: Database, table: type[SQLModel], seen: Seen, fields: Mapping[str, Any]) -> SQLModel:
    """Change a row as its form showed it; Refused when somebody else changed it meanwhile."""
    row = db.get(table, seen.id, with_for_update=True)
    if row is None:
        raise Refused("it is not there any more")
    if fingerprint(row) != seen.fingerprint:
        if all(getattr(row, name) == value for name, value in fields.items()):
            return row
        raise Refused(
            "somebody changed this while you wrote: look at it in another window, then save again what you want"
        )
    for name, value in fields.items():
        setattr(row, name, value)
    db.flush()
    return row


def fingerprint(row: SQLModel) -> str:
    """What a row looks like, short; another when anything of it changes."""
    return sha256(json.dumps(row.model_dump(mode="json"), sort_keys=True).encode()).hexdigest()[:16]


def change_profile(db: Database, seen: Seen, fields: Mapping[str, Any]) -> None:
    """A client changes what is theirs to change; anything else is left out."""
    change(db, Client, seen, {name: value for name, value in fields.items() if name in PROFILE})


# ── around a client ──────────────────────────────────────────────────────────


def keep_contact(db: Database, contact: Contact, seen: Seen | None) -> int:
    """A new contact, or one changed; whoever pays takes the place of who paid before."""
    if contact.guarantor:
        others = select(Contact).where(Contact.client_id == contact.client_id, col(Contact.guarantor))
        for other in db.exec(others).all():
            if seen is None or other.id != seen.id:
                other.guarantor = False
        db.flush()
    if seen is None:
        return add(db, contact)
    _own(db, Contact, seen.id, contact.client_id)
    change(db, Contact, seen, contact.model_dump(exclude={"id", "client_id"}))
    return seen.id


def remove_contact(db: Database, client_id: int, contact_id: int) -> None:
    """Forget a contact; one that is gone already is fine."""
    contact = db.get(Contact, contact_id)
    if contact is not None and contact.client_id == client_id:
        db.delete(contact)


def keep_coverage(db: Database, coverage: Coverage, seen: Seen | None) -> int:
    """A new coverage, last in order, or one changed."""
    if db.get(Payer, coverage.payer_id) is None:
        raise Refused("choose the insurer")
    if seen is None:
        mine = select(func.max(Coverage.sequence)).where(Coverage.client_id == coverage.client_id)
        coverage.sequence = (db.exec(mine).one() or 0) + 1
        return add(db, coverage)
    _own(db, Coverage, seen.id, coverage.client_id)
    change(db, Coverage, seen, coverage.model_dump(exclude={"id", "client_id", "sequence"}))
    return seen.id


def make_primary(db: Database, client_id: int, coverage_id: int) -> None:
    """Put a coverage first; the others follow in the order they had."""
    _own(db, Coverage, coverage_id, client_id)
    mine = select(Coverage).where(Coverage.client_id == client_id).order_by(col(Coverage.sequence)).with_for_update()
    rows = sorted(db.exec(mine).all(), key=lambda row: row.id != coverage_id)
    for number, row in enumerate(rows, start=1):
        row.sequence = -number  # two rows never hold the same place, not even in between
    db.flush()
    for row in rows:
        row.sequence = -row.sequence
    db.flush()


def agree_rate(
    db: Database, client_id: int, service_id: int, clinician_id: int | None, amount: Decimal, since: date
) -> int:
    """What a client pays for a service from a day on; the same agreement again changes nothing."""
    if amount < ZERO:
        raise Refused("a rate is not below zero")
    same = select(RateRow.id).where(
        RateRow.client_id == client_id,
        RateRow.service_id == service_id,
        col(RateRow.clinician_id).is_not_distinct_from(clinician_id),
        RateRow.amount == amount,
        RateRow.effective_from == since,
    )
    if found := db.exec(same).first():
        return found
    return add(
        db,
        RateRow(
            client_id=client_id, service_id=service_id, clinician_id=clinician_id, amount=amount, effective_from=since
        ),
    )


# ── what a record lacks ──────────────────────────────────────────────────────


def facts(db: Database, client: Client, practice: Practice) -> rules.RecordFacts:
    """A client's record as its rules read it, in one statement."""
    guarantor = select(Contact.id).where(Contact.client_id == client.id, col(Contact.guarantor))
    rows = db.execute(coverage_answers.told_of([client.id or 0]).add_columns(guarantor.exists())).all()
    return rules.RecordFacts(
        last=client.last,
        birth=client.birth,
        address=(client.line1, client.city, client.state, client.zip),
        email=client.email,
        phone=client.phone,
        uses_insurance=client.uses_insurance,
        covers=_covers(coverage_answers.latest(rows), practice),
        has_guarantor=any(pays for *_, pays in rows),
        clinical=practice.kind == THERAPY,
    )


def covers(db: Database, client_id: int) -> tuple[rules.Cover, ...]:
    """The days of a client's coverages, and what their payers last said."""
    return _covers(coverage_answers.known(db, [client_id]), db.get_one(Practice, 1))


def _covers(known: Iterable[Known], practice: Practice) -> tuple[rules.Cover, ...]:
    tz = zone(practice.timezone)
    return tuple(rules.Cover(k.coverage.covered_from, k.coverage.covered_until, k.told(tz)) for k in known)


def _form(wish: UUID) -> str:
    return f"form/{wish}"


def _own(db: Database, table: type[OfClient], key: int, client_id: int) -> None:
    row = db.get(table, key)
    if row is None or row.client_id != client_id:
        raise Refused("it is not there any more")
