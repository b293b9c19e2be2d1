"""What clients read of their account: statements add up and claim nothing of payers; superbills say who, what, why."""

from datetime import date

import pytest
from sqlmodel import Session as Database

from activities import papers, statements, superbills
from activities.documents import invoice_pdf
from activities.statements import StatementDocument
from models.collecting import StatementMonth
from models.errors import Refused
from models.facts import ContactKind
from models.money import ZERO
from models.tables import Client, Contact, Practice
from tests.activities.practice import Desk, usd
from tests.activities.test_documents import reads_text, words_of

MARCH = date(2026, 3, 1)
APRIL = date(2026, 4, 1)


def stated(desk: Desk, client: int, month: date = MARCH) -> StatementDocument:
    with Database(desk.world.engine) as db:
        return statements.statement(db, client, month)


def test_a_month_states_what_was_charged_paid_and_owed_at_its_end(desk: Desk) -> None:
    client = desk.client()
    desk.hold(client)
    desk.pay(client, "100.00", "check")
    paper = stated(desk, client)
    assert [(line.text, line.amount) for line in paper.lines] == [
        ("Session", usd("150.00")),
        ("Payment, check", usd("-100.00")),
    ]
    assert (paper.before, paper.owed) == (ZERO, usd("50.00"))
    later = stated(desk, client, APRIL)
    assert (later.before, later.lines, later.owed) == (usd("50.00"), (), usd("50.00"))


def test_what_a_payer_may_still_pay_is_not_owed_by_the_client(desk: Desk) -> None:
    client = desk.client(desk.payer())
    desk.claim(client)
    assert (stated(desk, client).lines, stated(desk, client).owed) == ((), ZERO)


@reads_text
def test_a_statement_on_paper_says_whose_it_is_and_what_is_due(desk: Desk) -> None:
    client = desk.client()
    desk.hold(client)
    words = words_of(statements.statement_pdf(stated(desk, client)))
    for said in (
        "Pat Doe",
        "12 Elm Street",
        "March 1, 2026 to March 31, 2026",
        "Session $150.00",
        "Amount due $150.00",
    ):
        assert said in words


def test_statements_go_to_who_has_something_to_state_and_an_address(desk: Desk) -> None:
    silent, unreachable, owing = desk.client(), desk.client(email=""), desk.client()
    desk.hold(owing)
    desk.hold(unreachable)
    batch = desk.ask(statements.due, StatementMonth(MARCH))
    assert [mail.client_id for mail in batch.handover.mails] == [owing]
    assert silent not in [mail.client_id for mail in desk.mails if mail.kind == "statement"]


def test_the_month_that_has_ended_is_stated_unless_one_is_named(desk: Desk) -> None:
    assert desk.ask(statements.due, StatementMonth()).month == date(2026, 2, 1)


def test_many_statements_leave_in_batches(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "AT_ONCE", 2)
    clients = [desk.client() for _ in range(3)]
    for client in clients:
        desk.hold(client)
    first = desk.ask(statements.due, StatementMonth(MARCH))
    assert (first.mailed, first.next_after) == (2, clients[1])
    assert desk.ask(statements.due, StatementMonth(MARCH, first.next_after or 0)).mailed == 1


@reads_text
def test_a_superbill_says_who_treated_what_and_why_and_what_was_paid(desk: Desk) -> None:
    client = desk.client()
    desk.hold(client)
    desk.pay(client, "100.00", "check")
    with Database(desk.world.engine) as db:
        paper = superbills.superbill(db, client, MARCH, statements.last_day(MARCH))
    [line] = paper.lines
    assert (line.code, line.charged, line.paid) == ("90837", usd("150.00"), usd("100.00"))
    words = words_of(superbills.superbill_pdf(paper))
    for said in (
        "Pat Doe",
        "05/17/1985",
        "1999999984",
        "123456789",
        "Ada Stone, NPI 1987654328",
        "90837",
        "Paid by the client $100.00",
    ):
        assert said in words


def test_a_session_nobody_attended_is_on_no_superbill(desk: Desk) -> None:
    client = desk.client()
    desk.miss(client)
    with Database(desk.world.engine) as db, pytest.raises(Refused, match="no attended session"):
        superbills.superbill(db, client, MARCH, statements.last_day(MARCH))


def test_tutors_write_no_superbills(desk: Desk) -> None:
    client = desk.client()
    desk.hold(client)
    desk.change(Practice, 1, kind="tutoring")
    with Database(desk.world.engine) as db, pytest.raises(Refused, match="no superbills"):
        superbills.superbill(db, client, MARCH, statements.last_day(MARCH))


@reads_text
def test_an_invoice_names_its_client_and_their_address(desk: Desk) -> None:
    """openemr/openemr #9187: the invoice came out without the client's details."""
    client = desk.client(first="María", last="Muñoz")
    desk.hold(client)
    with Database(desk.world.engine) as db:
        words = words_of(invoice_pdf(papers.invoice(db, "I000001", desk.now)))
    for said in ("María Muñoz", "12 Elm Street", "Springfield IL 62704", "Elm Street Practice", "Amount due $150.00"):
        assert said in words


def test_a_childs_invoice_goes_to_who_pays_for_it(desk: Desk) -> None:
    client = desk.client(birth=date(2015, 1, 1))
    desk.add(Contact(client_id=client, kind=ContactKind.OTHER, name="Rosa Doe", guarantor=True))
    desk.hold(client)
    with Database(desk.world.engine) as db:
        paper = papers.invoice(db, "I000001", desk.now)
        assert paper.client_name == "Rosa Doe"
        assert paper.client_address.splitlines() == ["for Pat Doe", *db.get_one(Client, client).address.splitlines()]
