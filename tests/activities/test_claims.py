"""A claim from the scrub to its end: held, warned about, corrected, given up; what it is for is never lost."""

from typing import cast
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session as Database
from sqlmodel import select

from activities import claims, corrections
from models.errors import Refused
from models.messages import Answered, ClaimClosing, Correction
from models.money import ZERO, total
from models.tables import Claim, RemittanceClaim
from models.x12.remittances import ClaimPayment
from tests.activities.payer import pays, remit, taken_back
from tests.activities.practice import DAY, HOUR, Desk, usd


def insured(desk: Desk) -> str:
    return desk.claim(desk.client(desk.payer()))


def denied(desk: Desk) -> str:
    number = insured(desk)
    remit(desk, pays(number, "0.00", "CO-197 150.00", status="4"))
    return number


def test_a_claim_is_made_when_the_note_is_signed_and_not_before(desk: Desk) -> None:
    session = desk.book(desk.client(desk.payer()), starts=desk.now + HOUR)
    desk.now += 2 * HOUR
    desk.attend(session)
    assert desk.claims_of(session) == []
    desk.sign(session)
    [claim] = desk.claims_of(session)
    assert (claim.number, claim.charge, claim.status) == ("C0000001", usd("150.00"), "draft")


def test_without_required_notes_a_claim_is_made_when_the_client_attended(desk: Desk) -> None:
    desk.policy(effective_from=desk.now.date(), note_required=False)
    session = desk.book(desk.client(desk.payer()), starts=desk.now + HOUR)
    desk.now += 2 * HOUR
    desk.attend(session)
    assert len(desk.claims_of(session)) == 1


def test_minutes_that_do_not_fit_the_code_hold_the_claim_and_recode_nothing(desk: Desk) -> None:
    [claim] = desk.claims_of(desk.hold(desk.client(desk.payer()), minutes=40))
    assert (claim.status, claim.charge) == ("held", usd("150.00"))
    assert desk.tasks() == ["claim_held"]


def test_missing_demographics_hold_the_claim_by_name(desk: Desk) -> None:
    [claim] = desk.claims_of(desk.hold(desk.client(desk.payer(), birth=None, zip="")))
    assert "birth date" in desk.row(Claim, claim.number).why


@pytest.mark.parametrize("kind", ["sent", "accepted"])
def test_a_claim_on_its_way_is_not_corrected(desk: Desk, kind: str) -> None:
    number = insured(desk)
    desk.tell(Answered(number, kind, 0))
    with pytest.raises(Refused, match="wait for its answer"):
        desk.ask(claims.correct, Correction(number))


def test_a_denied_claim_whose_payers_number_is_unknown_cannot_be_replaced(desk: Desk) -> None:
    number = denied(desk)
    desk.change(Claim, number, payer_claim_number="")
    with pytest.raises(Refused, match="own number is unknown"):
        desk.ask(claims.correct, Correction(number))


def test_a_correction_says_what_was_kept_for_its_claim_and_for_no_other(desk: Desk) -> None:
    number, kept_id = denied(desk), uuid4()
    with Database(desk.world.engine) as db, db.begin():
        corrections.keep(db, kept_id, number, ("F33.1",), "Records were sent by fax", desk.now)
    other = desk.claim(desk.client(1))
    desk.change(Claim, other, status="rejected")
    with pytest.raises(Refused, match="nothing of that was kept"):
        desk.ask(claims.correct, Correction(other, kept_id=kept_id))
    desk.ask(claims.correct, Correction(number, kept_id=kept_id))
    claim = desk.row(Claim, number)
    assert (claim.diagnoses, claim.note) == (["F33.1"], "Records were sent by fax")


def test_a_replacement_that_is_paid_ends_the_story_of_the_denial(desk: Desk) -> None:
    number = denied(desk)
    desk.ask(claims.correct, Correction(number, "AUTH1"))
    desk.tell(Answered(number, "accepted", 0))
    remit(desk, pays(number, "120.00", "CO-45 30.00"), trace="T2", control=502)
    assert desk.row(Claim, number).status == "paid"
    assert desk.balance("receivable:payer:1") == ZERO
    assert desk.tasks() == []


def test_a_rejection_after_the_payment_changes_nothing(desk: Desk) -> None:
    number = insured(desk)
    remit(desk, pays(number, "150.00"))
    desk.tell(Answered(number, "rejected", 0, "A7:21"))
    assert desk.row(Claim, number).status == "paid"
    assert desk.tasks() == []


def test_the_filing_clock_warns_at_two_thirds_of_the_payers_time(desk: Desk) -> None:
    number = desk.claim(desk.client(desk.payer(timely_filing_days=90)))
    warn_at = desk.ask(claims.prepare, number).warn_at
    assert warn_at is not None
    assert f"{warn_at:%Y-%m-%d}" == "2026-05-01"
    desk.now = warn_at
    for _ in range(2):
        assert desk.ask(claims.warn, number).warn_at is None
    assert desk.tasks() == ["timely_filing"]
    remit(desk, pays(number, "150.00"))
    assert desk.tasks() == []


def test_nobody_is_warned_of_a_claim_that_was_answered(desk: Desk) -> None:
    number = insured(desk)
    remit(desk, pays(number, "150.00"))
    desk.now += 60 * DAY
    desk.ask(claims.warn, number)
    assert desk.tasks() == []


def test_a_claim_given_up_is_written_off_or_billed_to_the_client(desk: Desk) -> None:
    written_off = denied(desk)
    desk.ask(claims.close, ClaimClosing(written_off, False, "too late"))
    assert desk.balance("adjustment:write_off") == usd("150.00")
    client = desk.client(1)
    billed = desk.claim(client)
    desk.ask(claims.close, ClaimClosing(billed, True, "no coverage on that day"))
    assert desk.balance(f"receivable:client:{client}") == usd("150.00")
    assert desk.balance("receivable:payer:1") == ZERO
    assert desk.tasks() == []


def test_a_claim_is_given_up_once_and_with_a_reason(desk: Desk) -> None:
    number = denied(desk)
    with pytest.raises(Refused, match="reason"):
        desk.ask(claims.close, ClaimClosing(number, False, " "))
    desk.ask(claims.close, ClaimClosing(number, False, "too late"))
    with pytest.raises(Refused, match="is closed"):
        desk.ask(claims.close, ClaimClosing(number, False, "again"))
    with pytest.raises(Refused, match="is closed"):
        desk.ask(claims.correct, Correction(number))


def test_a_payment_that_comes_after_a_claim_was_given_up_is_parked(desk: Desk) -> None:
    number = denied(desk)
    desk.ask(claims.close, ClaimClosing(number, False, "too late"))
    remit(desk, pays(number, "150.00"), trace="T2", control=502)
    assert desk.balance("cash:payer") == ZERO
    assert desk.tasks() == ["remittance_parked"]


def test_an_unknown_claim_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused, match="no claim X1"):
        desk.ask(claims.prepare, "X1")


ANSWERS = {
    "paid": ("120.00", "CO-45 30.00"),
    "shared": ("80.00", "CO-45 30.00", "PR-3 40.00"),
    "deductible": ("0.00", "CO-45 30.00", "PR-1 120.00"),
    "denied": ("0.00", "CO-197 150.00"),
    "unexplained": ("100.00", "OA-94 50.00"),
}
STORY = st.lists(st.sampled_from([*ANSWERS, "take_back", "correct"]), max_size=7)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=STORY)
def test_paid_adjusted_shared_and_open_are_what_was_charged_after_any_story(desk: Desk, story: list[str]) -> None:
    if not desk.rows(select(Claim)):
        desk.payer()
    client = desk.client(1)
    before = desk.balance("receivable:payer:1")
    number = desk.claim(client)
    standing: list[ClaimPayment] = []
    for turn, act in enumerate(story):
        if act == "correct":
            if desk.row(Claim, number).status in ("denied", "paid"):
                desk.ask(claims.correct, Correction(number, "AUTH1"))
            continue
        answer = taken_back(standing[-1]) if act == "take_back" and standing else None
        if act != "take_back":
            answer = pays(number, *ANSWERS[act])
        if answer:
            remit(desk, answer, trace=f"{number}/{turn}", control=1000 * client + turn)
        standing = [as_told(part) for part in stands(desk, number)]
    told = [adjustment for answer in standing for adjustment in answer.every_adjustment]
    shared = total(a.amount for a in told if a.group == "PR")
    open_now = desk.balance("receivable:payer:1") - before
    posted = [part for part in stands(desk, number) if part.outcome == "posted"]
    contractual = total(a.amount for p in posted for a in as_told(p).every_adjustment if a.group == "CO")
    assert desk.balance(f"receivable:client:{client}") == shared
    assert total(p.paid for p in posted) + contractual + shared + open_now == usd("150.00")
    assert open_now >= ZERO


def stands(desk: Desk, number: str) -> list[RemittanceClaim]:
    """The answers to a claim that were not taken back."""
    parts = desk.rows(select(RemittanceClaim).where(RemittanceClaim.claim_number == number))
    return [p for p in parts if p.outcome in ("posted", "denied") and p.reversed_by_id is None]


def as_told(part: RemittanceClaim) -> ClaimPayment:
    """The answer of a payer as it came."""
    lines = cast(list[dict[str, list[list[str]]]], part.detail["lines"])
    told = [f"{group}-{reason} {amount}" for line in lines for group, reason, amount in line["adjustments"]]
    return pays(part.claim_number or "", str(part.paid), *told, status=part.status, icn=part.payer_claim_number)
