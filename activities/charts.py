"""Notes: drafted freely, signed by their clinician, co-signed where somebody supervises them, never changed after.

The note of a session is signed through the session's workflow (`activities/sessions.py`): its money waits for it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from sqlmodel import Session as Database
from sqlmodel import col, select

from activities.database import Tx
from activities.vault import Vault
from models.calendar import local_day, zone
from models.errors import Refused
from models.facts import NoteFormat, Status
from models.rules import charting
from models.tables import Addendum, AttendanceRow, Client, Clinician, Note, Practice, Session

NAMES = UUID("0d4f1f9c-58ab-4f0e-9f65-8b9a1f5d2c11")


@dataclass(frozen=True)
class Draft:
    """A note as it is being written; `seen` is the edition it was written over (0: none)."""

    id: UUID
    client_id: int
    by: int
    format: NoteFormat
    day: date
    words: Mapping[str, str]
    diagnoses: tuple[str, ...] = ()
    review_on: date | None = None
    attendance_id: int | None = None
    seen: int = 0


@dataclass(frozen=True)
class Added:
    """An addendum, opened."""

    by: str
    at: datetime
    words: str


class Stale(Refused):
    """The draft was changed elsewhere meanwhile, and stands at another edition now."""

    def __init__(self, edition: int) -> None:
        super().__init__("this draft was changed in another window meanwhile; compare the two, then save again")
        self.edition = edition


def note_id(session_id: UUID, client_id: int) -> UUID:
    """The note of a client's part in a session, written or not."""
    return uuid5(NAMES, f"{session_id}/{client_id}")


# ── words ────────────────────────────────────────────────────────────────────


def seal(vault: Vault, note: UUID, words: Mapping[str, str]) -> bytes:
    """The sections that say something, sealed for their note; nothing where all are empty."""
    told = {key: text.strip() for key, text in words.items() if text.strip()}
    return vault.seal(json.dumps(told), f"note/{note}") if told else b""


def words_of(vault: Vault, note: Note) -> dict[str, str]:
    """What a note says, by section."""
    return dict(json.loads(vault.open(note.words, f"note/{note.id}"))) if note.words else {}


def opened(db: Database, vault: Vault, note: UUID) -> dict[str, str]:
    """What the note of that id says."""
    return words_of(vault, db.get_one(Note, note))


def addenda(db: Database, vault: Vault, note: UUID) -> list[Added]:
    """What was added to a note, in order."""
    query = select(Addendum, Clinician.name).join(Clinician, col(Clinician.id) == Addendum.clinician_id)
    found = db.exec(query.where(Addendum.note_id == note).order_by(col(Addendum.written_at)))
    return [Added(by, row.written_at, vault.open(row.words, f"addendum/{row.id}")) for row, by in found]


# ── drafts ───────────────────────────────────────────────────────────────────


def write(db: Database, vault: Vault, draft: Draft, at: datetime) -> int:
    """Keep a draft, and answer its edition; Stale when somebody else wrote meanwhile, Refused once it is signed."""
    db.get_one(Client, draft.client_id, with_for_update=True)  # two first drafts of one note wait for each other
    note = db.get(Note, draft.id) or _blank(db, draft)
    if (note.id, note.client_id) != (draft.id, draft.client_id):
        raise Refused("there is no such note")
    _permitted(charting.may_write(facts(db, note), draft.by))
    if note.edition and _says_the_same(vault, note, draft):
        return note.edition
    if note.edition != draft.seen:
        raise Stale(note.edition)
    note.format, note.day, note.review_on = draft.format, draft.day, draft.review_on
    note.diagnoses = list(draft.diagnoses)
    note.words = seal(vault, note.id, draft.words)
    note.edition += 1
    note.written_at = at
    db.add(note)
    return note.edition


def discard(db: Database, client_id: int, note: UUID, by: int) -> None:
    """Throw a draft away."""
    found = _of_client(db, client_id, note)
    _permitted(charting.may_write(facts(db, found), by))
    db.delete(found)


def draft(
    db: Database, vault: Vault, session_id: UUID, text: str, diagnoses: Sequence[str], client_id: int | None = None
) -> None:
    """Write the unsigned notes of a session as plain text (of one client only where one is named)."""
    for attendance in _attending(db, session_id, client_id):
        note = _of_attendance(db, attendance)
        if note.signed_at is None:
            note.words = seal(vault, note.id, {"text": text}) if text.strip() else note.words
            note.diagnoses = [_plain(code) for code in diagnoses] or note.diagnoses
            db.add(note)


# ── signatures ───────────────────────────────────────────────────────────────


def sign(tx: Tx, session_id: UUID, client_id: int | None = None, by: int | None = None) -> None:
    """Sign the notes of a session (of one client) that are not signed yet; `by` nobody: for its clinician."""
    notes = [_of_attendance(tx.db, attendance) for attendance in _attending(tx.db, session_id, client_id)]
    open_notes = [note for note in notes if note.signed_at is None]
    if not open_notes:
        raise Refused("the notes of this session are signed already, or nobody attended; add an addendum instead")
    for note in open_notes:
        _sign(tx.db, note, by or note.clinician_id, tx.now)
    tx.db.flush()


def cosign(tx: Tx, session_id: UUID, client_id: int, by: int) -> None:
    """The supervisor's signature under the note of a session."""
    cosign_alone(tx.db, client_id, note_id(session_id, client_id), by, tx.now)
    tx.db.flush()


def sign_alone(db: Database, client_id: int, note: UUID, by: int, at: datetime) -> None:
    """Sign a note that belongs to no session: a contact, a plan."""
    found = _of_client(db, client_id, note)
    if found.attendance_id is not None:
        raise Refused("the note of a session is signed with its session")
    _sign(db, found, by, at)


def cosign_alone(db: Database, client_id: int, note: UUID, by: int, at: datetime) -> None:
    """The supervisor's signature under a note."""
    found = _of_client(db, client_id, note)
    _permitted(charting.may_cosign(facts(db, found), by))
    found.cosigned_at, found.cosigned_by = at, by


def add(
    db: Database, vault: Vault, client_id: int, note: UUID, text: str, by: int, at: datetime, request: UUID
) -> None:
    """Add to a signed note, once per request."""
    found = _of_client(db, client_id, note)
    _permitted(charting.may_add(facts(db, found), by))
    if not text.strip():
        raise Refused("an addendum needs words")
    if db.get(Addendum, request) is None:
        sealed = vault.seal(text.strip(), f"addendum/{request}")
        db.add(Addendum(id=request, note_id=note, clinician_id=by, words=sealed, written_at=at))


# ── what others ask ──────────────────────────────────────────────────────────


def is_signed(tx: Tx, attendance: AttendanceRow) -> bool:
    """Whether an attendance has a note with every signature it needs."""
    note = _found(tx.db, attendance.id)
    return note is not None and note.complete


def is_written(tx: Tx, attendance: AttendanceRow) -> bool:
    """Whether its clinician has done their part: the note may still wait for the supervisor."""
    note = _found(tx.db, attendance.id)
    return note is not None and note.signed_at is not None


def diagnoses(tx: Tx, attendance_id: int) -> list[str]:
    """The diagnoses of an attendance's note."""
    note = _found(tx.db, attendance_id)
    return list(note.diagnoses) if note else []


def facts_of(db: Database, note: UUID) -> charting.NoteFacts:
    """The note of that id as the rules see it."""
    return facts(db, db.get_one(Note, note))


def facts(db: Database, note: Note) -> charting.NoteFacts:
    """A note as the rules see it."""
    return charting.NoteFacts(
        clinician=note.clinician_id,
        supervisor=db.get_one(Clinician, note.clinician_id).supervisor_id,
        signed=note.signed_at is not None,
        needs_cosign=note.needs_cosign,
        cosigned=note.cosigned_at is not None,
    )


def _sign(db: Database, note: Note, by: int, at: datetime) -> None:
    known = facts(db, note)
    _permitted(charting.may_write(known, by))
    note.signed_at = at
    note.needs_cosign = known.supervisor is not None
    db.add(note)


def _permitted(permit: charting.Permit) -> None:
    if not permit.given:
        raise Refused(permit.why)


def _of_client(db: Database, client_id: int, note: UUID) -> Note:
    found = db.get(Note, note, with_for_update=True)
    if found is None or found.client_id != client_id:
        raise Refused("there is no such note")
    return found


def _of_attendance(db: Database, attendance: AttendanceRow) -> Note:
    """The note of an attendance; a new one where nobody has written yet."""
    if already := _found(db, attendance.id):
        return already
    session = db.get_one(Session, attendance.session_id)
    return Note(
        id=note_id(session.id, attendance.client_id),
        client_id=attendance.client_id,
        clinician_id=session.clinician_id,
        attendance_id=attendance.id,
        day=local_day(session.starts, zone(db.get_one(Practice, 1).timezone)),
    )


def _found(db: Database, attendance_id: int | None) -> Note | None:
    return db.exec(select(Note).where(Note.attendance_id == attendance_id).with_for_update()).first()


def _blank(db: Database, draft: Draft) -> Note:
    """A note nobody has written yet: of a session its clinician's, else of whoever writes it."""
    if draft.attendance_id is not None:
        return _of_attendance(db, db.get_one(AttendanceRow, draft.attendance_id))
    return Note(id=draft.id, client_id=draft.client_id, clinician_id=draft.by, day=draft.day)


def _says_the_same(vault: Vault, note: Note, draft: Draft) -> bool:
    """Whether a draft holds what is kept already: a form sent twice is saved once."""
    told = {key: text.strip() for key, text in draft.words.items() if text.strip()}
    kept = (note.format, note.day, note.review_on, tuple(note.diagnoses), words_of(vault, note))
    return kept == (draft.format, draft.day, draft.review_on, draft.diagnoses, told)


def _attending(db: Database, session_id: UUID, client_id: int | None) -> Sequence[AttendanceRow]:
    expected = (Status.BOOKED, Status.CONFIRMED, Status.ATTENDED)
    query = select(AttendanceRow).where(AttendanceRow.session_id == session_id, col(AttendanceRow.status).in_(expected))
    if client_id is not None:
        query = query.where(AttendanceRow.client_id == client_id)
    return db.exec(query.order_by(col(AttendanceRow.id))).all()


def _plain(code: str) -> str:
    return code.strip().upper()
