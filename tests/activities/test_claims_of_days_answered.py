"""Each session's own money in what payers answer to a claim of several, and what goes on to the next coverage."""

from dataclasses import replace

import pytest
from sqlmodel import select

from activities import (
    appeal_letters,
    claims,
    closings,
    filing_proof,
)
from models.errors import Refused
from models.messages import (
    ClaimClosing,
    NextCoverage,
)
from models.money import ZERO
from models.tables import Claim, Coverage, Invoice
from models.x12.remittances import ClaimPayment
from starter.queries.claim_extras import extras
from tests.activities.days_of_claims import (
    APRIL,
    MARCH,
    all_claims,
    by_session,
    left,
    lines_of,
    month_of,
    monthly,
    paid_lines,
    weekly,
    whole,
)
from tests.activities.payer import adjusted, outcomes, remit
from tests.activities.practice import Desk, usd
from tests.activities.test_add_ons import answer, line


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
