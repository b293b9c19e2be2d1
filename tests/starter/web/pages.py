"""The pages of the practice that lives in skipped time, asked over HTTP and in a real browser."""

import html
import os
import re
import shutil
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

import httpx
from axe_playwright_python.async_playwright import Axe
from fastapi import FastAPI, Request
from fastapi.routing import APIRoute
from playwright.async_api import Browser as Chromium
from playwright.async_api import BrowserContext, Page, async_playwright
from playwright.sync_api import sync_playwright
from sqlalchemy import event
from sqlmodel import Session as Database
from starlette.datastructures import State

from activities import access
from models.tables import Account
from starter.sandbox.home import free_port
from starter.web.access.permissions import Role
from starter.web.app import create_app, routers
from starter.web.forms import Typed
from starter.web.serving import serving
from starter.web.site import COOKIE, Site
from starter.web.visit import Guest
from tests.workflows.practice import Life

HERE = "http://127.0.0.1"
PASSWORD = "plain words for a test"
APPS: list[FastAPI] = []
ASKED: ContextVar[list[str] | None] = ContextVar("ASKED", default=None)
LOOKS: tuple[tuple[int, Literal["light", "dark"]], ...] = ((1280, "light"), (360, "dark"))
"""How wide a screen is, in pixels, and its colours."""
NO_NAME = re.compile(r"[^\w]+")
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium") or "chromium"
"""The first draws pages as the second does, but no window around them, which takes most of the processor's time."""
AXE = Axe()
AXE_OPTIONS = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


@dataclass
class Answer:
    """What came back, where the last redirect led."""

    status: int
    text: str
    path: str
    response: httpx.Response = field(repr=False)

    @property
    def words(self) -> str:
        """The page without its tags: what people read."""
        body = self.text.partition("<body")[2] or self.text
        return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())

    def value(self, name: str) -> str:
        """What a field of the page holds."""
        found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', self.text)
        assert found, f"no field {name} on {self.path}"
        return html.unescape(found[1])


@dataclass
class Browser:
    """Somebody at a browser without JavaScript."""

    client: httpx.AsyncClient
    site: Site
    account: Account | None = None

    async def get(self, path: str) -> Answer:
        return _answer(await self.client.get(path, follow_redirects=True))

    async def post(self, path: str, files: Any = None, **fields: Any) -> Answer:
        """Send a form of our own page: it carries the page's key, and a wish of its own unless one is given."""
        if not self.client.cookies:
            await self.client.get("/sign-in")
        values = {"form_key": self.form_key, "wish": str(uuid4()), **{k: _typed(v) for k, v in fields.items()}}
        return _answer(await self.client.post(path, data=values, files=files, follow_redirects=True))

    @property
    def form_key(self) -> str:
        cookies = "; ".join(f"{name}={value}" for name, value in self.client.cookies.items())
        scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"cookie", cookies.encode())]}
        return Guest(Request(scope), self.site, Typed()).form_key


@dataclass
class Pages:
    """All pages, for anybody one wants to be."""

    life: Life
    site: Site
    app: FastAPI
    made: int = 0

    @property
    def routes(self) -> list[APIRoute]:
        """Every page and form."""
        return [route for router in routers() for route in router.routes if isinstance(route, APIRoute)]

    def account(self, *roles: Role, clinician_id: int | None = None, client_ids: tuple[int, ...] = ()) -> Account:
        """A new account with these roles."""
        self.made += 1
        login = f"person{self.made}@elmstreet.example"
        with Database(self.life.office.engine, expire_on_commit=False) as db, db.begin():
            account = Account(
                login=login,
                email=login,
                name=f"Person {self.made}",
                roles=[role.value for role in roles],
                clinician_id=clinician_id,
                created_at=self.site.now(),
            )
            access.new_account(db, account, [(client_id, "self") for client_id in client_ids])
        return account

    async def someone(self) -> Browser:
        """Somebody who is not signed in."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return Browser(httpx.AsyncClient(transport=transport, base_url=HERE), self.site)

    async def as_(self, *roles: Role, clinician_id: int | None = None, client_ids: tuple[int, ...] = ()) -> Browser:
        """Somebody new with these roles, signed in."""
        account = self.account(*roles, clinician_id=clinician_id, client_ids=client_ids)
        return await self.signed_in(account)

    async def signed_in(self, account: Account) -> Browser:
        """Somebody known, signed in now."""
        browser = await self.someone()
        browser.account = account
        browser.client.cookies.set(COOKIE, self.cookie(account), domain="127.0.0.1")
        return browser

    async def anew(self, browser: Browser) -> Browser:
        """The same person, signed in again: a sign-in ends after a while, and time is skipped in tests."""
        assert browser.account, "nobody was signed in here"
        return await self.signed_in(browser.account)

    @contextmanager
    def asked(self) -> Iterator[list[str]]:
        """Every statement that the pages ask of the database meanwhile; not what workers ask beside them."""
        found: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if ASKED.get() is found:
                found.append(statement)

        event.listen(self.life.office.engine, "before_cursor_execute", note)
        told = ASKED.set(found)
        try:
            yield found
            assert found, "a page asks at least who looks at it"
        finally:
            ASKED.reset(told)
            event.remove(self.life.office.engine, "before_cursor_execute", note)

    def cookie(self, account: Account) -> str:
        with Database(self.life.office.engine, expire_on_commit=False) as db, db.begin():
            return access.open_sign_in(db, account, self.site.now(), "a test")


def open_pages(life: Life, url: str = HERE) -> Pages:
    """The pages of a practice in skipped time; their clock is the practice's.

    One app serves all tests of a process, with a state of its own for each: it makes its routes ready at the first
    request, which takes as long as a test.
    """
    site = Site(life.office, life.world.cards, url, now=lambda: life.clock[0])
    if not APPS:
        APPS.append(create_app(site))
    [app] = APPS
    app.state = State({"site": site})
    return Pages(life, site, app)


@dataclass
class Screen:
    """A real browser on real pages."""

    pages: Pages
    url: str
    chromium: Chromium
    contexts: list[BrowserContext] = field(default_factory=list)

    async def as_(self, *roles: Role, width: int = 1280, script: bool = True, **who: Any) -> Page:
        """Somebody new with these roles at a screen of this width."""
        return await self.at(self.pages.account(*roles, **who), width, script)

    async def at(self, account: Account | None, width: int = 1280, script: bool = True) -> Page:
        """A screen at which an account (None: nobody) is signed in; any error of a script or policy fails the test."""
        context = await self.chromium.new_context(
            base_url=self.url,
            viewport={"width": width, "height": 900},
            java_script_enabled=script,
        )
        self.contexts.append(context)
        if account is not None:
            await context.add_cookies([{"name": COOKIE, "value": self.pages.cookie(account), "url": self.url}])
        page = await context.new_page()
        page.on("console", _no_errors)
        page.on("pageerror", _no_script_errors)
        page.set_default_timeout(15_000)
        return page


async def unfit(page: Page, *paths: str) -> list[str]:
    """What is wrong with pages for those who read them, on a desk by day and on a phone by night."""
    found = []
    for path in paths:
        answer = await page.goto(path)
        assert answer is not None
        assert answer.ok, path
        found += await unfit_now(page)
    return found


async def unfit_now(page: Page) -> list[str]:
    """What is wrong with the page that is open: what axe-core finds, and what is wider than the screen.

    A picture of it is kept for a person to look at where the environment names a folder as `SHOTS`.
    """
    path, found = page.url.partition("//")[2].partition("/")[2], []
    for width, scheme in LOOKS:
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        await page.set_viewport_size({"width": width, "height": 900})
        if folder := os.environ.get("SHOTS"):
            await page.screenshot(path=Path(folder) / f"{NO_NAME.sub('-', path)}-{width}.png", full_page=True)
        found += [f"/{path} at {width}: {wrong}" for wrong in await violations(page)]
        wide = await page.evaluate("document.documentElement.scrollWidth")
        found += [f"/{path} is {wide} wide at {width}"] if wide > width else []
    return found


async def violations(page: Page) -> list[str]:
    """What axe-core finds wrong on a page: rule, and the first element that breaks it."""
    if await page.evaluate("typeof axe") == "undefined":
        await page.evaluate(AXE.axe_script)
    found = await page.evaluate("options => axe.run(options).then(found => found.violations)", AXE_OPTIONS)
    return [f"{v['id']}: {v['help']} at {v['nodes'][0]['html'][:160]}" for v in found]


@contextmanager
def one_chromium() -> Iterator[str]:
    """Debian's Chromium for all tests of a process, for to start one takes as long as a test; where it is reached.

    A thread of its own keeps it: each test has an event loop of its own.
    """
    port = free_port()
    up, over = threading.Event(), threading.Event()

    def keep() -> None:
        with sync_playwright() as playwright:
            args = ["--no-sandbox", f"--remote-debugging-port={port}"]
            chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=args)
            up.set()
            over.wait()
            chromium.close()

    with ThreadPoolExecutor(1, "chromium") as aside:
        kept = aside.submit(keep)
        kept.add_done_callback(lambda _: up.set())
        up.wait()
        try:
            yield f"{HERE}:{port}"
        finally:
            over.set()
            kept.result()


@asynccontextmanager
async def on_screen(life: Life, chromium_url: str) -> AsyncIterator[Screen]:
    """The pages behind a port, and Debian's Chromium in front of it, as new to them as if just started."""
    port = free_port()
    url = f"{HERE}:{port}"
    pages = open_pages(life, url)
    async with serving(pages.app, "127.0.0.1", port), async_playwright() as playwright:
        chromium = await playwright.chromium.connect_over_cdp(chromium_url)
        screen = Screen(pages, url, chromium)
        try:
            yield screen
        finally:
            await chromium.close()


def _answer(response: httpx.Response) -> Answer:
    return Answer(response.status_code, response.text, response.url.raw_path.decode(), response)


def _typed(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [str(item) for item in value]
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _no_errors(message: Any) -> None:
    assert message.type != "error" or "the server responded with a status of" in message.text, message.text


def _no_script_errors(error: Any) -> None:
    raise AssertionError(f"a script failed: {error}")
