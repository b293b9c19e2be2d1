"""What ran by the clock, on pages: how it went, what failed and what to do; run for a day by hand."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypedDict, Unpack

from sqlmodel import Session as Database
from sqlmodel import select

from activities import retention
from models.rules.retention import MONTHLY, YOUNG, policy, why_kept
from models.tables import Message, Practice, ScheduledRun
from starter.web.access.permissions import Role
from tests.starter.web.pages import Pages, Screen, unfit
from tests.workflows.practice import TZ, Life

MOST_QUERIES = 6


class HowItWent(TypedDict, total=False):
    """What is written down of a run once it is over."""

    state: str
    ended_at: datetime
    done: int
    parts: dict[str, int]
    problems: list[str]


def a_run(life: Life, name: str = "inbox", **went: Unpack[HowItWent]) -> int:
    """A run that was written down."""
    now = life.clock[0]
    with Database(life.office.engine) as db, db.begin():
        row = ScheduledRun(
            key=f"{name}/{len(went)}",
            name=name,
            day=now.astimezone(TZ).date(),
            began_at=now,
            workflow_id=f"run/{name}",
            **went,
        )
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
    gone = await owner.post("/runs", name="backup", day=today - timedelta(days=1))
    assert (gone.status, "cannot be had any more" in gone.words) == (422, True)
    failed = a_run(pages.life, "backup", state="failed", ended_at=pages.life.clock[0], problems=["the disk is full"])
    page = (await owner.get(f"/runs/{failed}")).words
    assert ("Run it now" in page, "Run it again for this day" in page) == (True, False)
    started = await owner.post("/runs", name="inbox")
    assert "inbox was started." in started.words
    await pages.life.eventually(lambda: "done" in [run.state for run in _written(pages.life)])
    paused = await owner.post("/runs/breakfast/pause")
    assert (paused.status, "there is no schedule" in paused.words) == (422, True)


async def test_the_owner_sees_what_went_and_why_the_rest_is_kept(pages: Pages, tmp_path: Path) -> None:
    life, owner = pages.life, await pages.as_(Role.OWNER)
    now, today = life.clock[0], life.clock[0].astimezone(TZ).date()
    a_run(life, "backup", state="failed", ended_at=now, problems=["no folder for backups is named"])
    run = a_run(life, "retention", state="done", ended_at=now, done=7, parts={"links": 7, "mails": 0})
    days = [today - timedelta(days=n) for n in (400, 40, 39, 2, 1)]
    for day in days:
        (tmp_path / f"persession-{day}.backup").touch()
    (tmp_path / f"persession-{today}T153000-0700.backup").touch()
    (tmp_path / f"persession-{today}T033000-0700.backup").touch()
    with Database(life.office.engine) as db, db.begin():
        retention.keep_for(db, "mails", 450)
        for name, ago in (("old", 451), ("young", 449)):
            db.add(Message(key=name, kind="invoice", sent_at=now - timedelta(days=ago)))
    pages.site.backups = pages.site.home = tmp_path
    assert 'href="/runs/upkeep"' in (await owner.get("/runs")).text
    with pages.asked() as asked:
        page = await owner.get("/runs/upkeep")
    assert len(asked) <= MOST_QUERIES, asked
    assert f'href="/runs/{run}"' in page.text
    assert page.words.count(f"{now.astimezone(TZ):%a, %b} {now.astimezone(TZ).day}, {now.astimezone(TZ).year} at ") >= 2
    assert "failed" in page.words
    assert "Rows and files deleted: 7" in page.words
    mails = re.search(
        r"could be sent again 450 set here, at least 400 (\d+): its days are not over .*? (\d+) 0 ", page.words
    )
    assert mails is not None
    held = len(life.rows(select(Message)))
    assert (int(mails[1]), int(mails[2])) == (held - 1, 1)
    stays = why_kept({day: day for day in sorted(days)}, policy({})["backups"], today)
    assert f"{list(stays.values()).count(YOUNG) + 2}: {YOUNG}" in page.words
    assert f"{list(stays.values()).count(MONTHLY)}: {MONTHLY}" in page.words
    biller = await pages.as_(Role.BILLER)
    assert (await biller.get("/runs/upkeep")).status == 403
    went = (await owner.get(f"/runs/{run}")).words
    assert "Links 7" in went
    assert "Rows and files deleted 7" in went
    backup = a_run(life, "backup", state="done", ended_at=now, done=95, problems=[])
    assert "Tables backed up and read back whole 95" in (await owner.get(f"/runs/{backup}")).words
    assert "Tables backed up and read back whole: 95" in (await owner.get("/runs?name=backup")).words


async def test_tutors_see_no_run_of_claims(pages: Pages) -> None:
    run = a_run(pages.life, "claim-batch")
    pages.life.change(Practice, 1, kind="tutoring")
    owner = await pages.as_(Role.OWNER)
    assert "claim" not in (await owner.get("/runs")).words.lower()
    assert (await owner.get(f"/runs/{run}")).status == 404


async def test_runs_fit_a_phone_and_please_axe(screen: Screen) -> None:
    life = screen.pages.life
    run = a_run(life, state="failed", ended_at=life.clock[0], problems=["the clearinghouse knows no folder outbox"])
    assert await unfit(await screen.as_(Role.OWNER), "/runs", f"/runs/{run}", "/runs/upkeep") == []


def _written(life: Life) -> list[ScheduledRun]:
    return life.rows(select(ScheduledRun))
