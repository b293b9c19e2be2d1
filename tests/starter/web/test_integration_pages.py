"""Data and programs: the owner's pages for keys, webhooks, files brought in and data taken out."""

import io
from dataclasses import dataclass, field
from zipfile import ZipFile

from sqlmodel import Session as Database
from sqlmodel import select

from activities import access
from models.facts import WebhookEvent
from models.messages import import_workflow, webhook_workflow
from models.tables import Account, ApiToken, Client, DataExport, ImportRun, Practice, WebhookDelivery, WebhookEndpoint
from starter.web.access.permissions import Role
from tests.starter.web.pages import PASSWORD, Answer, Browser, Pages, Screen, unfit
from tests.workflows.practice import ANA

CLIENTS = "client id,first name,dob,shoe size\nC1,Kim,1/31/1990,44\nC2,Lee,,\n"
SCRIPT = "<script>alert(1)</script>"


@dataclass
class Deaf:
    """A program that answers with an error until it has recovered."""

    status: int = 500
    heard: list[bytes] = field(default_factory=list)

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        assert url.startswith("https://")
        assert headers["persession-signature"]
        self.heard.append(body)
        return self.status


async def upload(browser: Browser, kind: str, text: str) -> Answer:
    return await browser.post("/imports", files={"file": ("any.csv", text.encode(), "text/csv")}, kind=kind)


async def checked(pages: Pages, browser: Browser, kind: str, text: str) -> Answer:
    """The page of an uploaded file once it was checked."""
    first = await upload(browser, kind, text)
    run_id = int(first.path.rpartition("/")[2])
    await pages.life.ended(import_workflow(run_id, for_real=False))
    return await browser.get(f"/imports/{run_id}")


async def test_a_key_is_shown_once_works_and_is_ended(pages: Pages) -> None:
    owner = await pages.as_(Role.OWNER)
    wish = (await owner.get("/tokens/new")).value("wish")
    made = await owner.post("/tokens/new", wish=wish, name=SCRIPT, scopes=["practice:read"], days=30)
    key = made.text.partition("<code>ps_")[2].partition("</code>")[0]
    headers = {"authorization": f"Bearer ps_{key}"}
    assert (await owner.client.get("/api/v1/services", headers=headers)).status_code == 200
    again = await owner.post("/tokens/new", wish=wish, name="x", scopes=["practice:read"], days=30)
    assert "was made already" in again.words
    assert len(pages.life.rows(select(ApiToken))) == 1
    listed = await owner.get("/tokens")
    assert SCRIPT not in listed.text
    assert key not in listed.text
    ended = await owner.post("/tokens/1/end")
    assert "The key is ended" in ended.words
    assert (await owner.client.get("/api/v1/services", headers=headers)).status_code == 401


async def test_a_key_without_a_name_or_a_deed_is_not_made_and_nothing_typed_is_lost(pages: Pages) -> None:
    owner = await pages.as_(Role.OWNER)
    page = await owner.post("/tokens/new", name="the website", days=30)
    assert page.status == 422
    assert page.value("name") == "the website"
    assert "choose at least 1" in page.words or "this is needed" in page.words


async def test_a_webhook_is_told_its_deliveries_are_seen_and_sent_again(pages: Pages) -> None:
    life, program = pages.life, Deaf()
    object.__setattr__(life.world, "web", program)
    owner = await pages.as_(Role.OWNER)
    made = await owner.post("/webhooks/new", url="https://program.example/in", events=[WebhookEvent.SESSION_BOOKED])
    assert "whsec_" in made.text
    await life.book(life.at(2, 10), ANA)
    [delivery] = await life.eventually(lambda: life.rows(select(WebhookDelivery)))
    await life.eventually(lambda: program.heard)
    page = await owner.get("/webhooks/1")
    assert "session.booked" in page.words
    assert "waiting" in page.words
    program.status = 204
    await owner.post(f"/webhooks/1/again/{delivery.id}")
    await life.ended(webhook_workflow(delivery.id))
    assert "HTTP 204" in (await owner.get("/webhooks/1")).words
    assert "told nothing more" in (await owner.post("/webhooks/1/end")).words
    assert life.rows(select(WebhookEndpoint))[0].ended_at


async def test_an_address_that_cannot_be_told_is_refused_at_its_field(pages: Pages) -> None:
    owner = await pages.as_(Role.OWNER)
    page = await owner.post("/webhooks/new", url="ftp://program.example", events=["session.booked"])
    assert page.status == 422
    assert "https://HOST/PATH" in page.words
    assert page.value("url") == "ftp://program.example"


async def test_a_file_is_checked_looked_at_and_brought_in(pages: Pages) -> None:
    owner = await pages.as_(Role.OWNER)
    page = await checked(pages, owner, "clients", CLIENTS)
    assert "All 2 lines can be read. 2 are new" in page.words
    assert "Not read, because nothing here holds it: shoe size" in page.words
    assert "Kim" in page.words
    done = await owner.post(f"{page.path}/begin")
    await pages.life.ended(import_workflow(1, for_real=True))
    done = await owner.get("/imports/1")
    assert "Brought in: 2 of 2 lines" in done.words
    assert "Kim" not in done.words
    twice = await owner.post("/imports/1/begin")
    assert twice.status in (200, 422)
    assert len(pages.life.rows(select(Client))) == 4


async def test_what_is_wrong_in_a_file_is_told_by_line_and_column_with_what_stands_there(pages: Pages) -> None:
    owner = await pages.as_(Role.OWNER)
    page = await checked(pages, owner, "clients", f"client id,first name,dob\nC1,{SCRIPT},31/31/1990\n")
    assert "2 birth 31/31/1990 Not a date" in page.words
    assert SCRIPT not in page.text
    refused = await owner.post("/imports/1/begin")
    assert "not ready to be brought in" in refused.words
    gone = await owner.post("/imports/1/discard")
    assert "forgotten" in gone.words
    assert pages.life.rows(select(ImportRun)) == []


async def test_no_file_or_an_empty_one_is_told_at_the_field(pages: Pages) -> None:
    owner = await pages.as_(Role.OWNER)
    for page in (await owner.post("/imports", kind="clients"), await upload(owner, "clients", "")):
        assert page.status == 422
        assert "choose a file that is not empty" in page.words


async def test_everything_is_taken_out_by_the_owner_with_the_password(pages: Pages) -> None:
    life = pages.life
    await life.hold(life.at(2, 10), ANA)
    account = pages.account(Role.OWNER)
    with Database(life.office.engine) as db, db.begin():
        access.set_password(db, db.get_one(Account, account.id), PASSWORD)
    owner = await pages.signed_in(account)
    wrong = await owner.post("/exports", password="another", with_charts="true")
    assert wrong.status == 422
    assert "this is not your password" in wrong.words
    taken = await owner.post("/exports", password=PASSWORD, with_charts="true")
    assert taken.response.headers["content-type"] == "application/zip"
    bundle = ZipFile(io.BytesIO(taken.response.content))
    assert bundle.testzip() is None
    assert {"tables/client.csv", "charts/client-1.pdf"} <= set(bundle.namelist())
    [export] = life.rows(select(DataExport))
    assert export.ended_at
    assert "complete" in (await owner.get("/exports")).words


async def test_a_practice_of_another_kind_reads_no_clinical_word(pages: Pages) -> None:
    pages.life.change(Practice, 1, kind="tutoring")
    owner = await pages.as_(Role.OWNER)
    for path in ("/imports", "/imports/columns", "/exports", "/tokens/new", "/webhooks/new"):
        words = (await owner.get(path)).words.lower()
        for word in ("patient", "claim", "insur", "clinic", "chart", "therap", "payer", "coverage", "psycho", "cpt"):
            assert word not in words, f"{word} on {path}"


async def test_the_pages_look_right_to_axe_at_both_widths(screen: Screen) -> None:
    pages = screen.pages
    owner = await pages.as_(Role.OWNER)
    await owner.post("/tokens/new", name="The website", scopes=["sessions:read", "clients:write"], days=30)
    await owner.post("/webhooks/new", url="https://program.example/hooks/persession", events=["session.booked"])
    object.__setattr__(pages.life.world, "web", Deaf())
    await pages.life.book(pages.life.at(2, 10), ANA)
    await pages.life.eventually(lambda: [d for d in pages.life.rows(select(WebhookDelivery)) if d.attempts])
    await checked(pages, owner, "clients", CLIENTS)
    await checked(pages, owner, "clients", "client id,first name,dob,zip\nC1,Kim,31/31/1990,2139\n,Lee,,85201\n")
    files = ("/imports", "/imports/1", "/imports/2", "/imports/columns", "/exports")
    programs = ("/tokens", "/tokens/new", "/webhooks", "/webhooks/new", "/webhooks/1", "/api/v1/docs")
    assert await unfit(await screen.as_(Role.OWNER), *files, *programs) == []
