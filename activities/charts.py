"""Notes: drafted freely, signed once, never changed after."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session as Database
from sqlmodel import col, select

from activities.database import Tx
from models.errors import Refused
from models.facts import Status
from models.tables import AttendanceRow, Note


def draft(db: Database, session_id: UUID, text: str, diagnoses: Sequence[str], client_id: int | None = None) -> None:
    """Write the unsigned notes of a session (of one client only where one is named)."""
    for attendance in _attending(db, session_id):
        note = _note(db, attendance)
        if client_id in (None, attendance.client_id) and note.signed_at is None:
            note.text = text or note.text
            note.diagnoses = [_plain(code) for code in diagnoses] or note.diagnoses
            db.add(note)


def sign(tx: Tx, session_id: UUID) -> None:
    """Sign every note of a session that is not signed yet; Refused when there is none."""
    notes = [_note(tx.db, attendance) for attendance in _attending(tx.db, session_id)]
    open_notes = [note for note in notes if note.signed_at is None]
    if not open_notes:
        raise Refused("the notes of this session are signed already, or nobody attended; add an addendum instead")
    for note in open_notes:
        note.signed_at = tx.now
        tx.db.add(note)
    tx.db.flush()


def is_signed(tx: Tx, attendance: AttendanceRow) -> bool:
    """Whether an attendance has a signed note."""
    return _note(tx.db, attendance).signed_at is not None


def diagnoses(tx: Tx, attendance_id: int) -> list[str]:
    """The diagnoses of an attendance's note."""
    note = tx.db.exec(select(Note).where(Note.attendance_id == attendance_id)).first()
    return list(note.diagnoses) if note else []


def _note(db: Database, attendance: AttendanceRow) -> Note:
    found = db.exec(select(Note).where(Note.attendance_id == attendance.id).with_for_update()).first()
    return found or Note(attendance_id=attendance.id or 0)


def _attending(db: Database, session_id: UUID) -> Sequence[AttendanceRow]:
    expected = (Status.BOOKED, Status.CONFIRMED, Status.ATTENDED)
    query = select(AttendanceRow).where(AttendanceRow.session_id == session_id, col(AttendanceRow.status).in_(expected))
    return db.exec(query.order_by(col(AttendanceRow.id))).all()


def _plain(code: str) -> str:
    return code.strip().upper()
