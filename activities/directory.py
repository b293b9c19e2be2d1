"""Who is who and what was agreed: rows as the facts that rules ask for."""

import re
from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from psycopg.errors import ForeignKeyViolation, UniqueViolation
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session as Database
from sqlmodel import SQLModel, col, select

from activities.database import Tx
from models.calendar import local_day, within, zone
from models.errors import Refused
from models.facts import Policy, Rate
from models.rules.attendance import terms_of
from models.tables import Claim, Client, Coverage, Payer, PolicyRow, Practice, RateRow, Session


def policy_in_force(db: Database, on: date) -> PolicyRow:
    """The newest policy that had begun on that day; Refused when there is none."""
    query = select(PolicyRow).where(PolicyRow.effective_from <= on).order_by(col(PolicyRow.effective_from).desc())
    found = db.exec(query).first()
    if found is None:
        raise Refused(f"no policy is in force on {on}: add one (`persession add policy`)")
    return found


def policy(db: Database, policy_id: int) -> Policy:
    """A policy as its rules read it."""
    return policy_of(db.get_one(PolicyRow, policy_id))


def policy_of(row: PolicyRow) -> Policy:
    """Its row as its rules read it."""
    return Policy(
        notice_hours=row.notice_hours,
        late_cancel_fee=terms_of(row.late_cancel_fee),
        no_show_fee=terms_of(row.no_show_fee),
        waivers_per_year=row.waivers_per_year,
        reminder_hours=tuple(row.reminder_hours),
        no_show_after_hours=row.no_show_after_hours,
        fee_grace_hours=row.fee_grace_hours,
        note_required=row.note_required,
    )


def rates(db: Database, service_id: int) -> list[Rate]:
    """Every rate of a service, the newest first: of equals it is in force."""
    rows = db.exec(select(RateRow).where(RateRow.service_id == service_id).order_by(col(RateRow.id).desc())).all()
    return [as_rate(row) for row in rows]


def as_rate(row: RateRow) -> Rate:
    """A rate as rules read it."""
    return Rate(row.amount, row.effective_from, row.clinician_id, row.client_id)


def held_on(tx: Tx, session: Session) -> date:
    """The date of service: the practice's local day on which a session starts."""
    return local_day(session.starts, tx.tz)


def day_of(db: Database, session: Session) -> date:
    """The date of service, for who reads outside a step."""
    return local_day(session.starts, zone(db.get_one(Practice, 1).timezone))


def client_zone(tx: Tx, client: Client) -> ZoneInfo:
    """A client's time zone; the practice's where none is known."""
    return zone(client.timezone) if client.timezone else tx.tz


def coverages(db: Database, client_id: int, on: date) -> list[Coverage]:
    """A client's coverages that may answer for a day, primary first; ended or not yet begun ones are left out."""
    return in_force(every_coverage(db, client_id), on)


def every_coverage(db: Database, client_id: int) -> Sequence[Coverage]:
    """All coverages of a client that are known, primary first."""
    return db.exec(select(Coverage).where(Coverage.client_id == client_id).order_by(col(Coverage.sequence))).all()


def in_force(rows: Sequence[Coverage], on: date) -> list[Coverage]:
    """Those of a client's coverages that may answer for a day."""
    return [c for c in rows if holds(c, on)]


def next_after(rows: Sequence[Coverage], claim: Claim, on: date) -> Coverage | None:
    """Of a client's coverages the one that answers after a claim's, for a session of that day."""
    return next((c for c in in_force(rows, on) if c.sequence > claim.sequence), None)


def covers(db: Database, client_ids: Sequence[int], on: date) -> dict[int, list[tuple[Coverage, Payer]]]:
    """The same of several clients, with who pays; a client without is left out."""
    query = select(Coverage, Payer).join(Payer, col(Payer.id) == Coverage.payer_id)
    found: dict[int, list[tuple[Coverage, Payer]]] = {}
    for cover, payer in db.exec(query.where(col(Coverage.client_id).in_(client_ids)).order_by(col(Coverage.sequence))):
        if holds(cover, on):
            found.setdefault(cover.client_id, []).append((cover, payer))
    return found


def holds(coverage: Coverage, day: date) -> bool:
    """Whether a coverage holds on a day."""
    return within(day, coverage.covered_from, coverage.covered_until)


def enter(engine: Engine, row: SQLModel) -> int:
    """Keep one checked row of reference data, in a transaction of its own."""
    with Database(engine) as db, db.begin():
        return keep(db, row)


def keep(db: Database, row: SQLModel) -> int:
    """Keep one checked row of reference data; its id, or Refused when it clashes."""
    try:
        kept = db.merge(row)
        db.flush()
        return int(getattr(kept, "id", None) or 0)
    except IntegrityError as clash:
        raise Refused(_clash(clash, row)) from None


def _clash(clash: IntegrityError, row: SQLModel) -> str:
    """What the database refused: ids are named, other values are not."""
    what = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(row).__name__.removesuffix("Row")).lower()
    if isinstance(clash.orig, UniqueViolation):
        return f"there is such a {what} already"
    if isinstance(clash.orig, ForeignKeyViolation):
        return _missing(row, str(clash.orig.diag.constraint_name)) or f"this {what} names something that is not there"
    return f"the database does not take this {what}: a value is out of its range"


def _missing(row: SQLModel, constraint: str) -> str:
    """What a row names that is not there."""
    table = SQLModel.metadata.tables[str(type(row).__tablename__)]
    for key in table.foreign_keys:
        column = key.parent.name
        if constraint == f"{table.name}_{column}_fkey":
            return f"there is no {key.column.table.name} {getattr(row, column)}"
    return ""
