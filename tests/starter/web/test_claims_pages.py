"""Claims on pages: the board, denials as work, remittances as on paper, parked items; for billers and owners only."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import kept_answers
from models.rules.work import page_of
from models.tables import Claim, Interchange, Payer, Practice, RemittanceClaim, RemittanceRow, Task
from starter.queries.proof import proof
from starter.web.access.permissions import Role
from starter.web.desk import exchange
from tests.starter.web.pages import Pages, Screen, unfit
from tests.workflows.practice import INA, LONG_AGO, LONG_BEFORE, Life

CO45 = [("CO", "45", "40.00")]
DENIED = [("CO", "197", "150.00")]


async def an_accepted_claim(life: Life, day: int = 1) -> Claim:
    session = await life.hold(life.at(day, 9), INA)
    await life.eventually(lambda: life.claim(session).status == "draft")
    await life.send_claims()
    await life.eventually(lambda: life.claim(session).status == "accepted")
    return life.claim(session)


async def standing(life: Life, claim: Claim, status: str) -> None:
    await life.eventually(lambda: life.rows(select(Claim.status).where(Claim.number == claim.number)) == [status])


async def a_denied_claim(life: Life, day: int = 1) -> Claim:
    claim = await an_accepted_claim(life, day)
    await life.receive(life.an_835(f"T{day}", "0.00", DENIED, claim, status="4"))
    await standing(life, claim, "denied")
    return claim


async def a_parked_answer(life: Life, claim: Claim) -> int:
    """An answer under numbers of the payer's own: its claim number, too, is of no claim that it answered before."""
    text = life.an_835("T9", "110.00", CO45, claim, icn="ICN9").replace(claim.number, "OLD77")
    await life.receive(text)
    [part] = life.rows(select(RemittanceClaim.id).where(RemittanceClaim.outcome == "parked"))
    return part or 0


async def test_the_board_shows_each_stage_with_its_count_and_amount(pages: Pages) -> None:
    claim = await an_accepted_claim(pages.life)
    biller = await pages.as_(Role.BILLER)
    page = await biller.get("/claims")
    assert "Accepted 1 $150.00" in page.words
    assert claim.number in page.words
    assert "days to file" in page.words
    assert "Denied 0" in page.words
    assert "1 claim of $150.00" in (await biller.get("/claims?stage=accepted")).words


async def test_a_claim_of_a_week_waits_lists_its_sessions_and_leaves_when_somebody_says_so(pages: Pages) -> None:
    life, biller = pages.life, await pages.as_(Role.BILLER)
    [payer] = life.rows(select(Payer).where(Payer.id == 1))
    told = {"name": payer.name, "payer_id": payer.payer_id, "timely_filing_days": 90, "appeal_days": 90}
    assert (await biller.post("/practice/payers/1", **told, claims_per="fortnight")).status == 422
    assert (await biller.post("/practice/payers/1", **told, filing_indicator="XX")).status == 422
    await biller.post("/practice/payers/1", **told, claims_per="week", filing_indicator="MC")
    assert [row.filing_indicator for row in life.rows(select(Payer).where(Payer.id == 1))] == ["MC"]
    assert '<option value="MC" selected' in (await (await pages.as_(Role.BILLER)).get("/practice/payers/1")).text
    sessions = [await life.hold(life.at(day, 9), INA) for day in (1, 2, 3)]
    await life.eventually(lambda: life.claim(sessions[2]).charge == Decimal("450.00"))
    claim, biller = life.claim(sessions[0]), await pages.as_(Role.BILLER)
    page = await biller.get(f"/claims/{claim.number}")
    for said in ("Sessions 3: ", "Waits for further sessions of the week", "Bill now", "Its own claim"):
        assert said in page.words
    assert all(f"/sessions/{session}" in page.text for session in sessions)
    assert "waits until" in (await biller.get("/claims")).words
    apart = await biller.post(f"/claims/{claim.number}/separate", session_id=sessions[1])
    assert "on a claim of its own now" in apart.words
    assert life.claim(sessions[1]).number != claim.number
    assert "leaves with the next batch" in (await biller.post(f"/claims/{claim.number}/bill-now")).words
    again = await biller.post(f"/claims/{claim.number}/bill-now")
    assert "waits for no further sessions" in again.words


async def test_a_denied_claim_is_work_with_plain_words_a_deadline_and_its_task(pages: Pages) -> None:
    claim = await a_denied_claim(pages.life)
    biller = await pages.as_(Role.BILLER)
    page = (await biller.get("/denials?by=amount")).words
    for said in (claim.number, "$150.00", "CO-197 no authorization", "Get the authorization", "Task of any biller"):
        assert said in page
    assert "days left" in page


async def test_a_claims_page_tells_its_whole_story(pages: Pages) -> None:
    claim = await a_denied_claim(pages.life)
    biller = await pages.as_(Role.BILLER)
    page = (await biller.get(f"/claims/{claim.number}")).words
    for said in ("Edition 1 in 837P_", "Denied: paid $0.00 of $150.00", "no authorization", "Decide on a denied claim"):
        assert said in page
    assert "Still open with the payer $150.00" in page
    assert "receivable:payer:1" in page
    paper = await biller.client.get(f"/claims/{claim.number}/cms1500")
    assert paper.content[:5] == b"%PDF-"


async def test_a_denied_claim_is_corrected_and_sent_again(pages: Pages) -> None:
    claim = await a_denied_claim(pages.life)
    biller = await pages.as_(Role.BILLER)
    wrong = await biller.post(f"/claims/{claim.number}/correct", authorization="<script>")
    assert wrong.status == 422
    assert "&lt;script&gt;" in wrong.text
    done = await biller.post(f"/claims/{claim.number}/correct", authorization="AUTH 1", diagnoses="f41.1")
    assert "The claim is to send now." in done.words
    assert "replacement" in done.words
    again = await biller.post(f"/claims/{claim.number}/correct", authorization="AUTH 1")
    assert again.status == 422
    assert "wait for its answer" in again.words


async def test_a_claim_is_closed_once_with_a_reason_that_was_offered(pages: Pages) -> None:
    claim = await a_denied_claim(pages.life)
    biller = await pages.as_(Role.BILLER)
    assert (await biller.post(f"/claims/{claim.number}/close", deed="bill", reason="Pat Doe is ill")).status == 422
    done = await biller.post(f"/claims/{claim.number}/close", deed="bill", reason="not a covered service")
    assert "The claim is closed." in done.words
    assert pages.life.owed(INA) == Decimal("150.00")
    twice = await biller.post(f"/claims/{claim.number}/close", deed="write_off", reason="not a covered service")
    assert "closed already" in twice.words
    assert pages.life.owed(INA) == Decimal("150.00")


async def test_a_remittance_reads_like_the_paper(pages: Pages) -> None:
    claim = await an_accepted_claim(pages.life)
    adjust = [("CO", "45", "30.00"), ("PR", "3", "10.00")]
    await pages.life.receive(pages.life.an_835("T7", "110.00", adjust, claim))
    await standing(pages.life, claim, "paid")
    biller = await pages.as_(Role.BILLER)
    assert "T7" in (await biller.get("/remittances")).words
    page = (await biller.get("/remittances/1")).words
    for said in (
        "90837",
        "CO-45 above the fee that the contract allows",
        "PR-3 copay",
        "Together $150.00 the client's share $10.00 $110.00",
        "Processed as primary",
        claim.number,
        "posted",
    ):
        assert said in page
    assert "ISA*" in (await biller.get("/files/1")).text


async def test_a_parked_answer_is_posted_to_the_claim_it_is_for(pages: Pages) -> None:
    claim = await an_accepted_claim(pages.life)
    part = await a_parked_answer(pages.life, claim)
    biller = await pages.as_(Role.BILLER)
    assert "no claim of that number" in (await biller.get("/parked")).words
    wrong = await biller.post(f"/parked/answers/{part}/post", number="C9999999")
    assert wrong.status == 422
    assert "there is no claim C9999999" in wrong.words
    done = await biller.post(f"/parked/answers/{part}/post", number=claim.number.lower())
    assert "posted to this claim" in done.words
    await standing(pages.life, claim, "paid")
    assert "Nothing is parked." in (await biller.get("/parked")).words
    twice = await biller.post(f"/parked/answers/{part}/post", number=claim.number)
    assert "posted already" in twice.words
    assert pages.life.balance("cash:payer") == Decimal("110.00")


async def test_a_parked_answer_is_set_aside_and_its_task_closed(pages: Pages) -> None:
    claim = await an_accepted_claim(pages.life)
    part = await a_parked_answer(pages.life, claim)
    biller = await pages.as_(Role.BILLER)
    done = await biller.post(f"/parked/answers/{part}/aside", words="another practice's money")
    assert "nothing of it is posted" in done.words
    [task] = pages.life.rows(select(Task).where(Task.kind == "remittance_parked"))
    assert task.closed_because == "another practice's money"
    assert "This answer is set aside." in (await biller.get(f"/parked/answers/{part}")).words
    assert proof(pages.life.office.engine).holds


async def test_a_parked_answer_names_what_the_payer_called_it_and_whose_it_may_be(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of many that one task tells of, which leads to their remittance and is closed with the last."""
    monkeypatch.setattr(kept_answers, "OWN_TASKS", 0)
    claim = await an_accepted_claim(pages.life)
    part = await a_parked_answer(pages.life, claim)
    biller = await pages.as_(Role.BILLER)
    page = (await biller.get(f"/parked/answers/{part}")).words
    assert "Named OLD77 by the payer" in page
    assert f"Post to {claim.number} Ina Ortiz" in page
    [task] = pages.life.rows(select(Task).where(Task.kind == "remittance_parked"))
    assert page_of(task.cause) == "/remittances/1"
    assert "OLD77" in (await biller.get("/remittances/1")).words
    for after, told in ((0, True), (100, False)):
        assert ("No claim of that number" in (await biller.get(f"/parked?after={after}")).words) is told
    await biller.post(f"/parked/answers/{part}/aside", words="another practice's money")
    [task] = pages.life.rows(select(Task).where(Task.kind == "remittance_parked"))
    assert task.closed_because == "nothing of it is parked any more"


@pytest.mark.parametrize("content", ["", "hello", "ISA*00*\0"], ids=["empty", "junk", "zero byte"])
async def test_an_empty_or_junk_file_is_easily_set_aside(pages: Pages, content: str) -> None:
    await pages.life.receive(content)
    biller = await pages.as_(Role.BILLER)
    [number] = pages.life.rows(select(Interchange.id).where(Interchange.direction == "in"))
    assert (await biller.get(f"/parked/files/{number}")).status == 200
    assert (await biller.post(f"/parked/files/{number}/aside", words="not for us")).words.count("set aside") >= 1
    assert "Nothing is parked." in (await biller.get("/parked")).words
    assert pages.life.tasks() == []


async def test_a_large_file_that_is_brought_is_read_while_its_page_goes_on(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "PATIENCE", 0)
    claim = await an_accepted_claim(pages.life)
    biller = await pages.as_(Role.BILLER)
    text = pages.life.an_835("T1", "110.00", CO45, claim)
    brought = await biller.post("/exchange", files={"answer": ("era.835", text.encode())})
    assert "The file is kept and being read" in brought.words
    await standing(pages.life, claim, "paid")


async def test_long_lists_are_turned_page_by_page(pages: Pages) -> None:
    with Database(pages.life.office.engine) as db, db.begin():
        db.add_all(a_file(number) for number in range(1, 122))
        db.flush()
        db.add(a_payment())
        db.flush()
        db.add_all(an_answer(place) for place in range(60))
    biller = await pages.as_(Role.BILLER)
    first, second = await biller.get("/parked"), await biller.get("/parked?files_after=100")
    assert ("junk-121.edi" in first.words, "junk-21.edi" in first.words, "The next files" in first.words) == (
        True,
        False,
        True,
    )
    assert ("junk-21.edi" in second.words, "The next files" in second.words) == (True, False)
    assert (await biller.get("/parked/files/1")).status == 200, "also one that is not on the first page"
    page, last = await biller.get("/remittances/1"), await biller.get("/remittances/1?after=50")
    for said in ("Claims 1 to 50 of 60", "$600.00", "$300.00", "The next ones", "OLD0", "OLD49"):
        assert said in page.words
    assert ("OLD50" in page.words, "OLD50" in last.words, "Claims 51 to 60 of 60" in last.words) == (False, True, True)


def a_file(number: int) -> Interchange:
    return Interchange(
        direction="in",
        name=f"junk-{number}.edi",
        digest=str(number),
        status="parked",
        content=b"junk",
        kinds=[],
        control=0,
        created_at=LONG_BEFORE + timedelta(days=number),
    )


def a_payment() -> RemittanceRow:
    return RemittanceRow(
        id=1,
        interchange_id=1,
        payer_key="60054",
        trace="T1",
        method="ACH",
        payment=Decimal("300.00"),
        paid_on=LONG_AGO,
        read_at=LONG_BEFORE,
    )


def an_answer(place: int) -> RemittanceClaim:
    line = {"charged": "10.00", "paid": "5.00", "adjustments": [["PR", "3", "5.00"]]}
    return RemittanceClaim(
        remittance_id=1,
        position=place,
        status="1",
        charged=Decimal("10.00"),
        paid=Decimal("5.00"),
        payer_claim_number="ICN1",
        outcome="set_aside",
        detail={"lines": [line], "remarks": [], "number": f"OLD{place}"},
    )


@pytest.mark.parametrize("path", ["/claims", "/claims/C0000001", "/denials", "/remittances", "/parked", "/files/1"])
async def test_claims_are_for_billers_and_owners_of_practices_that_file_them(pages: Pages, path: str) -> None:
    for role in (Role.FRONT_DESK, Role.CLINICIAN, Role.SUPERVISOR):
        assert (await (await pages.as_(role, clinician_id=1)).get(path)).status == 403
    pages.life.change(Practice, 1, kind="tutoring")
    assert (await (await pages.as_(Role.OWNER)).get(path)).status == 404


async def test_what_is_not_there_is_not_found(pages: Pages) -> None:
    biller = await pages.as_(Role.BILLER)
    for path in ("/claims/C9", "/remittances/9", "/files/9", "/parked/files/9", "/parked/answers/9"):
        assert (await biller.get(path)).status == 404


async def test_the_claims_pages_are_fit_for_everybody(screen: Screen) -> None:
    life = screen.pages.life
    denied = await a_denied_claim(life, 1)
    held = await an_accepted_claim(life, 2)
    await life.receive("hello")
    part = await a_parked_answer(life, held)
    await life.hold(life.at(3, 9), INA)
    biller = screen.pages.account(Role.BILLER)
    paths = (
        "/claims",
        "/claims?stage=denied",
        f"/claims/{denied.number}",
        "/denials",
        "/remittances",
        "/remittances/1",
        "/parked",
        f"/parked/answers/{part}",
        life.rows(select(Task.cause).where(col(Task.cause).like("interchange/%")))[0].replace(
            "interchange", "/parked/files"
        ),
    )
    life.clock[0] += timedelta(minutes=1)
    assert await unfit(await screen.at(biller), *paths) == []
