"""Mail: once a key, never too late, never with more than it must say."""

from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from uuid import UUID

import pytest
from sqlmodel import Session as Database
from sqlmodel import select

from activities import invoices, mail, papers, pay
from activities.documents import InvoiceDocument, amount_of
from activities.pay_document import statement_document
from models.errors import Unreachable
from models.facts import By
from models.messages import Dunning, Mail, PayPeriodRef
from models.money import ZERO
from models.tables import Message
from tests.activities.payer import pays, remit, taken_back
from tests.activities.practice import DAY, HOUR, Desk, FakeMailer, usd

SECRETS = ("Zebulon", "Quagmire", "F41.1", "90837", "W1")


def secretive(desk: Desk) -> int:
    """A client whose names would be seen anywhere."""
    return desk.client(first="Zebulon", last="Quagmire")


def sent(desk: Desk) -> list[str]:
    """Sends what steps left to be sent, and tells the subjects of everything sent so far."""
    for one in desk.mails:
        desk.ask(mail.send, one)
    desk.mails.clear()
    return [str(message["Subject"]) for message in desk.mailer.sent]


def reminder(session: UUID, client: int) -> Mail:
    return Mail(f"reminder/{session}/{client}/48", "reminder", client, session)


def document(desk: Desk, number: str) -> InvoiceDocument:
    with Database(desk.world.engine) as db:
        return papers.invoice(db, number, desk.now)


def test_a_mail_is_sent_once_a_key(desk: Desk) -> None:
    client = desk.client()
    session = desk.book(client)
    [booked] = desk.mails
    assert [desk.ask(mail.send, booked) is False for _ in range(3)] == [False, True, True]
    assert desk.ask(mail.send, reminder(session, client)) is not False
    assert len(desk.mailer.sent) == 2


def test_a_mail_the_server_did_not_take_is_not_remembered_as_sent(desk: Desk) -> None:
    class Down(FakeMailer):
        def send(self, mail: EmailMessage) -> None:
            raise Unreachable("nobody answers")

    desk.book(desk.client())
    working, desk.world = desk.world, replace(desk.world, mailer=Down())
    with pytest.raises(Unreachable):
        sent(desk)
    desk.world = working
    assert desk.rows(select(Message)) == []
    assert len(sent(desk)) == 1


def test_no_reminder_is_sent_from_the_start_on(desk: Desk) -> None:
    client = desk.client()
    session = desk.book(client, starts=desk.now + HOUR)
    desk.now += HOUR
    assert desk.ask(mail.send, reminder(session, client)) is False
    assert desk.mailer.sent == []


def test_nobody_is_reminded_of_what_was_cancelled(desk: Desk) -> None:
    client = desk.client()
    session = desk.book(client)
    desk.cancel(session, By.PRACTICE)
    assert desk.ask(mail.send, reminder(session, client)) is False


def test_the_one_who_cancelled_is_not_reminded_of_a_session_others_come_to(desk: Desk) -> None:
    one, other = desk.client(), desk.client()
    session = desk.book(one, other)
    desk.cancel(session, By.PRACTICE, one)
    assert desk.ask(mail.send, reminder(session, one)) is False
    assert desk.ask(mail.send, reminder(session, other)) is not False


def test_a_client_without_an_address_gets_no_mail(desk: Desk) -> None:
    desk.book(desk.client(email=""))
    assert sent(desk) == []


def test_no_subject_and_no_file_name_says_who_or_what(desk: Desk) -> None:
    client = secretive(desk)
    session = desk.book(client, starts=desk.now + 3 * DAY)
    desk.ask(mail.send, reminder(session, client))
    desk.move(session, desk.now + 4 * DAY)
    desk.cancel(session, By.PRACTICE)
    desk.hold(client)
    desk.ask(mail.send, Mail("invoice/I000001", "invoice", client, invoice_number="I000001"))
    desk.ask(invoices.ask_again, Dunning("I000001", 30))
    desk.pay(client, "200.00")
    desk.refund(client, "50.00")
    subjects = sent(desk)
    assert len(subjects) >= 8
    names = [part.get_filename() or "" for message in desk.mailer.sent for part in message.iter_attachments()]
    for told in (*subjects, *names):
        assert not [secret for secret in SECRETS if secret in told]


def test_no_mail_names_the_service_or_a_diagnosis_or_a_surname(desk: Desk) -> None:
    client = secretive(desk)
    desk.hold(client)
    desk.pay(client, "150.00")
    sent(desk)
    for message in desk.mailer.sent:
        body = message.get_body(("plain",))
        assert body is not None
        assert not [secret for secret in SECRETS[1:] if secret in body.get_content()]


class TestInvoiceOnPaper:
    """What an invoice asks for is what the ledger says."""

    def asked(self, desk: Desk, number: str) -> tuple[object, ...]:
        paper = document(desk, number)
        return amount_of(paper.lines), amount_of(paper.payments), paper.due

    def test_a_new_one_asks_for_all_of_it(self, desk: Desk) -> None:
        desk.hold(desk.client())
        assert self.asked(desk, "I000001") == (usd("150.00"), ZERO, usd("150.00"))

    def test_credit_and_payments_come_off(self, desk: Desk) -> None:
        client = desk.client()
        desk.pay(client, "40.00")
        desk.hold(client)
        assert self.asked(desk, "I000001") == (usd("150.00"), usd("40.00"), usd("110.00"))

    def test_it_asks_for_the_clients_share_only_never_for_what_a_payer_may_pay(self, desk: Desk) -> None:
        client = desk.client(desk.payer())
        number = desk.claim(client)
        assert desk.asked == []
        remit(desk, pays(number, "100.00", "CO-45 30.00", "PR-3 20.00"))
        assert self.asked(desk, "I000001") == (usd("20.00"), ZERO, usd("20.00"))
        [line] = document(desk, "I000001").lines
        assert line.text == "Your share of the session"

    def test_a_waived_fee_is_not_shown_as_paid(self, desk: Desk) -> None:
        client = desk.client()
        desk.waive(desk.miss(client), client)
        paper = document(desk, "I000001")
        assert paper.due == ZERO
        assert paper.payments == ()

    def test_a_share_that_was_corrected_is_asked_for_as_it_is_now(self, desk: Desk) -> None:
        client = desk.client(desk.payer())
        number = desk.claim(client)
        answer = pays(number, "100.00", "CO-45 30.00", "PR-3 20.00")
        remit(desk, answer)
        remit(desk, taken_back(answer), pays(number, "100.00", "CO-45 30.00", "PR-3 20.00"), trace="T2", control=502)
        assert self.asked(desk, "I000001") == (usd("20.00"), ZERO, usd("20.00"))
        assert list(desk.dues(client)) == ["I000001"]


def test_a_pay_statement_on_paper_is_the_sum_of_its_lines(desk: Desk) -> None:
    desk.pay_rule("flat", "60.00")
    desk.pay_terms(guaranteed="200.00")
    for _ in range(2):
        desk.hold(desk.client())
    closed = desk.ask(pay.close, PayPeriodRef(1, date(2026, 3, 2), date(2026, 3, 15)))
    with Database(desk.world.engine) as db:
        paper = statement_document(db, closed.statement_id or 0)
    assert (amount_of(paper.lines), paper.top_up, paper.total) == (usd("120.00"), usd("80.00"), usd("200.00"))
    assert closed.total == paper.total
    assert [line.rule for line in paper.lines] == ["An amount a session, since Jan 1, 2020"] * 2
    assert {line.why for line in paper.lines} == {"60.00 a session"}
