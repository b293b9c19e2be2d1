"""Claims in trouble: warnings answered for, appeals to their decision, write-offs of two people, the next coverage."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest
from sqlmodel import Session as Database
from sqlmodel import col, select, text

from activities import appeals, claims, closings, filing_proof, kept_words, overruling, playbook, voiding
from activities.database import Step
from activities.tasks import NAMES
from models.errors import Refused
from models.messages import (
    Answered,
    AppealDraft,
    AppealMove,
    ClaimClosing,
    ClaimStanding,
    Correction,
    NextCoverage,
    Overruled,
    Voiding,
    WriteOffDecision,
)
from models.money import ZERO
from models.rules.denials import Action
from models.tables import Account, Appeal, Claim, Coverage, Overruling, PayerRuleRow, Practice, Task, WriteOffAsked
from starter.queries.causes import causes, of
from starter.queries.worklist import worklist
from tests.activities.payer import pays, remit
from tests.activities.practice import BEFORE_ALL, DAY, OPENED, Desk, usd

PAYER, NEXT, CLIENT = "receivable:payer:1", "receivable:payer:2", "receivable:client:1"
APPEAL = uuid5(NAMES, "an appeal")


def denied(desk: Desk, *told: str, payers: int = 1) -> str:
    """The number of a claim (150.00) of client 1 that its payer denied."""
    ids = [desk.payer(f"6005{4 + n}") for n in range(payers)]
    number = desk.claim(desk.client(*ids))
    remit(desk, pays(number, "0.00", *(told or ("CO-197 150.00",)), status="4"))
    return number


def account(desk: Desk, name: str) -> int:
    row = Account(login=name, email=f"{name}@elm.example", name=name.title(), roles=["owner"], created_at=OPENED)
    return desk.add(row).id or 0


def written(desk: Desk, number: str, words: str = "Pay it, please.", appeal_id: UUID = APPEAL) -> None:
    desk.ask(appeals.draft, AppealDraft(number, appeal_id, "general", kept(desk, number, words)))


def kept(desk: Desk, number: str, words: str) -> UUID | None:
    """Where words about a claim are kept."""
    return kept_words.keep(desk.world.engine, desk.world.vault, f"claim/{number}", words)


def moved(
    desk: Desk, number: str, deed: str, by_id: int | None = None, how: str = "", on: date | None = None
) -> ClaimStanding:
    return desk.ask(appeals.move, AppealMove(number, APPEAL, deed, by_id, how, on))


def sent(desk: Desk, number: str) -> ClaimStanding:
    written(desk, number)
    moved(desk, number, "sign", by_id=account(desk, "olive"))
    return moved(desk, number, "send", how="mail")


# ── warnings ─────────────────────────────────────────────────────────────────


def twice_a_day(desk: Desk) -> Claim:
    """The second of two equal sessions of a client on one day."""
    client = desk.client(desk.payer())
    desk.hold(client)
    return desk.claims_of(desk.hold(client))[0]


def test_two_equal_sessions_of_a_day_are_a_warning_that_holds_the_second(desk: Desk) -> None:
    claim = twice_a_day(desk)
    assert (claim.status, [f["code"] for f in claim.findings]) == ("held", ["duplicate"])
    assert desk.tasks() == ["claim_held"]


def test_a_warning_is_answered_for_with_a_reason_that_is_kept(desk: Desk) -> None:
    claim = twice_a_day(desk)
    words = kept(desk, claim.number, "morning and afternoon, both agreed")
    assert desk.ask(overruling.overrule, Overruled(claim.number, "duplicate", words)).status == "draft"
    assert desk.tasks() == []
    [row] = desk.rows(select(Overruling))
    assert (row.code, row.reason, row.at) == ("duplicate", "morning and afternoon, both agreed", desk.now)
    with pytest.raises(Refused, match="only what holds a claim"):
        desk.ask(overruling.overrule, Overruled(claim.number, "duplicate", words))


@pytest.mark.parametrize(
    ("code", "reason", "why"),
    [("npi", "no", "is an error"), ("nonsense", "no", "no check"), ("duplicate", " ", "say why")],
)
def test_an_error_is_never_overruled_and_a_reason_is_always_said(desk: Desk, code: str, reason: str, why: str) -> None:
    claim = twice_a_day(desk)
    with pytest.raises(Refused, match=why):
        desk.ask(overruling.overrule, Overruled(claim.number, code, kept(desk, claim.number, reason)))


def test_words_kept_about_one_claim_are_none_of_another(desk: Desk) -> None:
    number = denied(desk)
    elsewhere = kept(desk, "C0000999", "of another")
    with pytest.raises(Refused, match="were not kept: say it again"):
        desk.ask(claims.close, ClaimClosing(number, True, kept_id=elsewhere))
    desk.ask(claims.close, ClaimClosing(number, True, kept_id=kept(desk, number, " not covered ")))
    assert desk.row(Claim, number).why == "not covered"


def test_a_claim_is_looked_at_again_just_before_it_leaves(desk: Desk) -> None:
    [claim] = desk.claims_of(desk.hold(desk.client(desk.payer())))
    desk.change(Coverage, 1, covered_until=date(2026, 1, 31))
    desk.send()
    assert desk.folder.delivered == []
    assert desk.row(Claim, claim.number).status == "held"


def test_a_payers_rule_holds_what_does_not_meet_it(desk: Desk) -> None:
    payer = desk.payer()
    desk.add(
        PayerRuleRow(
            payer_id=payer, kind="taxonomy", applies_to="1987654328", value="101YM0800X", effective_from=BEFORE_ALL
        )
    )
    [claim] = desk.claims_of(desk.hold(desk.client(payer)))
    assert [f["code"] for f in claim.findings] == ["taxonomy"]


def test_a_used_up_authorization_warns_and_the_first_sessions_under_it_do_not(desk: Desk) -> None:
    client = desk.client(desk.payer())
    desk.change(Coverage, 1, authorization="A1", authorized_sessions=1)
    [first] = desk.claims_of(desk.hold(client))
    desk.now += DAY
    [second] = desk.claims_of(desk.hold(client))
    assert (first.status, second.status) == ("draft", "held")
    assert [f["code"] for f in second.findings] == ["authorization_used_up"]


# ── the playbook ─────────────────────────────────────────────────────────────


def test_a_play_has_versions_and_each_holds_from_its_day(desk: Desk) -> None:
    today = date(2026, 3, 1)
    with Database(desk.world.engine) as db, db.begin():
        for chance, day in ((10, 1), (20, 1), (20, 1), (70, 9)):
            entry = playbook.Entry("CO-197", "no authorization", Action.APPEAL, chance, date(2026, 3, day))
            playbook.change(db, entry, desk.now, today)
        assert [row.version for row in playbook.versions(db, "CO-197")] == [3, 2, 1]
        assert [playbook.plays(db, date(2026, 3, day))["CO-197"].chance for day in (1, 8, 9)] == [20, 20, 70]
        assert playbook.plays(db, date(2026, 2, 28))["CO-197"].version == 0
        assert [row.version for row in playbook.history(db, "CO-197")] == [3, 2, 1, 0]
    number = denied(desk)
    assert Action.APPEAL.value in desk.row(Claim, number).why


def test_a_play_never_begins_in_the_past(desk: Desk) -> None:
    entry = playbook.Entry("CO-197", "no authorization", Action.APPEAL, 10, date(2026, 2, 28))
    with Database(desk.world.engine) as db, pytest.raises(Refused, match="from today or a day to come"):
        playbook.change(db, entry, desk.now, date(2026, 3, 1))


def test_the_worklist_puts_first_what_is_worth_the_most_a_day(desk: Desk) -> None:
    number = denied(desk)
    held = twice_a_day_of_another(desk)
    found = worklist(desk.world.engine, date(2026, 3, 21))
    assert [item.number for item in found] == [held, number]
    assert found[1].worth.why == "150.00 open x 50 % = 75.00; 89 days left: 0.83 a day"
    assert found[0].action == "mend it; it leaves as an original"
    [late] = [item for item in worklist(desk.world.engine, date(2026, 12, 31)) if item.number == held]
    assert late.action == "send it with a reason for being late, or close it"


def test_the_worklist_leaves_out_nothing_however_much_waits(desk: Desk) -> None:
    number = denied(desk)
    desk.payer("60055")
    with desk.world.engine.begin() as connection:  # held and worth nothing: the other payer owes nothing
        connection.execute(text(MANY.format("coverage", "'sequence', n + 1")))
        held = "'number', 'X' || n, 'coverage_id', 1000 + n, 'status', 'held'"
        connection.execute(text(MANY.format("claim", held)))
    found = worklist(desk.world.engine, date(2026, 3, 21))
    assert len(found) == 2001
    assert found[0].number == number


MANY = """
insert into {0} select (jsonb_populate_record(one, jsonb_build_object('id', 1000 + n, 'payer_id', 2, {1}))).*
from {0} one cross join generate_series(1, 2000) n
"""


def twice_a_day_of_another(desk: Desk) -> str:
    client = desk.client(1, diagnoses=[])
    return desk.claims_of(desk.hold(client))[0].number


def test_causes_count_denied_claims_by_code_payer_and_clinician(desk: Desk) -> None:
    number = denied(desk, "CO-45 30.00", "CO-197 120.00")
    remit(desk, pays(desk.claim(1), "150.00"), trace="T2", control=502)
    found = causes(desk.world.engine, date(2026, 1, 1), date(2026, 12, 31))
    assert {(c.name, c.denied, c.answered, c.amount) for c in of("code", found)} == {
        ("CO-197", 1, 2, usd("150.00")),
        ("CO-45", 1, 2, usd("150.00")),
    }
    [payer] = of("payer", found)
    assert (payer.denied, payer.answered, payer.percent, payer.recovered) == (1, 2, 50, 0)
    assert [c.name for c in of("clinician", found)] == ["Ada Stone"]
    assert causes(desk.world.engine, date(2026, 1, 1)) == found, "without a last day to the end of what came"
    assert of("payer", causes(desk.world.engine, date(2026, 1, 1), date(2026, 3, 19))) == []
    assert desk.row(Claim, number).status == "denied"


# ── appeals and their clock ──────────────────────────────────────────────────


def test_a_denial_starts_the_clock_of_the_appeal(desk: Desk) -> None:
    number = denied(desk)
    stands = desk.ask(claims.prepare, number)
    assert stands.clock == "appeal/2026-06-18"  # 90 days after the denial of March 20th
    assert stands.warn_at is not None
    assert stands.warn_at.date() == date(2026, 5, 19)
    desk.ask(claims.warn, number)
    assert sorted(desk.tasks()) == ["appeal_due", "claim_denied"]


def test_an_appeal_is_signed_by_a_person_sent_and_waits_for_its_answer(desk: Desk) -> None:
    number = denied(desk)
    stands = sent(desk, number)
    assert stands.clock == "answer/1"
    appeal = desk.row(Appeal, APPEAL)
    assert (appeal.status, appeal.signer, appeal.heard_until) == ("sent", "Olive", date(2026, 6, 18))
    assert desk.tasks() == []
    assert worklist(desk.world.engine, date(2026, 3, 21)) == []
    with Database(desk.world.engine) as db:
        assert appeals.letter(db, desk.world.vault, APPEAL, date(2026, 3, 21)).startswith(b"%PDF")


def test_an_upheld_denial_opens_the_next_level_and_a_task(desk: Desk) -> None:
    number = denied(desk)
    sent(desk, number)
    stands = moved(desk, number, "upheld", on=date(2026, 3, 2))
    assert stands.clock == "appeal/2026-05-31"
    assert desk.tasks() == ["claim_denied"]
    with Database(desk.world.engine) as db:
        assert appeals.denial_of(db, db.get_one(Claim, number), date(2026, 5, 1)).level == 2


@pytest.mark.parametrize(
    ("words", "by", "why"),
    [("[Say why.] Pay.", True, "in brackets"), ("Pay.", False, "a person who is signed in")],
)
def test_nobody_signs_what_is_unfinished_and_no_program_signs(desk: Desk, words: str, by: bool, why: str) -> None:
    number = denied(desk)
    written(desk, number, words)
    with pytest.raises(Refused, match=why):
        moved(desk, number, "sign", by_id=account(desk, "olive") if by else None)


def test_what_is_signed_is_not_written_anew_and_not_sent_twice(desk: Desk) -> None:
    number = denied(desk)
    sent(desk, number)
    with pytest.raises(Refused, match="it cannot be marked so now"):
        moved(desk, number, "send", how="mail")
    with pytest.raises(Refused, match="is sent: its words stay as they are"):
        written(desk, number, "Other words.")


def test_only_a_denied_claim_is_appealed(desk: Desk) -> None:
    number = desk.claim(desk.client(desk.payer()))
    with pytest.raises(Refused, match="an appeal is against a denial"):
        written(desk, number)


# ── giving up ────────────────────────────────────────────────────────────────


def test_more_than_the_limit_is_written_off_by_two_people_only(desk: Desk) -> None:
    number = denied(desk)
    desk.change(Practice, 1, write_off_limit=usd("100.00"))
    olive, ivy = account(desk, "olive"), account(desk, "ivy")
    assert desk.ask(claims.close, ClaimClosing(number, False, "too late", olive)).status == "denied"
    assert sorted(desk.tasks()) == ["claim_denied", "write_off_asked"]
    [asked] = desk.rows(select(WriteOffAsked))
    with pytest.raises(Refused, match="a second person"):
        desk.ask(closings.decide, WriteOffDecision(number, asked.id or 0, True, olive))
    assert desk.ask(closings.decide, WriteOffDecision(number, asked.id or 0, True, ivy)).status == "closed"
    assert desk.balance(PAYER) == 0
    assert desk.balance("adjustment:write_off") == usd("150.00")
    assert desk.tasks() == []


def test_nobody_asks_a_second_person_without_a_name(desk: Desk) -> None:
    number = denied(desk)
    desk.change(Practice, 1, write_off_limit=usd("100.00"))
    with pytest.raises(Refused, match="say who asks for it"):
        desk.ask(claims.close, ClaimClosing(number, False, "too late"))


def test_a_second_person_may_say_no(desk: Desk) -> None:
    number = denied(desk)
    desk.change(Practice, 1, write_off_limit=usd("149.99"))
    desk.ask(claims.close, ClaimClosing(number, False, "too late", account(desk, "olive")))
    [asked] = desk.rows(select(WriteOffAsked))
    desk.ask(closings.decide, WriteOffDecision(number, asked.id or 0, False, account(desk, "ivy")))
    assert desk.balance(PAYER) == usd("150.00")
    assert desk.row(Claim, number).status == "denied"


def asked_for(desk: Desk, number: str) -> WriteOffAsked:
    """A write-off of the claim that waits for a second person."""
    desk.change(Practice, 1, write_off_limit=usd("100.00"))
    desk.ask(claims.close, ClaimClosing(number, False, "too late", account(desk, "olive")))
    return desk.rows(select(WriteOffAsked))[-1]


@pytest.mark.parametrize(
    ("again", "wish"), [(claims.correct, Correction("C0000001")), (voiding.void, Voiding("C0000001", "billed twice"))]
)
def test_a_claim_that_goes_out_again_withdraws_what_a_second_person_was_asked(
    desk: Desk, again: Step[Any, ClaimStanding], wish: object
) -> None:
    number = denied(desk)
    desk.ask(claims.warn, number)
    asked = asked_for(desk, number)
    assert sorted(desk.tasks()) == ["appeal_due", "claim_denied", "write_off_asked"]
    assert desk.ask(again, wish).status == "draft"
    assert desk.tasks() == []
    with pytest.raises(Refused, match="withdrawn when the claim went out again"):
        desk.ask(closings.decide, WriteOffDecision(number, asked.id or 0, True, account(desk, "ivy")))
    assert (desk.row(Claim, number).status, desk.balance(PAYER)) == ("draft", usd("150.00"))


def test_a_yes_to_what_was_asked_before_the_claim_left_is_refused_and_one_after_it_holds(desk: Desk) -> None:
    number, ivy = denied(desk), account(desk, "ivy")
    asked = asked_for(desk, number)
    desk.now += DAY
    desk.ask(voiding.void, Voiding(number, "billed twice"))
    desk.change(WriteOffAsked, asked.id, decided_at=None, granted=None)  # as rows of before were left
    for _ in ("to be sent", "sent"):
        with pytest.raises(Refused, match="went out again after this was asked"):
            desk.ask(closings.decide, WriteOffDecision(number, asked.id or 0, True, ivy))
        desk.send()
    desk.ask(closings.decide, WriteOffDecision(number, asked.id or 0, False, ivy))
    desk.tell(Answered(number, "accepted", 0))
    desk.ask(claims.close, ClaimClosing(number, False, "billed twice", asked.asked_by))
    later = desk.rows(select(WriteOffAsked).order_by(col(WriteOffAsked.id)))[-1]
    assert desk.ask(closings.decide, WriteOffDecision(number, later.id or 0, True, ivy)).status == "closed"


def test_up_to_the_limit_one_person_decides(desk: Desk) -> None:
    number = denied(desk)
    desk.change(Practice, 1, write_off_limit=usd("150.00"))
    assert desk.ask(claims.close, ClaimClosing(number, False, "too late", None)).status == "closed"


def test_the_next_coverage_is_billed_for_a_denied_claim(desk: Desk) -> None:
    number = denied(desk, "CO-22 150.00", payers=2)
    assert desk.ask(closings.bill_next, NextCoverage(number, "not covered on that date")).status == "closed"
    assert (desk.balance(PAYER), desk.balance(NEXT)) == (ZERO, usd("150.00"))
    assert desk.row(Claim, "C0000002").status == "draft"
    desk.send()
    [(_, content)] = desk.folder.delivered
    assert b"CAS*CO*22*150" in content


def test_without_a_further_coverage_there_is_nobody_to_bill_next(desk: Desk) -> None:
    number = denied(desk)
    with pytest.raises(Refused, match="no further coverage"):
        desk.ask(closings.bill_next, NextCoverage(number, "not covered on that date"))


# ── where others failed ──────────────────────────────────────────────────────


def test_a_denial_is_no_write_off(desk: Desk) -> None:
    """openemr/openemr #7186: a denial was posted as a write-off."""
    denied(desk, "CO-45 30.00", "CO-197 120.00")
    assert desk.balance("adjustment:write_off") == 0
    assert desk.balance("adjustment:contractual") == 0
    assert desk.balance(PAYER) == usd("150.00")


def test_a_claim_sent_again_keeps_its_payments(desk: Desk) -> None:
    """openemr/openemr #4334: reopening a claim must not delete its payments."""
    number = desk.claim(desk.client(desk.payer()))
    remit(desk, pays(number, "100.00", "CO-45 30.00", "PR-3 20.00"))
    before = desk.entries()
    assert desk.ask(claims.correct, Correction(number)).status == "draft"
    assert desk.entries() == before
    assert desk.balance("cash:payer") == usd("100.00")


def test_a_non_billable_visit_is_never_a_claim(desk: Desk) -> None:
    """masslight/ottehr #4893: a non-billable visit was sent as a claim."""
    talk = desk.service(code="")
    number = desk.hold(desk.client(desk.payer()), service_id=talk)
    assert desk.claims_of(number) == []


def test_a_claim_whose_service_lost_its_code_does_not_leave(desk: Desk) -> None:
    """masslight/ottehr #3806: a claim without a procedure."""
    from models.tables import Service

    [claim] = desk.claims_of(desk.hold(desk.client(desk.payer())))
    desk.change(Service, 1, code="")
    desk.send()
    assert desk.folder.delivered == []
    assert "a claim without a procedure bills nothing" in desk.row(Claim, claim.number).why


# ── proof ────────────────────────────────────────────────────────────────────


def test_the_proof_of_filing_holds_our_file_and_names_its_digest(desk: Desk) -> None:
    [claim] = desk.claims_of(desk.hold(desk.client(desk.payer())))
    with Database(desk.world.engine) as db, pytest.raises(Refused, match="has not left yet"):
        filing_proof.pdf(db, claim.number, date(2026, 3, 3))
    desk.send()
    with Database(desk.world.engine) as db:
        [exhibit] = filing_proof.exhibits(db, db.get_one(Claim, claim.number))
        assert any(line.startswith(f"CLM*{claim.number}*150") for line in exhibit.segments)
        assert filing_proof.pdf(db, claim.number, date(2026, 3, 3)).startswith(b"%PDF")


def test_no_task_names_anybody(desk: Desk) -> None:
    denied(desk)
    desk.now += timedelta(days=70)
    desk.ask(claims.warn, "C0000001")
    assert not [task for task in desk.rows(select(Task)) if "Doe" in task.what]
