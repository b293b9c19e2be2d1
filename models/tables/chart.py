"""The clinical record: notes and what was added to them, measures, and psychotherapy notes, which are kept apart.

Words are sealed for their row (`activities/vault.py`). What is signed is never changed: the database refuses it.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, Index, Integer, text
from sqlmodel import Field, SQLModel

from models.facts import MeasureKind, NoteFormat
from models.tables.columns import INSTANT, WORDS, one_of


class Note(SQLModel, table=True):
    """A document of a chart by its clinician: a progress note, an intake, a contact, or one version of the plan.

    `words` is the sealed JSON of its sections, `edition` counts the drafts, `diagnoses` (ICD-10-CM) has the most
    important first. A plan is reviewed on `review_on`. With `needs_cosign` it is complete only once co-signed.
    """

    __table_args__ = (
        one_of("format", NoteFormat),
        Index("note_drafts", "clinician_id", postgresql_where=text("signed_at is null")),
        Index("note_signed", "signed_at", "attendance_id", postgresql_where=text("signed_at is not null")),
    )

    id: UUID = Field(primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    clinician_id: int = Field(foreign_key="clinician.id", index=True)
    attendance_id: int | None = Field(default=None, foreign_key="attendance.id", unique=True)
    format: str = NoteFormat.FREE
    day: date
    words: bytes = b""
    diagnoses: list[str] = Field(default_factory=list, sa_type=WORDS)
    review_on: date | None = None
    edition: int = 0
    written_at: datetime | None = Field(default=None, sa_type=INSTANT)
    signed_at: datetime | None = Field(default=None, sa_type=INSTANT)
    needs_cosign: bool = False
    cosigned_at: datetime | None = Field(default=None, sa_type=INSTANT)
    cosigned_by: int | None = Field(default=None, foreign_key="clinician.id")

    @property
    def complete(self) -> bool:
        """Whether every signature it needs is there."""
        return self.signed_at is not None and (not self.needs_cosign or self.cosigned_at is not None)


class Addendum(SQLModel, table=True):
    """Something added to a signed note; signed as it is written."""

    id: UUID = Field(primary_key=True)
    note_id: UUID = Field(foreign_key="note.id", index=True)
    clinician_id: int = Field(foreign_key="clinician.id")
    words: bytes
    written_at: datetime = Field(sa_type=INSTANT)


class Measure(SQLModel, table=True):
    """A questionnaire as it was answered; `reviewed_at` once a clinician followed up what was alarming in it."""

    __table_args__ = (one_of("kind", MeasureKind),)

    id: UUID = Field(primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    kind: str
    answers: list[int] = Field(sa_type=ARRAY(Integer))
    total: int
    at_risk: bool = False
    taken_at: datetime = Field(sa_type=INSTANT)
    recorded_by: str
    reviewed_at: datetime | None = Field(default=None, sa_type=INSTANT)
    reviewed_by: int | None = Field(default=None, foreign_key="clinician.id")


class PsychotherapyNote(SQLModel, table=True):
    """A clinician's own notes on a conversation (45 CFR 164.501): nobody else's, never exported or released."""

    __tablename__ = "psychotherapy_note"

    id: UUID = Field(primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    clinician_id: int = Field(foreign_key="clinician.id")
    day: date
    words: bytes
    edition: int = 1
    written_at: datetime = Field(sa_type=INSTANT)
