"""A client's record: who else is to be reached, what was uploaded, agreed and signed, what was estimated."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.facts import Audience, ContactKind, FileKind
from models.tables.columns import INSTANT, MONEY, one_of


class Contact(SQLModel, table=True):
    """Somebody around a client: a parent, a partner, whom to call; at most one of them pays for the client."""

    __table_args__ = (
        one_of("kind", ContactKind),
        Index("one_guarantor", "client_id", unique=True, postgresql_where=text("guarantor")),
    )

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    kind: str = ContactKind.OTHER
    name: str
    phone: str = ""
    email: str = ""
    emergency: bool = False
    guarantor: bool = False
    line1: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""


class Document(SQLModel, table=True):
    """A file of a client, sealed for its row; marked as deleted with a reason, never removed."""

    __table_args__ = (one_of("kind", FileKind),)

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    coverage_id: int | None = Field(default=None, foreign_key="coverage.id", index=True)
    kind: str = FileKind.DOCUMENT
    title: str
    media_type: str
    size: int
    sealed: bytes = b""
    added_at: datetime = Field(sa_type=INSTANT)
    added_by: int | None = Field(default=None, foreign_key="account.id")
    deleted_at: datetime | None = Field(default=None, sa_type=INSTANT)
    deleted_by: int | None = Field(default=None, foreign_key="account.id")
    deleted_because: str = ""


class Agreement(SQLModel, table=True):
    """Something clients sign; `retired_on` is the first day it is not asked for any more."""

    __table_args__ = (one_of("audience", Audience),)

    id: int | None = Field(default=None, primary_key=True)
    title: str = Field(unique=True)
    audience: str = Audience.EVERYONE
    retired_on: date | None = None


class AgreementVersion(SQLModel, table=True):
    """The words of an agreement from a day on; `sign_again` asks those who signed an earlier version, too."""

    __tablename__ = "agreement_version"
    __table_args__ = (UniqueConstraint("agreement_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    agreement_id: int = Field(foreign_key="agreement.id")
    number: int
    words: str
    effective_from: date
    sign_again: bool = True


class Signature(SQLModel, table=True):
    """A client's yes to a version, in their typed name; `digest` binds the words, the name and the moment."""

    __table_args__ = (UniqueConstraint("version_id", "client_id"),)

    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="agreement_version.id")
    client_id: int = Field(foreign_key="client.id", index=True)
    typed_name: str
    signed_at: datetime = Field(sa_type=INSTANT)
    account_id: int | None = Field(default=None, foreign_key="account.id")
    digest: str


class Estimate(SQLModel, table=True):
    """A good faith estimate as it was given: for sessions from `first` to `last`, at most a year."""

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    clinician_id: int = Field(foreign_key="clinician.id")
    first: date
    last: date
    diagnoses: str = ""
    given_at: datetime = Field(sa_type=INSTANT)
    given_by: int | None = Field(default=None, foreign_key="account.id")


class EstimateLine(SQLModel, table=True):
    """So many sessions of a service at a price."""

    __tablename__ = "estimate_line"

    id: int | None = Field(default=None, primary_key=True)
    estimate_id: int = Field(foreign_key="estimate.id", index=True)
    service_id: int = Field(foreign_key="service.id")
    sessions: int = Field(gt=0)
    price: Decimal = Field(sa_type=MONEY, ge=0)


class EstimateRequest(SQLModel, table=True):
    """A client asked for an estimate on that day."""

    __tablename__ = "estimate_request"
    __table_args__ = (UniqueConstraint("client_id", "asked_on"),)

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id")
    asked_on: date
