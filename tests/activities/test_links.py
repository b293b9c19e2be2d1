"""Links in mails: they name nobody, hold for one time of one session, and change nothing by being looked at."""

from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import mail, portal_mails, sessions, statements
from activities.database import Tx
from activities.links import Found, Link, Purpose, follow, read, read_invoice, read_statement, token
from activities.vault import Vault
from models.collecting import StatementMonth
from models.errors import Refused
from models.facts import By, Status
from models.messages import Outcome
from models.tables import AttendanceRow, Session
from tests.activities.practice import DAY, HOUR, Desk


def link(desk: Desk, purpose: Purpose = Purpose.CONFIRM) -> str:
    """A link of a client's newest booking."""
    [attendance] = desk.rows(select(AttendanceRow).order_by(col(AttendanceRow.id).desc()).limit(1))
    session = desk.row(Session, attendance.session_id)
    return token(desk.world.vault, Link(attendance.id or 0, purpose, session.moves, session.starts))


def followed(desk: Desk, text: str) -> Found:
    with Database(desk.world.engine, expire_on_commit=False) as db:
        return follow(db, read(desk.world.vault, text), desk.now)


def test_a_link_leads_to_its_part_of_the_session(desk: Desk) -> None:
    client = desk.client()
    session = desk.book(client)
    found = followed(desk, link(desk))
    assert (found.session.id, found.client_id, found.status) == (session, client, Status.BOOKED)
    assert not found.done


def test_the_same_link_is_the_same_text_and_names_nobody(desk: Desk) -> None:
    desk.book(desk.client(first="Zebulon"))
    assert link(desk) == link(desk)
    assert "Zebulon" not in link(desk)


def test_a_link_that_was_changed_cut_or_signed_by_another_key_is_refused(desk: Desk) -> None:
    desk.book(desk.client())
    whole = link(desk)
    for text in (whole[:-1], "x" + whole, "", "é", whole.replace(".", "")):
        with pytest.raises(Refused, match="not whole"):
            read(desk.world.vault, text)
    with pytest.raises(Refused, match="not whole"):
        read(Vault(b"k" * 32), whole)


def test_a_link_of_a_session_that_was_moved_says_so(desk: Desk) -> None:
    session = desk.book(desk.client())
    old = link(desk)
    desk.move(session, desk.now + 3 * DAY, By.PRACTICE)
    with pytest.raises(Refused, match="was moved"):
        followed(desk, old)
    assert followed(desk, link(desk)).status is Status.BOOKED


def test_a_link_of_a_session_that_was_cancelled_finds_it_cancelled(desk: Desk) -> None:
    session = desk.book(desk.client())
    desk.cancel(session, By.PRACTICE)
    found = followed(desk, link(desk))
    assert found.status is Status.CANCELLED
    assert found.done


def test_a_link_that_was_used_finds_it_done_and_one_to_cancel_still_works(desk: Desk) -> None:
    session = desk.book(desk.client())
    desk.ask(sessions.confirm, Outcome(session, Status.CONFIRMED))
    assert followed(desk, link(desk)).done
    assert not followed(desk, link(desk, Purpose.CANCEL)).done


def test_a_link_ends_when_the_session_starts(desk: Desk) -> None:
    desk.book(desk.client(), starts=desk.now + HOUR)
    text = link(desk)
    desk.now += HOUR
    with pytest.raises(Refused, match="has expired"):
        followed(desk, text)


def test_a_link_of_a_session_that_is_not_there_is_refused(desk: Desk) -> None:
    text = token(desk.world.vault, Link(999, Purpose.CONFIRM, 0, desk.now + DAY))
    with pytest.raises(Refused, match="not known"):
        followed(desk, text)


def test_mails_of_an_appointment_bring_links_where_there_are_pages(desk: Desk) -> None:
    client = desk.client()
    desk.world = replace(desk.world, site_url="https://practice.example")
    session = desk.book(client)
    [booked] = desk.mails
    desk.ask(mail.send, booked)
    body = desk.mailer.sent[0].get_body(("plain",))
    assert body is not None
    assert body.get_content().count("https://practice.example/links/") == 2
    desk.mails.clear()
    desk.cancel(session, By.PRACTICE)
    [cancelled] = desk.mails
    desk.ask(mail.send, cancelled)
    body = desk.mailer.sent[1].get_body(("plain",))
    assert body is not None
    assert "https://practice.example" not in body.get_content()


def test_each_client_of_a_session_gets_an_own_link(desk: Desk) -> None:
    one, other = desk.client(), desk.client()
    desk.world = replace(desk.world, site_url="https://practice.example")
    session = desk.row(Session, desk.book(one, other))
    with Database(desk.world.engine) as db:
        tx = Tx(db, desk.now, desk.world)
        urls = [portal_mails.appointment_url(tx, session, who, Purpose.CANCEL) for who in (one, other)]
    assert len(set(urls)) == 2


def test_who_has_confirmed_is_not_asked_again(desk: Desk) -> None:
    client = desk.client()
    desk.world = replace(desk.world, site_url="https://practice.example")
    session = desk.book(client)
    desk.ask(sessions.confirm, Outcome(session, Status.CONFIRMED))
    with Database(desk.world.engine) as db:
        tx = Tx(db, desk.now, desk.world)
        urls = [portal_mails.appointment_url(tx, desk.row(Session, session), client, p) for p in Purpose]
    assert [bool(url) for url in urls] == [False, True]


def test_a_statements_mail_leads_to_that_statement_for_half_a_year_after_its_month(desk: Desk) -> None:
    client, month = desk.client(), date(2026, 3, 1)
    desk.world = replace(desk.world, site_url="https://practice.example")
    desk.hold(client)
    desk.ask(statements.due, StatementMonth(month))
    desk.ask(mail.send, next(one for one in desk.mails if one.kind == "statement"))
    body = desk.mailer.sent[-1].get_body(("plain",))
    assert body is not None
    text = body.get_content().partition("https://practice.example/statement/")[2].split()[0]
    assert read_statement(desk.world.vault, text, date(2026, 9, 28)) == (client, month)
    with pytest.raises(Refused, match="older than half a year"):
        read_statement(desk.world.vault, text, date(2026, 9, 29))
    with pytest.raises(Refused, match="not whole"):
        read_invoice(desk.world.vault, text, month)
