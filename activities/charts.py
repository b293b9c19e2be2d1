"""Notes: their words sealed, drafted freely until they are signed (`activities/signatures.py`), never changed after."""

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
from models.tables import AttendanceRow, Client, Clinician, Note, Practice, Session

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
    return unsealed(vault, note.id, note.words)


def unsealed(vault: Vault, note: UUID, words: bytes) -> dict[str, str]:
    """What the words of the note of that id say, by section."""
    return dict(json.loads(vault.open(words, f"note/{note}"))) if words else {}


def opened(db: Database, vault: Vault, note: UUID) -> dict[str, str]:
    """What the note of that id says."""
    return words_of(vault, db.get_one(Note, note))


# ── drafts ───────────────────────────────────────────────────────────────────


def write(db: Database, vault: Vault, draft: Draft, at: datetime) -> int:
    """Keep a draft, and answer its edition; Stale when somebody else wrote meanwhile, Refused once it is signed."""
    db.get_one(Client, draft.client_id, with_for_update=True)  # two first drafts of one note wait for each other
    note = db.get(Note, draft.id, with_for_update=True) or _blank(db, draft)
    if (note.id, note.client_id) != (draft.id, draft.client_id):
        raise Refused("there is no such note")
    permitted(charting.may_write(facts(db, note), draft.by))
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
    found = of_client(db, client_id, note)
    permitted(charting.may_write(facts(db, found), by))
    db.delete(found)


def draft(
    db: Database, vault: Vault, session_id: UUID, text: str, diagnoses: Sequence[str], client_id: int | None = None
) -> None:
    """Write the unsigned notes of a session as plain text (of one client only where one is named)."""
    for attendance in attending(db, session_id, client_id):
        note = of_attendance(db, attendance)
        if note.signed_at is None:
            if text.strip():
                note.format, note.words = NoteFormat.FREE, seal(vault, note.id, {charting.TEXT.key: text})
            note.diagnoses = [_plain(code) for code in diagnoses] or note.diagnoses
            note.edition += 1
            db.add(note)


# ── what others ask ──────────────────────────────────────────────────────────


def is_signed(tx: Tx, attendance: AttendanceRow) -> bool:
    """Whether an attendance has a note with every signature it needs."""
    note = _known(tx, attendance.id)
    return note is not None and note.complete


def is_written(tx: Tx, attendance: AttendanceRow) -> bool:
    """Whether its clinician has done their part: the note may still wait for the supervisor."""
    note = _known(tx, attendance.id)
    return note is not None and note.signed_at is not None


def diagnoses(tx: Tx, attendance_id: int) -> list[str]:
    """The diagnoses of an attendance's note."""
    note = _known(tx, attendance_id)
    return list(note.diagnoses) if note else []


def facts(db: Database, note: Note) -> charting.NoteFacts:
    """A note as the rules see it."""
    return charting.NoteFacts(
        clinician=note.clinician_id,
        supervisor=db.get_one(Clinician, note.clinician_id).supervisor_id,
        signed=note.signed_at is not None,
        needs_cosign=note.needs_cosign,
        cosigned=note.cosigned_at is not None,
    )


def permitted(permit: charting.Permit) -> None:
    if not permit.given:
        raise Refused(permit.why)


def of_client(db: Database, client_id: int, note: UUID) -> Note:
    found = db.get(Note, note, with_for_update=True)
    if found is None or found.client_id != client_id:
        raise Refused("there is no such note")
    return found


def of_attendance(db: Database, attendance: AttendanceRow) -> Note:
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


def _known(tx: Tx, attendance_id: int | None) -> Note | None:
    """The note of an attendance, looked for until it is there."""
    number = attendance_id or 0
    if number not in tx.notes and (found := _found(tx.db, number)):
        tx.notes[number] = found
    return tx.notes.get(number)


def _found(db: Database, attendance_id: int | None) -> Note | None:
    return db.exec(select(Note).where(Note.attendance_id == attendance_id).with_for_update()).first()


def _blank(db: Database, draft: Draft) -> Note:
    """A note nobody has written yet: of a session its clinician's, else of whoever writes it."""
    if draft.attendance_id is not None:
        return of_attendance(db, db.get_one(AttendanceRow, draft.attendance_id))
    return Note(id=draft.id, client_id=draft.client_id, clinician_id=draft.by, day=draft.day)


def _says_the_same(vault: Vault, note: Note, draft: Draft) -> bool:
    """Whether a draft holds what is kept already: a form sent twice is saved once."""
    told = {key: text.strip() for key, text in draft.words.items() if text.strip()}
    kept = (note.format, note.day, note.review_on, tuple(note.diagnoses), words_of(vault, note))
    return kept == (draft.format, draft.day, draft.review_on, draft.diagnoses, told)


def attending(db: Database, session_id: UUID, client_id: int | None) -> Sequence[AttendanceRow]:
    expected = (Status.BOOKED, Status.CONFIRMED, Status.ATTENDED)
    query = select(AttendanceRow).where(AttendanceRow.session_id == session_id, col(AttendanceRow.status).in_(expected))
    if client_id is not None:
        query = query.where(AttendanceRow.client_id == client_id)
    return db.exec(query.order_by(col(AttendanceRow.id))).all()


def _plain(code: str) -> str:
    return code.strip().upper()
