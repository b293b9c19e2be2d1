"""What was done in a session, said on its page and with its note; and who bills it."""

from decimal import Decimal

from sqlmodel import Session as Database
from sqlmodel import select

from models.tables import AddOnRow, AttendanceRow, BillingGroup, Claim, Entry, RateRow, Service, Session
from starter.web.access.permissions import Role
from tests.starter.web.pages import Pages
from tests.starter.web.test_chart import attended, clinician, deed, typed
from tests.starter.web.test_claims_pages import CO45, an_accepted_claim, standing
from tests.workflows.practice import ANA, INA, LONG_AGO


def interactive(pages: Pages) -> str:
    """The id of an add-on of the practice."""
    with Database(pages.life.office.engine) as db, db.begin():
        service = Service(name="Interactive complexity", code="90785", minutes=0)
        db.add(service)
        db.flush()
        db.add(RateRow(service_id=service.id or 0, amount=Decimal("30.00"), effective_from=LONG_AGO))
        return str(service.id)


async def test_add_ons_and_how_it_was_held_are_said_on_the_session_and_stand_on_its_note(pages: Pages) -> None:
    extra = interactive(pages)
    session = await attended(pages, ANA)
    dana = await clinician(pages)
    page = await dana.get(f"/sessions/{session}")
    assert f"/sessions/{session}/done/{ANA}" in page.text
    asked = await dana.get(f"/sessions/{session}/done/{ANA}")
    assert "90785 Interactive complexity" in asked.words
    kept = await dana.post(asked.path, held="audio", add_ons=[extra])
    assert ("with 90785" in kept.words, "by phone, without a picture" in kept.words) == (True, True)
    note = await dana.get(f"/sessions/{session}/note")
    assert f'name="add_ons" value="{extra}" checked' in note.text
    shown = {**typed(note, subjective="slept badly"), "held": "audio", "add_ons": [extra]}
    assert "Signed." in (await dana.post(deed(note, "sign"), **shown)).words
    again = await dana.get(f"/sessions/{session}/done/{ANA}")
    assert "What was charged is taken back and charged anew" in again.words
    with Database(pages.life.office.engine) as db:
        [row] = db.exec(select(AddOnRow)).all()
        [part] = db.exec(select(AttendanceRow).where(AttendanceRow.id == row.attendance_id)).all()
        charged = db.exec(select(Entry.service_id).where(Entry.attendance_id == part.id)).all()
        assert (part.held, str(row.service_id), set(charged)) == ("audio", extra, {None, row.service_id})


async def test_add_ons_of_a_paid_claim_are_corrected_where_it_may_go_again(pages: Pages) -> None:
    extra, claim = interactive(pages), await an_accepted_claim(pages.life)
    [session] = pages.life.rows(select(Session.id))
    owner, done = await pages.as_(Role.OWNER), f"/sessions/{session}/done/{INA}"
    assert f"claim {claim.number} is on its way: wait for its payer's answer" in (await owner.get(done)).words
    await pages.life.receive(pages.life.an_835("T1", "110.00", CO45, claim))
    await standing(pages.life, claim, "paid")
    assert f"Send claim {claim.number} again as a replacement" in (await owner.get(done)).words
    refused = await owner.post(done, held="office", add_ons=[extra])
    assert (refused.status, "has to go again as a replacement" in refused.words) == (422, True)
    assert "Kept." in (await owner.post(done, held="office", add_ons=[extra], replace="true")).words
    [again] = pages.life.rows(select(Claim))
    assert (again.status, again.frequency, again.edition, again.charge) == ("draft", "7", 2, Decimal("180.00"))
    await pages.life.send_claims()
    await standing(pages.life, claim, "accepted")


async def test_a_group_that_bills_is_entered_whole_or_told_what_is_missing(pages: Pages) -> None:
    owner = await pages.as_(Role.OWNER)
    told = {"name": "Elm Street North", "npi": "1245319599", "tax_id": "98-7654321", "line1": "9 Oak Avenue"}
    home = {"city": "Peoria", "state": "IL", "zip": "61602-1234", "place": "North office"}
    wrong = await owner.post("/practice/payers/billing-groups", **{**told, "npi": "1245319590"}, **home)
    assert (wrong.status, "right check digit" in wrong.words) == (422, True)
    assert "North office" in (await owner.post("/practice/payers/billing-groups", **told, **home)).words
    with Database(pages.life.office.engine) as db:
        [group] = db.exec(select(BillingGroup)).all()
        assert (group.tax_id, group.zip) == ("987654321", "616021234")
