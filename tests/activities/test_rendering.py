"""Mails hold the least, say the same thing in text and HTML, and come out the same each time."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from activities.rendering import (
    CONTEXTS,
    AccountStatementMail,
    AppointmentMail,
    FiguresMail,
    InstalmentMail,
    InvoiceMail,
    LinkMail,
    MailContext,
    OfferMail,
    OverdueMail,
    PaymentFailedMail,
    PracticeCard,
    ReceiptMail,
    RefundMail,
    SeriesMail,
    StatementMail,
    TasksMail,
    compose,
    message_id_for,
)
from activities.wording import end_of, moment, time_span, usd
from models.errors import Parked

NEW_YORK = ZoneInfo("America/New_York")
AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
PDF = b"%PDF-1.7 test"
PRACTICE = PracticeCard(
    name="Riverside Sessions, LLC",
    email="office@riverside.example",
    phone="(555) 010-2030",
    address="120 Main Street\nSpringfield, IL 62701",
    timezone="America/Chicago",
)
APPOINTMENT = AppointmentMail(
    practice=PRACTICE,
    greeting="María",
    starts=datetime(2026, 11, 24, 15, 0, tzinfo=NEW_YORK),
    minutes=50,
    place="120 Main Street\nSpringfield, IL 62701",
    uid="7d1c@riverside.example",
    sequence=0,
    confirm_url="https://portal.example/a?x=1&y=2",
    cancel_url="https://portal.example/c?x=1&y=2",
    free_until=datetime(2026, 11, 23, 15, 0, tzinfo=NEW_YORK),
)
INVOICE = InvoiceMail(PRACTICE, "María", "1042", date(2026, 11, 4), Decimal("1234.50"), "https://pay.example/1", PDF)
OVERDUE = OverdueMail(PRACTICE, "María", "1042", date(2026, 11, 4), Decimal("1234.50"), None, PDF, days=30)
CARD = "card ending in 4242"
MAILS: dict[str, MailContext] = {
    "booked": APPOINTMENT,
    "moved": replace(APPOINTMENT, sequence=1),
    "reminder": APPOINTMENT,
    "cancelled": replace(APPOINTMENT, sequence=2),
    "invoice": INVOICE,
    "overdue": OVERDUE,
    "receipt": ReceiptMail(PRACTICE, "María", "R-7", date(2026, 11, 4), Decimal("120.00"), CARD, PDF),
    "refund": RefundMail(PRACTICE, "María", date(2026, 11, 4), Decimal("20.00"), CARD),
    "payment_failed": PaymentFailedMail(PRACTICE, "María", "1042", Decimal("80.00"), "https://pay.example/1"),
    "pay_statement": StatementMail(PRACTICE, "María", date(2026, 11, 1), date(2026, 11, 15), PDF),
    "tasks_due": TasksMail(PRACTICE, "María", 3, "https://desk.example/tasks"),
    "tasks_escalated": TasksMail(PRACTICE, "María", 1, "https://desk.example/tasks"),
    "figures": FiguresMail(
        *(PRACTICE, "María", date(2026, 11, 2), date(2026, 11, 8)),
        *((("Earned", "$1,240.00"), ("Tasks due", "3")), "https://desk.example/"),
    ),
    "statement": AccountStatementMail(
        *(PRACTICE, "María", date(2026, 11, 1), date(2026, 11, 30)), Decimal("40.00"), "https://pay.example/1", PDF
    ),
    "instalment": InstalmentMail(PRACTICE, "María", date(2026, 11, 20), Decimal("50.00"), "https://pay.example/1"),
    "series": SeriesMail(PRACTICE, "María", (APPOINTMENT.starts,), 50, "Room 2", more=True),
    "offer": OfferMail(
        *(PRACTICE, "María", APPOINTMENT.starts, 50, "Room 2"),
        *(datetime(2026, 11, 20, 17, 0, tzinfo=NEW_YORK), "https://portal.example/portal/offers/1"),
    ),
    "invitation": LinkMail(PRACTICE, "María", "https://portal.example/ticket/abc"),
    "password_reset": LinkMail(PRACTICE, "María", "https://portal.example/ticket/abc"),
    "sign_in_link": LinkMail(PRACTICE, "María", "https://portal.example/ticket/abc"),
    "superbill": LinkMail(PRACTICE, "María", "https://portal.example/portal/statements"),
    "paperwork": LinkMail(PRACTICE, "María", "https://portal.example/portal/forms"),
    "request_declined": LinkMail(PRACTICE, "María", "https://portal.example/portal/appointments"),
}
every_kind = pytest.mark.parametrize("kind", sorted(MAILS))


def sent(kind: str, context: MailContext | None = None) -> EmailMessage:
    """The mail as the recipient's program reads it."""
    mail = compose(kind, "maria@example.com", context or MAILS[kind], message_id_for(f"{kind}/1", PRACTICE), AT)
    received = message_from_bytes(mail.as_bytes(policy=policy.SMTP), policy=policy.default)
    assert isinstance(received, EmailMessage)
    return received


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def html_of(mail: EmailMessage) -> str:
    body = mail.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def calendar_of(mail: EmailMessage) -> Any:
    [part] = mail.iter_attachments()
    return Calendar.from_ical(part.get_content())


def test_every_kind_of_mail_is_tried_here() -> None:
    assert MAILS.keys() == CONTEXTS.keys()


@every_kind
def test_a_mail_has_text_and_html_and_comes_from_the_practice(kind: str) -> None:
    mail = sent(kind)
    sender = mail["From"].addresses[0]
    assert (sender.display_name, sender.addr_spec) == ("Riverside Sessions, LLC", "office@riverside.example")
    assert mail["To"] == "maria@example.com"
    assert mail["Date"].datetime == AT
    assert "Hello María," in text_of(mail)
    assert "Hello María," in html_of(mail)
    assert "Riverside Sessions, LLC" in text_of(mail)


@every_kind
def test_the_subject_names_nobody_and_no_amount(kind: str) -> None:
    subject = sent(kind)["Subject"]
    assert subject
    assert "María" not in subject
    assert "$" not in subject
    assert "November" not in subject


@every_kind
def test_no_mail_uses_a_clinical_or_insurance_word(kind: str) -> None:
    words = (text_of(sent(kind)) + html_of(sent(kind))).lower()
    banned = ("clinic", "therap", "patient", "treatment", "insur", "diagnos", "copay", "claim", "payer", "provider")
    assert [word for word in banned if word in words] == []


@every_kind
def test_html_loads_nothing_from_afar(kind: str) -> None:
    html = html_of(sent(kind))
    assert "<img" not in html
    assert "url(" not in html
    assert "<link" not in html
    assert "<script" not in html


@every_kind
def test_text_and_html_tell_the_same_facts(kind: str) -> None:
    mail = sent(kind)
    html = unescape(html_of(mail))
    facts = [line.split(":", 1)[1].strip() for line in text_of(mail).splitlines() if ": " in line]
    assert facts
    assert [fact for fact in facts if fact not in html] == []


@every_kind
def test_composing_again_gives_the_same_bytes(kind: str) -> None:
    assert sent(kind).as_bytes() == sent(kind).as_bytes()


@every_kind
def test_no_file_name_tells_who_it_is_about(kind: str) -> None:
    names = {part.get_filename() for part in sent(kind).iter_attachments()}
    money = {"invoice-1042.pdf", "receipt-R-7.pdf", "statement-2026-11.pdf", "pay-statement-2026-11-15.pdf"}
    assert names <= {"appointment.ics", *money}


def test_the_time_is_the_clients_with_its_zone() -> None:
    text = text_of(sent("reminder"))
    assert "Tuesday, November 24, 2026" in text
    assert "3:00 PM to 3:50 PM EST" in text
    assert "without a fee until Monday, November 23, 2026, 3:00 PM EST" in text


def test_a_booking_brings_a_calendar_file_that_names_only_the_practice() -> None:
    calendar = calendar_of(sent("booked"))
    [event] = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "PUBLISH"
    assert event["SUMMARY"] == "Appointment with Riverside Sessions, LLC"
    assert event["UID"] == "7d1c@riverside.example"
    assert event.decoded("DTSTART") == APPOINTMENT.starts
    assert event.decoded("DTEND") == APPOINTMENT.starts + timedelta(minutes=50)
    assert event["LOCATION"] == APPOINTMENT.place
    assert "ATTENDEE" not in event
    assert event["ORGANIZER"] == "mailto:office@riverside.example"


def test_a_moved_appointment_keeps_its_uid_with_a_higher_sequence() -> None:
    [first] = calendar_of(sent("booked")).walk("VEVENT")
    [moved] = calendar_of(sent("moved")).walk("VEVENT")
    assert moved["UID"] == first["UID"]
    assert moved["SEQUENCE"] > first["SEQUENCE"]


def test_a_cancelled_appointment_leaves_the_calendar_and_offers_no_link() -> None:
    mail = sent("cancelled")
    calendar = calendar_of(mail)
    [event] = calendar.walk("VEVENT")
    assert (calendar["METHOD"], event["STATUS"]) == ("CANCEL", "CANCELLED")
    [part] = mail.iter_attachments()
    assert part["Content-Type"].params["method"] == "CANCEL"
    assert "https://" not in text_of(mail)


def test_a_reminder_has_no_attachment() -> None:
    assert list(sent("reminder").iter_attachments()) == []


@pytest.mark.parametrize("kind", ["invoice", "overdue", "receipt", "pay_statement"])
def test_the_pdf_is_attached_whole(kind: str) -> None:
    [part] = sent(kind).iter_attachments()
    assert (part.get_content_type(), part.get_content()) == ("application/pdf", PDF)


def test_without_a_pay_link_no_button_is_shown() -> None:
    assert "Pay online" in html_of(sent("invoice"))
    assert "Pay online" not in html_of(sent("overdue"))


def test_overdue_words_change_at_60_and_90_days() -> None:
    texts = [text_of(sent("overdue", replace(OVERDUE, days=days))) for days in (30, 59, 60, 89, 90)]
    assert ["slipped by" in text for text in texts] == [True, True, False, False, False]
    assert ["installments" in text for text in texts] == [False, False, True, True, False]
    assert "open for 90 days" in texts[-1]


def test_a_pay_statement_mail_keeps_the_amounts_in_the_file() -> None:
    assert "$" not in text_of(sent("pay_statement"))


def test_what_people_type_is_never_markup() -> None:
    nasty = replace(APPOINTMENT, greeting="<b>O'Brien & Co</b>", place='"><script>x()</script>')
    html = html_of(sent("booked", nasty))
    assert "<b>O'Brien" not in html
    assert "<script" not in html


def test_only_a_web_address_becomes_a_link() -> None:
    room = replace(APPOINTMENT, place="https://video.example/r/1")
    assert 'href="https://video.example/r/1"' in html_of(sent("reminder", room))
    assert 'href="javascript' not in html_of(sent("reminder", replace(APPOINTMENT, place="javascript:x()")))


def test_a_line_break_in_the_practice_name_adds_no_header() -> None:
    practice = replace(PRACTICE, name="Riverside\r\nBcc: all@example.com")
    mail = sent("booked", replace(APPOINTMENT, practice=practice))
    assert mail["Bcc"] is None
    assert mail["From"].addresses[0].display_name == "Riverside Bcc: all@example.com"


@pytest.mark.parametrize("to", ["", "maria", "maria@", "maria@example.com\nBcc: x@y.z", "josé@example.com", "a b@c.d"])
def test_a_bad_address_is_parked_without_repeating_it(to: str) -> None:
    with pytest.raises(Parked) as refusal:
        compose("reminder", to, APPOINTMENT, "<1@riverside.example>", AT)
    assert not to or to not in str(refusal.value)
    assert refusal.value.__suppress_context__


def test_a_kind_takes_only_its_own_context() -> None:
    with pytest.raises(TypeError, match="invoice mail is made from InvoiceMail"):
        compose("invoice", "maria@example.com", APPOINTMENT, "<1@riverside.example>", AT)


def test_message_ids_are_stable_distinct_and_opaque() -> None:
    first = message_id_for("reminder/7d1c/2026-11-24", PRACTICE)
    assert first == message_id_for("reminder/7d1c/2026-11-24", PRACTICE)
    assert first != message_id_for("reminder/7d1c/2026-11-25", PRACTICE)
    assert "7d1c" not in first
    assert first.endswith("@riverside.example>")


def test_a_span_over_the_change_of_clocks_names_both_zones() -> None:
    starts = datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK)
    assert time_span(starts, 50) == "1:30 AM EDT to 1:20 AM EST"


def test_a_zone_without_an_abbreviation_shows_its_offset() -> None:
    starts = datetime(2026, 11, 24, 9, 5, tzinfo=ZoneInfo("America/Sao_Paulo"))
    assert moment(starts) == "Tuesday, November 24, 2026, 9:05 AM UTC-03"


@given(st.integers(0, 4 * 365 * 24 * 60), st.integers(0, 600))
def test_the_end_is_always_the_minutes_later_in_real_time(later: int, minutes: int) -> None:
    starts = (AT + timedelta(minutes=later)).astimezone(NEW_YORK)
    assert end_of(starts, minutes).astimezone(UTC) - starts.astimezone(UTC) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("amount", "words"),
    [("0.00", "$0.00"), ("-0.00", "$0.00"), ("-20", "-$20.00"), ("1234567.8", "$1,234,567.80")],
)
def test_dollars_read_as_dollars(amount: str, words: str) -> None:
    assert usd(Decimal(amount)) == words
