"""The Temporal UI as the billing team's screen: it finds what needs somebody, reads it for who may, names nobody."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
from google.protobuf.json_format import MessageToDict
from playwright.async_api import BrowserContext, Page, async_playwright, expect
from sqlmodel import Session as Database
from sqlmodel import select
from temporalio.api.common.v1 import Payloads

from activities import access
from activities.relay import SEARCH_ATTRIBUTES
from models.tables import Account, Claim, Client
from starter.office import Office
from starter.stack import Stack
from starter.web.access.permissions import Role
from starter.web.app import create_app
from starter.web.serving import serving
from starter.web.site import COOKIE, Site
from starter.web.temporal_views import VIEWS
from tests.starter.test_schedules import at_work, eventually
from tests.starter.web.pages import CHROMIUM
from tests.workflows.practice import DANA, INA, THERAPY
from worker import WORKFLOWS

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "temporal-ui.md"
expect.set_options(timeout=20_000)
PEOPLE = ("Ortiz", "Ina", "F41.1", "W123456789", "1985", "client.example", "Session note")


@dataclass
class Practice:
    """A practice with its desk and the UI beside it."""

    stack: Stack
    office: Office
    site: Site

    def cookie(self, role: Role) -> str:
        """Somebody new with this role, signed in."""
        with Database(self.office.engine, expire_on_commit=False) as db, db.begin():
            login = f"{role.value}@elmstreet.example"
            account = Account(login=login, email=login, name="Kim", roles=[role.value], created_at=datetime.now(UTC))
            access.new_account(db, account, [])
            return access.open_sign_in(db, account, datetime.now(UTC), "a test")

    async def decoded(self, cookie: str = "", origin: str = "") -> httpx.Response:
        """What the codec answers a page of that origin in a browser with that cookie."""
        payloads = Payloads(payloads=await self.stack.client.data_converter.encode(["waits for the payer"]))
        headers = {"Origin": origin or self.stack.ui_url} | ({"Cookie": f"{COOKIE}={cookie}"} if cookie else {})
        async with httpx.AsyncClient(headers=headers) as client:
            return await client.post(f"{self.site.url}/codec/decode", json=MessageToDict(payloads))

    async def hold(self, days_ago: int) -> None:
        """A session of the insured client, attended and signed."""
        starts = (datetime.now(UTC) - timedelta(days=days_ago)).replace(hour=17, minute=0, second=0, microsecond=0)
        session = await self.office.sessions.book(DANA, THERAPY, (INA,), starts, entered_afterwards=True)
        await self.office.sessions.attend(session)
        await self.office.sessions.sign(session, "Session note", ("F41.1",))

    async def claims(self, *statuses: str) -> list[str]:
        """The numbers of the claims once they stand so."""

        async def standing() -> list[str]:
            with Database(self.office.engine) as db:
                found = db.exec(select(Claim.number, Claim.status).order_by(Claim.number)).all()
            return [n for n, _ in found] if [s for _, s in found] == list(statuses) else []

        numbers: list[str] = await eventually(standing)
        return numbers


@asynccontextmanager
async def a_practice(home: Path) -> AsyncIterator[Practice]:
    async with Stack.start(home, environ={}) as stack, at_work(stack) as world:
        office = Office.on(stack.client, world.engine, world.vault)
        site = Site(office, world.cards, stack.site_url, ui_url=stack.ui_url)
        async with serving(create_app(site), "127.0.0.1", stack.ports.port("pages")):
            yield Practice(stack, office, site)


async def configured(context: BrowserContext, practice: Practice) -> Page:
    """A browser whose UI reads through the desk, set as the guide says."""
    page = await context.new_page()
    page.set_default_timeout(30_000)
    await page.goto(f"{practice.stack.ui_url}/namespaces/default/workflows")
    await page.get_by_test_id("data-encoder-status-configured").click()
    await page.locator("#use-local-endpoint-radio").check(force=True)
    dialog = page.locator("dialog[open], [role=dialog]").first
    await dialog.locator("textarea").fill(f"{practice.site.url}/codec")
    await dialog.locator("#pass-access-credentials").evaluate("toggle => toggle.click()")
    await dialog.get_by_test_id("confirm-modal-button").click()
    return page


async def test_a_biller_finds_the_claims_that_need_somebody_and_reads_them(tmp_path: Path) -> None:
    async with a_practice(tmp_path) as practice, async_playwright() as playwright:
        await practice.hold(3)
        await practice.claims("draft")
        with Database(practice.office.engine) as db, db.begin():
            db.get_one(Client, INA).birth = None  # her next claim is held for it
        await practice.hold(2)
        fine, held = await practice.claims("draft", "held")

        await only_who_may_read(practice)
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = await chromium.new_context(viewport={"width": 1280, "height": 900})
        page = await configured(context, practice)
        [view] = [view for view in VIEWS if view.name == "Held"]
        assert view.query.startswith("NeedsAttention = true AND ClaimStatus = 'held'")
        await page.goto(view.at(practice.stack.ui_url))
        await expect(page.get_by_role("link", name=f"claim/{held}").first).to_be_visible()
        assert f"claim/{fine}" not in await page.inner_text("body")

        here = f"{practice.stack.ui_url}/namespaces/default/workflows/{quote(f'claim/{held}', safe='')}"
        await page.goto(here)
        await expect(
            page.locator("#content").get_by_text("Codec Server could not connect")
        ).to_be_visible()  # nobody is signed in
        await context.add_cookies([{"name": COOKIE, "value": practice.cookie(Role.BILLER), "url": practice.site.url}])
        await page.goto(here)
        await expect(page.get_by_text(f'"number": "{held}"').first).to_be_visible()
        await page.get_by_text("User Metadata").first.click()
        details = page.locator("#content").frame_locator("iframe").last
        await expect(details.get_by_text("150.00 to payer 60054")).to_be_visible()
        await chromium.close()

        await nobody_is_named(practice)


async def only_who_may_read(practice: Practice) -> None:
    """200 for an owner on our UI's page; 403 for everybody and everything else."""
    owner, front = practice.cookie(Role.OWNER), practice.cookie(Role.FRONT_DESK)
    read = await practice.decoded(owner)
    assert (read.status_code, "waits for the payer" in json.dumps(read.json())) == (200, False)  # base64 within JSON
    [payload] = read.json()["payloads"]
    assert payload["data"] == "IndhaXRzIGZvciB0aGUgcGF5ZXIi"
    assert read.headers["access-control-allow-origin"] == practice.stack.ui_url
    assert read.headers["access-control-allow-credentials"] == "true"
    for answer in (await practice.decoded(), await practice.decoded("forged"), await practice.decoded(front)):
        assert answer.status_code == 403
        assert "sign in at" in answer.json()["message"]
    elsewhere = await practice.decoded(owner, "https://elsewhere.example")
    assert (elsewhere.status_code, "access-control-allow-origin" in elsewhere.headers) == (403, False)
    async with httpx.AsyncClient() as client:
        before = [
            (await client.options(f"{practice.site.url}/codec/decode", headers={"Origin": origin})).status_code
            for origin in (practice.stack.ui_url, "https://elsewhere.example")
        ]
    assert before == [204, 403]


async def nobody_is_named(practice: Practice) -> None:
    """Ids, search attributes, summaries and details of all that ran hold nothing of a client."""
    told = []
    async for known in practice.stack.client.list_workflows():
        description = await practice.stack.client.get_workflow_handle(known.id).describe()
        told += [known.id, str(dict(known.search_attributes)), await description.static_summary() or ""]
        told.append(await description.static_details() or "")
    text = "\n".join(told)
    assert "claim/C0000001" in text
    assert "Session of clinician 1" in text
    assert [person for person in PEOPLE if person in text] == []


def test_the_guide_tells_every_view_workflow_and_search_attribute() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    names = {getattr(workflow, "__temporal_workflow_definition").name for workflow in WORKFLOWS}
    assert names - set(re.findall(r"\w+", text)) == set()
    assert [view.name for view in VIEWS if f"| {view.name} | `{view.query}` |" not in text] == []
    assert [key.name for key in SEARCH_ATTRIBUTES if f"`{key.name}`" not in text] == []
