"""The clinical record: one note an attendance. What is signed is never changed."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.tables.columns import INSTANT, WORDS


class Note(SQLModel, table=True):
    """A progress note with its ICD-10-CM diagnoses, most important first."""

    id: int | None = Field(default=None, primary_key=True)
    attendance_id: int = Field(foreign_key="attendance.id", unique=True)
    text: str = ""
    diagnoses: list[str] = Field(default_factory=list, sa_type=WORDS)
    signed_at: datetime | None = Field(default=None, sa_type=INSTANT)
