"""A claim of several sessions that is answered part by part, in other words than ours, or taken back again."""

from dataclasses import replace
from datetime import date

from sqlmodel import col, select

from activities import claims, clocks, closings, remittances
from models.billed import AddOn
from models.messages import Answered, ClaimAssignment, Correction, NextCoverage
from models.money import total
from models.tables import Claim, RemittanceRow, Task
from models.x12.remittances import ClaimPayment
from tests.activities.days_of_claims import (
    APRIL,
    MARCH,
    WEEK,
    all_claims,
    by_session,
    left,
    month_of,
    monthly,
    paid_lines,
    whole,
)
from tests.activities.payer import adjusted, outcomes, parts, remit
from tests.activities.practice import HOUR, Desk, usd
from tests.activities.test_add_ons import answer, claimed, interactive, line

PAID = ("100.00", "CO-45 50.00")
DENIED = ("0.00", "CO-197 150.00")


def part(number: str, place: int, *told: str) -> ClaimPayment:
    """An answer that speaks of one session alone."""
    return answer(number, line(number, place, "90837", *told))


def back(number: str, place: int) -> ClaimPayment:
    """What takes back that a session was paid."""
    return replace(part(number, place, "-100.00", "CO-45 -50.00"), status="22")


def remit_each(desk: Desk, *files: ClaimPayment | tuple[ClaimPayment, ...], first: int = 1) -> None:
    """Each in a payment of its own."""
    for place, told in enumerate(files, start=first):
        several = told if isinstance(told, tuple) else (told,)
        remit(desk, *several, trace=f"T{place}", control=500 + place)


def stands(desk: Desk, number: str) -> tuple[str, str]:
    claim = desk.row(Claim, number)
    return claim.status, claim.why.partition(" (")[0]


B_IS_DENIED = "denied", "denied with CO-197 150.00 on 90837 of 2026-03-09"


# ── where the claim stands ───────────────────────────────────────────────────


def test_a_denial_stands_when_another_sessions_answer_is_taken_back_and_when_it_is_corrected(desk: Desk) -> None:
    number = month_of(desk, sessions=2)
    remit_each(desk, part(number, 1, *PAID), part(number, 2, *DENIED), back(number, 1))
    assert stands(desk, number) == B_IS_DENIED
    remit_each(desk, part(number, 1, *PAID), (back(number, 1), part(number, 1, "150.00")), first=4)
    assert stands(desk, number) == B_IS_DENIED
    assert (by_session(desk, "cash:payer"), desk.tasks()) == (["150.00", "0.00"], ["claim_denied"])


def test_what_was_denied_and_then_paid_is_denied_no_more_and_the_others_are_waited_for(desk: Desk) -> None:
    number = month_of(desk, sessions=3)
    remit_each(desk, part(number, 2, *DENIED), part(number, 2, *PAID))
    assert stands(desk, number) == ("accepted", "answered in part: 300.00 is still to be answered")
    assert desk.tasks() == []
    remit_each(desk, part(number, 1, *DENIED), part(number, 3, *DENIED), part(number, 3, *PAID), first=3)
    assert stands(desk, number) == ("denied", "denied with CO-197 150.00 on 90837 of 2026-03-02")
    newest = desk.with_db(lambda db: clocks.newest_denial(db, db.get_one(Claim, number)))
    assert newest
    assert newest[0].id == parts(desk)[2].id


def test_a_denial_is_a_task_though_the_same_file_pays_another_session(desk: Desk) -> None:
    number = month_of(desk, sessions=2)
    remit(desk, part(number, 2, *DENIED), part(number, 1, *PAID))
    assert (stands(desk, number), desk.tasks()) == (B_IS_DENIED, ["claim_denied"])


def test_what_was_denied_before_the_claim_went_again_is_asked_anew(desk: Desk) -> None:
    number = month_of(desk, sessions=2)
    remit_each(desk, part(number, 1, *PAID), part(number, 2, *DENIED))
    desk.ask(claims.correct, Correction(number))
    desk.now += HOUR
    desk.send()
    desk.tell(Answered(number, "accepted", 0))
    remit_each(desk, (back(number, 1), part(number, 1, *PAID)), first=3)
    assert stands(desk, number) == ("accepted", "answered in part: 150.00 is still to be answered")
    remit_each(desk, part(number, 2, *DENIED), first=4)
    assert stands(desk, number) == B_IS_DENIED


def test_a_rest_that_nothing_explains_is_asked_after_with_the_last_session_answered(desk: Desk) -> None:
    number = month_of(desk, sessions=2)
    remit_each(desk, part(number, 1, "100.00", "OA-94 50.00"))
    assert stands(desk, number) == ("accepted", "answered in part: 150.00 is still to be answered")
    assert desk.tasks() == []
    remit_each(desk, part(number, 2, "150.00"), first=2)
    assert stands(desk, number) == ("paid", "")
    [task] = desk.rows(select(Task).where(col(Task.closed_at).is_(None)))
    assert "paid, but 50.00 of it is not explained" in task.what


def test_a_session_whose_add_on_is_answered_later_is_answered_in_part_until_then(desk: Desk) -> None:
    number = claimed(desk, desk.client(desk.payer()), AddOn(interactive(desk)))
    remit_each(desk, answer(number, line(number, 1, "90837", "150.00")))
    assert stands(desk, number) == ("accepted", "answered in part: 30.00 is still to be answered")
    assert desk.tasks() == []
    remit_each(desk, answer(number, line(number, 2, "90785", "30.00")), first=2)
    assert stands(desk, number) == ("paid", "")


def test_of_a_session_denied_as_a_whole_what_was_not_paid_since_stays_denied(desk: Desk) -> None:
    number = claimed(desk, desk.client(desk.payer()), AddOn(interactive(desk)))
    remit_each(desk, whole(number, "0.00", "CO-197 180.00"), answer(number, line(number, 1, "90837", "150.00")))
    assert stands(desk, number) == ("denied", "denied with CO-197 30.00 on 90785")


def test_a_denial_that_is_taken_back_is_nobodys_task_any_more(desk: Desk) -> None:
    number = month_of(desk, sessions=2)
    denied = part(number, 2, *DENIED)
    remit_each(desk, denied, replace(part(number, 2, "0.00", "CO-197 -150.00"), status="22"))
    assert (stands(desk, number), desk.tasks()) == (("accepted", ""), [])


# ── what a reversal takes back ───────────────────────────────────────────────


def test_of_parts_alike_a_reversal_takes_back_the_one_with_its_lines(desk: Desk) -> None:
    number = month_of(desk, sessions=3)
    remit_each(
        desk,
        *(answer(number, line(number, n, "90837", *PAID, date=MARCH[n - 1])) for n in (1, 2, 3)),
        (back(number, 1), part(number, 1, "150.00")),
    )
    assert outcomes(desk) == ["posted"] * 3 + ["reversal", "posted"]
    assert by_session(desk, "cash:payer") == ["150.00", "100.00", "100.00"]
    unnamed = line(number, 2, "90837", "-100.00", "CO-45 -50.00", control="", date=MARCH[1])
    remit_each(desk, replace(answer(number, unnamed), status="22"), first=5)
    assert by_session(desk, "cash:payer") == ["150.00", "0.00", "100.00"]


# ── lines that are not ours ──────────────────────────────────────────────────


def test_one_line_for_some_of_the_sessions_is_laid_out_over_those(desk: Desk) -> None:
    number = month_of(desk, sessions=3)
    two = line(number, 1, "90837", "200.00", "CO-45 100.00")
    remit(desk, answer(number, two, line(number, 3, "90837", "90.00", "CO-45 60.00")))
    assert by_session(desk, "cash:payer") == ["100.00", "100.00", "90.00"]
    assert by_session(desk, "receivable:payer:1") == ["0.00"] * 3
    assert stands(desk, number)[0] == "paid"


def test_a_part_of_one_line_for_some_of_the_sessions_is_posted_to_those_by_hand(desk: Desk) -> None:
    number = month_of(desk, sessions=3)
    remit(desk, part(number, 2, "200.00", "CO-45 100.00"))
    [kept] = parts(desk)
    assert kept.outcome == "parked"
    desk.ask(remittances.assign, ClaimAssignment(number, kept.id or 0))
    assert by_session(desk, "cash:payer") == ["0.00", "100.00", "100.00"]
    assert stands(desk, number) == ("accepted", "answered in part: 150.00 is still to be answered")


def test_a_line_that_charges_more_than_ours_do_is_parked_with_its_own_words(desk: Desk) -> None:
    number = month_of(desk, sessions=3)
    lines = (line(number, 1, "90837", "200.00"), line(number, 3, "90837", "150.00", "CO-45 100.00"))
    remit(desk, answer(number, *lines))
    [kept] = parts(desk)
    assert kept.outcome == "parked"
    assert "charges 200.00 for 90837 of 2026-03-02, which was billed with 150.00" in str(kept.detail["why"])


def test_lines_beside_an_adjustment_of_the_claim_that_are_none_of_ours_lose_nothing(desk: Desk) -> None:
    number = month_of(desk, sessions=3)
    lines = (
        line(number, 1, "90837", "100.00", "CO-45 50.00"),
        line(number, 2, "90834", "60.00", "CO-45 40.00", control=""),
        line(number, 3, "90834", "200.00", control=""),
    )
    beside = adjusted("CO-253 30.00")
    remit(desk, ClaimPayment(number, "1", usd("450.00"), usd("330.00"), usd("0.00"), "ICN1", beside, lines=lines))
    assert by_session(desk, "cash:payer") == ["110.00"] * 3
    assert by_session(desk, "receivable:payer:1") == ["0.00"] * 3


def test_a_line_of_a_day_goes_to_what_no_other_line_of_the_answer_is_about(desk: Desk) -> None:
    group = desk.service("90853", 60, "50.00")
    client = desk.client(monthly(desk))
    desk.hold(client)
    desk.hold(client, service_id=group)
    desk.now += WEEK - 4 * HOUR
    desk.hold(client)
    desk.at(APRIL)
    desk.send()
    [claim] = all_claims(desk)
    desk.tell(Answered(claim.number, "accepted", 0))
    lines = (
        line(claim.number, 2, "90853", "50.00"),
        line(claim.number, 1, "90899", "0.00", "CO-197 140.00", control="", date=MARCH[0]),
        line(claim.number, 3, "90899", "100.00", "CO-45 60.00", control="", date=MARCH[3]),
    )
    remit(desk, answer(claim.number, *lines))
    assert stands(desk, claim.number) == ("denied", "denied with CO-197 140.00 on 90837 of 2026-03-02")
    assert by_session(desk, "receivable:payer:1") == ["70.00", "0.00", "70.00"]


# ── the next coverage ────────────────────────────────────────────────────────


def test_the_next_payer_hears_of_each_line_on_which_day_it_was_decided(desk: Desk) -> None:
    number = month_of(desk, monthly(desk), desk.payer("87726"), sessions=2)
    remit_each(desk, part(number, 1, *DENIED), part(number, 2, *DENIED))
    desk.change(RemittanceRow, 2, paid_on=date(2026, 3, 27))
    desk.ask(closings.bill_next, NextCoverage(number, "not authorized"))
    desk.send()
    [before] = left(desk)[-1].other_coverages
    assert [one.paid_on for one in before.lines] == [date(2026, 3, 20), date(2026, 3, 27)]


def test_a_claim_that_its_payer_sent_on_is_to_the_next_one_what_it_was(desk: Desk) -> None:
    number = month_of(desk, monthly(desk), desk.payer("87726"), sessions=2)
    sent_on = paid_lines(number, ("100.00", "CO-45 30.00", "PR-2 20.00"), ("120.00", "CO-45 30.00"))
    remit(desk, replace(sent_on, status="19"))
    second = all_claims(desk)[1]
    assert second.charge == usd("300.00")
    lines = (
        line(number, 1, "90837", "20.00", "OA-23 130.00", date=MARCH[0]),
        line(number, 2, "90837", "0.00", "OA-23 150.00", date=MARCH[1]),
    )
    remit(desk, replace(answer(number, *lines), status="2"), trace="S1", control=601, payer="87726")
    assert outcomes(desk) == ["posted", "posted"]
    assert desk.row(Claim, second.number).status == "paid"
    assert total(map(usd, by_session(desk, "receivable:payer:2"))) == 0


def test_of_two_claims_sent_on_the_next_payers_answer_is_to_the_one_with_its_line(desk: Desk) -> None:
    number = month_of(desk, monthly(desk), desk.payer("87726"), sessions=2)
    shared = ("130.00", "PR-2 20.00")
    remit_each(desk, *(replace(part(number, place, *shared), status="19") for place in (1, 2)))
    _, first, second = all_claims(desk)
    by_number = answer(number, line(number, 2, "90837", "20.00", "OA-23 130.00"))
    remit(desk, replace(by_number, status="2"), trace="S1", control=601, payer="87726")
    assert desk.row(Claim, second.number).status == "paid"
    by_day = answer(number, line(number, 1, "90837", "20.00", "OA-23 130.00", control="", date=MARCH[0]))
    remit(desk, replace(by_day, status="2"), trace="S2", control=602, payer="87726")
    assert desk.row(Claim, first.number).status == "paid"
