"""Coming in: passwords, lockout, second factor, one-time links, and forms that are not ours."""

import re
from datetime import timedelta
from uuid import uuid4

import pyotp
import pytest
from sqlmodel import Session as Database
from sqlmodel import select

from activities import access
from models.tables import Account, Ticket
from starter.web.access.gate import Gate, OpenGate
from starter.web.access.permissions import Role
from tests.starter.web.pages import PASSWORD, Browser, Pages, Screen, unfit


def with_password(pages: Pages, *roles: Role) -> Account:
    account = pages.account(*roles)
    with Database(pages.life.office.engine, expire_on_commit=False) as db, db.begin():
        access.set_password(db, db.get_one(Account, account.id), PASSWORD)
    return account


async def sign_in(browser: Browser, login: str, password: str) -> str:
    return (await browser.post("/sign-in", login=login, password=password, back="/account")).words


async def test_a_password_opens_the_page_one_came_for(pages: Pages) -> None:
    account = with_password(pages, Role.OWNER)
    browser = await pages.someone()
    assert "Sign in" in (await browser.get("/account")).words
    assert "My account" in await sign_in(browser, account.login.upper(), PASSWORD)
    assert "You are signed out." in (await browser.post("/sign-out")).words
    assert "Sign in" in (await browser.get("/account")).words


async def test_five_wrong_passwords_lock_an_account_for_longer_each_time(pages: Pages) -> None:
    account = with_password(pages, Role.OWNER)
    browser = await pages.someone()
    for _ in range(5):
        assert "do not fit" in await sign_in(browser, account.login, "wrong")
    assert "wait 2 min" in await sign_in(browser, account.login, PASSWORD)
    pages.life.clock[0] += timedelta(minutes=2)
    assert "do not fit" in await sign_in(browser, account.login, "wrong")
    assert "wait 3 min" in await sign_in(browser, account.login, PASSWORD)


async def test_who_is_unknown_reads_the_same_as_a_wrong_password(pages: Pages) -> None:
    account = with_password(pages, Role.OWNER)
    browser = await pages.someone()
    wrong = await sign_in(browser, account.login, "wrong")
    assert await sign_in(browser, "nobody@elm.example", "wrong") == wrong
    sent = (await browser.post("/sign-in/mail", login="nobody@elm.example")).words
    assert sent == (await browser.post("/sign-in/mail", login=account.login)).words


async def test_a_second_factor_is_asked_for_and_each_code_works_once(pages: Pages) -> None:
    account = with_password(pages, Role.CLINICIAN)
    browser = await pages.signed_in(account)
    secret = re.search(r"[A-Z2-7]{32}", (await browser.post("/account/second-factor")).text)
    assert secret
    app = pyotp.TOTP(secret[0])
    shown = await browser.post("/account/second-factor/on", code=app.at(pages.site.now()))
    recovery = re.findall(r"[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}", shown.text)
    assert len(recovery) == 8
    other = await pages.someone()
    assert "Your code" in await sign_in(other, account.login, PASSWORD)
    assert "Sign in" in (await other.get("/account")).words
    assert "does not fit" in (await other.post("/sign-in/code", code=app.at(pages.site.now()))).words
    pages.life.clock[0] += timedelta(minutes=1)
    assert "My account" in (await other.post("/sign-in/code", code=app.at(pages.site.now()), back="/account")).words
    third = await pages.someone()
    await sign_in(third, account.login, PASSWORD)
    assert "My account" in (await third.post("/sign-in/code", code=recovery[0], back="/account")).words
    fourth = await pages.someone()
    await sign_in(fourth, account.login, PASSWORD)
    assert "does not fit" in (await fourth.post("/sign-in/code", code=recovery[0])).words


async def test_an_invitation_works_once_and_ends_with_a_password_of_ones_own(pages: Pages) -> None:
    owner = await pages.as_(Role.OWNER)
    told = await owner.post("/staff/new", name="Kim Desk", email="kim@elm.example", roles=["front_desk"])
    assert "Kim Desk gets a mail" in told.words
    mails = await pages.life.eventually(lambda: list((pages.life.outbox.parents[1] / "mail").glob("*.eml")))
    [link] = re.findall(r"/ticket/\S+", mails[-1].read_text().replace("=\n", ""))[:1]
    await pages.life.eventually(lambda: pages.life.rows(select(Ticket.digest)))  # a mail is out before its step is kept
    kim = await pages.someone()
    assert "Welcome" in (await kim.get(link)).words
    assert "at least 12 characters" in (await kim.post(link, password="short", again="short")).words
    assert "not the same" in (await kim.post(link, password=PASSWORD, again="another one, longer")).words
    await kim.post(link, password=PASSWORD, again=PASSWORD)
    assert "kim@elm.example" in (await kim.get("/account")).words
    assert "used before" in (await (await pages.someone()).get(link)).words


async def test_the_last_owner_stays(pages: Pages) -> None:
    owner = await pages.as_(Role.OWNER)
    assert owner.account
    told = await owner.post(f"/staff/{owner.account.id}/end")
    assert (told.status, "the only owner" in told.words) == (422, True)


@pytest.mark.parametrize("way", ["no key", "another browser's key", "another site"])
async def test_a_form_from_elsewhere_changes_nothing(pages: Pages, way: str) -> None:
    owner = await pages.as_(Role.OWNER)
    other = await pages.as_(Role.OWNER)
    key = {"no key": "", "another browser's key": other.form_key, "another site": owner.form_key}[way]
    headers = {"sec-fetch-site": "cross-site" if way == "another site" else "same-origin"}
    fields = {"form_key": key, "name": "Eve", "email": "eve@elm.example", "roles": "owner"}
    answer = await owner.client.post("/staff/new", data=fields, headers=headers)
    assert answer.status_code == 403
    assert "eve@elm.example" not in (await owner.get("/staff")).words


async def test_back_after_signing_in_never_leads_to_another_site(pages: Pages) -> None:
    account = with_password(pages, Role.OWNER)
    for elsewhere in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        browser = await pages.someone()
        await browser.get("/sign-in")
        fields = {"form_key": browser.form_key, "login": account.login, "password": PASSWORD, "back": elsewhere}
        assert (await browser.client.post("/sign-in", data=fields)).headers["location"] == "/"


def test_every_route_has_exactly_one_gate(pages: Pages) -> None:
    """The API, the card gateway's signed messages and the codec have gates of their own, tested with them."""
    routes = [route for route in pages.routes if not route.path.startswith(("/api/", "/hooks/", "/codec/"))]
    assert len(routes) > 10
    for route in routes:
        gates = [d.call for d in route.dependant.dependencies if isinstance(d.call, Gate | OpenGate)]
        assert len(gates) == 1, route.path


async def test_sign_in_pages_look_right_to_axe(screen: Screen) -> None:
    assert await unfit(await screen.at(None), "/sign-in", "/sign-in/mail", "/sign-in/code") == []
    assert await unfit(await screen.as_(Role.OWNER), "/account", "/staff", "/staff/new") == []


@pytest.mark.parametrize("ended", [True, False], ids=["signed out meanwhile", "signed in anew"])
async def test_what_was_typed_into_a_page_of_an_older_sign_in_is_sent_again(pages: Pages, ended: bool) -> None:
    browser = await pages.as_(Role.OWNER)
    assert browser.account
    wish = str(uuid4())
    fields = {
        "form_key": browser.form_key,
        "wish": wish,
        "what": "Order <tissues>",
        "role": "owner",
        "due_on": "2030-01-31",
    }
    browser.client.cookies.clear()
    if not ended:
        browser = await pages.signed_in(browser.account)
    ours = {"sec-fetch-site": "same-origin"}
    kept = await browser.client.post("/tasks/new", data=fields, headers=ours)
    assert kept.status_code == 403
    assert "Order &lt;tissues&gt;" in kept.text
    assert wish in kept.text
    foreign = await browser.client.post("/tasks/new", data=fields, headers={"sec-fetch-site": "cross-site"})
    assert "tissues" not in foreign.text


async def test_a_password_is_never_written_into_a_page(pages: Pages) -> None:
    browser = await pages.someone()
    fields = {"form_key": "old", "login": "jo", "password": "correct horse"}
    answer = await browser.client.post("/sign-in", data=fields, headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code == 403
    assert "correct horse" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        *("/claims/%00", "/tasks?kind=%00", "/calendar?day=9999-12-31", "/calendar?view=month&day=0001-01-01"),
        *(f"/{place}/{10**24}" for place in ("staff", "remittances", "pay/statements", "waitlist")),
    ],
)
async def test_an_address_of_what_cannot_be_is_no_page_and_no_fault(pages: Pages, path: str) -> None:
    browser = await pages.as_(Role.OWNER)
    assert (await browser.client.get(path, follow_redirects=True)).status_code in (200, 404), path


async def test_a_fault_is_logged_by_its_place_and_never_by_its_words(
    pages: Pages, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    words = "Ana Ortiz, born 1985"

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(words)

    monkeypatch.setattr("starter.web.desk.tasks.Visit.page", broken)
    answer = await (await pages.as_(Role.OWNER)).client.get("/tasks/new")
    assert answer.status_code == 500
    assert "RuntimeError" in caplog.text
    assert "Ortiz" not in caplog.text
