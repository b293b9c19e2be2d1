"""The portal in a real browser: on a phone by night and a large screen by day, with and without JavaScript."""

from uuid import uuid4

import pytest
from playwright.async_api import expect
from sqlmodel import Session as Database

from activities import agreements, cards_on_file, forms
from activities.links import Purpose
from activities.ports import Kept
from models.facts import Audience
from models.tables import Client
from starter.web.access.permissions import Role
from tests.starter.web.pages import Screen, unfit, unfit_now
from tests.starter.web.test_portal import SECTIONS, link
from tests.starter.web.test_portal_booking import freed, offered
from tests.workflows.practice import ANA, DANA, INA, LONG_AGO, Life


async def lived_in(life: Life) -> None:
    """Ana has something on every page."""
    offered(life)
    await life.hold(life.at(0, 9))
    await freed(life)
    await life.book(life.at(1, 10))
    with Database(life.office.engine) as db, db.begin():
        for key in ("house:Intake", "measure:phq9"):
            forms.ask(db, uuid4(), ANA, key, None, life.clock[0])
        words = "If you cancel less than 24 hours before an appointment, half of its price is due.\n" * 12
        agreements.write(db, "Cancellation policy", Audience.EVERYONE, words, LONG_AGO)
        token = life.world.cards.store("4242424242424242")
        cards_on_file.keep(db.get_one(Client, ANA), Kept(token, "card", "Visa ending in 4242"))


async def test_every_page_fits_and_axe_finds_nothing(screen: Screen) -> None:
    await lived_in(screen.pages.life)
    page = await screen.as_(Role.CLIENT, client_ids=(ANA, INA))
    assert await unfit(page, *(f"/portal{path}" for path in SECTIONS)) == []


@pytest.mark.parametrize("script", [True, False])
async def test_a_client_goes_through_their_paperwork_and_cancels(screen: Screen, script: bool) -> None:
    life = screen.pages.life
    await lived_in(life)
    page = await screen.as_(Role.CLIENT, width=360, script=script, client_ids=(ANA,))
    await page.goto("/portal")
    await page.get_by_role("link", name="Read and sign: Cancellation policy").click()
    await page.get_by_label("I have read this and agree.").check()
    await page.get_by_label("Type your full name to sign").fill("Ana Ortiz")
    await page.get_by_role("button", name="Sign", exact=True).click()
    await expect(page.get_by_role("status")).to_contain_text("Signed")
    await page.get_by_role("link", name="PHQ-9").click()
    for group in await page.locator("fieldset").all():
        await group.get_by_role("radio").first.check()
    await page.get_by_role("button", name="Send it").click()
    await expect(page.get_by_role("status")).to_contain_text("Sent")
    await page.goto("/portal/appointments")
    await page.get_by_role("heading", name="10:00 am").get_by_role("link").click()
    await page.get_by_role("link", name="Cancel it").click()
    await expect(page.get_by_text("Cancelling now costs nothing").first).to_be_visible()
    await page.get_by_role("button", name="Yes, cancel it").click()
    await expect(page.get_by_role("status")).to_contain_text("Cancelled")


async def test_links_and_inner_pages_are_sound_on_a_phone(screen: Screen) -> None:
    life = screen.pages.life
    await lived_in(life)
    session_id = await life.book(life.at(0, 14))
    assert await unfit(await screen.at(None), *(link(life, session_id, purpose) for purpose in Purpose)) == []
    page = await screen.as_(Role.CLIENT, width=360, client_ids=(ANA,))
    for start, name in [
        ("/portal/forms", "Intake"),
        ("/portal/forms", "PHQ-9"),
        ("/portal/forms", "Cancellation policy"),
        ("/portal/invoices", "Invoice I"),
        ("/portal/book", "10:00 am"),
        ("/portal", "Look at it"),
    ]:
        await page.goto(start)
        for day in await page.locator("details").all():
            if await day.get_attribute("open") is None:
                await day.locator("summary").click()
        await page.get_by_role("link", name=name).first.click()
        assert await unfit_now(page) == [], name
    await page.goto(f"/portal/appointments/{session_id}")
    await page.get_by_role("link", name="Cancel it").click()
    assert await unfit_now(page) == []


async def test_the_desks_pages_of_forms_and_requests_are_sound(screen: Screen) -> None:
    life = screen.pages.life
    await lived_in(life)
    client = await screen.as_(Role.CLIENT, width=360, client_ids=(ANA,))
    await client.goto("/portal/request")
    await client.get_by_label("Which days and hours suit you?").fill("Mornings, please")
    await client.get_by_label("What for").select_option(index=0)
    await client.get_by_role("button", name="Ask").click()
    await client.goto("/portal/forms")
    await client.get_by_role("link", name="PHQ-9").click()
    for group in await client.locator("fieldset").all():
        await group.get_by_role("radio").last.check()
    await client.get_by_role("button", name="Send it").click()
    paths = (f"/clients/{ANA}/forms", "/forms", "/forms/new?copy=Intake", "/requests", "/practice/self-booking")
    assert await unfit(await screen.as_(Role.OWNER), *paths) == []
    clinician = await screen.as_(Role.CLINICIAN, clinician_id=DANA)
    await clinician.goto(f"/clients/{ANA}/forms")
    await clinician.get_by_role("link", name="PHQ-9").click()
    await expect(clinician.get_by_text("Nearly every day").first).to_be_visible()
    assert await unfit_now(clinician) == []


async def test_a_client_pays_on_the_gateways_page_and_leaves_a_card(screen: Screen) -> None:
    life = screen.pages.life
    await life.hold(life.at(0, 9))
    page = await screen.as_(Role.CLIENT, width=360, script=False, client_ids=(ANA,))
    await page.goto("/portal/payments")
    await page.get_by_role("button", name="Leave a card or bank account").click()
    await page.get_by_role("button", name="Leave it").click()
    await expect(page.get_by_role("status")).to_have_text("Your card is kept.")
    await page.get_by_label("At most, for one invoice").fill("200")
    await page.get_by_label("I agree that").check()
    await page.get_by_role("button", name="Turn it on").click()
    await expect(page.get_by_text("up to $200.00 an invoice")).to_be_visible()
    await page.goto("/portal")
    await page.get_by_role("link", name="See and pay").click()
    await page.get_by_role("link", name="Pay invoice").click()
    await page.get_by_role("button", name="Pay $150.00 now").click()
    await page.get_by_role("button", name="Pay", exact=True).click()
    await expect(page.get_by_role("status")).to_contain_text("your payment has arrived")
    assert str(life.owed()) == "0.00"
    await page.goto("/portal/payments")
    await expect(page.get_by_role("link", name="Receipt for $150.00")).to_be_visible()
