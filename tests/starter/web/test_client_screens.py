"""The client's record in a real browser: no fault that axe-core finds, on a wide screen by day and a phone by night."""

import re
from datetime import date

import pytest
from sqlmodel import Session as Database
from sqlmodel import select

from activities import agreements, estimates, files, records
from activities.agreement_samples import samples
from activities.directory import policy, policy_in_force
from activities.estimates import Expected, Offer
from models.facts import Audience, ContactKind, FileKind
from models.tables import Client, Contact, Coverage
from starter.web.access.permissions import Role
from tests.starter.web.pages import Screen, unfit
from tests.workflows.practice import ANA, DANA, INA

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf50"
    "0f0003860180342b1d7a0000000049454e44ae426082"
)
PHONE = 360
OVERVIEW = f"/clients/{ANA}"
PATHS = [
    "/clients",
    "/clients/new",
    OVERVIEW,
    f"{OVERVIEW}/details",
    f"{OVERVIEW}/details/change",
    f"{OVERVIEW}/details/contacts/new",
    f"/clients/{INA}/coverages",
    f"/clients/{INA}/coverages/new",
    f"{OVERVIEW}/agreements",
    f"{OVERVIEW}/agreements/1/sign",
    f"{OVERVIEW}/estimates",
    f"{OVERVIEW}/estimates/new",
    f"{OVERVIEW}/documents",
    f"{OVERVIEW}/money",
    f"{OVERVIEW}/messages",
    "/agreements",
    "/agreements/new?sample=cancellations",
    "/agreements/1",
]


@pytest.fixture
async def full(screen: Screen) -> Screen:
    """Records with something on every page."""
    life = screen.pages.life
    await life.hold(life.at(1, 10), ANA)
    await life.book(life.at(14, 10), ANA)
    with Database(life.office.engine) as db, db.begin():
        fill(db, screen)
    return screen


def fill(db: Database, screen: Screen) -> None:
    now = screen.pages.life.clock[0]
    ana, vault = db.get_one(Client, ANA), screen.pages.life.office.line.vault
    ana.preferred, ana.pronouns, ana.phone, ana.uses_insurance = "Annie", "she/her", "217-555-0142", True
    mother = Contact(client_id=ANA, kind=ContactKind.PARENT, name="Rosa Roe", phone="217-555-0199", guarantor=True)
    records.add(db, mother)
    rules = policy(db, policy_in_force(db, now.date()).id or 0)
    for title, words in ((s.title, s.words) for s in samples("Elm Street Practice", rules, True).values()):
        agreements.write(db, title, Audience.EVERYONE, words, date(2020, 1, 1))
    agreements.sign(db, ANA, 2, "Ana Roe", None, now)
    estimates.give(db, Offer(ANA, DANA, now.date(), now.date(), (Expected(1, 24),), "F41.1"), None, now)
    kept = files.keep(db, vault, ANA, FileKind.DOCUMENT, "A letter of the school.pdf", b"%PDF-1.7", None, now)
    files.delete(db, kept, ANA, "of another client", None, now)
    files.keep(db, vault, ANA, FileKind.DOCUMENT, "Intake, page 1.png", PNG, None, now)
    coverage = db.exec(select(Coverage.id).where(Coverage.client_id == INA)).one()
    files.keep(db, vault, INA, FileKind.CARD_FRONT, "card", PNG, None, now, coverage)


async def test_every_page_of_a_record_fits_its_screen_and_its_reader(full: Screen) -> None:
    assert await unfit(await full.as_(Role.OWNER), *PATHS) == []


async def test_the_front_desk_enters_a_client_in_a_browser_without_scripts(full: Screen) -> None:
    page = await full.as_(Role.FRONT_DESK, script=False)
    await page.goto("/clients")
    await page.get_by_role("link", name="New client").click()
    await page.get_by_label("First name").fill("Zoe")
    await page.get_by_label("Last name").fill("Quill")
    await page.get_by_label("Phone", exact=False).first.fill("217-555-0100")
    await page.get_by_role("button", name="Add").click()
    await page.get_by_role("heading", name="Zoe Quill").wait_for()
    await page.goto("/clients")
    await page.get_by_label("Find by name").fill("quill")
    await page.get_by_role("button", name="Find").click()
    await page.get_by_role("link", name="Zoe Quill").wait_for()
    assert page.url.endswith("/clients")


async def test_a_client_signs_on_the_tablet_in_a_browser(full: Screen) -> None:
    page = await full.as_(Role.FRONT_DESK, width=PHONE)
    await page.goto(f"{OVERVIEW}/agreements")
    await page.get_by_role("link", name=re.compile("Sign here.*Cancellation")).click()
    await page.get_by_label("I have read this and agree").check()
    await page.get_by_label("Your full name").fill("Ana Roe")
    await page.get_by_role("button", name="Sign").click()
    await page.get_by_text("It is signed. Thank you.").wait_for()
