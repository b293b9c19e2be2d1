"""What ran by the clock, on pages: how it went, what failed and what to do; run for a day by hand."""

from sqlmodel import Session as Database
from sqlmodel import select

from models.tables import Practice, ScheduledRun
from starter.web.access.permissions import Role
from tests.starter.web.pages import Pages, Screen, shot, violations
from tests.workflows.practice import TZ, Life


def a_run(life: Life, name: str = "inbox", **fields: object) -> int:
    """A run that was written down."""
    told = {"day": life.clock[0].astimezone(TZ).date(), "began_at": life.clock[0], "workflow_id": f"run/{name}"}
    with Database(life.office.engine) as db, db.begin():
        row = ScheduledRun(**{"key": f"{name}/{len(fields)}", "name": name, **told, **fields})
        db.add(row)
        db.flush()
        return row.id or 0


async def test_a_failed_run_says_what_did_not_work_and_what_to_do(pages: Pages) -> None:
    why = "the clearinghouse knows no folder <outbox>"
    run = a_run(pages.life, state="failed", ended_at=pages.life.clock[0], problems=[why])
    biller = await pages.as_(Role.BILLER)
    page = await biller.get(f"/runs/{run}")
    assert why in page.words
    assert "<outbox>" not in page.text
    assert "Mend what is named above, then run it again" in page.words
    assert "Run it again for this day" not in page.words  # that is the owner's
    assert "failed" in (await biller.get("/runs?name=inbox")).words
    assert (await biller.get("/runs/999999")).status == 404


async def test_the_owner_runs_one_for_a_day_and_hears_why_not(pages: Pages) -> None:
    owner, today = await pages.as_(Role.OWNER), pages.life.clock[0].astimezone(TZ).date()
    refused = await owner.post("/runs", name="inbox", day=today.replace(year=today.year + 1))
    assert (refused.status, "lies ahead" in refused.words) == (422, True)
    started = await owner.post("/runs", name="inbox")
    assert "inbox was started." in started.words
    await pages.life.eventually(lambda: "done" in [run.state for run in _written(pages.life)])
    paused = await owner.post("/runs/breakfast/pause")
    assert (paused.status, "there is no schedule" in paused.words) == (422, True)


async def test_tutors_see_no_run_of_claims(pages: Pages) -> None:
    run = a_run(pages.life, "claim-batch")
    pages.life.change(Practice, 1, kind="tutoring")
    owner = await pages.as_(Role.OWNER)
    assert "claim" not in (await owner.get("/runs")).words.lower()
    assert (await owner.get(f"/runs/{run}")).status == 404


async def test_runs_fit_a_phone_and_please_axe(screen: Screen) -> None:
    life = screen.pages.life
    run = a_run(life, state="failed", ended_at=life.clock[0], problems=["the clearinghouse knows no folder outbox"])
    for width, dark in ((360, True), (1280, False)):
        page = await screen.as_(Role.OWNER, width=width, dark=dark)
        for path in ("/runs", f"/runs/{run}"):
            await page.goto(path)
            assert await violations(page) == []
            assert await page.evaluate("document.documentElement.scrollWidth") <= width
            await shot(page, f"runs-{width}-{'one' if path != '/runs' else 'all'}")


def _written(life: Life) -> list[ScheduledRun]:
    return life.rows(select(ScheduledRun))
