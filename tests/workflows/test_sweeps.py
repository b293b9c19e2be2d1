"""What runs by night finds nothing to do twice: open things are followed again, papers and figures told of once."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session as Database
from sqlmodel import col, select
from temporalio import workflow
from temporalio.client import WorkflowExecutionStatus, WorkflowHandle
from temporalio.worker import Replayer

from activities import access
from activities.backups import kept
from activities.retention import FILES
from models.messages import claim_workflow, invoice_workflow, task_workflow
from models.tables import Account, Invoice, Message, Practice, ScheduledRun, StatusInquiryRow, Task
from tests.workflows.practice import ANA, INA, TZ, Life
from tests.workflows.test_claim import an_accepted_claim
from worker import WORKFLOWS, runner
from workflows.upkeep import KINDS


def an_account(life: Life, role: str, client_id: int | None = None) -> int:
    login = f"{role}@elmstreet.example"
    with Database(life.office.engine) as db, db.begin():
        row = Account(login=login, email=login, name="Kim Owner", roles=[role], created_at=life.clock[0])
        access.new_account(db, row, [(client_id, "self")] if client_id else [])
        return row.id or 0


async def ran(life: Life, name: str, day: date | None = None) -> ScheduledRun:
    """The run of a schedule, now or for a day, once it has ended."""
    [ours] = life.rows(select(Practice))
    if day:
        await life.ended(await life.office.runs.of_day(ours, name, day, life.clock[0]))
    else:
        await life.ended(await life.office.runs.now(ours, name, life.clock[0]))
    run: ScheduledRun = life.rows(
        select(ScheduledRun).where(ScheduledRun.name == name).order_by(col(ScheduledRun.id).desc())
    )[0]
    return run


async def running(life: Life, workflow_id: str) -> bool:
    handle: WorkflowHandle[Any, Any] = life.client.get_workflow_handle(workflow_id)
    return (await handle.describe()).status is WorkflowExecutionStatus.RUNNING


async def test_what_somebody_terminated_is_followed_again(life: Life) -> None:
    await life.hold(life.at(0, 10))
    await life.book(life.at(1, 10))
    await life.sleep_until(life.at(3, 10))  # nobody said how that one ended: a task
    [number] = life.rows(select(Invoice.number).where(Invoice.client_id == ANA, col(Invoice.settled_at).is_(None)))[:1]
    [task] = life.rows(select(Task.id).where(Task.kind == "outcome_missing"))
    followed = (invoice_workflow(number), task_workflow(task))
    for workflow_id in followed:
        await life.client.get_workflow_handle(workflow_id).terminate()
    before = life.mails()
    assert (await ran(life, "dunning")).done >= 1
    assert (await ran(life, "task-sweep")).done >= 1
    assert [await running(life, workflow_id) for workflow_id in followed] == [True, True]
    await life.ended(await life.office.runs.now(life.rows(select(Practice))[0], "dunning", life.clock[0]))
    assert life.mails() == before  # nothing is mailed twice


async def test_the_owner_hears_of_the_week_and_who_pays_alone_of_the_months_superbill(life: Life) -> None:
    owner = an_account(life, "owner")
    an_account(life, "client", ANA)
    await life.hold(life.at(0, 10), ANA)
    await life.hold(life.at(0, 12), INA)
    monday = life.at(0, 0).astimezone(TZ).date()
    first = (monday.replace(day=1) + timedelta(days=40)).replace(day=1)
    await life.sleep_until(life.at(max((first - monday).days, 7), 9))
    assert (await ran(life, "superbills", first)).done == 1
    assert (await ran(life, "figures", monday + timedelta(days=7))).done == 1
    mails = life.rows(select(Message).where(col(Message.kind).in_(("superbill", "figures"))).order_by(Message.kind))
    assert [(mail.kind, mail.client_id, mail.account_id) for mail in mails] == [
        ("figures", None, owner),
        ("superbill", ANA, None),
    ]


async def test_a_night_is_backed_up_and_tidied(life: Life) -> None:
    await life.sleep_until(life.at(1, 12))
    today = life.clock[0].astimezone(TZ).date()
    backup = await ran(life, "backup", today)
    assert (backup.state, backup.day, backup.done > 40) == ("done", today, True)
    assert life.world.backups is not None
    [nightly] = kept(life.world.backups)
    await life.sleep_until(life.at(1, 13))
    started = await life.office.runs.now(life.rows(select(Practice))[0], "backup", life.clock[0])
    assert (await life.office.runs.ended(started)).done == backup.done
    assert [file.day for file in kept(life.world.backups)] == [nightly.day, today] == [today, today]
    gone = await ran(life, "retention")
    assert (gone.done, gone.parts) == (0, dict.fromkeys((*KINDS, *FILES), 0))


async def test_a_claim_that_began_before_payers_were_asked_is_asked_after_from_the_next_sweep_on(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its workflow is that of before (the patch was unknown to it), and its history still replays."""
    patched = workflow.patched
    monkeypatch.setattr(workflow, "patched", lambda name: name != "silent-payers-are-asked" and patched(name))
    claim = await an_accepted_claim(life)
    monkeypatch.undo()
    await life.sleep_until(life.at(20, 12))
    assert life.rows(select(StatusInquiryRow)) == [], "by itself it never asks"
    await ran(life, "task-sweep")
    await life.eventually(lambda: len(life.rows(select(StatusInquiryRow))) == 1)
    await ran(life, "task-sweep")
    await life.sleep_until(life.at(36, 12))
    await life.eventually(
        lambda: life.rows(select(StatusInquiryRow.asked_at))[0] > life.at(33, 0)
    )  # no batch took it along
    history = await life.client.get_workflow_handle(claim_workflow(claim.number)).fetch_history()
    assert sum("ask_by_the_clock" in str(event) for event in history.events) == 1, "who asks already is not told again"
    replayer = Replayer(workflows=WORKFLOWS, workflow_runner=runner(), data_converter=life.client.data_converter)
    await replayer.replay_workflow(history)
