"""Psychotherapy notes, kept apart from the chart (45 CFR 164.501): their author's alone, never exported or released."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session as Database
from sqlmodel import col, select

from activities.vault import Vault
from models.errors import Refused
from models.tables import PsychotherapyNote


@dataclass(frozen=True)
class Kept:
    """A psychotherapy note, opened for its author."""

    id: UUID
    day: date
    words: str
    edition: int


def keep(
    db: Database, vault: Vault, client_id: int, note_id: UUID, by: int, day: date, words: str, seen: int, at: datetime
) -> int:
    """Write a note, or the next edition of one; Refused for anybody but its author, or over another edition."""
    if not words.strip():
        raise Refused("a note needs words")
    note = db.get(PsychotherapyNote, note_id, with_for_update=True)
    sealed = vault.seal(words.strip(), _place(note_id))
    if note is None:
        db.add(
            PsychotherapyNote(
                id=note_id, client_id=client_id, clinician_id=by, day=day, words=sealed, edition=1, written_at=at
            )
        )
        return 1
    if (note.client_id, note.clinician_id) != (client_id, by):
        raise Refused("there is no such note")
    if (note.day, vault.open(note.words, _place(note_id))) == (day, words.strip()):
        return note.edition
    if note.edition != seen:
        raise Refused("this note was changed in another window meanwhile; compare the two, then save again")
    note.day, note.words, note.edition, note.written_at = day, sealed, note.edition + 1, at
    return note.edition


def of_author(db: Database, vault: Vault, client_id: int, by: int) -> list[Kept]:
    """An author's own notes on a client, newest first."""
    mine = select(PsychotherapyNote).where(
        PsychotherapyNote.client_id == client_id, PsychotherapyNote.clinician_id == by
    )
    found = db.exec(mine.order_by(col(PsychotherapyNote.day).desc(), col(PsychotherapyNote.written_at).desc()))
    return [Kept(note.id, note.day, vault.open(note.words, _place(note.id)), note.edition) for note in found]


def _place(note_id: UUID) -> str:
    return f"psychotherapy-note/{note_id}"
