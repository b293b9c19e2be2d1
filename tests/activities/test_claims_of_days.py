"""Several sessions on one claim: what joins it, how long it waits, and each session's own money in what is answered."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import (
    appeal_letters,
    charts,
    claims,
    clearinghouse,
    closings,
    details,
    filing_proof,
    kept_words,
    overruling,
    separating,
    sessions,
    voiding,
)
from activities.database import HELD, Tx
from activities.paper_claims import cms1500_of
from models.billed import AddOn, Held
from models.errors import Refused
from models.messages import (
    Answered,
    BillNow,
    ClaimClosing,
    Correction,
    Detail,
    NextCoverage,
    Overruled,
    Separation,
    Signing,
    Voiding,
)
from models.money import ZERO, total
from models.tables import AttendanceRow, Claim, ClaimLine, Client, Coverage, Entry, Interchange, Invoice, Payer
from models.x12.claim_837p import read
from models.x12.claims import Claim837
from models.x12.judge import judge
from models.x12.remittances import ClaimPayment
from starter.queries.claim_extras import extras
from tests.activities.payer import adjusted, outcomes, remit
from tests.activities.practice import DAY, HOUR, Desk, usd
from tests.activities.test_add_ons import answer, line

WEEK = timedelta(days=7)
MARCH = [date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 16), date(2026, 3, 23)]
"""Mondays; 150.00 each."""
APRIL = datetime(2026, 4, 1, 15, 0, tzinfo=UTC)


def monthly(desk: Desk, **changes: Any) -> int:
    return desk.payer(claims_per="month", **changes)


def weekly(desk: Desk, client: int, sessions: int = 4, **changes: Any) -> list[UUID]:
    """Sessions a week apart, each signed at once."""
    held = []
    for _ in range(sessions):
        held.append(desk.hold(client, **changes))
        desk.now += WEEK - 2 * HOUR
    return held


def all_claims(desk: Desk) -> list[Claim]:
    return desk.rows(select(Claim).order_by(col(Claim.number)))


def lines_of(desk: Desk, number: str) -> list[ClaimLine]:
    return desk.rows(select(ClaimLine).where(ClaimLine.claim_number == number).order_by(col(ClaimLine.place)))


def left(desk: Desk) -> list[Claim837]:
    """What has left, from files that the judge takes."""
    files = desk.rows(select(Interchange).where(Interchange.direction == "out").order_by(col(Interchange.id)))
    texts = [file.content.decode() for file in files]
    assert [judge(text) for text in texts] == [[] for _ in texts]
    return [claim for text in texts for each in read(text) for claim in each.claims]


def month_of(desk: Desk, *payers: int, sessions: int = 4, **changes: Any) -> str:
    """The number of the accepted claim of some sessions in March."""
    weekly(desk, desk.client(*(payers or (monthly(desk),)), **changes), sessions)
    desk.at(APRIL)
    desk.send()
    number = all_claims(desk)[0].number
    desk.tell(Answered(number, "accepted", 0, payer_claim_number="ICN1"))
    return number


def by_session(desk: Desk, account: str) -> list[str]:
    """What stands on an account of each session, in their order."""
    parts = desk.rows(select(AttendanceRow).order_by(col(AttendanceRow.id)))
    entries = desk.rows(select(Entry))
    return [
        str(total(desk.postings(e).get(account, ZERO) for e in entries if e.attendance_id == part.id)) for part in parts
    ]


def whole(number: str, paid: str, *told: str, status: str = "1") -> ClaimPayment:
    """An answer without lines."""
    adjustments = adjusted(*told)
    charged = usd(paid) + total(a.amount for a in adjustments)
    owes = total(a.amount for a in adjustments if a.group == "PR")
    return ClaimPayment(number, status, charged, usd(paid), owes, "ICN1", adjustments=adjustments)


def paid_lines(number: str, *paid: tuple[str, ...]) -> ClaimPayment:
    return answer(number, *(line(number, place, "90837", *told) for place, told in enumerate(paid, start=1)))


# ── what joins, and how long it waits ────────────────────────────────────────


def test_the_sessions_of_a_month_are_lines_of_one_claim_that_leaves_when_the_month_is_over(desk: Desk) -> None:
    weekly(desk, desk.client(monthly(desk)))
    [claim] = all_claims(desk)
    assert (claim.status, claim.charge, claim.held_on) == ("draft", usd("600.00"), MARCH[0])
    desk.now = APRIL - DAY
    desk.send()
    assert left(desk) == []
    desk.at(APRIL)
    desk.send()
    [told] = left(desk)
    assert told.charge == usd("600.00")
    assert [(one.control, one.date, one.charge) for one in told.lines] == [
        (f"{claim.number}L{place}", day, usd("150.00")) for place, day in enumerate(MARCH, start=1)
    ]


def test_a_payer_by_session_is_billed_as_ever(desk: Desk) -> None:
    weekly(desk, desk.client(desk.payer()), 2)
    desk.send()
    assert [len(claim.lines) for claim in left(desk)] == [1, 1]


def test_a_weekly_claim_ends_with_the_week(desk: Desk) -> None:
    client = desk.client(desk.payer(claims_per="week"))
    for _ in range(8):
        desk.hold(client)
        desk.now += DAY - 2 * HOUR
    assert [(claim.held_on, claim.charge) for claim in all_claims(desk)] == [
        (MARCH[0], usd("900.00")),
        (date(2026, 3, 8), usd("300.00")),
    ]
    desk.send()
    assert [len(claim.lines) for claim in left(desk)] == [6]


@pytest.mark.parametrize("otherwise", ["place", "authorization", "clinician", "coverage"])
def test_what_a_claim_says_once_cannot_differ_so_another_claim_begins(desk: Desk, otherwise: str) -> None:
    payer, other = monthly(desk), desk.clinician()
    client = desk.client(payer)
    weekly(desk, client, 2)
    changes: dict[str, Any] = {}
    match otherwise:
        case "place":
            changes = {"place": "https://meet.example/ada"}
        case "authorization":
            desk.change(Coverage, 1, authorization="AUTH2")
            desk.change(Claim, all_claims(desk)[0].number, authorization="AUTH1")
        case "clinician":
            changes = {"clinician_id": other}
        case "coverage":
            desk.change(Coverage, 1, covered_until=MARCH[1])
            desk.add(Coverage(client_id=client, payer_id=payer, member_id="NEW1", sequence=2, covered_from=MARCH[2]))
    weekly(desk, client, 2, **changes)
    assert [(claim.charge, claim.status) for claim in all_claims(desk)] == [(usd("300.00"), "draft")] * 2


def test_where_notes_name_no_diagnosis_the_record_speaks_for_all_sessions_of_the_claim(desk: Desk) -> None:
    client = desk.client(monthly(desk))
    weekly(desk, client, 1)
    desk.change(Client, client, diagnoses=["F33.1"])
    weekly(desk, client, 1)
    assert [claim.charge for claim in all_claims(desk)] == [usd("300.00")]


def test_a_session_with_other_diagnoses_in_its_note_begins_its_own_claim(desk: Desk) -> None:
    client = desk.client(monthly(desk))
    weekly(desk, client, 1)
    session = desk.book(client, starts=desk.now + HOUR)
    desk.now += 2 * HOUR
    desk.attend(session)
    with_codes(desk, session, ("F33.1",))
    assert [claim.charge for claim in all_claims(desk)] == [usd("150.00"), usd("150.00")]


def with_codes(desk: Desk, session: UUID, codes: tuple[str, ...]) -> None:
    """Sign a note that names these diagnoses."""
    desk.with_db(lambda db: (charts.draft(db, desk.world.vault, session, "A note", codes), db.commit()))
    desk.ask(sessions.sign, Signing(session))


def test_the_same_diagnoses_in_another_order_are_pointed_to_in_that_order(desk: Desk) -> None:
    client = desk.client(monthly(desk))
    for codes in (("F41.1", "F33.1"), ("F33.1", "F41.1")):
        session = desk.book(client, starts=desk.now + HOUR)
        desk.now += 2 * HOUR
        desk.attend(session)
        with_codes(desk, session, codes)
        desk.now += WEEK
    desk.at(APRIL)
    desk.send()
    [told] = left(desk)
    assert told.diagnoses == ("F411", "F331")
    assert [one.diagnosis_pointers for one in told.lines] == [(1, 2), (2, 1)]


def test_a_session_signed_late_joins_while_the_claim_has_not_left_and_the_lines_are_in_order(desk: Desk) -> None:
    client = desk.client(monthly(desk))
    late = desk.book(client, starts=desk.now + HOUR)
    desk.now += 2 * HOUR
    desk.attend(late)
    desk.now += WEEK
    desk.hold(client)
    desk.at(APRIL)
    desk.sign(late)
    [claim] = all_claims(desk)
    assert claim.held_on == MARCH[0]
    assert [one.held_on for one in lines_of(desk, claim.number)] == MARCH[:2]
    desk.send()
    assert [len(each.lines) for each in left(desk)] == [2]


def test_a_session_signed_after_the_claim_has_left_gets_a_claim_that_leaves_at_once(desk: Desk) -> None:
    client = desk.client(monthly(desk))
    late = desk.book(client, starts=desk.now + HOUR)
    desk.now += 2 * HOUR
    desk.attend(late)
    desk.now += WEEK
    desk.hold(client)
    desk.at(APRIL)
    desk.send()
    desk.sign(late)
    desk.send()
    assert [[one.date for one in each.lines] for each in left(desk)] == [[MARCH[1]], [MARCH[0]]]


def test_a_claim_waits_no_longer_than_filing_it_allows(desk: Desk) -> None:
    weekly(desk, desk.client(monthly(desk, timely_filing_days=30)))
    assert [(claim.held_on, claim.leaves_on) for claim in all_claims(desk)] == [(MARCH[0], date(2026, 3, 22))]
    desk.send()
    assert [len(claim.lines) for claim in left(desk)] == [4]


def test_a_form_on_paper_is_full_with_six_lines_and_leaves_at_once(desk: Desk) -> None:
    client = desk.client(monthly(desk, on_paper=True))
    for _ in range(7):
        desk.hold(client)
        desk.now += DAY - 2 * HOUR
    assert [(claim.charge, claim.leaves_on) for claim in all_claims(desk)] == [
        (usd("900.00"), None),
        (usd("150.00"), date(2026, 4, 1)),
    ]
    desk.send()
    [told] = left(desk)
    assert len(told.lines) == 6
    assert cms1500_of(desk.world.engine, told.number).startswith(b"%PDF")


def test_a_session_that_does_not_fit_leaves_the_claim_full(desk: Desk) -> None:
    extra, client = desk.service("90785", 0, "30.00"), desk.client(monthly(desk, on_paper=True))
    weekly(desk, client, 1)
    for _ in range(3):
        session = desk.book(client, starts=desk.now + HOUR)
        desk.now += 2 * HOUR
        desk.attend(session)
        desk.ask(details.detail, Detail(session, client, add_ons=(AddOn(extra),)))
        desk.sign(session)
        desk.now += DAY
    first, second = all_claims(desk)
    assert [len(lines_of(desk, claim.number)) for claim in (first, second)] == [5, 2]
    assert (first.leaves_on, second.leaves_on) == (None, date(2026, 4, 1))


def test_a_person_may_send_it_before_the_month_is_over(desk: Desk) -> None:
    client = desk.client(monthly(desk))
    weekly(desk, client, 2)
    [claim] = all_claims(desk)
    desk.ask(claims.bill_now, BillNow(claim.number))
    desk.send()
    weekly(desk, client, 1)
    assert [each.charge for each in left(desk)] == [usd("300.00")]
    assert [each.charge for each in all_claims(desk)] == [usd("300.00"), usd("150.00")]
    with pytest.raises(Refused, match="waits for no further sessions"):
        desk.ask(claims.bill_now, BillNow(claim.number))


def test_how_a_payer_wants_claims_holds_for_those_not_made_yet(desk: Desk) -> None:
    payer = monthly(desk)
    client = desk.client(payer)
    weekly(desk, client, 2)
    desk.change(Payer, payer, claims_per="session")
    weekly(desk, client, 1)
    desk.send()
    assert [each.charge for each in left(desk)] == [usd("150.00")]
    assert [(each.charge, each.leaves_on) for each in all_claims(desk)] == [
        (usd("300.00"), date(2026, 4, 1)),
        (usd("150.00"), None),
    ]


def test_the_same_service_twice_on_a_day_is_a_claim_of_its_own_and_its_warning_holds_only_that(desk: Desk) -> None:
    client = desk.client(monthly(desk))
    desk.hold(client)
    desk.hold(client)
    assert [(claim.charge, claim.status) for claim in all_claims(desk)] == [
        (usd("150.00"), "draft"),
        (usd("150.00"), "held"),
    ]


def test_two_sessions_signed_at_once_are_on_one_claim(desk: Desk) -> None:
    client = desk.client(monthly(desk))
    held = [desk.book(client, starts=desk.now + hours * HOUR) for hours in (1, 25)]
    desk.now += 2 * DAY
    for session in held:
        desk.attend(session)
        desk.with_db(lambda db, one=session: (charts.draft(db, desk.world.vault, one, "A note", ()), db.commit()))
    beside = Thread(target=lambda: desk.only(sessions.sign, Signing(held[1])))
    with Database(desk.world.engine) as db, db.begin():
        sessions.sign.work(Tx(db, desk.now, desk.world), Signing(held[0]))
        beside.start()
        beside.join(0.5)
        assert beside.is_alive(), "it waits for the first one's claim"
    beside.join()
    assert [claim.charge for claim in all_claims(desk)] == [usd("300.00")]


def test_the_database_bills_a_session_once_to_a_coverage(desk: Desk) -> None:
    weekly(desk, desk.client(monthly(desk)), 1)
    [number] = [claim.number for claim in all_claims(desk)]
    [own] = lines_of(desk, number)
    again = own.model_dump() | {"place": 2}
    with pytest.raises(IntegrityError, match="billed_once"):
        desk.add(ClaimLine(**again))


# ── the scrub ────────────────────────────────────────────────────────────────


def test_a_finding_of_one_session_names_its_day_and_others_join_meanwhile(desk: Desk) -> None:
    client = desk.client(monthly(desk))
    desk.hold(client)
    desk.now += WEEK
    desk.hold(client, minutes=20)
    desk.now += WEEK
    desk.hold(client)
    [claim] = all_claims(desk)
    assert (claim.status, claim.charge) == ("held", usd("450.00"))
    assert "(2026-03-09)" in claim.why
    assert "2026-03-16" not in claim.why
    desk.change(AttendanceRow, 2, minutes=60)
    desk.ask(claims.correct, Correction(claim.number))
    assert (desk.row(Claim, claim.number).status, desk.row(Claim, claim.number).leaves_on) == (
        "draft",
        date(2026, 4, 1),
    )


def test_an_authorization_has_to_last_for_all_sessions_of_the_claim(desk: Desk) -> None:
    client = desk.client(monthly(desk))
    desk.change(Coverage, 1, authorization="AUTH1", authorized_sessions=3)
    weekly(desk, client, 3)
    assert all_claims(desk)[0].status == "draft"
    weekly(desk, client, 1)
    [claim] = all_claims(desk)
    assert claim.status == "held"
    assert "was for 3 sessions, and 3 others have used it (2026-03-23)" in claim.why


def test_how_one_session_was_held_is_said_on_its_line(desk: Desk) -> None:
    client = desk.client(monthly(desk))
    held = weekly(desk, client, 2)
    desk.ask(details.detail, Detail(held[1], client, held=Held.AUDIO))
    desk.at(APRIL)
    desk.send()
    [told] = left(desk)
    assert [(one.place_of_service or told.place_of_service, one.modifiers) for one in told.lines] == [
        ("11", ()),
        ("10", ("93",)),
    ]


def test_a_session_in_trouble_is_taken_off_and_holds_the_others_no_more(desk: Desk) -> None:
    client = desk.client(monthly(desk))
    held = [desk.hold(client, minutes=20)]
    desk.now += WEEK
    held += weekly(desk, client, 2)
    [claim] = all_claims(desk)
    assert claim.status == "held"
    desk.ask(separating.separate, Separation(claim.number, held[0]))
    rest, own = all_claims(desk)
    assert [(one.status, one.charge, one.held_on) for one in (rest, own)] == [
        ("draft", usd("300.00"), MARCH[1]),
        ("held", usd("150.00"), MARCH[0]),
    ]
    assert [one.place for one in lines_of(desk, rest.number)] == [1, 2]
    assert (rest.leaves_on, own.leaves_on) == (date(2026, 4, 1), None)
    with pytest.raises(Refused, match="nothing of that session"):
        desk.ask(separating.separate, Separation(claim.number, held[0]))
    with pytest.raises(Refused, match="nothing else than that session"):
        desk.ask(separating.separate, Separation(own.number, held[0]))


def test_a_claim_that_has_left_stays_whole(desk: Desk) -> None:
    held = weekly(desk, desk.client(monthly(desk)), 2)
    desk.at(APRIL)
    desk.ask(clearinghouse.build, 5000)
    with pytest.raises(Refused, match="has left"):
        desk.ask(separating.separate, Separation("C0000001", held[0]))


@pytest.mark.parametrize("how", ["replaced", "taken back", "rejected"])
def test_a_claim_that_was_sent_once_stays_whole_when_it_goes_again(desk: Desk, how: str) -> None:
    number = month_of(desk, sessions=2)
    match how:
        case "replaced":
            remit(desk, paid_lines(number, ("150.00",), ("0.00", "CO-197 150.00")))
            desk.ask(claims.correct, Correction(number, "AUTH1"))
        case "taken back":
            desk.ask(voiding.void, Voiding(number, "billed by mistake"))
        case "rejected":
            desk.tell(Answered(number, "rejected", 0, code="A7:33"))
            desk.ask(claims.correct, Correction(number))
    assert desk.row(Claim, number).status == "draft"
    second = desk.rows(select(AttendanceRow).order_by(col(AttendanceRow.id)))[1]
    with pytest.raises(Refused, match="has left: it is corrected or closed as a whole"):
        desk.ask(separating.separate, Separation(number, second.session_id))


# ── which claim was before ────────────────────────────────────────────────────


def left_by_video(desk: Desk, client: int) -> None:
    """A session held otherwise than the others is on a claim of its own, which leaves at once."""
    desk.hold(client, place="https://meet.example/ada")
    desk.ask(claims.bill_now, BillNow(all_claims(desk)[-1].number))
    desk.send()


def test_sessions_of_a_claim_that_has_left_have_used_the_authorization_whatever_its_number(desk: Desk) -> None:
    client = desk.client(monthly(desk))
    desk.change(Coverage, 1, authorization="AUTH1", authorized_sessions=2)
    weekly(desk, client, 1)
    left_by_video(desk, client)
    desk.now += DAY
    desk.hold(client)
    waiting, sent = all_claims(desk)
    assert (waiting.status, sent.status) == ("held", "submitted")
    assert "was for 2 sessions" in waiting.why


def test_what_a_claim_that_has_left_bills_already_is_a_twin_whatever_its_number(desk: Desk) -> None:
    client = desk.client(monthly(desk))
    weekly(desk, client, 1)
    left_by_video(desk, client)
    desk.hold(client)
    waiting, sent = all_claims(desk)
    assert (waiting.charge, waiting.status, sent.status) == (usd("300.00"), "held", "submitted")
    assert [(found["code"], sent.number in str(found["what"])) for found in waiting.findings] == [("duplicate", True)]


# ── at the same time ─────────────────────────────────────────────────────────


def test_a_session_waits_for_who_answers_for_a_warning_and_then_does_not_join(desk: Desk) -> None:
    client = desk.client(monthly(desk))
    desk.hold(client)
    desk.ask(claims.bill_now, BillNow("C0000001"))
    desk.send()
    desk.hold(client)
    words = kept_words.keep(desk.world.engine, desk.world.vault, "claim/C0000002", "another session")
    session = desk.book(client, starts=desk.now + DAY)
    desk.now += 2 * DAY
    desk.attend(session)
    desk.with_db(lambda db: (charts.draft(db, desk.world.vault, session, "A note", ()), db.commit()))
    beside = Thread(target=lambda: desk.only(sessions.sign, Signing(session)))
    with Database(desk.world.engine) as db, db.begin():
        overruling.overrule.work(Tx(db, desk.now, desk.world), Overruled("C0000002", "duplicate", words))
        beside.start()
        beside.join(0.5)
        assert beside.is_alive(), "it waits for what is said of the claim"
    beside.join()
    assert [claim.charge for claim in all_claims(desk)] == [usd("150.00")] * 3


def test_a_group_session_holds_the_coverages_of_its_clients_in_their_order_whoever_was_booked_first(desk: Desk) -> None:
    payer = monthly(desk)
    clients = [desk.client(payer) for _ in range(2)]
    session = desk.book(*reversed(clients), starts=desk.now + HOUR)
    desk.now += 2 * HOUR
    for client in clients:
        desk.attend(session, client)
    desk.with_db(lambda db: (charts.draft(db, desk.world.vault, session, "A note", ()), db.commit()))
    beside = Thread(target=lambda: desk.only(sessions.sign, Signing(session)))
    assert_taken_in_order(
        desk, select(Coverage).where(Coverage.id == 1), select(Coverage).where(Coverage.id == 2), beside
    )
    assert len(all_claims(desk)) == 2


def test_the_batch_holds_claims_by_number_whoever_pays_them(desk: Desk) -> None:
    others = [desk.payer(number) for number in ("60054", "87726")]
    for payer in reversed(others):
        desk.hold(desk.client(payer))
    first, second = (select(Claim).where(Claim.number == f"C000000{number}") for number in (1, 2))
    assert_taken_in_order(desk, first, second, Thread(target=lambda: desk.only(clearinghouse.build, 5000)))
    assert len(desk.rows(select(Interchange))) == 2


def assert_taken_in_order(desk: Desk, first: Any, second: Any, beside: Thread) -> None:
    """Somebody else who cannot have the first row holds the second one not either."""
    with Database(desk.world.engine) as db, db.begin():
        db.exec(first.with_for_update(**HELD)).one()
        beside.start()
        beside.join(0.5)
        assert beside.is_alive(), "it waits for the first"
        db.exec(second.with_for_update(nowait=True, **HELD)).one()
    beside.join()


# ── what payers answer ───────────────────────────────────────────────────────


def test_each_line_of_an_answer_is_posted_to_its_own_session(desk: Desk) -> None:
    desk.pay_rule("percent_of_collected", "50.00")
    number = month_of(desk, sessions=3)
    lines = (("100.00", "CO-45 30.00", "PR-3 20.00"), ("90.00", "CO-45 60.00"), ("150.00",))
    remit(desk, paid_lines(number, *lines))
    assert outcomes(desk) == ["posted"]
    assert by_session(desk, "cash:payer") == ["100.00", "90.00", "150.00"]
    assert by_session(desk, "adjustment:contractual") == ["30.00", "60.00", "0.00"]
    assert by_session(desk, "receivable:client:1") == ["20.00", "0.00", "0.00"]
    assert by_session(desk, "receivable:payer:1") == ["0.00", "0.00", "0.00"]
    assert desk.row(Claim, number).status == "paid"
    assert [pay.amount for pay in desk.pay_lines()] == [usd("50.00"), usd("45.00"), usd("75.00")]


def test_a_denied_line_leaves_the_claim_denied_and_closing_it_gives_up_that_session_alone(desk: Desk) -> None:
    number = month_of(desk)
    paid = ("120.00", "CO-45 30.00")
    remit(desk, paid_lines(number, paid, paid, ("0.00", "CO-197 150.00"), paid))
    claim = desk.row(Claim, number)
    assert (claim.status, claim.why.startswith("denied with CO-197 150.00 on 90837 of 2026-03-16 (")) == (
        "denied",
        True,
    )
    assert by_session(desk, "receivable:payer:1") == ["0.00", "0.00", "150.00", "0.00"]
    desk.ask(claims.close, ClaimClosing(number, False, "too late"))
    assert by_session(desk, "receivable:payer:1") == ["0.00"] * 4
    assert by_session(desk, "adjustment:write_off") == ["0.00", "0.00", "150.00", "0.00"]
    assert desk.row(Claim, number).status == "closed"


def test_what_the_client_bears_of_several_sessions_is_one_invoice(desk: Desk) -> None:
    number = month_of(desk, sessions=2)
    remit(desk, paid_lines(number, ("0.00", "CO-29 150.00"), ("0.00", "CO-29 150.00")))
    desk.ask(claims.close, ClaimClosing(number, True, "not covered"))
    assert by_session(desk, "receivable:client:1") == ["150.00", "150.00"]
    assert len(desk.rows(select(Invoice))) == 1
    assert list(desk.dues(1).values()) == [usd("300.00")]


def test_an_answer_without_lines_is_laid_out_by_what_each_session_charged(desk: Desk) -> None:
    number = month_of(desk, sessions=3)
    remit(desk, whole(number, "300.00", "CO-45 100.00", "PR-3 50.00"))
    assert by_session(desk, "cash:payer") == ["100.00", "100.00", "100.00"]
    assert by_session(desk, "adjustment:contractual") == ["33.33", "33.34", "33.33"]
    assert by_session(desk, "receivable:client:1") == ["16.67", "16.66", "16.67"]
    assert by_session(desk, "receivable:payer:1") == ["0.00"] * 3


def test_one_line_for_all_that_was_charged_is_an_answer_to_the_whole(desk: Desk) -> None:
    number = month_of(desk, sessions=2)
    remit(desk, answer(number, line(number, 1, "90837", "240.00", "CO-45 60.00")))
    assert by_session(desk, "cash:payer") == ["120.00", "120.00"]


def test_what_is_adjusted_on_the_claim_beside_its_lines_takes_from_what_each_was_paid(desk: Desk) -> None:
    number = month_of(desk, sessions=2)
    lines = (line(number, 1, "90837", "100.00", "CO-45 50.00"), line(number, 2, "90837", "50.00", "PR-1 100.00"))
    beside = adjusted("CO-253 30.00")
    remit(desk, ClaimPayment(number, "1", usd("300.00"), usd("120.00"), usd("100.00"), "ICN1", beside, lines=lines))
    assert outcomes(desk) == ["posted"]
    assert by_session(desk, "cash:payer") == ["80.00", "40.00"]
    assert by_session(desk, "adjustment:contractual") == ["70.00", "10.00"]
    assert by_session(desk, "receivable:client:1") == ["0.00", "100.00"]
    assert by_session(desk, "receivable:payer:1") == ["0.00", "0.00"]


def test_a_reversal_mirrors_every_session(desk: Desk) -> None:
    number = month_of(desk, sessions=2)
    remit(desk, paid_lines(number, ("100.00", "CO-45 30.00", "PR-3 20.00"), ("120.00", "CO-45 30.00")))
    back = paid_lines(number, ("-100.00", "CO-45 -30.00", "PR-3 -20.00"), ("-120.00", "CO-45 -30.00"))
    remit(desk, replace(back, status="22"), trace="T2", control=502)
    assert outcomes(desk) == ["posted", "reversal"]
    assert by_session(desk, "receivable:payer:1") == ["150.00", "150.00"]
    assert by_session(desk, "cash:payer") == ["0.00", "0.00"]
    assert desk.row(Claim, number).status == "accepted"


def test_a_claim_answered_in_parts_is_decided_with_the_last_of_them(desk: Desk) -> None:
    number = month_of(desk, sessions=3)
    first = answer(number, line(number, 1, "90837", "120.00", "CO-45 30.00"))
    remit(desk, first)
    claim = desk.row(Claim, number)
    assert (claim.status, claim.why) == ("accepted", "answered in part: 300.00 is still to be answered")
    remit(desk, answer(number, line(number, 2, "90837", "0.00", "CO-197 150.00")), trace="T2", control=502)
    assert desk.row(Claim, number).status == "denied"
    remit(desk, answer(number, line(number, 3, "90837", "150.00")), trace="T3", control=503)
    claim = desk.row(Claim, number)
    assert (claim.status, claim.why.startswith("denied with CO-197 150.00 on 90837 of 2026-03-09")) == ("denied", True)
    remit(desk, answer(number, line(number, 2, "90837", "150.00")), trace="T4", control=504)
    assert desk.row(Claim, number).status == "paid"
    assert by_session(desk, "cash:payer") == ["120.00", "150.00", "150.00"]


def test_a_part_that_charges_otherwise_than_its_lines_is_parked(desk: Desk) -> None:
    number = month_of(desk, sessions=3)
    remit(desk, answer(number, line(number, 1, "90837", "120.00", "CO-45 60.00")))
    assert outcomes(desk) == ["parked"]


def test_an_answer_that_pays_one_session_twice_is_parked_whole(desk: Desk) -> None:
    number = month_of(desk, sessions=2)
    first = paid_lines(number, ("150.00",), ("0.00", "CO-197 150.00"))
    remit(desk, first)
    remit(desk, paid_lines(number, ("150.00",), ("150.00",)), trace="T2", control=502)
    assert outcomes(desk) == ["denied", "parked"]
    assert by_session(desk, "cash:payer") == ["150.00", "0.00"]


def test_what_is_still_to_be_answered_is_not_given_up_with_what_was_denied(desk: Desk) -> None:
    number = month_of(desk, monthly(desk), desk.payer("87726"), sessions=2)
    remit(desk, answer(number, line(number, 2, "90837", "0.00", "CO-197 150.00")))
    assert desk.row(Claim, number).status == "denied"
    with pytest.raises(Refused, match="has not answered for 2026-03-02 yet"):
        desk.ask(closings.bill_next, NextCoverage(number, "not authorized"))
    with pytest.raises(Refused, match="has not answered for 2026-03-02 yet"):
        desk.ask(claims.close, ClaimClosing(number, True, "not authorized"))
    remit(desk, answer(number, line(number, 1, "90837", "120.00", "CO-45 30.00")), trace="T2", control=502)
    assert outcomes(desk) == ["denied", "posted"]
    desk.ask(closings.bill_next, NextCoverage(number, "not authorized"))
    assert by_session(desk, "receivable:payer:2") == ["0.00", "150.00"]


# ── the next coverage ────────────────────────────────────────────────────────


def test_the_next_coverage_gets_one_claim_with_what_was_decided_on_each_line(desk: Desk) -> None:
    number = month_of(desk, monthly(desk), desk.payer("87726"), sessions=3)
    remit(
        desk,
        paid_lines(
            number,
            ("100.00", "CO-45 30.00", "PR-2 20.00"),
            ("110.00", "CO-45 30.00", "PR-3 10.00"),
            ("0.00", "CO-197 150.00"),
        ),
    )
    second = all_claims(desk)[1]
    assert (second.charge, second.held_on, second.status) == (usd("300.00"), MARCH[0], "draft")
    desk.send()
    told = left(desk)[-1]
    [before] = told.other_coverages
    assert [one.date for one in told.lines] == MARCH[:2]
    assert (before.paid, before.patient_owes) == (usd("210.00"), usd("30.00"))
    assert [(one.control, one.paid, [a.reason for a in one.adjustments]) for one in before.lines] == [
        (f"{second.number}L1", usd("100.00"), ["45", "2"]),
        (f"{second.number}L2", usd("110.00"), ["45", "3"]),
    ]
    desk.ask(closings.bill_next, NextCoverage(number, "not authorized"))
    third = all_claims(desk)[2]
    assert [one.held_on for one in lines_of(desk, third.number)] == [MARCH[2]]
    assert by_session(desk, "receivable:payer:2") == ["20.00", "10.00", "150.00"]
    desk.send()
    assert left(desk)[-1].other_coverages[0].paid == ZERO


def test_the_next_coverage_is_billed_for_the_days_it_holds(desk: Desk) -> None:
    payers = monthly(desk), desk.payer("87726")
    client = desk.client(*payers)
    desk.change(Coverage, 2, covered_from=MARCH[1])
    weekly(desk, client, 2)
    desk.at(APRIL)
    desk.send()
    number = all_claims(desk)[0].number
    remit(desk, paid_lines(number, ("130.00", "PR-3 20.00"), ("130.00", "PR-3 20.00")))
    assert by_session(desk, "receivable:client:1") == ["20.00", "0.00"]
    assert by_session(desk, "receivable:payer:2") == ["0.00", "20.00"]
    assert [one.held_on for one in lines_of(desk, all_claims(desk)[1].number)] == [MARCH[1]]


def test_a_session_that_went_on_before_does_not_keep_the_others_from_it(desk: Desk) -> None:
    number = month_of(desk, monthly(desk), desk.payer("87726"), sessions=2)
    remit(desk, paid_lines(number, ("110.00", "PR-2 30.00", "OA-94 10.00"), ("0.00", "CO-197 150.00")))
    assert extras(desk.world.engine, number).further_payer == "Payer 87726"
    desk.ask(closings.bill_next, NextCoverage(number, "not authorized"))
    assert [[one.held_on for one in lines_of(desk, each.number)] for each in all_claims(desk)[1:]] == [
        [MARCH[0]],
        [MARCH[1]],
    ]
    assert by_session(desk, "receivable:payer:1") == ["10.00", "0.00"]
    assert by_session(desk, "receivable:payer:2") == ["30.00", "150.00"]
    assert (desk.row(Claim, number).status, extras(desk.world.engine, number).further_payer) == ("denied", "")
    with pytest.raises(Refused, match="billed already, with claim C0000002"):
        desk.ask(closings.bill_next, NextCoverage(number, "not authorized"))
    desk.ask(claims.close, ClaimClosing(number, False, "too little"))
    assert (desk.row(Claim, number).status, by_session(desk, "receivable:payer:1")) == ("closed", ["0.00", "0.00"])


def test_a_further_coverage_is_offered_by_the_days_of_what_is_open(desk: Desk) -> None:
    client = desk.client(monthly(desk), desk.payer("87726"))
    desk.change(Coverage, 2, covered_from=MARCH[1])
    weekly(desk, client, 2)
    desk.at(APRIL)
    desk.send()
    remit(desk, paid_lines("C0000001", ("150.00",), ("0.00", "CO-197 150.00")))
    assert extras(desk.world.engine, "C0000001").further_payer == "Payer 87726"


# ── on paper ─────────────────────────────────────────────────────────────────


def test_letters_and_proofs_name_every_day(desk: Desk) -> None:
    number = month_of(desk, sessions=2)
    paper = desk.with_db(lambda db: appeal_letters.of_claim(db, db.get_one(Claim, number)))
    assert paper.dates == ("Dates of service", "March 2, 2026; March 9, 2026")
    assert (paper.code, paper.diagnoses) == ("90837", ("F41.1",))
    assert desk.with_db(lambda db: filing_proof.pdf(db, number, APRIL.date())).startswith(b"%PDF")
