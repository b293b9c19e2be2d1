"""Add-ons from the clinician's choice to the last cent: charged, claimed, answered and paid line by line."""

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from activities import claims, clearinghouse, details
from activities.superbills import superbill
from models.billed import AddOn, Held
from models.errors import Refused
from models.messages import Answered, ClaimClosing, Correction, Detail
from models.money import ZERO, total
from models.tables import AddOnRow, Claim, ClaimLine, Entry, Interchange, Session
from models.x12.claim_837p import read
from models.x12.claims import Claim837
from models.x12.judge import judge
from models.x12.remittances import ClaimPayment, LinePayment
from tests.activities.payer import PAID_ON, adjusted, outcomes, remit
from tests.activities.practice import DAY, HOUR, Desk, usd


def interactive(desk: Desk) -> int:
    return desk.service("90785", 0, "30.00")


def held(desk: Desk, client: int, *add_ons: AddOn, minutes: int | None = None, **changes: Any) -> UUID:
    """A session with these add-ons, signed."""
    session = desk.book(client, **{"starts": desk.now + HOUR, **changes})
    desk.now += 2 * HOUR
    desk.attend(session, minutes=minutes)
    desk.ask(details.detail, Detail(session, client, add_ons=add_ons))
    desk.sign(session)
    return session


def claimed(desk: Desk, client: int, *add_ons: AddOn, **changes: Any) -> str:
    """The number of the accepted claim of such a session."""
    [claim] = desk.claims_of(held(desk, client, *add_ons, **changes))
    desk.tell(Answered(claim.number, "accepted", 0))
    return claim.number


def line(claim: str, place: int, code: str, paid: str, *told: str, **changes: Any) -> LinePayment:
    adjustments = adjusted(*told)
    charged = usd(paid) + total(a.amount for a in adjustments)
    known: dict[str, Any] = {"control": f"{claim}L{place}", "modifiers": (), "date": PAID_ON, **changes}
    return LinePayment(code=code, charged=charged, paid=usd(paid), units=Decimal(1), adjustments=adjustments, **known)


def answer(claim: str, *lines: LinePayment, status: str = "1") -> ClaimPayment:
    charged, paid = total(one.charged for one in lines), total(one.paid for one in lines)
    owes = total(a.amount for one in lines for a in one.adjustments if a.group == "PR")
    return ClaimPayment(claim, status, charged, paid, owes, f"ICN{claim}", lines=lines)


def lines_of(desk: Desk, claim: str) -> list[ClaimLine]:
    return desk.rows(select(ClaimLine).where(ClaimLine.claim_number == claim).order_by(col(ClaimLine.place)))


def left(desk: Desk) -> Claim837:
    """The only claim that left, from a file that the judge takes."""
    desk.send()
    [file] = desk.rows(select(Interchange).where(Interchange.direction == "out"))
    text = file.content.decode()
    assert judge(text) == []
    [claim] = read(text)[0].claims
    return claim


def test_an_add_on_is_a_line_of_its_own_on_the_claim_and_in_the_ledger(desk: Desk) -> None:
    extra = interactive(desk)
    number = claimed(desk, desk.client(desk.payer()), AddOn(extra))
    assert desk.row(Claim, number).charge == usd("180.00")
    desk.change(Claim, number, status="draft")
    told = left(desk)
    assert [(one.control, one.code, one.charge) for one in told.lines] == [
        (f"{number}L1", "90837", usd("150.00")),
        (f"{number}L2", "90785", usd("30.00")),
    ]
    charges = desk.rows(select(Entry).where(Entry.event == "attended, insured").order_by(col(Entry.id)))
    assert [(entry.service_id, entry.why[:6]) for entry in charges] == [(None, "servic"), (extra, "90785:")]


def test_a_client_without_insurance_pays_what_they_agreed_for_each_service_on_one_invoice(desk: Desk) -> None:
    extra, client = interactive(desk), desk.client()
    desk.rate("20.00", extra, client_id=client)
    held(desk, client, AddOn(extra))
    [number] = desk.open_invoices(client)
    assert desk.dues(client) == {number: usd("170.00")}
    today = desk.now.date()
    desk.pay(client, "155.00")
    bill = desk.with_db(lambda db: superbill(db, client, today, today))
    assert [(one.code, one.charged, one.paid) for one in bill.lines] == [
        ("90837", usd("150.00"), usd("150.00")),
        ("90785", usd("20.00"), usd("5.00")),
    ]


def test_a_denied_add_on_among_paid_lines_stays_open_and_the_rest_is_posted(desk: Desk) -> None:
    extra, client = interactive(desk), desk.client(desk.payer())
    number = claimed(desk, client, AddOn(extra))
    paid, denied = line(number, 1, "90837", "100.00", "CO-45 30.00", "PR-3 20.00"), "CO-97 30.00"
    remit(desk, answer(number, paid, line(number, 2, "90785", "0.00", denied)))
    claim = desk.row(Claim, number)
    assert (claim.status, "CO-97 30.00 on 90785" in claim.why) == ("denied", True)
    assert desk.balance("cash:payer") == usd("100.00")
    assert desk.balance(f"receivable:client:{client}") == usd("20.00")
    assert desk.balance("receivable:payer:1") == usd("30.00")
    desk.ask(claims.close, ClaimClosing(number, False, "bundled"))
    assert desk.balance("receivable:payer:1") == ZERO
    assert desk.balance("adjustment:write_off") == usd("30.00")


def test_each_entry_of_an_answer_is_of_the_service_it_pays(desk: Desk) -> None:
    extra = interactive(desk)
    number = claimed(desk, desk.client(desk.payer()), AddOn(extra))
    remit(
        desk,
        answer(number, line(number, 2, "90785", "25.00", "CO-45 5.00"), line(number, 1, "90837", "150.00")),
    )
    posted = desk.rows(select(Entry).where(Entry.claim_number == number).order_by(col(Entry.id)))
    assert [(entry.why, entry.service_id) for entry in posted] == [
        ("835 pays on 90785", extra),
        ("835 CO-45 on 90785: agreed with the payer", extra),
        ("835 pays on 90837", None),
    ]


def test_an_answer_without_our_numbers_and_without_the_billed_modifier_still_posts_by_line(desk: Desk) -> None:
    """openemr/openemr #7293: an 835 that leaves out the modifier that was billed must still match."""
    extra = interactive(desk)
    number = claimed(desk, desk.client(desk.payer()), AddOn(extra), place="https://meet.example/ada")
    assert [one.modifiers for one in _rewritten(desk, number).lines] == [("95",), ("95",)]
    day = desk.row(Claim, number).held_on
    bare: dict[str, Any] = {"control": "", "date": day}
    told = answer(
        number, line(number, 2, "90785", "30.00", **bare), line(number, 1, "90837", "0.00", "CO-197 150.00", **bare)
    )
    remit(desk, told)
    assert outcomes(desk) == ["denied"]
    assert desk.row(Claim, number).why.startswith("denied with CO-197 150.00 on 90837")
    [entry] = desk.rows(select(Entry).where(Entry.claim_number == number))
    assert (entry.service_id, desk.balance("cash:payer")) == (extra, usd("30.00"))


def _rewritten(desk: Desk, number: str) -> Claim837:
    desk.change(Claim, number, status="draft")
    told = left(desk)
    desk.tell(Answered(number, "accepted", 0))
    return told


def test_a_reversal_of_several_lines_mirrors_each_and_leaves_nothing(desk: Desk) -> None:
    extra, client = interactive(desk), desk.client(desk.payer())
    number = claimed(desk, client, AddOn(extra))
    lines = (
        line(number, 1, "90837", "100.00", "CO-45 30.00", "PR-3 20.00"),
        line(number, 2, "90785", "20.00", "CO-45 10.00"),
    )
    remit(desk, answer(number, *lines))
    back = (
        line(number, 1, "90837", "-100.00", "CO-45 -30.00", "PR-3 -20.00"),
        line(number, 2, "90785", "-20.00", "CO-45 -10.00"),
    )
    remit(desk, answer(number, *back, status="22"), trace="T2", control=502)
    assert desk.balance("receivable:payer:1") == usd("180.00")
    assert (desk.balance("cash:payer"), desk.balance(f"receivable:client:{client}")) == (ZERO, ZERO)
    undone = desk.rows(select(Entry).where(col(Entry.reverses_id).is_not(None)).order_by(col(Entry.id)))
    assert [entry.service_id for entry in undone] == [None, None, None, extra, extra]


def test_the_next_coverage_hears_what_was_decided_on_each_line(desk: Desk) -> None:
    """openemr/openemr #6268: every reason of every line reaches the secondary claim."""
    extra, client = interactive(desk), desk.client(desk.payer(), desk.payer("87726"))
    number = claimed(desk, client, AddOn(extra))
    remit(
        desk,
        answer(
            number,
            line(number, 1, "90837", "100.00", "CO-45 30.00", "PR-2 20.00"),
            line(number, 2, "90785", "10.00", "CO-45 15.00", "PR-3 5.00"),
        ),
    )
    told = left(desk)
    assert [(one.code, one.charge) for one in told.lines] == [("90837", usd("150.00")), ("90785", usd("30.00"))]
    [before] = told.other_coverages
    decided = [(one.control, one.paid, [a.reason for a in one.adjustments]) for one in before.lines]
    assert decided == [
        (told.lines[0].control, usd("100.00"), ["45", "2"]),
        (told.lines[1].control, usd("10.00"), ["45", "3"]),
    ]


def test_a_long_crisis_brings_its_further_half_hours_by_itself(desk: Desk) -> None:
    desk.service("90840", 30, "75.00")
    crisis = desk.service("90839", 60, "200.00")
    [claim] = desk.claims_of(held(desk, desk.client(desk.payer()), service_id=crisis, minutes=110))
    assert (claim.status, claim.charge) == ("draft", usd("350.00"))
    assert [(one.units, one.charge) for one in lines_of(desk, claim.number)] == [(1, usd("200.00")), (2, usd("150.00"))]
    assert [str(one.units) for one in left(desk).lines] == ["1", "2"]


def test_a_long_crisis_of_a_practice_without_the_further_code_is_held(desk: Desk) -> None:
    crisis = desk.service("90839", 60, "200.00")
    [claim] = desk.claims_of(held(desk, desk.client(desk.payer()), service_id=crisis, minutes=80))
    assert claim.status == "held"
    assert "no 90840 is billed, and 80 minutes of crisis stand for 1" in claim.why


def test_psychotherapy_beside_a_visit_says_its_own_minutes(desk: Desk) -> None:
    visit, beside = desk.service("99214", 45, "130.00"), desk.service("90833", 0, "70.00")
    client = desk.client(desk.payer())
    with pytest.raises(Refused, match="say how many minutes"):
        held(desk, client, AddOn(beside), service_id=visit, minutes=50)
    desk.now += HOUR
    with pytest.raises(Refused, match="more than the whole session took"):
        held(desk, client, AddOn(beside, 30), service_id=visit, minutes=25)
    desk.now += HOUR
    [claim] = desk.claims_of(held(desk, client, AddOn(beside, 30), service_id=visit, minutes=50))
    assert (claim.status, claim.charge) == ("draft", usd("200.00"))


def test_an_add_on_that_does_not_go_with_the_session_is_refused_by_name(desk: Desk) -> None:
    extra, family = interactive(desk), desk.service("90847", 50, "160.00")
    session = desk.book(desk.client(), service_id=family)
    with pytest.raises(Refused, match=r"90785 is billed beside 90791, .* only"):
        desk.ask(details.detail, Detail(session, add_ons=(AddOn(extra),)))
    with pytest.raises(Refused, match="90837 is no add-on"):
        desk.ask(details.detail, Detail(session, add_ons=(AddOn(1),)))
    with pytest.raises(Refused, match="there is no service 99"):
        desk.ask(details.detail, Detail(session, add_ons=(AddOn(99),)))
    with pytest.raises(Refused, match="not booked"):
        desk.book(desk.client(), service_id=extra)


def test_the_same_add_ons_again_are_no_change(desk: Desk) -> None:
    extra, client = interactive(desk), desk.client(desk.payer())
    session = held(desk, client, AddOn(extra))
    desk.send()
    desk.ask(details.detail, Detail(session, client, add_ons=(AddOn(extra),)))
    assert (len(desk.rows(select(AddOnRow))), desk.balance("receivable:payer:1")) == (1, usd("180.00"))


def test_add_ons_are_corrected_until_the_claim_leaves_and_its_lines_and_charge_follow(desk: Desk) -> None:
    extra, client = interactive(desk), desk.client(desk.payer())
    session = held(desk, client, AddOn(extra))
    [claim] = desk.claims_of(session)
    for chosen, charge in (((), "150.00"), ((AddOn(extra),), "180.00"), ((), "150.00"), ((AddOn(extra),), "180.00")):
        desk.ask(details.detail, Detail(session, client, add_ons=chosen))
        assert (desk.row(Claim, claim.number).charge, desk.balance("receivable:payer:1")) == (usd(charge), usd(charge))
    assert [(one.control, one.code) for one in left(desk).lines] == [
        (f"{claim.number}L1", "90837"),
        (f"{claim.number}L2", "90785"),
    ]
    entries = desk.rows(select(Entry).order_by(col(Entry.id)))
    assert [(entry.event, entry.service_id) for entry in entries] == [
        ("attended, insured", None),
        *[("attended, insured", extra), ("reversal", extra)] * 2,
        ("attended, insured", extra),
    ]


def test_add_ons_of_a_claim_on_its_way_stand_until_its_payer_answers(desk: Desk) -> None:
    extra, client = interactive(desk), desk.client(desk.payer())
    session = held(desk, client, AddOn(extra))
    written = desk.ask(clearinghouse.build, 5000)
    for deliver in (False, True):
        if deliver:
            desk.ask(clearinghouse.deliver, written.files[0])
        with pytest.raises(Refused, match="on its way: wait for its payer's answer"):
            desk.ask(details.detail, Detail(session, client, add_ons=(), replace=True))
    assert (len(desk.rows(select(AddOnRow))), desk.balance("receivable:payer:1")) == (1, usd("180.00"))


def test_a_rejected_claim_waits_with_its_new_lines_for_the_biller(desk: Desk) -> None:
    extra, client = interactive(desk), desk.client(desk.payer())
    session = held(desk, client)
    [claim] = desk.claims_of(session)
    desk.tell(Answered(claim.number, "rejected", 0, "A7:249"))
    desk.ask(details.detail, Detail(session, client, add_ons=(AddOn(extra),)))
    assert (desk.row(Claim, claim.number).status, desk.tasks()) == ("rejected", ["claim_rejected"])
    desk.ask(claims.correct, Correction(claim.number))
    assert [one.code for one in left(desk).lines] == ["90837", "90785"]


def test_a_paid_claim_goes_again_as_a_replacement_and_is_paid_anew_to_the_cent(desk: Desk) -> None:
    desk.pay_rule("percent_of_billed", "50.00")
    extra, client = interactive(desk), desk.client(desk.payer())
    number = claimed(desk, client)
    before = answer(number, line(number, 1, "90837", "100.00", "CO-45 30.00", "PR-3 20.00"))
    remit(desk, before)
    [session] = desk.rows(select(Session.id))
    add = Detail(session, client, add_ons=(AddOn(extra),))
    with pytest.raises(Refused, match=rf"claim {number} is paid: it has to go again as a replacement"):
        desk.ask(details.detail, add)
    assert (desk.row(Claim, number).status, desk.rows(select(AddOnRow))) == ("paid", [])
    desk.ask(details.detail, replace(add, replace=True))
    assert desk.balance("receivable:payer:1") == usd("30.00")
    told = left(desk)
    assert (told.frequency, told.payer_claim_number, told.charge) == ("7", f"ICN{number}", usd("180.00"))
    desk.tell(Answered(number, "accepted", 0))
    back = answer(number, line(number, 1, "90837", "-100.00", "CO-45 -30.00", "PR-3 -20.00"), status="22")
    lines = (line(number, 1, "90837", "100.00", "CO-45 30.00", "PR-3 20.00"), line(number, 2, "90785", "30.00"))
    remit(desk, back, answer(number, *lines), trace="T2", control=502)
    assert (desk.row(Claim, number).status, desk.balance("receivable:payer:1")) == ("paid", ZERO)
    assert (desk.balance("cash:payer"), desk.balance(f"receivable:client:{client}")) == (usd("130.00"), usd("20.00"))
    assert [(pay.source, pay.amount) for pay in desk.pay_lines()] == [
        ("session", usd("75.00")),
        ("recalculated", usd("15.00")),
    ]


def test_a_line_never_takes_the_number_of_one_that_was_billed_before(desk: Desk) -> None:
    extra, client = interactive(desk), desk.client(desk.payer())
    session = held(desk, client, AddOn(extra))
    number = left(desk).number
    desk.tell(Answered(number, "accepted", 0, payer_claim_number="ICN1"))
    own = line(number, 1, "90837", "150.00")
    first = answer(number, own, line(number, 2, "90785", "30.00"))
    remit(desk, first)
    desk.ask(details.detail, Detail(session, client, add_ons=(), replace=True))
    desk.send()
    desk.tell(Answered(number, "accepted", 0))
    back = answer(number, line(number, 1, "90837", "-150.00"), line(number, 2, "90785", "-30.00"), status="22")
    remit(desk, back, answer(number, own), trace="T2", control=502)
    desk.ask(details.detail, Detail(session, client, add_ons=(AddOn(extra),), replace=True))
    assert [one.place for one in lines_of(desk, number)] == [1, 3]


def test_an_add_on_for_which_a_claim_has_no_line_left_is_refused(desk: Desk) -> None:
    extra, client = interactive(desk), desk.client(desk.payer(claims_per="month", on_paper=True))
    sessions = []
    for _ in range(6):
        sessions.append(desk.hold(client))
        desk.now += DAY
    with pytest.raises(Refused, match="would have 7 lines and holds 6: take a session off it first"):
        desk.ask(details.detail, Detail(sessions[0], client, add_ons=(AddOn(extra),)))
    assert (len(lines_of(desk, "C0000001")), desk.balance("receivable:payer:1")) == (6, usd("900.00"))


def test_the_claim_to_the_next_coverage_bills_what_the_first_does(desk: Desk) -> None:
    extra, client = interactive(desk), desk.client(desk.payer(), desk.payer("87726"))
    number = claimed(desk, client, AddOn(extra))
    lines = (line(number, 1, "90837", "100.00", "PR-2 50.00"), line(number, 2, "90785", "10.00", "PR-3 20.00"))
    remit(desk, answer(number, *lines))
    [session] = desk.rows(select(Session.id))
    desk.ask(details.detail, Detail(session, client, add_ons=(), replace=True))
    found = desk.rows(select(Claim).order_by(col(Claim.sequence)))
    assert [(claim.frequency, claim.charge) for claim in found] == [("7", usd("150.00")), ("1", usd("150.00"))]


def test_what_a_client_pays_alone_follows_on_their_invoices(desk: Desk) -> None:
    extra, client = interactive(desk), desk.client()
    session = held(desk, client, AddOn(extra))
    desk.pay(client, "180.00")
    desk.ask(details.detail, Detail(session, client, add_ons=()))
    assert (desk.balance(f"receivable:client:{client}"), sum(desk.dues(client).values())) == (usd("-30.00"), ZERO)
    desk.ask(details.detail, Detail(session, client, add_ons=(AddOn(extra),)))
    assert (desk.balance(f"receivable:client:{client}"), sum(desk.dues(client).values())) == (ZERO, ZERO)
    assert desk.open_invoices(client) == []


def test_a_changed_mind_before_the_signature_leaves_only_what_was_said_last(desk: Desk) -> None:
    extra, client = interactive(desk), desk.client(desk.payer())
    session = desk.book(client, starts=desk.now + HOUR)
    desk.now += 2 * HOUR
    desk.attend(session)
    for chosen in ((AddOn(extra),), (), (AddOn(extra),)):
        desk.ask(details.detail, Detail(session, client, add_ons=chosen))
        assert len(desk.rows(select(AddOnRow))) == len(chosen)


def test_pay_counts_add_ons_in_what_was_billed_and_collected_and_a_session_once(desk: Desk) -> None:
    desk.pay_rule("percent_of_billed", "50.00")
    extra = interactive(desk)
    held(desk, desk.client(desk.payer()), AddOn(extra))
    assert [(pay.basis, pay.amount) for pay in desk.pay_lines()] == [(usd("180.00"), usd("90.00"))]


def test_how_it_was_held_may_be_corrected_until_the_claim_goes_again(desk: Desk) -> None:
    client = desk.client(desk.payer())
    session = held(desk, client, place="https://meet.example/ada")
    [claim] = desk.claims_of(session)
    desk.tell(Answered(claim.number, "rejected", 0, "A7:249"))
    desk.ask(details.detail, Detail(session, client, held=Held.AUDIO))
    desk.ask(claims.correct, Correction(claim.number))
    told = left(desk)
    assert (told.place_of_service, told.lines[0].modifiers) == ("10", ("93",))
