"""Mails that lead clients to their portal, and the links that spare them the way there."""

from sqlmodel import select

from activities import agreements, forms
from activities.database import Tx
from activities.links import Link, Purpose, token
from activities.rendering import LinkMail, PracticeCard
from models.facts import Status
from models.messages import Mail
from models.tables import AttendanceRow, Client, Session

PAGES = {"paperwork": "/portal/forms", "request_declined": "/portal/appointments", "superbill": "/portal/statements"}
"""Where each mail leads."""


def portal_mail(tx: Tx, mail: Mail, card: PracticeCard) -> LinkMail:
    """A mail that says only that something waits in the portal."""
    greeting = tx.db.get_one(Client, mail.client_id).first
    return LinkMail(card, greeting, f"{tx.world.site_url}{PAGES[mail.kind]}" if tx.world.site_url else "")


def paperwork_waits(tx: Tx, client_id: int) -> bool:
    """Whether a client has something to fill in or to sign."""
    return bool(forms.open_for(tx.db, client_id) or agreements.open_for(tx.db, client_id, tx.today))


def appointment_url(tx: Tx, session: Session, client_id: int, purpose: Purpose) -> str | None:
    """The address with which a client confirms or cancels; None where there is nothing to, or no page."""
    if not tx.world.site_url:
        return None
    query = select(AttendanceRow).where(AttendanceRow.session_id == session.id, AttendanceRow.client_id == client_id)
    attendance = tx.db.exec(query).first()
    if attendance is None or (purpose is Purpose.CONFIRM and attendance.status == Status.CONFIRMED):
        return None
    link = Link(attendance.id or 0, purpose, session.moves, session.starts)
    return f"{tx.world.site_url}/links/{token(tx.world.vault, link)}"
