"""Work on claims that do not pay, on pages: the list by worth, appeals to their decision, two people, the playbook."""

import re
from decimal import Decimal

from models.tables import Practice
from starter.web.access.permissions import Role
from tests.starter.web.pages import Pages, Screen, unfit
from tests.starter.web.test_claims_pages import CO45, a_denied_claim, an_accepted_claim, standing


async def test_an_appeal_is_written_signed_sent_and_decided(pages: Pages) -> None:
    claim = await a_denied_claim(pages.life)
    biller = await pages.as_(Role.BILLER)
    page = await biller.get(f"/claims/{claim.number}/appeal")
    assert "First-level appeal for" in page.words
    draft = await biller.post(f"/claims/{claim.number}/appeal", template="authorization", words="[Why.] Pay it.")
    unfinished = await biller.post(draft.path, deed="sign")
    assert (unfinished.status, "in brackets" in unfinished.words) == (422, True)
    await biller.post(f"{draft.path}/words", words="It was authorized. Pay it.")
    assert "Signed by Person" in (await biller.post(draft.path, deed="sign")).words
    assert (await biller.get(f"{draft.path}/letter")).response.content.startswith(b"%PDF")
    gone = await biller.post(draft.path, deed="send", how="mail", on=pages.life.clock[0].date())
    assert "Answer due by" in gone.words
    assert claim.number not in (await biller.get("/denials")).words
    assert "Upheld" in (await biller.post(draft.path, deed="upheld", on=pages.life.clock[0].date())).words.title()
    assert "Second-level appeal" in (await biller.get(f"/claims/{claim.number}/appeal")).words
    assert (await biller.get(f"/claims/{claim.number}/proof")).response.content.startswith(b"%PDF")


async def test_a_large_write_off_takes_a_second_person(pages: Pages) -> None:
    claim = await a_denied_claim(pages.life)
    pages.life.change(Practice, 1, write_off_limit=Decimal("100.00"))
    first, second = await pages.as_(Role.BILLER), await pages.as_(Role.OWNER)
    asked = await first.post(f"/claims/{claim.number}/close", deed="write_off", reason="no appeal is worth it")
    assert "a second one was asked" in asked.words
    assert "You asked; somebody else has to decide." in asked.words
    number = (await second.get(f"/claims/{claim.number}")).value("asked_id")
    assert (
        "second person" in (await first.post(f"/claims/{claim.number}/write-off", asked_id=number, answer="yes")).words
    )
    done = await second.post(f"/claims/{claim.number}/write-off", asked_id=number, answer="yes")
    assert "It is written off." in done.words
    assert pages.life.balance("adjustment:write_off") == Decimal("150.00")


async def test_the_playbook_is_changed_in_versions(pages: Pages) -> None:
    biller = await pages.as_(Role.BILLER)
    play = {"code": "CO-197", "meaning": "no authorization", "action": "bill the client", "chance": "15"}
    changed = await biller.post("/denials/playbook/CO-197", **play)
    assert re.search(r"Version 1, from .{6,20}: no authorization; bill the client \(15 %\)", changed.words)
    later = await biller.post("/denials/playbook/CO-197", **play | {"chance": "60", "effective_from": "2030-01-01"})
    assert "Version 2" in later.words
    assert "to come" in later.words
    assert later.value("chance") == "15"
    assert "Of the house" in changed.words
    wrong = await biller.post("/denials/playbook", code="XX-1", meaning="?", action="bill the client", chance="15")
    assert wrong.status == 422


async def test_a_payment_is_printed_and_confirmed_by_the_bank(pages: Pages) -> None:
    await a_denied_claim(pages.life)
    claim = await an_accepted_claim(pages.life, 2)
    await pages.life.receive(pages.life.an_835("EFT77", "110.00", CO45, claim))
    await standing(pages.life, claim, "paid")
    biller = await pages.as_(Role.BILLER)
    assert (await biller.get("/remittances/2/pdf")).response.content.startswith(b"%PDF")
    day = pages.life.clock[0].date()
    list_ = f"Date,Description,Amount\n{day},HCCLAIMPMT EFT77,110.00\n".encode()
    done = await biller.post("/deposits/list", files={"list": ("bank.csv", list_, "text/csv")})
    assert "1 new, 0 known before; 1 found their payment." in done.words
    assert "its trace EFT77 and its amount" in done.words
    assert (await biller.post("/deposits", on_day=day, amount="-1")).status == 422


async def test_a_payers_wishes_are_data_with_days(pages: Pages) -> None:
    biller = await pages.as_(Role.BILLER)
    day = pages.life.clock[0].date()
    rule = {"kind": "modifier", "applies_to": "social_worker", "value": "AJ", "effective_from": day}
    assert "AJ" in (await biller.post("/practice/payers/1/rules", **rule)).words
    wrong = await biller.post("/practice/payers/1/rules", **{**rule, "applies_to": "magician"})
    assert (wrong.status, "applies to a licence" in wrong.words) == (422, True)
    ended = await biller.post("/practice/payers/1/rules/end", rule_id=1, effective_until=day)
    assert "It ends with that day." in ended.words


async def test_pages_of_denials_are_fit_for_everybody(screen: Screen) -> None:
    claim = await a_denied_claim(screen.pages.life)
    biller = screen.pages.account(Role.BILLER)
    browser = await screen.pages.signed_in(biller)
    draft = await browser.post(f"/claims/{claim.number}/appeal", template="general", words="Pay it.")
    paths = (
        "/denials",
        "/denials/causes",
        "/denials/playbook",
        "/denials/playbook/CO-197",
        draft.path,
        f"/claims/{claim.number}",
        "/deposits",
        "/practice/payers/1/rules",
        "/practice/payers/1",
    )
    assert await unfit(await screen.at(biller), *paths) == []
