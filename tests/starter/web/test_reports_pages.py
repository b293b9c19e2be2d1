"""Reports on pages: the owner's and the biller's, a clinician's own, and no insurance word for tutors."""

import re
from decimal import Decimal

from playwright.async_api import Page

from models.tables import Practice
from starter.web.access.permissions import Role
from tests.starter.web.pages import Browser, Pages, Screen, unfit
from tests.workflows.practice import ANA, DANA, ERIN, Life

INSET = re.compile(r"-?14px 0px[^,]*inset")


async def a_week(life: Life) -> None:
    """Dana holds two sessions and is missed once, Erin holds one; Ana pays a part."""
    await life.hold(life.at(0, 9))
    await life.hold(life.at(1, 9), clinician=ERIN)
    missed = await life.book(life.at(2, 9))
    await life.sleep_until(life.at(2, 11))
    await life.office.sessions.no_show(missed)
    await life.office.money.pay(ANA, Decimal("100.00"), "cash")


def dates(life: Life) -> str:
    return f"first={life.at(0, 12):%Y-%m-%d}&last={life.at(6, 12):%Y-%m-%d}"


async def text(browser: Browser, path: str) -> str:
    answer = await browser.get(path)
    assert answer.status == 200, (path, answer.words)
    return answer.words


async def test_owner_and_biller_see_money_and_clinicians_their_own(pages: Pages) -> None:
    await a_week(pages.life)
    days = dates(pages.life)
    owner = await pages.as_(Role.OWNER)
    page = await text(owner, f"/reports/revenue?{days}&by=clinician")
    assert "Dana Reyes $150.00 $150.00 $300.00" in page
    assert "Erin Wolfe $150.00 $0.00 $150.00" in page
    assert "In all $300.00 $150.00 $450.00" in page
    assert "Net collection rate" in await text(await pages.as_(Role.BILLER), "/reports")
    dana = await pages.as_(Role.CLINICIAN, clinician_id=DANA)
    assert "Revenue" not in await text(dana, "/reports")
    assert (await dana.get("/reports/revenue")).status == 404
    mine = await text(dana, f"/reports/attendance?{days}")
    assert "Dana Reyes 2 0 0 1 0 1 2 50.0 %" in mine
    assert "Erin" not in mine
    assert "$" not in await text(dana, "/reports/forecast")
    assert (await (await pages.as_(Role.FRONT_DESK)).get("/reports")).status == 403


async def test_a_report_is_a_csv_a_pdf_and_a_picture_of_the_same_days(pages: Pages) -> None:
    await a_week(pages.life)
    owner = await pages.as_(Role.OWNER)
    asked = f"{dates(pages.life)}&by=service"
    csv = await owner.get(f"/reports/revenue.csv?{asked}")
    assert csv.response.headers["content-type"] == "text/csv; charset=utf-8"
    assert "therapy,300.00,150.00,450.00,0.00,0.00,0.00,100.00" in csv.text
    assert (await owner.get(f"/reports/revenue.pdf?{asked}")).response.content.startswith(b"%PDF")
    svg = (await owner.get(f"/reports/revenue.svg?{asked}")).response
    assert svg.headers["content-security-policy"] == "default-src 'none'"
    assert svg.text.startswith("<svg")


async def test_days_that_cannot_be_are_told_at_the_form(pages: Pages) -> None:
    owner = await pages.as_(Role.OWNER)
    page = await owner.get("/reports/revenue?first=2027-02-01&last=2027-01-31")
    assert (page.status, page.value("first")) == (422, "2027-02-01")
    assert "the period ends on 2027-01-31, before it begins on 2027-02-01" in page.words
    assert "cannot be grouped by 'moon'" in (await owner.get("/reports/revenue?by=moon")).words
    typo = await owner.get("/reports/revenue?last=February+30")
    assert (typo.status, "a date such as 2027-03-02, please" in typo.words) == (422, True)
    assert (await owner.get("/reports/revenue.csv?last=February")).status == 422
    assert (await owner.get("/reports/moon")).status == 404
    assert "Nothing in these days" in (await owner.get("/reports/fees?first=2001-01-01&last=2001-01-31")).words


async def test_tutors_have_no_report_of_insurance(pages: Pages) -> None:
    pages.life.change(Practice, 1, kind="tutoring")
    owner = await pages.as_(Role.OWNER)
    words = await text(owner, "/reports")
    words += await text(owner, "/reports/revenue") + await text(owner, "/reports/aging")
    assert [w for w in ("payer", "insur", "laim", "ontractual", "linician") if w in words] == []
    assert "New and leaving students" in words
    assert (await owner.get("/reports/claims")).status == 404
    assert (await owner.get("/reports/revenue?by=payer")).status == 422


async def test_reports_are_fit_for_everybody(screen: Screen) -> None:
    await a_week(screen.pages.life)
    paths = ("/reports", "/reports/revenue?by=clinician", "/reports/attendance?by=weekday")
    assert await unfit(await screen.as_(Role.OWNER), *paths) == []


async def test_what_is_wider_than_the_page_shows_that_it_goes_on(screen: Screen) -> None:
    await a_week(screen.pages.life)
    wide = f"/reports/attendance?by=weekday&{dates(screen.pages.life)}"
    desk = await screen.as_(Role.OWNER)
    await desk.goto(wide)
    assert await edges(desk, ".table") == "", "all columns are in sight"
    phone = await screen.as_(Role.OWNER, width=390)
    await phone.goto(wide)
    for part in (".table", ".report-picture"):
        assert await edges(phone, part) == "right"
        await phone.evaluate(f"document.querySelector('{part}').scrollLeft = 40")
        assert await edges(phone, part) == "right left"
        await phone.evaluate(f"document.querySelector('{part}').scrollLeft = 9999")
        assert await edges(phone, part) == "left"


async def edges(page: Page, part: str) -> str:
    """At which edges the part has a shadow inside of it."""
    await page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    shadow = await page.evaluate(f"getComputedStyle(document.querySelector('{part}')).boxShadow")
    return " ".join("right" if "-14px" in one else "left" for one in INSET.findall(shadow))
