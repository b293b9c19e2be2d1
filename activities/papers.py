"""Rows as paper: invoices and receipts with who owes what, from the ledger; never what was treated."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlalchemy.orm import aliased
from sqlmodel import Session as Database
from sqlmodel import and_, col, select

from activities import invoices, links
from activities.documents import InvoiceDocument, Line, ReceiptDocument, invoice_pdf, receipt_pdf
from activities.rendering import PracticeCard
from activities.vault import Vault
from activities.wording import phone
from models.addresses import on_envelope
from models.calendar import local_day, zone
from models.errors import Refused
from models.money import ZERO, total
from models.rules.ledger import Event, client_account
from models.tables import Client, Contact, Entry, Invoice, InvoiceLine, Payment, Posting, Practice, Session

METHODS = {"card": "Card", "ach": "Bank transfer", "cash": "Cash", "check": "Check"}
WORDS = {
    Event.ATTENDED_SELF_PAY: "Session",
    Event.CLIENT_SHARE: "Your share of the session",
    Event.WRITE_OFF: "Adjustment",
    Event.OPENING_BALANCE: "Balance carried over",
}
FEES = {"attendance.late_cancelled_fee": "Late cancellation fee", "attendance.no_show_fee": "Missed session fee"}


_PAYS = col(Contact.guarantor)


def card_of(practice: Practice) -> PracticeCard:
    """The practice's letterhead."""
    return PracticeCard(practice.name, practice.email, phone(practice.phone), address_of(practice), practice.timezone)


def address_of(place: Practice | Contact) -> str:
    """Street and town on lines of their own, as far as they are known."""
    return on_envelope(place.line1, place.city, place.state, place.zip)


def bill_to(db: Database, client: Client) -> tuple[str, str]:
    """Who pays for a client, and their address: the guarantor where there is one."""
    return _bill_to(client, db.exec(select(Contact).where(Contact.client_id == client.id, _PAYS)).first())


def _bill_to(client: Client, payer: Contact | None) -> tuple[str, str]:
    if payer is None:
        return client.name, client.address
    return payer.name, f"for {client.name}\n{address_of(payer) or client.address}"


def words(entry: Entry) -> str:
    """What an entry on a client's account is called on paper, without saying what was treated."""
    if entry.rule in FEES:
        return FEES[entry.rule]
    if entry.event in (Event.CLIENT_PAID, Event.REFUND):
        method = METHODS.get(entry.why.rpartition(" ")[2], "")
        return f"{'Payment' if entry.event == Event.CLIENT_PAID else 'Refund'}, {method.lower()}"
    if entry.event == Event.REVERSAL:
        return "Taken back"
    if entry.event == Event.ATTENDED_SELF_PAY and entry.service_id is not None:
        return "Further service of the session"
    return WORDS.get(Event(entry.event), "Charge")


def invoice(
    db: Database,
    number: str,
    now: datetime,
    site_url: str = "",
    due: Decimal | None = None,
    vault: Vault | None = None,
) -> InvoiceDocument:
    """An invoice as paper: its lines from the ledger, and what credit or payments took off; `due` where it is known.

    With the `vault` it carries the link that opens it without signing in.
    """
    practice, (row, client, guarantor) = db.get_one(Practice, 1), _invoice_rows(db, number)
    tz = zone(practice.timezone)
    lines = _invoice_lines(db, row, tz)
    paid = total(line.amount for line in lines)
    paid -= invoices.dues_of(db, row.client_id)[number] if due is None else due
    name, address = _bill_to(client, guarantor)
    return InvoiceDocument(
        practice=card_of(practice),
        number=number,
        issued=row.issued_on,
        client_name=name,
        client_address=address,
        lines=lines,
        payments=(Line(local_day(now, tz), "Payments and credit", paid),) if paid > ZERO else (),
        how_to_pay=("Card, bank transfer, cash or check; please name the invoice number.",),
        pay_url=pay_url(practice, row, site_url, vault),
    )


def receipt(db: Database, payment: Payment) -> ReceiptDocument:
    """A payment as paper."""
    practice = db.get_one(Practice, 1)
    name, address = bill_to(db, db.get_one(Client, payment.client_id))
    number, paid_on = str(payment.id)[:8].upper(), local_day(payment.at, zone(practice.timezone))
    return ReceiptDocument(
        card_of(practice), number, paid_on, name, address, METHODS[payment.method].lower(), payment.amount
    )


def invoice_pdf_of(engine: Engine, number: str, now: datetime, site_url: str = "") -> bytes:
    """An invoice as PDF; Refused when there is none."""
    with Database(engine) as db:
        if db.get(Invoice, number) is None:
            raise Refused(f"there is no invoice {number}")
        return invoice_pdf(invoice(db, number, now, site_url))


def receipt_pdf_of(engine: Engine, payment: Payment) -> bytes:
    """A payment's receipt as PDF."""
    with Database(engine) as db:
        return receipt_pdf(receipt(db, payment))


def pay_url(practice: Practice, row: Invoice, site_url: str, vault: Vault | None = None) -> str | None:
    """Where an invoice is paid online: the practice's own place, else its link, else the portal."""
    if practice.pay_url:
        return f"{practice.pay_url.rstrip('/')}/{row.number}"
    if not site_url:
        return None
    if vault is not None:
        return f"{site_url}/pay/{links.invoice_token(vault, row.number, row.issued_on)}"
    return f"{site_url}/portal/invoices/{row.number}"


def _invoice_rows(db: Database, number: str) -> tuple[Invoice, Client, Contact | None]:
    """An invoice with whom it is for, and who pays for them where it is somebody else."""
    query = select(Invoice, Client, Contact).join(Client, col(Client.id) == Invoice.client_id)
    payer: Any = and_(Contact.client_id == Client.id, _PAYS)
    return db.exec(query.outerjoin(Contact, payer).where(Invoice.number == number)).one()


def _invoice_lines(db: Database, row: Invoice, tz: ZoneInfo) -> tuple[Line, ...]:
    """What is asked for; what was taken back (a waived fee, a corrected share) is neither asked for nor paid."""
    reversal = aliased(Entry)
    taken_back = select(reversal.id).where(reversal.reverses_id == Entry.id).exists()
    found: Any = db.exec(
        select(Entry, col(Posting.amount), Session)
        .join(InvoiceLine, col(InvoiceLine.entry_id) == Entry.id)
        .join(Posting, col(Posting.entry_id) == Entry.id)
        .outerjoin(Session, col(Session.id) == Entry.session_id)
        .where(InvoiceLine.invoice_number == row.number, Posting.account == client_account(row.client_id))
        .where(~taken_back)
        .order_by(col(Entry.id))
    ).all()
    return tuple(Line(_day(entry, session, tz), words(entry), amount) for entry, amount, session in found)


def _day(entry: Entry, session: Session | None, tz: ZoneInfo) -> date:
    return local_day(session.starts, tz) if session else entry.on_day
