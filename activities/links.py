"""Links in mails with which a client confirms, cancels or pays without signing in.

A link names ids and a purpose, signed with the practice's key; it ends when the session starts, and says so when the
session was moved or cancelled meanwhile. An invoice's opens that invoice, for half a year. Looking at a link changes
nothing: programs that scan mails look at every link.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from itsdangerous import BadSignature, URLSafeSerializer
from sqlmodel import Session as Database

from activities.vault import Vault
from models.errors import Refused
from models.facts import Status
from models.tables import AttendanceRow, Session

SALT = "appointment"
OF_INVOICES = "invoice"
INVOICE_DAYS = timedelta(days=180)
"""How long after its issue the link of an invoice opens it."""


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
    signed = _signer(vault).dumps(held)
    return signed if isinstance(signed, str) else signed.decode()


def read(vault: Vault, text: str) -> Link:
    """The link of a text; Refused when we did not write it."""
    try:
        attendance_id, purpose, moves, expires = _signer(vault).loads(text)
    except BadSignature:
        raise Refused("this link is not whole; it may have been cut when it was copied") from None
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
    signed = _signer(vault, OF_INVOICES).dumps([number, (issued + INVOICE_DAYS).isoformat()])
    return signed if isinstance(signed, str) else signed.decode()


def read_invoice(vault: Vault, text: str, today: date) -> str:
    """The number of a link's invoice; Refused when we did not write it, or its time is over."""
    try:
        number, last = _signer(vault, OF_INVOICES).loads(text)
    except BadSignature:
        raise Refused("this link is not whole; it may have been cut when it was copied") from None
    if today > date.fromisoformat(last):
        raise Refused("this link has expired: the invoice is older than half a year")
    return str(number)


def _signer(vault: Vault, salt: str = SALT) -> URLSafeSerializer:
    return URLSafeSerializer(vault.subkey("mail links"), salt=salt)
