"""What a payer last allowed for a service: of its newest payment that stands, primary claims only."""

from sqlmodel import Session as Database

from activities.shares import last_allowed
from tests.activities.payer import pays, remit, taken_back
from tests.activities.practice import DAY, Desk, usd
from tests.activities.test_add_ons import answer, line


def allowed(desk: Desk, *wanted: tuple[int, int]) -> dict[tuple[int, int], object]:
    with Database(desk.world.engine) as db:
        return dict(last_allowed(db, set(wanted)))


def test_the_newest_payment_that_stands_is_asked(desk: Desk) -> None:
    desk.service("90834", 45, "120.00")
    payer, other = desk.payer(), desk.payer(payer_id="61101")
    client = desk.client(payer)
    assert allowed(desk, (payer, 1)) == {}
    answers = []
    for trace, paid, share in (("T1", "100.00", "20.00"), ("T2", "90.00", "10.00")):
        [claim] = desk.claims_of(desk.hold(client))
        rest = claim.charge - usd(paid) - usd(share)
        answers.append(pays(claim.number, paid, f"CO-45 {rest}", f"PR-1 {share}"))
        remit(desk, answers[-1], trace=trace)
        desk.now += DAY
    assert allowed(desk, (payer, 1), (payer, 2), (other, 1)) == {(payer, 1): usd("100.00")}
    remit(desk, taken_back(answers[-1]), trace="T2R")
    assert allowed(desk, (payer, 1)) == {(payer, 1): usd("120.00")}


def test_a_denial_allows_nothing(desk: Desk) -> None:
    payer = desk.payer()
    [claim] = desk.claims_of(desk.hold(desk.client(payer)))
    remit(desk, pays(claim.number, "0.00", f"CO-197 {claim.charge}", status="4"), trace="D1")
    assert allowed(desk, (payer, 1)) == {}


def test_of_a_claim_of_several_services_each_is_allowed_its_own(desk: Desk) -> None:
    intake, payer = desk.service("90791", 60, "200.00"), desk.payer(claims_per="month")
    client = desk.client(payer)
    for service in (intake, 1, 1, 1):
        desk.hold(client, service_id=service)
        desk.now += DAY
    paid = (line("C0000001", place, "90837", "90.00", "CO-45 50.00", "PR-3 10.00") for place in (2, 3, 4))
    first = line("C0000001", 1, "90791", "180.00", "CO-45 20.00")
    remit(desk, answer("C0000001", first, *paid))
    assert allowed(desk, (payer, 1), (payer, intake)) == {(payer, 1): usd("100.00"), (payer, intake): usd("180.00")}


def test_of_an_answer_to_the_whole_each_session_has_its_part(desk: Desk) -> None:
    payer = desk.payer(claims_per="month")
    client = desk.client(payer)
    for _ in range(3):
        desk.hold(client)
        desk.now += DAY
    remit(desk, pays("C0000001", "300.00", "CO-45 150.00"))
    assert allowed(desk, (payer, 1)) == {(payer, 1): usd("100.00")}
