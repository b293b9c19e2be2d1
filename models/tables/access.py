"""Who may come in: accounts of staff and clients, their sign-ins and one-time links; and who saw what of a chart."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.tables.columns import INSTANT, WORDS


class Account(SQLModel, table=True):
    """Somebody who signs in, by `login` (a user name or mail address in small letters).

    `roles` as in `starter/web/access/permissions.py`; a clinician's account names the clinician. `totp_counter` is the
    last 30-second step whose code was used, `recovery` hashes of codes for a lost phone.
    """

    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(unique=True)
    email: str
    name: str
    roles: list[str] = Field(sa_type=WORDS)
    clinician_id: int | None = Field(default=None, foreign_key="clinician.id")
    password: str = ""
    totp: bytes | None = None
    totp_on: bool = False
    totp_counter: int = 0
    recovery: list[str] = Field(default_factory=list, sa_type=WORDS)
    failures: int = 0
    locked_until: datetime | None = Field(default=None, sa_type=INSTANT)
    active: bool = True
    created_at: datetime = Field(sa_type=INSTANT)


class AccountClient(SQLModel, table=True):
    """A client whom an account may act for: themselves, or a parent for a child."""

    __tablename__ = "account_client"

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    client_id: int = Field(primary_key=True, foreign_key="client.id", index=True)
    relation: str = "self"


class SignIn(SQLModel, table=True):
    """A browser that is signed in; only the hash of its cookie is kept. `complete` once the second factor was shown."""

    __tablename__ = "sign_in"

    digest: str = Field(primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    opened_at: datetime = Field(sa_type=INSTANT)
    seen_at: datetime = Field(sa_type=INSTANT)
    complete: bool = False
    acting_for: int | None = Field(default=None, foreign_key="client.id")
    browser: str = ""


class Ticket(SQLModel, table=True):
    """A link for one use: an invitation, a new password, or a sign-in by mail."""

    digest: str = Field(primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    purpose: str
    expires_at: datetime = Field(sa_type=INSTANT)
    used_at: datetime | None = Field(default=None, sa_type=INSTANT)


class ChartEvent(SQLModel, table=True):
    """Who viewed or changed what of a client's chart (45 CFR 164.312(b)); never changed or deleted."""

    __tablename__ = "chart_event"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=INSTANT)
    account_id: int = Field(foreign_key="account.id", index=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    deed: str
    what: str
