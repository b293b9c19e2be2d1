"""The practice as its people meet it: one real `persession up`, everybody at a browser, with JavaScript and without.

Nothing is played: sessions are booked by clicking a free time, the payer answers a real claim file, the client comes
in by the link in their mail. Waiting is for what a page shows.
"""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from activities.settings import running_stack
from starter.bench.practice import noon
from starter.sandbox.mailbox import mails
from tests.starter.cli_practice import CommandLine, set_up, up
from tests.starter.web.pages import CHROMIUM, PASSWORD, _no_errors, _no_script_errors

SECONDS = 60
"""Longest wait for anything; on a machine with nothing else to do it is a moment."""
STAFF = {
    "front_desk": "Finn Porter",
    "clinician": "Ada Hill",
    "biller": "Bea Long",
    "owner": "Olive Stone",
}
"""Who works here, by role; their user names are their roles' mail addresses."""


@dataclass(frozen=True)
class Comer:
    """A client of one of the journeys, and when they come: what was held this morning, what is booked for tomorrow."""

    first: str
    held_at: str
    ahead_at: str

    @property
    def name(self) -> str:
        return f"{self.first} Sured"

    @property
    def email(self) -> str:
        return f"{self.first.lower()}@example.com"


COMERS = {True: Comer("Ina", "8:05", "2:00 pm"), False: Comer("Jon", "9:05", "3:00 pm")}
"""By whether their browser runs JavaScript."""


@dataclass
class Running:
    """The practice that runs, and a browser."""

    home: Path
    url: str
    timezone: str
    chromium: Browser
    line: CommandLine
    aside: ThreadPoolExecutor

    def run(self, *words: object) -> Any:
        """A command's answer. Playwright's own loop holds this thread, so commands run in another."""
        return self.aside.submit(self.line.json, *words).result()

    @property
    def today(self) -> datetime:
        return datetime.now(ZoneInfo(self.timezone))

    def screen(self, script: bool) -> Page:
        """Somebody's browser; an error of a script or of the policy fails the test."""
        context = self.chromium.new_context(base_url=self.url, java_script_enabled=script)
        page = context.new_page()
        page.on("console", _no_errors)
        page.on("pageerror", _no_script_errors)
        page.set_default_timeout(SECONDS * 1000)
        return page

    @contextmanager
    def signed_in(self, role: str, script: bool) -> Iterator[Page]:
        """Somebody of the staff, who signs in with their password."""
        page = self.screen(script)
        page.goto("/sign-in")
        page.get_by_label("User name or e-mail").fill(f"{role}@elm.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        yield page
        page.context.close()

    def mailed_link(self, to: str) -> str:
        """The link of the mail that invited them; mails leave a moment after the form was sent."""
        deadline = time.monotonic() + SECONDS
        while True:
            for mail in mails(self.home / "mail"):
                body = mail.get_body(("plain",))
                found = re.search(r"/ticket/\S+", body.get_content() if body else "")
                if found and to in str(mail["To"]):
                    return found[0]
            assert time.monotonic() < deadline, f"no invitation was mailed to {to}"
            time.sleep(0.2)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home: Path = tmp_path_factory.mktemp("journeys") / "home"
    with up(home) as (cli, _):
        timezone = noon(datetime.now(UTC))
        _furnish(cli, timezone)
        with sync_playwright() as playwright, ThreadPoolExecutor(1) as aside:
            chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            practice = Running(home, running_stack(home)["site_url"], timezone, chromium, cli, aside)
            for role, name in STAFF.items():
                _come_in(practice, role, name)
            yield practice
            chromium.close()


def _furnish(cli: CommandLine, timezone: str) -> None:
    """Two insured clients, where it is about noon."""
    set_up(cli)
    cli.done("change", "practice", 1, f"timezone={timezone}")
    cli.done("change", "client", 2, "uses_insurance=true")
    jon = ("--first", "Jon", "--last", "Sured", "--email", "jon@example.com", "--sex", "M", "--birth", "1988-03-04")
    cli.done("add", "client", *jon, *("--street", "3 Oak St", "--city", "Boston", "--state", "MA", "--zip", "02139"))
    cli.done("add", "coverage", "--client", 3, "--payer", 1, "--member-id", "W124", "--copay", "25.00")


def _come_in(practice: Running, role: str, name: str) -> None:
    """A new member of the staff chooses a password by their link."""
    clinician = ("--clinician", 1) if role == "clinician" else ()
    account = ("--name", name, "--email", f"{role}@elm.example", "--role", role)
    added = practice.run("staff", "add", *account, *clinician)
    page = practice.screen(script=False)
    page.goto(added["link"])
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    page.get_by_role("button", name="Keep it and sign in").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.context.close()


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_a_session_goes_from_a_free_time_to_a_paid_invoice(running: Running, script: bool) -> None:
    who = COMERS[script]
    with running.signed_in("front_desk", script) as desk:
        _book(desk, running, who, tomorrow=True)
        session = _book(desk, running, who, tomorrow=False)
        _check_in_and_record(desk, session, who)
        _invite(desk, who)
    with running.signed_in("clinician", script) as clinician:
        _write_and_sign(clinician, session)
    _answered_by_the_payer(running, session)
    with running.signed_in("biller", script) as biller:
        _see_claim_and_payment(biller, running, session)
    with running.signed_in("owner", script) as owner:
        _see_the_day(owner)
    client = running.screen(script)
    _come_to_the_portal(client, running.mailed_link(who.email))
    _see_appointment_and_pay(client, who)
    client.context.close()


# ── the front desk ───────────────────────────────────────────────────────────


def _book(page: Page, running: Running, who: Comer, tomorrow: bool) -> UUID:
    """Click a free time of tomorrow and book it; or write that what was held this morning was such a session."""
    day = (running.today + timedelta(days=1)).date()
    page.goto(f"/calendar?day={day}")
    wanted = re.compile(rf"(?<!\d){who.ahead_at if tomorrow else '5:30 pm'}")
    page.locator("li.free").get_by_role("link", name=wanted).first.click()
    page.get_by_label("Look for a client").fill(who.first)
    page.get_by_role("button", name="Find").click()
    page.get_by_label(who.name).check()
    page.get_by_label("Service").select_option(label="Talk, 45 min")
    if not tomorrow:
        page.get_by_label("Day", exact=True).fill(str(running.today.date()))
        page.get_by_label("Time", exact=True).fill(who.held_at.rjust(5, "0"))
    page.get_by_role("button", name="Book", exact=True).click()
    if not tomorrow:
        expect(page.get_by_text("this time has passed")).to_be_visible()
        page.get_by_label("Book it all the same").check()
        page.get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Booked.")
    return UUID(page.url.rpartition("/")[2])


def _check_in_and_record(page: Page, session: UUID, who: Comer) -> None:
    page.goto("/calendar/today")
    page.get_by_role("button", name=re.compile(f"Check in.*{who.name}")).click()
    expect(page.get_by_role("status")).to_contain_text("Checked in.")
    page.goto(f"/sessions/{session}")
    page.get_by_role("link", name="Record how it ended").click()
    expect(page.get_by_text("$25.00")).to_be_visible()
    page.get_by_label("attended", exact=True).check()
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_role("status")).to_contain_text("Recorded: attended.")


def _invite(page: Page, who: Comer) -> None:
    page.get_by_role("link", name=who.name).first.click()
    page.get_by_role("link", name="Portal", exact=True).click()
    page.get_by_label("Name", exact=True).fill(who.name)
    page.get_by_label("E-mail").fill(who.email)
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Give access").click()
    expect(page.get_by_text("invited")).to_be_visible()


# ── the others of the staff ──────────────────────────────────────────────────


def _write_and_sign(page: Page, session: UUID) -> None:
    page.goto(f"/sessions/{session}")
    page.get_by_role("link", name=re.compile("Write the")).click()
    page.locator("form#note textarea").last.fill("Spoke about the week; sleeps better.")
    page.get_by_label("Another diagnosis").fill("F41.1")
    page.get_by_role("button", name="Save and sign").click()
    expect(page.get_by_role("status").first).to_contain_text(re.compile("signed", re.IGNORECASE))


def _answered_by_the_payer(running: Running, session: UUID) -> None:
    """What the clock does of a day: the claim leaves, its payer answers."""
    deadline = time.monotonic() + SECONDS
    while (claim := _claim(running, session)).get("status") != "paid":
        assert time.monotonic() < deadline, claim
        running.run("claims", "send")
        running.run("remit", "inbox")
        time.sleep(0.2)


def _claim(running: Running, session: UUID) -> dict[str, str]:
    return next((claim for claim in running.run("claims", "list") if claim["session_id"] == str(session)), {})


def _see_claim_and_payment(page: Page, running: Running, session: UUID) -> None:
    number = _claim(running, session)["number"]
    page.get_by_role("navigation").get_by_role("link", name="Claims").click()
    page.get_by_role("link", name=number).click()
    expect(page.get_by_text("95.00").first).to_be_visible()
    page.goto("/remittances")
    expect(page.get_by_text("Aetna").first).to_be_visible()
    page.goto("/invoices")
    expect(page.get_by_text("$25.00").first).to_be_visible()


def _see_the_day(page: Page) -> None:
    expect(page.get_by_role("heading", name="How are we doing?")).to_be_visible()
    expect(page.get_by_text("Owed by clients")).to_be_visible()


# ── the client ───────────────────────────────────────────────────────────────


def _come_to_the_portal(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    page.get_by_role("button", name="Keep it and sign in").click()
    expect(page.get_by_role("heading", name="Your next appointments")).to_be_visible()


def _see_appointment_and_pay(page: Page, who: Comer) -> None:
    expect(page.get_by_role("heading", name=re.compile(who.ahead_at))).to_be_visible()
    page.get_by_role("link", name="See and pay").click()
    page.get_by_role("link", name=re.compile("^Invoice I")).first.click()
    page.get_by_role("button", name="Pay $25.00 now").click()
    page.get_by_role("button", name="Pay", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("your payment has arrived")
    page.goto("/portal")
    expect(page.get_by_text("Nothing is due.")).to_be_visible()
