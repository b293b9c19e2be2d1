"""Who may come in, and whose clients they see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session as Database
from sqlmodel import col, select

from models.tables import AttendanceRow, Client, Session
from starter.queries.reading import rows


@dataclass(frozen=True)
class AccountRow:
    """An account as its owner's list shows it."""

    id: int
    login: str
    email: str
    name: str
    roles: list[str]
    clinician_id: int | None
    clinician: str | None
    totp_on: bool
    active: bool
    has_password: bool
    last_seen: datetime | None


@dataclass(frozen=True)
class ClientAccessRow:
    """An account that may act for a client."""

    account_id: int
    login: str
    name: str
    relation: str
    active: bool
    has_password: bool


@dataclass(frozen=True)
class BrowserRow:
    """A browser at which an account is signed in."""

    digest: str
    browser: str
    opened_at: datetime
    seen_at: datetime


@dataclass(frozen=True)
class _Id:
    id: int


ACCOUNTS = """
select a.id, a.login, a.email, a.name, a.roles, a.clinician_id, k.name as clinician, a.totp_on, a.active,
  a.password <> '' as has_password, (select max(s.seen_at) from sign_in s where s.account_id = a.id) as last_seen
from account a left join clinician k on k.id = a.clinician_id
where not ('client' = any(a.roles)) and (cast(:id as int) is null or a.id = :id)
order by a.active desc, a.name
"""

FOR_CLIENT = """
select a.id as account_id, a.login, a.name, l.relation, a.active, a.password <> '' as has_password
from account_client l join account a on a.id = l.account_id where l.client_id = :client_id order by a.name
"""

BROWSERS = """
select digest, browser, opened_at, seen_at from sign_in where account_id = :account_id and complete
order by seen_at desc
"""

SUPERVISED = "select id from clinician where supervisor_id = :clinician_id order by id"


def accounts(engine: Engine, account_id: int | None = None) -> list[AccountRow]:
    """The staff's accounts, those in use first."""
    return rows(engine, AccountRow, ACCOUNTS, id=account_id)


def access_to(engine: Engine, client_id: int) -> list[ClientAccessRow]:
    """Who may act for a client in the portal."""
    return rows(engine, ClientAccessRow, FOR_CLIENT, client_id=client_id)


def browsers(engine: Engine, account_id: int) -> list[BrowserRow]:
    """Where an account is signed in, the last seen first."""
    return rows(engine, BrowserRow, BROWSERS, account_id=account_id)


def seen(db: Database, client_id: int, clinicians: Sequence[int] | None) -> Client | None:
    """A client, where one of these clinicians (None: any) has or had a session with them."""
    theirs = select(AttendanceRow.id).join(Session, col(Session.id) == AttendanceRow.session_id)
    query = select(Client).where(Client.id == client_id)
    if clinicians is not None:
        with_them = theirs.where(AttendanceRow.client_id == client_id, col(Session.clinician_id).in_(clinicians))
        query = query.where(with_them.exists())
    return db.exec(query).first()


def supervised_by(engine: Engine, clinician_id: int) -> tuple[int, ...]:
    """The clinicians whom a clinician supervises."""
    return tuple(found.id for found in rows(engine, _Id, SUPERVISED, clinician_id=clinician_id))
