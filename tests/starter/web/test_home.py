"""The home page: each role's day, and nothing that is not theirs."""

from datetime import date
from decimal import Decimal

import pytest

from starter.web.access.permissions import Role
from starter.web.desk.owner_day import beside, same_day
from tests.starter.web.pages import Pages, Screen, unfit
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
        "Billed this month $0.00",
        "Collected this month $0.00",
        "Sessions attended 1",
        "Missed or cancelled late 0.0 %",
        "What needs somebody",
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
    assert await unfit(await screen.as_(Role.OWNER), "/") == []
    assert await unfit(await screen.as_(Role.CLINICIAN, clinician_id=DANA), "/") == []


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        (Decimal("120.00"), Decimal("100.00"), "20 % more than Oct 1 to 25"),
        (405, 400, "1 % more than Oct 1 to 25"),
        (41, 40, "3 % more than Oct 1 to 25"),
        (2, 1, "100 % more than Oct 1 to 25"),
        (37, 1, "Oct 1 to 25: 1"),
        (80, 100, "20 % less than Oct 1 to 25"),
        (Decimal("100.20"), Decimal("100.00"), "as Oct 1 to 25"),
        (Decimal("5.00"), Decimal("0.00"), "nothing Oct 1 to 25"),
    ],
)
def test_a_figure_is_told_beside_what_it_was(now: Decimal | int, before: Decimal | int, told: str) -> None:
    assert beside(now, before, "Oct 1 to 25", str(before)) == told


def test_a_month_that_is_shorter_is_compared_whole() -> None:
    assert same_day(date(2027, 2, 1), date(2027, 3, 31)) == date(2027, 2, 28)
    assert same_day(date(2028, 2, 1), date(2028, 3, 29)) == date(2028, 2, 29)
