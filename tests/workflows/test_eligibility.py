"""Payers are asked by the clock: who is covered, two days before; where a silent claim stands, every two weeks."""

from datetime import timedelta

from sqlmodel import select

from models.tables import Coverage, EligibilityAnswerRow, EligibilityInquiry, Interchange, Payer, StatusInquiryRow
from tests.workflows.practice import ANA, INA, Life, refused
from tests.workflows.test_claim import an_accepted_claim


async def test_payers_are_asked_once_and_their_answers_come_with_those_to_claims(life: Life) -> None:
    await life.book(life.at(2, 10), INA)
    await life.book(life.at(2, 12), ANA)
    assert await life.office.eligibility.run("monday") == 1
    assert await life.office.eligibility.run("again") == 0, "asked today already"
    assert len(life.rows(select(EligibilityInquiry))) == 1
    assert life.rows(select(EligibilityAnswerRow)) == []
    await life.office.claims.read_answers("monday")
    [answer] = life.rows(select(EligibilityAnswerRow))
    assert (answer.active, answer.copay) == (True, None)
    [sent] = life.rows(select(Interchange).where(Interchange.direction == "out"))
    assert (sent.kinds, sent.status) == (["270"], "acknowledged")


async def test_the_desk_asks_about_one_client_and_hears_why_not(life: Life) -> None:
    assert await life.office.eligibility.check(INA, "now") == 1
    assert len(life.rows(select(EligibilityAnswerRow))) == 1
    with refused("no coverage is entered that holds"):
        await life.office.eligibility.check(ANA, "now")
    life.change(Coverage, 1, covered_until=life.at(-30, 0).date())
    with refused("no coverage is entered that holds"):
        await life.office.eligibility.check(INA, "later")


async def test_a_silent_payer_is_asked_every_two_weeks_until_it_answers(life: Life) -> None:
    claim = await an_accepted_claim(life)
    await life.sleep_until(life.at(14, 12))
    assert life.rows(select(StatusInquiryRow)) == []
    await life.sleep_until(life.at(15, 12))
    [inquiry] = await life.eventually(lambda: life.rows(select(StatusInquiryRow)))
    assert inquiry.interchange_id is None
    await life.send_claims()
    [told] = await life.eventually(
        lambda: [row for row in life.rows(select(StatusInquiryRow)) if row.told_at is not None]
    )
    assert told.category == "P1"
    await life.eventually(lambda: life.rows(select(type(claim)))[0].why.startswith("asked after: Pending"))
    await life.sleep_until(life.clock[0] + timedelta(days=15))
    await life.eventually(lambda: len(life.rows(select(StatusInquiryRow))) == 2)
    await life.receive(life.an_835("T1", "100.00", [("CO", "45", "50.00")], claim))
    assert await life.ended(f"claim/{claim.number}") == "paid"
    await life.sleep_until(life.clock[0] + timedelta(days=40))
    assert len(life.rows(select(StatusInquiryRow))) == 2
    assert life.tasks() == []


async def test_a_biller_asks_at_once_and_a_payer_without_inquiries_is_a_task(life: Life) -> None:
    claim = await an_accepted_claim(life)
    await life.office.claims.ask_status(claim.number)
    with refused("with the next batch already"):
        await life.office.claims.ask_status(claim.number)
    life.change(Payer, 1, answers_status=False)
    await life.send_claims()
    await life.sleep_until(life.at(20, 12))
    await life.eventually(lambda: life.tasks() == ["claim_silent"])
