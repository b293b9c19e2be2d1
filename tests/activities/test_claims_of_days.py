"""Several sessions on one claim: what joins it, how long it waits, and what is taken off it."""

from datetime import date
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import (
    claims,
    clearinghouse,
    details,
    separating,
    sessions,
    voiding,
)
from activities.database import Tx
from activities.paper_claims import cms1500_of
from models.billed import AddOn, Held
from models.errors import Refused
from models.messages import (
    Answered,
    BillNow,
    Correction,
    Detail,
    Separation,
    Signing,
    Voiding,
)
from models.tables import AttendanceRow, Claim, ClaimLine, Client, Coverage, Payer
from tests.activities.days_of_claims import (
    APRIL,
    MARCH,
    WEEK,
    all_claims,
    left,
    lines_of,
    month_of,
    monthly,
    paid_lines,
    weekly,
)
from tests.activities.payer import remit
from tests.activities.practice import DAY, HOUR, Desk, usd


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
    desk.draft(session, codes)
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


def held_and_not_signed(desk: Desk, client: int) -> UUID:
    """A session whose note waits, while one a week later is signed; then the month is over."""
    late = desk.book(client, starts=desk.now + HOUR)
    desk.now += 2 * HOUR
    desk.attend(late)
    desk.now += WEEK
    desk.hold(client)
    desk.at(APRIL)
    return late


def test_a_session_signed_late_joins_while_the_claim_has_not_left_and_the_lines_are_in_order(desk: Desk) -> None:
    client = desk.client(monthly(desk))
    late = held_and_not_signed(desk, client)
    desk.sign(late)
    [claim] = all_claims(desk)
    assert claim.held_on == MARCH[0]
    assert [one.held_on for one in lines_of(desk, claim.number)] == MARCH[:2]
    desk.send()
    assert [len(each.lines) for each in left(desk)] == [2]


def test_a_session_signed_after_the_claim_has_left_gets_a_claim_that_leaves_at_once(desk: Desk) -> None:
    client = desk.client(monthly(desk))
    late = held_and_not_signed(desk, client)
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
        desk.draft(session)
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
