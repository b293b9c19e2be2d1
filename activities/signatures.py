"""Signatures under notes: the clinician's, the supervisor's where somebody supervises them, and what is added later.

The note of a session is signed through the session's workflow (`activities/sessions.py`): its money waits for it.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import charts
from activities.database import Tx
from activities.vault import Vault
from models.errors import Refused
from models.rules import charting
from models.tables import Addendum, Clinician, Note


@dataclass(frozen=True)
class Added:
    """An addendum, opened."""

    by: str
    at: datetime
    words: str


def sign(tx: Tx, session_id: UUID, client_id: int | None = None, by: int | None = None) -> None:
    """Sign the notes of a session (of one client) that are not signed yet; `by` nobody: for its clinician."""
    notes = [charts.of_attendance(tx.db, attendance) for attendance in charts.attending(tx.db, session_id, client_id)]
    open_notes = [note for note in notes if note.signed_at is None]
    if not open_notes:
        raise Refused("the notes of this session are signed already, or nobody attended; add an addendum instead")
    for note in open_notes:
        _sign(tx.db, note, by or note.clinician_id, tx.now)
    tx.db.flush()


def cosign(tx: Tx, session_id: UUID, client_id: int, by: int) -> None:
    """The supervisor's signature under the note of a session."""
    cosign_alone(tx.db, client_id, charts.note_id(session_id, client_id), by, tx.now)
    tx.db.flush()


def sign_alone(db: Database, client_id: int, note: UUID, by: int, at: datetime) -> None:
    """Sign a note that belongs to no session: a contact, a plan."""
    found = charts.of_client(db, client_id, note)
    if found.attendance_id is not None:
        raise Refused("the note of a session is signed with its session")
    _sign(db, found, by, at)


def cosign_alone(db: Database, client_id: int, note: UUID, by: int, at: datetime) -> None:
    """The supervisor's signature under a note."""
    found = charts.of_client(db, client_id, note)
    charts.permitted(charting.may_cosign(charts.facts(db, found), by))
    found.cosigned_at, found.cosigned_by = at, by


def add(
    db: Database, vault: Vault, client_id: int, note: UUID, text: str, by: int, at: datetime, request: UUID
) -> None:
    """Add to a signed note, once per request."""
    found = charts.of_client(db, client_id, note)
    charts.permitted(charting.may_add(charts.facts(db, found), by))
    if not text.strip():
        raise Refused("an addendum needs words")
    if db.get(Addendum, request) is None:
        sealed = vault.seal(text.strip(), f"addendum/{request}")
        db.add(Addendum(id=request, note_id=note, clinician_id=by, words=sealed, written_at=at))


def addenda(db: Database, vault: Vault, note: UUID) -> list[Added]:
    """What was added to a note, in order."""
    query = select(Addendum, Clinician.name).join(Clinician, col(Clinician.id) == Addendum.clinician_id)
    found = db.exec(query.where(Addendum.note_id == note).order_by(col(Addendum.written_at)))
    return [Added(by, row.written_at, vault.open(row.words, f"addendum/{row.id}")) for row, by in found]


def _sign(db: Database, note: Note, by: int, at: datetime) -> None:
    known = charts.facts(db, note)
    charts.permitted(charting.may_write(known, by))
    note.signed_at = at
    note.needs_cosign = known.supervisor is not None
    db.add(note)
