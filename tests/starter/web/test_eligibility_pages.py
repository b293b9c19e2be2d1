"""Who is covered and what is left to the client, on the pages of the desk; silent claims asked after by hand."""

from datetime import timedelta
from decimal import Decimal

from sqlmodel import col, select

from models.tables import Coverage, EligibilityAnswerRow, Interchange, Payer, Practice, StatusInquiryRow
from starter.web.access.permissions import Role
from tests.starter.web.pages import Pages, Screen, unfit
from tests.workflows.practice import ANA, INA, Life

PATH = f"/clients/{INA}/coverages"


def tell(life: Life, **said: object) -> None:
    """What the insurer said last, otherwise."""
    [row] = life.rows(select(EligibilityAnswerRow.id).order_by(col(EligibilityAnswerRow.id).desc()))[:1]
    life.change(EligibilityAnswerRow, row or 0, **said)


async def test_the_desk_asks_now_and_what_is_not_told_is_not_known(pages: Pages) -> None:
    desk, life = await pages.as_(Role.FRONT_DESK), pages.life
    assert "It was not asked yet" in (await desk.get(PATH)).words
    shown = await desk.post(f"{PATH}/check")
    assert shown.status == 200
    assert "holds" in shown.words
    assert "Not told: copay, coinsurance, deductible, deductible left" in shown.words
    session = await life.book(life.clock[0] + timedelta(hours=3), INA)
    assert (
        "Expected: not known, neither the insurer nor the coverage says"
        in (await desk.get(f"/sessions/{session}")).words
    )
    tell(life, copay=Decimal("25.00"), deductible_left=Decimal("100.00"), visits_left=Decimal("3.00"))
    with pages.asked() as asked:
        shown = await desk.get(PATH)
    assert len([sql for sql in asked if sql.lstrip().lower().startswith("select")]) <= 6
    assert "$25.00 Copay, as the insurer said on" in shown.words
    assert "Copay $25.00" in shown.words
    assert "Visits left 3" in shown.words
    assert "Expected: $25.00, copay, as the insurer said on" in (await desk.get(f"/sessions/{session}")).words
    checked = await desk.get("/billing/today")
    assert "$25.00 to ask for in all" in checked.words
    assert "copay, as the insurer said on" in checked.words
    tell(life, active=False)
    assert "does not hold" in (await desk.get(PATH)).words
    assert "not known the insurer said on" in (await desk.get("/billing/today")).words


async def test_a_coverage_confirmed_by_telephone_is_the_insurers_answer(pages: Pages) -> None:
    biller, today = await pages.as_(Role.BILLER), pages.life.clock[0].date()
    call = {"called_on": today, "spoke_to": "Kim", "reference": "R-77", "holds": "yes"}
    wrong = await biller.post(f"{PATH}/1/called", **call | {"spoke_to": ""})
    assert (wrong.status, "This is needed" in wrong.words, wrong.value("reference")) == (422, True, "R-77")
    shown = await biller.post(f"{PATH}/1/called", **call, active_until=today + timedelta(days=30))
    assert "said by Kim; until" in shown.words
    assert "Reference R-77" in shown.words
    clinician = await pages.as_(Role.CLINICIAN, clinician_id=1)
    assert (await clinician.post(f"{PATH}/1/called", **call)).status in (403, 404)


async def test_what_a_payer_answers_by_file_is_set_on_its_page(pages: Pages) -> None:
    biller = await pages.as_(Role.BILLER)
    [payer] = pages.life.rows(select(Payer).where(Payer.id == 1))
    fields = {"name": payer.name, "payer_id": payer.payer_id, "timely_filing_days": 120, "appeal_days": 60}
    await biller.post("/practice/payers/1", **fields, answers_status="true")
    [payer] = pages.life.rows(select(Payer).where(Payer.id == 1))
    assert (payer.answers_eligibility, payer.answers_status) == (False, True)
    assert (payer.timely_filing_days, payer.appeal_days) == (120, 60)
    assert "ask by telephone" in (await biller.get(PATH)).words


async def test_nobody_is_asked_where_no_coverage_holds_and_the_page_says_so(pages: Pages) -> None:
    desk = await pages.as_(Role.BILLER)
    pages.life.change(Coverage, 1, covered_until=pages.life.at(-90, 0).date())
    refused = await desk.post(f"{PATH}/check")
    assert refused.status == 422
    assert "No coverage is entered that holds" in refused.words
    clinician = await pages.as_(Role.CLINICIAN, clinician_id=1)
    assert (await clinician.post(f"{PATH}/check")).status in (403, 404)
    pages.life.change(Coverage, 1, covered_until=None)


async def test_a_tutors_page_of_a_session_knows_no_insurer(pages: Pages) -> None:
    life = pages.life
    session = await life.book(life.clock[0] + timedelta(days=3), ANA)
    life.change(Practice, 1, kind="tutoring")
    pages.site.__dict__.pop("practice", None)
    try:
        shown = await (await pages.as_(Role.FRONT_DESK)).get(f"/sessions/{session}")
        assert "Expected: $150.00" in shown.words
        assert "insur" not in shown.words.lower()
        assert (await (await pages.as_(Role.OWNER)).get(PATH)).status == 404
    finally:
        life.change(Practice, 1, kind="therapy")
        pages.site.__dict__.pop("practice", None)


async def test_answers_are_brought_by_hand_and_files_are_there_to_download(pages: Pages) -> None:
    life, biller = pages.life, await pages.as_(Role.BILLER)
    assert await life.office.eligibility.run("by-hand") == 0
    await life.book(life.clock[0] + timedelta(hours=20), INA)
    assert await life.office.eligibility.run("by-hand-2") == 1
    [name] = [path.name for path in life.outbox.glob("*.271")]
    answer = (life.outbox / name).read_bytes()
    (life.outbox / name).unlink()
    shown = await biller.get("/exchange")
    assert "270_000000001.edi" in shown.words
    [number] = life.rows(select(Interchange.id).where(Interchange.direction == "out"))
    assert (await biller.get(f"/files/{number}")).text.startswith("ISA*")
    brought = await biller.post("/exchange", files={"answer": ("from-their-site.271", answer)})
    assert "from-their-site.271" in brought.words
    assert len(life.rows(select(EligibilityAnswerRow))) == 1
    again = await biller.post("/exchange", files={"answer": ("other-name.271", answer)})
    assert again.status == 422
    assert "This file was read before" in again.words
    parked = await biller.post("/exchange", files={"answer": ("photo.jpg", b"\xff\xd8 no X12")})
    assert "parked" in parked.words
    assert (await biller.post("/exchange")).status == 422


async def test_a_biller_asks_where_a_claim_stands(pages: Pages) -> None:
    life = pages.life
    session = await life.hold(life.clock[0] + timedelta(hours=30), INA)
    await life.eventually(lambda: life.claim(session).status == "draft")
    await life.send_claims()
    await life.eventually(lambda: life.claim(session).status == "accepted")
    number, biller = life.claim(session).number, await pages.as_(Role.BILLER)
    assert "asked with the next batch" in (await biller.post(f"/claims/{number}/ask")).words
    assert "with the next batch already" in (await biller.post(f"/claims/{number}/ask")).words
    await life.send_claims()
    await life.eventually(lambda: life.rows(select(StatusInquiryRow.told_at))[0])
    assert "Pending: in process" in (await biller.get(f"/claims/{number}")).words


async def test_the_pages_are_right_on_a_phone_and_in_the_dark(screen: Screen) -> None:
    life = screen.pages.life
    await life.office.eligibility.check(INA, "screen")
    tell(life, copay=Decimal("25.00"), carve_out="Calm Minds 8005550100", active=True)
    assert await unfit(await screen.as_(Role.OWNER), PATH, "/billing/today", "/exchange") == []
