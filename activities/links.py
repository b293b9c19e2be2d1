"""Links in mails with which a client confirms, cancels or pays without signing in.

A link names ids and a purpose, signed with the practice's key; it ends when the session starts, and says so when the
session was moved or cancelled meanwhile. An invoice's opens that invoice, a statement's that month, for half a year.
Looking at a link changes nothing: programs that scan mails look at every link.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from dateutil.relativedelta import relativedelta
from itsdangerous import BadSignature, URLSafeSerializer
from sqlmodel import Session as Database

from activities.vault import Vault
from models.errors import Refused
from models.facts import Status
from models.tables import AttendanceRow, Session

SALT = "appointment"
OF_INVOICES, OF_STATEMENTS = "invoice", "statement"
PAPER_DAYS = timedelta(days=180)
"""How long the link of an invoice opens it after its issue, and that of a statement after its month."""


class Purpose(StrEnum):
    """What a link is for."""

    CONFIRM = "confirm"
    CANCEL = "cancel"


@dataclass(frozen=True)
class Link:
    """Whose part in which session, as it was when the mail was written."""

    attendance_id: int
    purpose: Purpose
    moves: int
    expires: datetime


@dataclass(frozen=True)
class Found:
    """What a link leads to while it holds; `done` once what it is for has happened."""

    link: Link
    session: Session
    client_id: int
    status: Status

    @property
    def done(self) -> bool:
        """What the link is for has happened."""
        confirmed = self.link.purpose is Purpose.CONFIRM and self.status is Status.CONFIRMED
        return confirmed or self.status in (Status.CANCELLED, Status.LATE_CANCELLED)


def token(vault: Vault, link: Link) -> str:
    """The part of the address; the same link gives the same text, so that a mail sent again is the same mail."""
    held = [link.attendance_id, link.purpose.value, link.moves, int(link.expires.timestamp())]
    return _signed(vault, SALT, held)


def read(vault: Vault, text: str) -> Link:
    """The link of a text; Refused when we did not write it."""
    attendance_id, purpose, moves, expires = _held(vault, SALT, text)
    return Link(attendance_id, Purpose(purpose), moves, datetime.fromtimestamp(expires, UTC))


def follow(db: Database, link: Link, now: datetime) -> Found:
    """Where a link leads; Refused when its time is over, or the session is not at that time any more."""
    attendance = db.get(AttendanceRow, link.attendance_id)
    session = db.get(Session, attendance.session_id) if attendance else None
    if attendance is None or session is None:
        raise Refused("this appointment is not known any more")
    if session.moves != link.moves:
        raise Refused("this appointment was moved after the mail was sent; please use the newest mail")
    if now >= min(link.expires, session.starts):
        raise Refused("this link has expired: the appointment has begun or is over")
    return Found(link, session, attendance.client_id, Status(attendance.status))


def invoice_token(vault: Vault, number: str, issued: date) -> str:
    """The part of the address under which an invoice is paid; the same for every mail about it."""
    return _signed(vault, OF_INVOICES, [number, (issued + PAPER_DAYS).isoformat()])


def read_invoice(vault: Vault, text: str, today: date) -> str:
    """The number of a link's invoice; Refused when we did not write it, or its time is over."""
    number, last = _held(vault, OF_INVOICES, text)
    if today > date.fromisoformat(last):
        raise Refused("this link has expired: the invoice is older than half a year")
    return str(number)


def statement_token(vault: Vault, client_id: int, month: date) -> str:
    """The part of the address under which a client's statement of a month is looked at and paid."""
    return _signed(vault, OF_STATEMENTS, [client_id, month.isoformat()])


def read_statement(vault: Vault, text: str, today: date) -> tuple[int, date]:
    """Whose statement of which month; Refused when we did not write it, or its time is over."""
    client_id, told = _held(vault, OF_STATEMENTS, text)
    month = date.fromisoformat(told)
    if today > month + relativedelta(months=1) + PAPER_DAYS:
        raise Refused("this link has expired: the statement is older than half a year")
    return int(client_id), month


def _signed(vault: Vault, salt: str, held: Sequence[Any]) -> str:
    """What a link holds, as text that only we can have written."""
    signed = _signer(vault, salt).dumps(held)
    return signed if isinstance(signed, str) else signed.decode()


def _held(vault: Vault, salt: str, text: str) -> list[Any]:
    """What a link of ours holds."""
    try:
        held: list[Any] = _signer(vault, salt).loads(text)
    except BadSignature:
        raise Refused("this link is not whole; it may have been cut when it was copied") from None
    return held


def _signer(vault: Vault, salt: str) -> URLSafeSerializer:
    return URLSafeSerializer(vault.subkey("mail links"), salt=salt)
