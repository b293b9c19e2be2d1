"""Mails: from what is to be said to a finished message.

A mail holds the least: practice, date, time, place or link, and for money what is owed. It names no service and no
surname, its subject and its file names tell nothing about anyone, and its words fit every kind of practice. The same
context gives the same bytes, so a mail sent again is recognised by its Message-ID and is the same mail.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from email.headerregistry import Address
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from activities import wording
from activities.calendar_file import appointment_file, method
from models.billed import on_the_web
from models.errors import Parked


@dataclass(frozen=True)
class PracticeCard:
    """The practice as its clients know it: letterhead, sender, and the zone of its clock."""

    name: str
    email: str
    phone: str
    address: str
    timezone: str

    @property
    def sender(self) -> Address:
        return Address(" ".join(self.name.split()), addr_spec=self.email)


@dataclass(frozen=True)
class AppointmentMail:
    """`starts` is in the client's zone; `free_until` is the last moment to cancel or change without a fee."""

    practice: PracticeCard
    greeting: str
    starts: datetime
    minutes: int
    place: str
    uid: str
    sequence: int
    confirm_url: str | None = None
    cancel_url: str | None = None
    free_until: datetime | None = None

    @property
    def place_is_link(self) -> bool:
        return on_the_web(self.place)


@dataclass(frozen=True)
class InvoiceMail:
    """A new invoice, attached, and where to pay it."""

    practice: PracticeCard
    greeting: str
    number: str
    issued: date
    due: Decimal
    pay_url: str | None
    pdf: bytes


@dataclass(frozen=True)
class OverdueMail:
    """An invoice that has been open for `days`."""

    practice: PracticeCard
    greeting: str
    number: str
    issued: date
    due: Decimal
    pay_url: str | None
    pdf: bytes
    days: int


@dataclass(frozen=True)
class ReceiptMail:
    """Money that came in; `method` in words, such as "card ending in 4242"."""

    practice: PracticeCard
    greeting: str
    number: str
    paid_on: date
    amount: Decimal
    method: str
    pdf: bytes | None = None


@dataclass(frozen=True)
class RefundMail:
    """Money that went back."""

    practice: PracticeCard
    greeting: str
    refunded_on: date
    amount: Decimal
    method: str


@dataclass(frozen=True)
class PaymentFailedMail:
    """A charge that the card's bank refused."""

    practice: PracticeCard
    greeting: str
    number: str
    due: Decimal
    pay_url: str | None


@dataclass(frozen=True)
class StatementMail:
    """A clinician's pay for the days `first` to `last`; the amounts are in the attached file only."""

    practice: PracticeCard
    greeting: str
    first: date
    last: date
    pdf: bytes


@dataclass(frozen=True)
class AccountStatementMail:
    """A client's account over a month, attached; `owed` below zero is a credit."""

    practice: PracticeCard
    greeting: str
    first: date
    last: date
    owed: Decimal
    pay_url: str | None
    pdf: bytes


@dataclass(frozen=True)
class InstalmentMail:
    """An instalment of a payment plan that is due."""

    practice: PracticeCard
    greeting: str
    due_on: date
    amount: Decimal
    pay_url: str | None


@dataclass(frozen=True)
class TasksMail:
    """How many tasks wait for somebody of the staff; what they are is told to those who sign in."""

    practice: PracticeCard
    greeting: str
    count: int
    url: str | None


@dataclass(frozen=True)
class FiguresMail:
    """A week of the practice for its owner: sums and counts, no client's name; `papers` are its reports as PDF."""

    practice: PracticeCard
    greeting: str
    first: date
    last: date
    figures: tuple[tuple[str, str], ...]
    url: str | None
    papers: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True)
class LinkMail:
    """A link that its reader asked for, or was invited with, or that leads to what waits for them."""

    practice: PracticeCard
    greeting: str
    url: str


@dataclass(frozen=True)
class SeriesMail:
    """Recurring appointments: the next starts in the client's zone (none: they have ended), and whether more follow."""

    practice: PracticeCard
    greeting: str
    starts: tuple[datetime, ...]
    minutes: int
    place: str
    more: bool

    @property
    def place_is_link(self) -> bool:
        return on_the_web(self.place)


@dataclass(frozen=True)
class OfferMail:
    """A freed time for somebody who waits, to be taken until a moment, at an address."""

    practice: PracticeCard
    greeting: str
    starts: datetime
    minutes: int
    place: str
    until: datetime
    url: str

    @property
    def place_is_link(self) -> bool:
        return on_the_web(self.place)


MailContext = (
    AppointmentMail
    | InvoiceMail
    | OverdueMail
    | ReceiptMail
    | RefundMail
    | PaymentFailedMail
    | StatementMail
    | AccountStatementMail
    | InstalmentMail
    | TasksMail
    | LinkMail
    | FiguresMail
    | SeriesMail
    | OfferMail
)

CONTEXTS: dict[str, type[MailContext]] = {
    "booked": AppointmentMail,
    "moved": AppointmentMail,
    "reminder": AppointmentMail,
    "cancelled": AppointmentMail,
    "invoice": InvoiceMail,
    "overdue": OverdueMail,
    "receipt": ReceiptMail,
    "refund": RefundMail,
    "payment_failed": PaymentFailedMail,
    "pay_statement": StatementMail,
    "statement": AccountStatementMail,
    "instalment": InstalmentMail,
    "series": SeriesMail,
    "offer": OfferMail,
    "invitation": LinkMail,
    "password_reset": LinkMail,
    "sign_in_link": LinkMail,
    "paperwork": LinkMail,
    "request_declined": LinkMail,
    "superbill": LinkMail,
    "figures": FiguresMail,
    "tasks_due": TasksMail,
    "tasks_escalated": TasksMail,
}

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates" / "mail"),
    autoescape=select_autoescape(enabled_extensions=("html.j2",)),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.filters.update(
    usd=wording.usd,
    long_date=wording.long_date,
    weekday_date=wording.weekday_date,
    moment=wording.moment,
)
TEMPLATES.globals["time_span"] = wording.time_span


def compose(kind: str, to: str, context: MailContext, message_id: str, at: datetime) -> EmailMessage:
    """The mail of this kind, as text and as HTML, with its attachments; `at` becomes its date."""
    if type(context) is not CONTEXTS[kind]:
        raise TypeError(f"a {kind} mail is made from {CONTEXTS[kind].__name__}, not {type(context).__name__}")
    mail = EmailMessage()
    mail["From"] = context.practice.sender
    mail["To"] = recipient(to)
    mail["Subject"] = render(kind, "subject.txt", context).strip()
    mail["Date"] = at.astimezone(ZoneInfo(context.practice.timezone))
    mail["Message-ID"] = message_id
    mail["Auto-Submitted"] = "auto-generated"  # no out-of-office answers
    mail.set_content(render(kind, "body.txt", context))
    mail.add_alternative(render(kind, "body.html", context), subtype="html")
    attach(mail, kind, context, at)
    fix_boundaries(mail, message_id)
    return mail


def message_id_for(key: str, practice: PracticeCard) -> str:
    """A Message-ID that is the same for the same key, and from which the key cannot be read."""
    return f"<{sha256(key.encode()).hexdigest()[:32]}@{practice.sender.domain}>"


def render(kind: str, part: str, context: MailContext) -> str:
    return TEMPLATES.get_template(f"{kind}/{part}.j2").render(mail=context, practice=context.practice)


def recipient(to: str) -> Address:
    """The address without a name; the library's own error would repeat the address, and errors are logged."""
    try:
        return Address(addr_spec=to.strip().encode("ascii").decode())
    except (ValueError, IndexError):
        raise Parked("mail could not be addressed: the email address on file is not one") from None


def attach(mail: EmailMessage, kind: str, context: MailContext, at: datetime) -> None:
    match context:
        case AppointmentMail() if kind != "reminder":
            attach_appointment(mail, context, at, cancelled=kind == "cancelled")
        case InvoiceMail() | OverdueMail():
            attach_pdf(mail, context.pdf, f"invoice-{context.number}.pdf")
        case ReceiptMail(pdf=bytes() as pdf):
            attach_pdf(mail, pdf, f"receipt-{context.number}.pdf")
        case AccountStatementMail():
            attach_pdf(mail, context.pdf, f"statement-{context.first:%Y-%m}.pdf")
        case StatementMail():
            attach_pdf(mail, context.pdf, f"pay-statement-{context.last.isoformat()}.pdf")
        case FiguresMail():
            for filename, pdf in context.papers:
                attach_pdf(mail, pdf, filename)


def attach_appointment(mail: EmailMessage, context: AppointmentMail, at: datetime, cancelled: bool) -> None:
    file = appointment_file(
        uid=context.uid,
        sequence=context.sequence,
        starts=context.starts,
        ends=wording.end_of(context.starts, context.minutes),
        summary=f"Appointment with {context.practice.sender.display_name}",
        place=context.place,
        organizer=context.practice.sender,
        at=at,
        cancelled=cancelled,
    )
    params = {"method": method(cancelled), "charset": "utf-8"}
    mail.add_attachment(file, maintype="text", subtype="calendar", filename="appointment.ics", params=params)


def attach_pdf(mail: EmailMessage, pdf: bytes, filename: str) -> None:
    mail.add_attachment(pdf, maintype="application", subtype="pdf", filename=filename)


def fix_boundaries(mail: EmailMessage, message_id: str) -> None:
    """Boundaries are random otherwise, and the same mail would differ each time it is made."""
    seed = sha256(message_id.encode()).hexdigest()[:24]
    parts = [part for part in mail.walk() if part.is_multipart()]
    for number, part in enumerate(parts):
        part.set_boundary(f"=_{seed}_{number}")
