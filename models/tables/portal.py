"""What clients are asked to fill in and what they ask for; the words are sealed, ids alone travel."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from models.facts import RequestStatus
from models.tables.columns import INSTANT, one_of


class PracticeForm(SQLModel, table=True):
    """A form of the practice's own, in the plain text of `models/rules/forms.py`."""

    __tablename__ = "practice_form"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    questions: str
    changed_at: datetime = Field(sa_type=INSTANT)
    retired_at: datetime | None = Field(default=None, sa_type=INSTANT)


class FormRequest(SQLModel, table=True):
    """A form or measure a client is asked to fill in, with its questions as they were then.

    `answers` are sealed, unfinished ones too; once sent they are never changed.
    """

    __tablename__ = "form_request"
    __table_args__ = (CheckConstraint("(questions = '') <> (measure = '')", name="form_or_measure"),)

    id: UUID = Field(primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    title: str
    questions: str = ""
    measure: str = ""
    asked_at: datetime = Field(sa_type=INSTANT)
    asked_by: int | None = Field(default=None, foreign_key="account.id")
    answers: bytes | None = None
    saved_at: datetime | None = Field(default=None, sa_type=INSTANT)
    sent_at: datetime | None = Field(default=None, sa_type=INSTANT)
    sent_by: int | None = Field(default=None, foreign_key="account.id")
    withdrawn_at: datetime | None = Field(default=None, sa_type=INSTANT)


class AppointmentRequest(SQLModel, table=True):
    """A time a client would like; `wishes` and `reply` are sealed, `session_id` is what it became."""

    __tablename__ = "appointment_request"
    __table_args__ = (one_of("status", RequestStatus),)

    id: UUID = Field(primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    service_id: int = Field(foreign_key="service.id")
    clinician_id: int | None = Field(default=None, foreign_key="clinician.id")
    earliest: date
    wishes: bytes | None = None
    asked_by: int | None = Field(default=None, foreign_key="account.id")
    asked_at: datetime = Field(sa_type=INSTANT)
    status: str = RequestStatus.OPEN
    closed_at: datetime | None = Field(default=None, sa_type=INSTANT)
    reply: bytes | None = None
    session_id: UUID | None = Field(default=None, foreign_key="session.id")
