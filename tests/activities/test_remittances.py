"""What an 835 does to the ledger: the posting table row by row, once, mirrored when it is taken back."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session as Database
from sqlmodel import select

from activities import claims, clearinghouse, invoices, ledger, remittances, sweeping
from activities.database import Tx
from models.messages import Answered
from models.money import total
from models.rules.ledger import Event, draft
from models.tables import Claim, Task
from models.x12.remittances import ClaimPayment, LinePayment, ProviderAdjustment
from starter.queries.remittances import Beside, beside
from tests.activities import payer
from tests.activities.payer import adjusted, drop, file, outcomes, pays, read, remit, taken_back
from tests.activities.practice import Desk, Entered, usd

CLIENT, PAYER, NEXT = "receivable:client:1", "receivable:payer:1", "receivable:payer:2"
CASH, CONTRACTUAL = "cash:payer", "adjustment:contractual"


def insured(desk: Desk, payers: int = 1) -> str:
    """The number of the accepted claim (150.00) of client 1, who has so many coverages."""
    ids = [desk.payer(f"6005{4 + n}") for n in range(payers)]
    return desk.claim(desk.client(*ids))


def posted(desk: Desk) -> list[Entered]:
    """What happened after the charge."""
    return desk.entries()[1:]


def moved(event: str, debit: str, credit: str, amount: str) -> Entered:
    return event, {debit: usd(amount), credit: usd(f"-{amount}")}


def two_lines(claim: str, *lines: tuple[str, tuple[str, ...]]) -> ClaimPayment:
    """A claim that the payer split into lines of (paid, adjustments)."""
    payments = []
    for paid, told in lines:
        adjustments = adjusted(*told)
        charged = usd(paid) + total(a.amount for a in adjustments)
        payments.append(LinePayment("90837", (), "", payer.PAID_ON, charged, usd(paid), Decimal(1), adjustments))
    whole = pays(claim, "0.00", lines=tuple(payments))
    return replace(whole, charged=total(p.charged for p in payments), paid=total(p.paid for p in payments))


@pytest.mark.parametrize(
    ("paid", "told", "expected"),
    [
        ("150.00", [], [moved("payer paid", CASH, PAYER, "150.00")]),
        (
            "120.00",
            ["CO-45 30.00"],
            [
                moved("payer paid", CASH, PAYER, "120.00"),
                moved("contractual adjustment", CONTRACTUAL, PAYER, "30.00"),
            ],
        ),
        (
            "118.00",
            ["CO-45 30.00", "CO-253 2.00"],
            [
                moved("payer paid", CASH, PAYER, "118.00"),
                moved("contractual adjustment", CONTRACTUAL, PAYER, "30.00"),
                moved("contractual adjustment", CONTRACTUAL, PAYER, "2.00"),
            ],
        ),
        (
            "140.00",
            ["PI-45 10.00"],
            [
                moved("payer paid", CASH, PAYER, "140.00"),
                moved("contractual adjustment", CONTRACTUAL, PAYER, "10.00"),
            ],
        ),
        (
            "100.00",
            ["PR-1 20.00", "PR-2 20.00", "PR-3 10.00"],
            [
                moved("payer paid", CASH, PAYER, "100.00"),
                moved("client's share", CLIENT, PAYER, "20.00"),
                moved("client's share", CLIENT, PAYER, "20.00"),
                moved("client's share", CLIENT, PAYER, "10.00"),
            ],
        ),
        ("0.00", ["PR-1 150.00"], [moved("client's share", CLIENT, PAYER, "150.00")]),
        ("0.00", ["CO-197 150.00"], []),
        ("0.00", ["PR-204 150.00"], []),
    ],
)
def test_each_row_of_the_posting_table(desk: Desk, paid: str, told: list[str], expected: list[Entered]) -> None:
    remit(desk, pays(insured(desk), paid, *told))
    assert sorted(posted(desk), key=str) == sorted(expected, key=str)


def test_a_paid_claim_is_over_and_leaves_no_task(desk: Desk) -> None:
    claim = insured(desk)
    remit(desk, pays(claim, "120.00", "CO-45 30.00"))
    assert desk.row(Claim, claim).status == "paid"
    assert desk.tasks() == []


def test_a_denial_is_not_a_write_off(desk: Desk) -> None:
    """openemr/openemr #7186: a denial was posted as a write-off."""
    claim = insured(desk)
    remit(desk, pays(claim, "0.00", "CO-45 30.00", "CO-197 120.00", status="4"))
    assert posted(desk) == []
    assert desk.balance(PAYER) == usd("150.00")
    assert desk.row(Claim, claim).status == "denied"
    assert desk.tasks() == ["claim_denied"]
    assert outcomes(desk) == ["denied"]


def test_of_a_partly_denied_claim_the_denied_line_stays_with_the_payer(desk: Desk) -> None:
    claim = insured(desk)
    remit(desk, two_lines(claim, ("80.00", ("CO-45 20.00",)), ("0.00", ("CO-97 50.00",))))
    assert desk.balance(PAYER) == usd("50.00")
    assert desk.balance(CONTRACTUAL) == usd("20.00")
    assert desk.row(Claim, claim).status == "denied"


def test_an_adjustment_that_says_nothing_of_who_owes_it_is_for_a_person(desk: Desk) -> None:
    claim = insured(desk)
    remit(desk, pays(claim, "140.00", "OA-94 10.00"))
    assert desk.balance(PAYER) == usd("10.00")
    assert desk.tasks() == ["claim_denied"]


# ── further coverages ────────────────────────────────────────────────────────


def test_the_clients_share_goes_to_the_next_coverage_with_a_claim_of_its_own(desk: Desk) -> None:
    claim = insured(desk, payers=2)
    remit(desk, pays(claim, "100.00", "CO-45 30.00", "PR-2 20.00"))
    assert posted(desk) == [
        moved("payer paid", CASH, PAYER, "100.00"),
        moved("next coverage's share", NEXT, PAYER, "20.00"),
        moved("contractual adjustment", CONTRACTUAL, PAYER, "30.00"),
    ]
    secondary = desk.row(Claim, "C0000002")
    assert (secondary.payer_id, secondary.sequence, secondary.charge, secondary.status) == (
        2,
        2,
        usd("150.00"),
        "draft",
    )


def test_what_the_first_payer_did_is_not_posted_again_for_the_second(desk: Desk) -> None:
    remit(desk, pays(insured(desk, payers=2), "100.00", "CO-45 30.00", "PR-2 20.00"))
    remit(desk, pays("C0000002", "15.00", "OA-23 130.00", "PR-2 5.00", status="2"), trace="T2", payer="60055")
    assert desk.accounts() == {
        CASH: usd("115.00"),
        CONTRACTUAL: usd("30.00"),
        CLIENT: usd("5.00"),
        "income:session": usd("-150.00"),
    }


def test_a_second_payer_adjusts_no_more_than_was_left_open(desk: Desk) -> None:
    remit(desk, pays(insured(desk, payers=2), "100.00", "CO-45 30.00", "PR-2 20.00"))
    remit(desk, pays("C0000002", "15.00", "CO-45 35.00", "OA-23 100.00", status="2"), trace="T2", payer="60055")
    assert desk.balance(CONTRACTUAL) == usd("35.00")
    assert desk.balance(NEXT) == usd("0.00")


def test_a_claim_the_payer_sent_on_itself_is_not_sent_by_us_too(desk: Desk) -> None:
    remit(desk, pays(insured(desk, payers=2), "100.00", "CO-45 30.00", "PR-2 20.00", status="19"))
    assert desk.row(Claim, "C0000002").status == "accepted"
    before = len(desk.folder.delivered)
    desk.send()
    assert len(desk.folder.delivered) == before


def test_the_second_payer_may_answer_under_the_number_of_the_first_ones_claim(desk: Desk) -> None:
    claim = insured(desk, payers=2)
    remit(desk, pays(claim, "100.00", "CO-45 30.00", "PR-2 20.00", status="19"))
    denied = pays(claim, "0.00", "CO-197 150.00", status="4")
    remit(desk, denied, trace="T2", payer="60055")
    assert [desk.row(Claim, number).status for number in (claim, "C0000002")] == ["paid", "denied"]
    assert [part.claim_number for part in payer.parts(desk)] == [claim, "C0000002"]


def test_a_payer_that_has_no_claim_of_the_attendance_is_not_believed(desk: Desk) -> None:
    claim = insured(desk)
    desk.payer("77777")
    remit(desk, pays(claim, "0.00", "CO-197 150.00", status="4"), payer="77777")
    assert outcomes(desk) == ["parked"]
    assert desk.row(Claim, claim).status == "accepted"
    [task] = desk.rows(select(Task))
    assert f"it answers claim {claim}, which went to another payer" in task.what


def test_a_denied_claim_makes_no_claim_to_the_next_coverage(desk: Desk) -> None:
    remit(desk, pays(insured(desk, payers=2), "0.00", "CO-197 150.00", status="4"))
    assert posted(desk) == []
    assert [c.number for c in desk.rows(select(Claim))] == ["C0000001"]


# ── taken back ───────────────────────────────────────────────────────────────


def test_a_reversal_mirrors_exactly_what_it_takes_back(desk: Desk) -> None:
    answer = pays(insured(desk), "100.00", "CO-45 30.00", "PR-3 20.00")
    remit(desk, answer)
    first = posted(desk)
    remit(desk, taken_back(answer), trace="T2", control=502)
    mirrored = [("reversal", {account: -amount for account, amount in sides.items()}) for _, sides in first]
    assert posted(desk)[len(first) :] == mirrored
    assert desk.accounts() == {PAYER: usd("150.00"), "income:session": usd("-150.00")}
    assert outcomes(desk) == ["posted", "reversal"]


def test_a_reversal_and_its_correction_in_one_file_leave_the_correction(desk: Desk) -> None:
    claim = insured(desk)
    answer = pays(claim, "100.00", "CO-45 30.00", "PR-3 20.00")
    remit(desk, answer)
    remit(desk, taken_back(answer), pays(claim, "110.00", "CO-45 20.00", "PR-3 20.00"), trace="T2", control=502)
    assert desk.accounts() == {
        CASH: usd("110.00"),
        CONTRACTUAL: usd("20.00"),
        CLIENT: usd("20.00"),
        "income:session": usd("-150.00"),
    }
    assert list(desk.dues(1).values()) == [usd("20.00")]


def test_a_denial_that_is_taken_back_posts_nothing(desk: Desk) -> None:
    claim = insured(desk)
    denial = pays(claim, "0.00", "CO-197 150.00", status="4")
    remit(desk, denial)
    remit(desk, taken_back(denial), trace="T2", control=502)
    assert posted(desk) == []
    assert outcomes(desk) == ["denied", "reversal"]
    assert desk.row(Claim, claim).status == "accepted"


def test_a_reversal_of_what_was_never_posted_is_parked(desk: Desk) -> None:
    remit(desk, taken_back(pays(insured(desk), "100.00", "CO-45 50.00")))
    assert posted(desk) == []
    assert outcomes(desk) == ["parked"]
    assert desk.tasks() == ["remittance_parked"]


def test_a_payment_is_taken_back_once(desk: Desk) -> None:
    answer = pays(insured(desk), "150.00")
    remit(desk, answer)
    remit(desk, taken_back(answer), trace="T2", control=502)
    remit(desk, taken_back(answer), trace="T3", control=503)
    assert outcomes(desk) == ["posted", "reversal", "parked"]
    assert desk.balance(PAYER) == usd("150.00")


def test_a_second_payment_without_a_reversal_is_parked(desk: Desk) -> None:
    claim = insured(desk)
    remit(desk, pays(claim, "150.00"))
    remit(desk, pays(claim, "150.00"), trace="T2", control=502)
    assert desk.balance(CASH) == usd("150.00")
    assert outcomes(desk) == ["posted", "parked"]
    assert desk.tasks() == ["remittance_parked"]


def test_a_denial_of_what_was_paid_before_changes_nothing_nor_does_taking_it_back(desk: Desk) -> None:
    """A claim that came twice is denied as a duplicate (CO-18), under the number of the one that was paid."""
    claim = insured(desk)
    remit(desk, pays(claim, "120.00", "CO-45 30.00"))
    denial = pays(claim, "0.00", "CO-18 150.00", status="4", icn="TWIN")
    remit(desk, denial, trace="T2", control=502)
    row = desk.row(Claim, claim)
    assert (row.status, row.payer_claim_number) == ("paid", f"ICN{claim}")
    assert row.why.startswith("denied later with CO-18 150.00")
    assert desk.tasks() == []
    remit(desk, taken_back(denial), trace="T3", control=503)
    assert outcomes(desk) == ["posted", "denied", "reversal"]
    assert desk.row(Claim, claim).status == "paid"
    remit(desk, taken_back(pays(claim, "120.00", "CO-45 30.00")), trace="T4", control=504)
    assert desk.row(Claim, claim).status == "accepted"


# ── exactly once, whole or not at all ────────────────────────────────────────


def test_the_same_file_twice_posts_once(desk: Desk) -> None:
    content = remit(desk, pays(insured(desk), "120.00", "CO-45 30.00"))
    before = desk.entries()
    drop(desk, content, "another name.edi")
    assert desk.entries() == before
    assert len(payer.came(desk)) == 1


def test_the_same_payment_in_another_file_posts_once(desk: Desk) -> None:
    """openemr/openemr #10681: a payment that came in two files was posted twice."""
    claim = insured(desk)
    remit(desk, pays(claim, "120.00", "CO-45 30.00"))
    before = desk.entries()
    remit(desk, pays(claim, "120.00", "CO-45 30.00"), control=777)
    assert desk.entries() == before
    assert [(f.status, f.why) for f in payer.came(desk)] == [
        ("read", ""),
        ("read", "the same money as remittance 1 (payer, trace and amount): nothing of it is posted again"),
    ]
    assert desk.tasks() == []


def test_the_same_money_for_other_claims_is_not_posted_and_somebody_asks_the_payer(desk: Desk) -> None:
    first = desk.claim(desk.client(desk.payer()))
    second = desk.claim(desk.client(1))
    remit(desk, pays(first, "120.00", "CO-45 30.00"))
    before = desk.entries()
    remit(desk, pays(second, "120.00", "CO-45 30.00"), control=777)
    assert desk.entries() == before
    [_, again] = payer.came(desk)
    assert "of its claims 1 stand there otherwise or not at all, and of that one's 1 here" in again.why
    [task] = desk.rows(select(Task).where(Task.cause == f"interchange/{again.id}"))
    assert ("remittance 1" in task.what, desk.tasks()) == (True, ["remittance_parked"])


def test_a_payment_told_again_beside_a_new_one_posts_only_the_new_one(desk: Desk) -> None:
    first = desk.claim(desk.client(desk.payer()))
    second = desk.claim(desk.client(1))
    remit(desk, pays(first, "150.00"))
    both = file(pays(first, "150.00")), file(pays(second, "150.00"), trace="T2", control=502)
    drop(desk, "".join(both))
    assert desk.balance(CASH) == usd("300.00")
    assert outcomes(desk) == ["posted", "posted"]


@pytest.mark.parametrize("paid", ["149.99", "0.01"])
def test_a_payment_that_is_not_its_claims_is_parked_whole(desk: Desk, paid: str) -> None:
    remit(desk, pays(insured(desk), "120.00", "CO-45 30.00"), paid=paid)
    assert posted(desk) == []
    assert payer.parts(desk) == []
    [kept] = payer.came(desk)
    assert kept.status == "parked"
    assert desk.tasks() == ["remittance_parked"]


def test_a_line_that_does_not_explain_itself_parks_all_of_its_file(desk: Desk) -> None:
    good, bad = desk.claim(desk.client(desk.payer())), desk.claim(desk.client(1))
    wrong = pays(bad, "120.00", "CO-45 30.00")
    wrong = replace(wrong, lines=(replace(wrong.lines[0], adjustments=adjusted("CO-45 29.00")),))
    content = remit(desk, pays(good, "150.00"), wrong)
    assert desk.balance(CASH) == usd("0.00")
    assert [f.content for f in payer.came(desk)] == [content.encode()]
    assert desk.tasks() == ["remittance_parked"]


def test_an_unknown_claim_is_parked_and_the_rest_of_the_file_is_posted(desk: Desk) -> None:
    claim = insured(desk)
    remit(desk, pays("X999", "75.00"), pays(claim, "150.00"))
    assert outcomes(desk) == ["parked", "posted"]
    assert desk.balance(CASH) == usd("150.00")
    assert desk.tasks() == ["remittance_parked"]


def test_an_answer_to_another_charge_is_parked(desk: Desk) -> None:
    remit(desk, pays(insured(desk), "149.00"))
    assert posted(desk) == []
    assert outcomes(desk) == ["parked"]
    assert desk.tasks() == ["remittance_parked"]


def test_interest_and_recoupments_outside_of_claims_are_posted_once(desk: Desk) -> None:
    claim = insured(desk)
    plb = [ProviderAdjustment("L6", usd("-2.50")), ProviderAdjustment("WO", usd("40.00"), "OLD123")]
    for control in (501, 502):
        remit(desk, pays(claim, "150.00"), plb=plb, control=control)
    assert desk.balance(CASH) == usd("112.50")
    assert desk.balance("income:interest") == usd("-2.50")
    assert desk.balance(PAYER) == usd("40.00")
    assert beside(desk.world.engine, 1) == [
        Beside("L6", usd("2.50")),
        Beside("WO", usd("-40.00"), "OLD123"),
    ]


KINDS = st.lists(st.sampled_from(["sent", "accepted", "rejected", "remitted"]), min_size=1, max_size=7)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=KINDS)
def test_any_order_and_repetition_of_the_same_answers_gives_the_same_ledger(desk: Desk, order: list[str]) -> None:
    if not desk.rows(select(Claim)):
        desk.payer()
    client = desk.client(1)
    [claim] = desk.claims_of(desk.hold(client))
    before = len(desk.entries())
    content = file(pays(claim.number, "100.00", "CO-45 30.00", "PR-3 20.00"), trace=claim.number, control=client)
    desk.folder.outbox["answer.edi"] = content.encode()
    [remittance_id] = desk.only(clearinghouse.read, "answer.edi").remittances
    for kind in [*order, "remitted"]:
        if kind == "remitted":
            desk.post(remittance_id)
        else:
            desk.tell(Answered(claim.number, kind, 0, "A7:21"))
    share = f"receivable:client:{client}"
    assert desk.entries()[before:] == [
        moved("payer paid", CASH, PAYER, "100.00"),
        moved("client's share", share, PAYER, "20.00"),
        moved("contractual adjustment", CONTRACTUAL, PAYER, "30.00"),
    ]
    assert desk.row(Claim, claim.number).status == "paid"
    assert list(desk.dues(client).values()) == [usd("20.00")]
    assert desk.tasks() == []


def test_a_remittance_told_to_its_claim_again_posts_nothing(desk: Desk) -> None:
    claim = insured(desk)
    remit(desk, pays(claim, "150.00"))
    again = desk.only(remittances.post, Answered(claim, "remitted", 1))
    assert (again.status, again.over) == ("paid", True)
    assert len(posted(desk)) == 1


# ── side by side ─────────────────────────────────────────────────────────────


def test_a_remittance_that_is_posted_before_an_older_one_posts_what_that_said_of_its_claims(desk: Desk) -> None:
    claim = insured(desk)
    other = desk.claim(desk.client(1))
    first = pays(claim, "100.00", "CO-45 30.00", "PR-3 20.00")
    [old] = read(desk, first, pays(other, "150.00"))
    correction = pays(claim, "80.00", "CO-45 50.00", "PR-3 20.00")
    [new] = read(desk, correction, taken_back(first), trace="T2", control=502)
    desk.post(new)
    assert outcomes(desk) == ["posted", "read", "posted", "reversal"]
    assert desk.only(sweeping.remittances_open, "").handover.remittances == (old,)
    desk.post(old)
    assert desk.only(sweeping.remittances_open, "").done == 0
    assert outcomes(desk) == ["posted", "posted", "posted", "reversal"]
    assert desk.balance(CASH) == usd("230.00")
    assert desk.balance(PAYER) == usd("0.00")
    assert desk.tasks() == []


def test_a_claim_is_worked_on_while_a_file_that_names_it_is_read(desk: Desk) -> None:
    claim = insured(desk)
    desk.folder.outbox["answer.edi"] = file(pays(claim, "150.00")).encode()
    with Database(desk.world.engine) as reading, Database(desk.world.engine) as working:
        clearinghouse.read.work(Tx(reading, desk.now, desk.world), "answer.edi")  # an hour long, not committed yet
        working.execute(text("set local lock_timeout = '1s'"))
        assert claims.locked(Tx(working, desk.now, desk.world), claim).status == "accepted"
        assert list(invoices.hold(Tx(working, desk.now, desk.world), [1])) == [1]
        reading.execute(text("set local lock_timeout = '1s'"))
        share = draft(Event.CLIENT_SHARE, usd("1.00"), "rule", "why", client=1, payer=1)
        ledger.post(Tx(reading, desk.now, desk.world), "beside", share, client_id=1)
