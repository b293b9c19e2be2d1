"""Files from other systems: brought in whole or not at all, once, without a charge for what was billed before."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import importing, papers, sessions
from models.errors import Refused
from models.facts import ImportKind, ImportStatus
from models.messages import ImportPart, ImportStanding
from models.money import ZERO
from models.tables import AttendanceRow, Client, Coverage, Entry, ExternalId, ImportRun, Invoice, Payer, Session
from starter.queries.proof import proof
from tests.activities.practice import Desk, usd

CLIENTS = "Client ID,First Name,Last Name,DOB,Mobile Phone\nC1,Pat,Doe,1/31/1990,217-555-0142\nC2,Sam,Roe,,\n"
AHEAD = "2026-03-05 10:00"
BEFORE = "2026-02-02 10:00"


def kept(desk: Desk, kind: ImportKind, text: str) -> int:
    with Database(desk.world.engine) as db, db.begin():
        return importing.keep(db, desk.world.vault, kind, text.encode(), None, desk.now)


def checked(desk: Desk, kind: ImportKind, text: str) -> ImportRun:
    run_id = kept(desk, kind, text)
    desk.only(importing.check, run_id)
    return desk.row(ImportRun, run_id)


def brought_in(desk: Desk, kind: ImportKind, text: str) -> tuple[ImportRun, list[Any]]:
    """Checked, brought in, followed up; the run and what was handed on."""
    run = checked(desk, kind, text)
    assert run.problems == []
    desk.only(importing.begin, run.id or 0)
    standing: ImportStanding = desk.only(importing.load, run.id or 0)
    handed = [standing.handover]
    while standing.next is not None:
        standing = desk.only(importing.follow, ImportPart(run.id or 0, standing.next))
        handed.append(standing.handover)
    return desk.row(ImportRun, run.id), handed


def problems(desk: Desk, kind: ImportKind, text: str) -> list[tuple[object, object]]:
    return [(p["line"], p["column"]) for p in checked(desk, kind, text).problems]


def clients_in(desk: Desk) -> None:
    brought_in(desk, ImportKind.CLIENTS, CLIENTS)


def appointment(*lines: str) -> str:
    return "Appointment ID,Client ID,Provider,CPT Code,Start,Status\n" + "".join(f"{line}\n" for line in lines)


def test_clients_are_brought_in_and_the_same_file_again_brings_nothing_new(desk: Desk) -> None:
    run, _ = brought_in(desk, ImportKind.CLIENTS, CLIENTS)
    assert (run.status, run.lines, run.added) == (ImportStatus.DONE, 2, 2)
    again, _ = brought_in(desk, ImportKind.CLIENTS, CLIENTS + "C3,Kim,Poe,,\n")
    assert (again.lines, again.added, again.here_already) == (3, 1, 2)
    assert [client.name for client in desk.rows(select(Client).order_by(col(Client.id)))] == [
        "Pat Doe",
        "Sam Roe",
        "Kim Poe",
    ]


def test_a_check_writes_nothing_and_the_file_is_sealed_until_it_is_in(desk: Desk) -> None:
    run = checked(desk, ImportKind.CLIENTS, CLIENTS)
    assert b"Doe" not in run.content
    assert (run.status, run.added, run.lines) == (ImportStatus.CHECKED, 2, 2)
    assert desk.rows(select(Client)) == []
    assert desk.rows(select(ExternalId)) == []
    done, _ = brought_in(desk, ImportKind.CLIENTS, CLIENTS)
    assert done.content == b""


def test_one_wrong_line_and_nothing_is_brought_in(desk: Desk) -> None:
    run = checked(desk, ImportKind.CLIENTS, CLIENTS + "C3,Kim,Poe,31/31/1990,\n")
    assert [(p["line"], p["column"]) for p in run.problems] == [(4, "birth")]
    with pytest.raises(Refused, match="mend what the check found"):
        desk.only(importing.begin, run.id or 0)
    assert desk.rows(select(Client)) == []


def test_coverages_need_their_client_and_insurer_and_come_once(desk: Desk) -> None:
    clients_in(desk)
    desk.payer()
    header = "patient id,insurance company,member id,priority,copay,relationship\n"
    text = header + "C1,{0},M1,primary,$20.00,self\nC1,{0},M2,secondary,,self\n".format(payer_name(desk))
    run, _ = brought_in(desk, ImportKind.COVERAGES, text)
    assert run.added == 2
    first, second = desk.rows(select(Coverage).order_by(col(Coverage.sequence)))
    assert (first.member_id, first.copay, second.sequence) == ("M1", usd("20.00"), 2)
    wrong = (
        header
        + f"C9,{payer_name(desk)},M1,primary,,\nC2,Nobody Inc,M1,secondary,,\nC2,{payer_name(desk)},M1,,,spouse\n"
    )
    assert problems(desk, ImportKind.COVERAGES, wrong) == [(2, "client"), (3, "payer"), (4, "subscriber_first")]


def test_a_file_meets_the_checks_that_a_form_meets(desk: Desk) -> None:
    clients_in(desk)
    desk.payer()
    header = "patient id,insurance company,member id,relationship,subscriber first name,subscriber last name,"
    header += "effective date,end date\n"
    name = payer_name(desk)
    wrong = f"C1,{name},M1,spouse,Kim,Doe,,\nC2,{name},M1,self,,,2026-02-01,2026-01-31\n"
    found = problems(desk, ImportKind.COVERAGES, header + wrong)
    assert found == [(2, "subscriber_first"), (3, "covered_until")], "the subscriber's birth date; the days in order"


def payer_name(desk: Desk) -> str:
    name: str = desk.rows(select(Payer.name))[0]
    return name


def test_appointments_ahead_are_booked_without_a_mail_and_followed(desk: Desk) -> None:
    clients_in(desk)
    run, handed = brought_in(desk, ImportKind.APPOINTMENTS, appointment(f"A1,C1;C2,Ada Stone,90837,{AHEAD},Scheduled"))
    [session] = desk.rows(select(Session))
    assert session.starts == datetime(2026, 3, 5, 16, 0, tzinfo=UTC)
    assert not session.billed_elsewhere
    assert run.followed == 1
    assert [one for handover in handed for one in handover.imported_sessions] == [session.id]
    assert all(not handover.mails for handover in handed)
    assert desk.mails == []


def test_appointments_of_the_past_are_history_nothing_is_charged_and_no_note_is_asked_for(desk: Desk) -> None:
    clients_in(desk)
    text = appointment(f"A1,C1,Ada Stone,90837,{BEFORE},Completed", f"A2,C2,Ada Stone,90837,{BEFORE},Cancelled")
    _, handed = brought_in(desk, ImportKind.APPOINTMENTS, text)
    rows = desk.rows(select(AttendanceRow).order_by(col(AttendanceRow.client_id)))
    assert [row.status for row in rows] == ["attended", "cancelled"]
    assert all(not handover.imported_sessions for handover in handed)
    held: UUID = rows[0].session_id
    standing = desk.ask(sessions.look, held)
    assert standing.over
    assert desk.entries() == []
    assert desk.tasks() == []


def test_every_appointment_that_does_not_fit_is_told_with_its_line(desk: Desk) -> None:
    clients_in(desk)
    text = appointment(
        f"A1,C1,Ada Stone,90837,{AHEAD},Scheduled",
        "A2,C2,Ada Stone,90837,2026-03-05 10:30,Scheduled",
        f"A3,C9,Ada Stone,90837,{AHEAD},",
        "A4,C1,Nobody,90837,2026-03-06 10:00,",
        "A5,C1,Ada Stone,99999,2026-03-06 10:00,",
        f"A6,C1,Ada Stone,90837,{BEFORE},Scheduled",
        "A7,C1,Ada Stone,90837,2026-03-06 10:00,Completed",
        "A8,C1,Ada Stone,90837,2026-03-08 02:30,",
    )
    assert problems(desk, ImportKind.APPOINTMENTS, text) == [
        *((3, ""), (4, "client"), (5, "clinician"), (6, "service"), (7, "status"), (8, "status"), (9, "starts")),
    ]
    assert desk.rows(select(Session)) == []


def test_an_opening_balance_is_owed_on_an_invoice_and_a_credit_is_kept(desk: Desk) -> None:
    clients_in(desk)
    text = 'client id,balance\nC1,"$1,020.50"\nC2,(30.00)\n'
    run, handed = brought_in(desk, ImportKind.BALANCES, text)
    pat, sam = (client.id or 0 for client in desk.rows(select(Client).order_by(col(Client.id))))
    assert run.added == 2
    assert desk.accounts() == {
        f"receivable:client:{pat}": usd("1020.50"),
        f"receivable:client:{sam}": usd("-30.00"),
        "equity:opening": usd("-990.50"),
    }
    [start] = [invoice for handover in handed for invoice in handover.invoices]
    assert (start.client_id, start.amount, start.autopay) == (pat, usd("1020.50"), False)
    desk.pay(pat, "1020.50")
    assert desk.dues(pat)[start.number] == ZERO
    assert proof(desk.world.engine).holds


def test_an_opening_balance_is_asked_for_alone_whatever_else_its_client_owes(desk: Desk) -> None:
    clients_in(desk)
    desk.hold(desk.rows(select(Client.id))[0] or 0)
    _, handed = brought_in(desk, ImportKind.BALANCES, "client id,balance\nC1,20.00\n")
    assert [invoice.amount for handover in handed for invoice in handover.invoices] == [usd("20.00")]


def test_an_opening_balance_reads_as_such_on_its_invoice(desk: Desk) -> None:
    clients_in(desk)
    brought_in(desk, ImportKind.BALANCES, "client id,balance\nC1,20.00\n")
    [invoice] = desk.rows(select(Invoice))
    with Database(desk.world.engine) as db:
        document = papers.invoice(db, invoice.number, desk.now)
    assert [(line.text, line.amount) for line in document.lines] == [("Balance carried over", usd("20.00"))]
    assert document.due == usd("20.00")


def test_a_session_paid_after_an_opening_balance_is_paid_second(desk: Desk) -> None:
    clients_in(desk)
    brought_in(desk, ImportKind.BALANCES, "client id,balance\nC1,20.00\n")
    pat = desk.rows(select(Client.id))[0] or 0
    desk.hold(pat)
    desk.pay(pat, "30.00")
    assert list(desk.dues(pat).values()) == [ZERO, usd("140.00")]
    assert proof(desk.world.engine).holds


def test_a_balance_comes_once_even_from_another_file(desk: Desk) -> None:
    clients_in(desk)
    brought_in(desk, ImportKind.BALANCES, "client id,balance\nC1,20.00\n")
    run, _ = brought_in(desk, ImportKind.BALANCES, "client id,balance\nC1,25.00\n")
    assert (run.added, run.here_already) == (0, 1)
    assert len(desk.rows(select(Entry))) == 1


def test_what_changed_since_the_check_lets_nothing_in(desk: Desk) -> None:
    clients_in(desk)
    run = checked(desk, ImportKind.APPOINTMENTS, appointment(f"A1,C1,Ada Stone,90837,{AHEAD},"))
    desk.only(importing.begin, run.id or 0)
    desk.book(desk.client(), starts=datetime(2026, 3, 5, 16, 30, tzinfo=UTC))
    with pytest.raises(Refused, match="another session"):
        desk.only(importing.load, run.id or 0)
    desk.only(importing.check, run.id or 0)
    after = desk.row(ImportRun, run.id)
    assert (after.status, len(after.problems)) == (ImportStatus.CHECKED, 1)


def test_many_lines_are_followed_up_in_parts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "A_PART", 2)
    brought_in(desk, ImportKind.CLIENTS, "id,first\n" + "".join(f"C{n},Pat\n" for n in range(5)))
    run, handed = brought_in(desk, ImportKind.BALANCES, "client,balance\n" + "".join(f"C{n},10\n" for n in range(5)))
    assert [len(handover.invoices) for handover in handed] == [0, 2, 2, 1]
    assert (run.status, run.followed) == (ImportStatus.DONE, 5)
