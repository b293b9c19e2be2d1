"""The home page: each role's day, and nothing that is not theirs."""

from starter.web.access.permissions import Role
from tests.starter.web.pages import Pages, Screen, shot, violations
from tests.workflows.practice import DANA, ERIN, INA, Life


async def a_day(life: Life) -> None:
    """Tuesday noon: one session held without a note, one tomorrow's colleague, one still to come."""
    held = await life.book(life.at(1, 10))
    await life.book(life.at(1, 15), INA)
    await life.book(life.at(1, 14), clinician=ERIN)
    await life.sleep_until(life.at(1, 12))
    await life.office.sessions.attend(held)


async def test_a_clinician_sees_their_own_sessions_and_notes(pages: Pages) -> None:
    await a_day(pages.life)
    dana = await pages.as_(Role.CLINICIAN, clinician_id=DANA)
    page = (await dana.get("/")).words
    assert "My sessions today" in page
    assert "Ina Ortiz booked next" in page
    assert "Progress notes to sign 1" in page
    assert "Owed by" not in page
    erin = (await (await pages.as_(Role.CLINICIAN, clinician_id=ERIN)).get("/")).words
    assert "Ina Ortiz" not in erin
    assert "Progress notes to sign 0" in erin


async def test_the_owner_sees_the_practice_at_a_glance(pages: Pages) -> None:
    await a_day(pages.life)
    page = (await (await pages.as_(Role.OWNER)).get("/")).words
    for figure in (
        "Sessions this week 1",
        "Claims to mend 0",
        "Owed by clients $0.00",
        "Income this month",
        "Pay not yet",
    ):
        assert figure in page
    assert "Ana Ortiz" in page
    assert "Erin Wolfe" in page


async def test_the_front_desk_sees_all_sessions_and_no_claims_or_pay(pages: Pages) -> None:
    await a_day(pages.life)
    page = (await (await pages.as_(Role.FRONT_DESK)).get("/")).words
    assert "Today's sessions" in page
    assert "Owed by clients" in page
    assert [word for word in ("Claims", "payers", "Pay not", "Income") if word in page] == []


async def test_a_supervisor_without_clinicians_has_an_empty_day(pages: Pages) -> None:
    await a_day(pages.life)
    page = (await (await pages.as_(Role.SUPERVISOR)).get("/")).words
    assert "No sessions today." in page
    assert "Ortiz" not in page


async def test_the_home_page_is_fit_for_everybody(screen: Screen) -> None:
    await a_day(screen.pages.life)
    for role, width, dark in ((Role.OWNER, 1280, False), (Role.OWNER, 360, True), (Role.CLINICIAN, 1280, True)):
        who = {"clinician_id": DANA} if role is Role.CLINICIAN else {}
        page = await screen.as_(role, width=width, dark=dark, **who)
        await page.goto("/")
        await shot(page, f"work-home-{role.value}-{width}")
        assert await violations(page) == []
