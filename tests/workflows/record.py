"""`python -m tests.workflows.record`: lives through weeks and keeps the history of each workflow kind for replay.

Record anew only on purpose: old histories are what running workflows will be replayed from after a deploy.
"""

import asyncio
import re
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast
from uuid import UUID

from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import waitlist
from activities.adapters.cards_sandbox import APPROVES, HESITATES, SandboxCards
from activities.codec import data_converter
from activities.relay import OFFICE
from models import messages
from models.collecting import PlanWish
from models.facts import By
from models.money import dollars
from models.paying import ItemKind, PayItem, Recalculation, pay_item_workflow
from models.scheduling import offering_workflow, series_workflow
from models.tables import Client, Invoice, PayRuleRow, PayStatement, PolicyRow, Practice, Session, Task, WaitlistOffer
from starter import schedules
from starter.sandbox.clearinghouse import Clearinghouse, Script
from starter.sandbox.temporal_server import time_skipping
from starter.stack import Stack
from tests.workflows.practice import ANA, DANA, INA, THERAPY, TZ, Life, living
from workflows.scheduled_run import arguments, batch_of

HISTORIES = Path(__file__).with_name("histories")


async def record() -> None:
    """Live through everything once, unencrypted, and keep what Temporal remembers of it."""
    clock = [datetime.now(UTC)]
    with TemporaryDirectory() as folder:
        home = Path(folder)
        sandbox = Clearinghouse(home / "clearinghouse", Script.acknowledge_only(), lambda: clock[0])
        async with Stack.start(home, None, on_upload=sandbox.on_upload, environ={}) as stack:
            temporal = await time_skipping(home, data_converter(None))
            async with living(stack, temporal.env, clock) as life:
                for name, workflow_id in (await everything(life)).items():
                    await keep(life, name, workflow_id)
            await temporal.env.shutdown()


async def everything(life: Life) -> dict[str, str]:
    """Every kind of workflow, on its ways; the file and the workflow id of each."""
    found = await the_sessions(life) | await the_claims(life)
    last = (life.monday.astimezone(TZ) + timedelta(days=6)).date()
    await life.sleep_until(life.at(7, 0, 5))
    await life.office.pay.close_periods("week")
    await life.eventually(lambda: life.rows(select(PayStatement)))
    await life.office.pay.approve(DANA, last, "owner")
    await life.sleep_until(life.at(110, 9))
    collected = await the_collecting(life)
    receipt = await life.office.money.pay(ANA, dollars("25.00"), "check")
    unanswered = select(Task.id).where(Task.kind == "outcome_missing", col(Task.closed_at).is_(None))
    [task] = life.rows(unanswered)
    invoices = {f"invoice-{i}": messages.invoice_workflow(f"I{i:06d}") for i in (1, 2)}
    named = {
        "claim-batch": "claim-batch/first",
        "inbox": "inbox/first",
        "pay-run": "pay-run/week",
        "pay-period": messages.pay_workflow(DANA, last),
        "payment": messages.payment_workflow(receipt.payment_id),
        "task-escalated": messages.task_workflow(task),
    }
    found |= named | invoices | collected | await the_charts(life)
    return found | await the_calendar(life) | await the_runs(life) | await the_pay(life)


async def the_sessions(life: Life) -> dict[str, str]:
    """Held, moved, cancelled late, presumed, corrected; Ana's card hesitates."""
    card = life.world.cards.store(HESITATES)
    life.change(Client, ANA, card=card, autopay_since=life.monday)
    life.change(PolicyRow, 1, fee_grace_hours=6)
    held, moved, late, silent, waived = [await life.book(life.at(3, hour)) for hour in (9, 11, 13, 15, 17)]
    await life.sleep_until(life.at(2, 12))
    await life.office.sessions.reschedule(moved, life.at(4, 11), By.PRACTICE)
    await life.office.sessions.cancel(late, By.CLIENT)
    await life.sleep_until(life.at(3, 18))
    await life.office.sessions.attend(held)
    await life.office.sessions.sign(held, "Session note")
    await life.office.sessions.no_show(waived)
    await life.office.sessions.waive(waived, ANA, "was ill")
    await life.sleep_until(life.at(5, 14))  # the note of the moved one is missing; the silent one is presumed
    await life.office.sessions.attend(moved)
    await life.sleep_until(life.at(6, 1))
    await life.office.sessions.sign(moved, "Session note")
    named = {"held": held, "moved": moved, "cancelled-late": late, "presumed": silent, "waived": waived}
    return {f"session-{name}": messages.session_workflow(session_id) for name, session_id in named.items()}


async def the_claims(life: Life) -> dict[str, str]:
    """One paid, one denied, corrected and paid."""
    sessions = [await life.hold(life.at(6, hour), INA) for hour in (9, 11)]
    await life.eventually(lambda: all(life.claim(s).status == "draft" for s in sessions))
    await life.office.claims.send("first")
    await life.office.claims.read_answers("first")
    await life.eventually(lambda: all(life.claim(s).status == "accepted" for s in sessions))
    paid, denied = (life.claim(s) for s in sessions)
    await life.receive(life.an_835("T1", "110.00", [("CO", "45", "40.00")], paid))
    await life.receive(life.an_835("T2", "0.00", [("CO", "197", "150.00")], denied, status="4"))
    await life.eventually(lambda: life.claim(sessions[1]).status == "denied")
    await life.office.claims.correct(denied.number, "AUTH1")
    await life.send_claims()
    await life.receive(life.an_835("T3", "110.00", [("CO", "45", "30.00"), ("PR", "3", "10.00")], denied))
    await life.ended(messages.claim_workflow(denied.number))
    named = {"claim-paid": paid, "claim-corrected": denied}
    claims = {name: messages.claim_workflow(claim.number) for name, claim in named.items()}
    return {**claims, "remittance": messages.remittance_workflow(1)}


async def the_collecting(life: Life) -> dict[str, str]:
    """A page that is paid, a card that is charged, a plan that is kept, a month that is stated."""
    [number] = life.rows(select(Invoice.number).where(Invoice.client_id == INA, col(Invoice.settled_at).is_(None)))
    life.change(Client, INA, card=life.world.cards.store(APPROVES))
    plan = PlanWish(UUID(int=1), INA, (number,), 2, life.at(111, 0).astimezone(TZ).date(), "week", True)
    await life.office.money.agree_plan(plan)
    url = await life.office.money.card_on_file(INA, "/", UUID(int=2))
    cast(SandboxCards, life.world.cards).pay(url.rpartition("/")[2], APPROVES)
    charged = await life.office.money.charge(INA, dollars("1.00"), UUID(int=3))
    await life.office.money.mail_statements(plan.first.replace(day=1))
    await life.sleep_until(life.at(130, 9))
    return {
        "charge": messages.charge_workflow(charged.id),
        "charge-page": messages.charge_workflow(UUID(int=2)),
        "plan": messages.plan_workflow(plan.id),
        "statements": f"statements/{plan.first:%Y-%m}",
    }


async def the_calendar(life: Life) -> dict[str, str]:
    """A series moved and ended, a freed time offered and taken, outside calendars read."""
    first = life.clock[0].astimezone(TZ).date() + timedelta(days=7)
    series_id = await life.office.series.book(DANA, THERAPY, (ANA,), "FREQ=WEEKLY;COUNT=3", first, time(19))
    await life.eventually(lambda: len(life.rows(select(Session.id).where(Session.series_id == series_id))) == 3)
    second = first + timedelta(days=7)
    await life.office.series.change(series_id, second, second + timedelta(days=1), time(20), "Room 4")
    await life.office.series.end(series_id, second + timedelta(days=8), By.PRACTICE)
    freed = await life.book(life.clock[0] + timedelta(days=2), ANA)
    with Database(life.office.engine) as db, db.begin():
        waitlist.wish(db, INA, THERAPY, None, [], time(0), time(23, 59), None, life.clock[0])
    await life.office.sessions.cancel(freed, By.CLIENT)
    [offer] = await life.eventually(lambda: life.rows(select(WaitlistOffer)))
    await life.office.waitlist.accept(offer.id)
    await life.sleep_until(offer.expires_at + timedelta(minutes=1))
    await life.office.calendars.read("first")
    named = {"series": series_workflow(series_id), "offering": offering_workflow(offer.freed_by)}
    for workflow_id in named.values():
        await life.ended(workflow_id)
    return {**named, "calendars": "calendars/first"}


async def the_charts(life: Life) -> dict[str, str]:
    """A chart looked through after a change."""
    await life.office.charts.changed(ANA, UUID(int=4))
    named = {"chart-review": f"chart/{ANA}/{UUID(int=4)}"}
    await life.ended(named["chart-review"])
    return named


async def the_runs(life: Life) -> dict[str, str]:
    """What runs by the clock, by hand."""
    [ours] = life.rows(select(Practice))
    found = {"scheduled-run": await life.office.runs.now(ours, "calendars", life.clock[0])}
    await life.ended(found["scheduled-run"])
    for name in ("superbills", "dunning", "task-sweep", "figures", "backup", "export", "retention"):
        timed = schedules.named(name, ours.kind)
        told = arguments(timed.takes, life.clock[0].date())
        handle = await life.client.start_workflow(timed.batch, args=told, id=batch_of(name), task_queue=OFFICE)
        await handle.result()
        found[name] = handle.id
    return found


async def the_pay(life: Life) -> dict[str, str]:
    """A bonus, pay worked out anew after a rate was entered late, a period approved and paid later."""
    await life.hold(life.clock[0] + timedelta(days=1, hours=11))
    held = life.clock[0].astimezone(TZ).date()
    item = PayItem(UUID(int=5), DANA, ItemKind.BONUS, dollars("50.00"), "a good year", "owner")
    await life.office.pay.add(item)
    life.change(PayRuleRow, 1, value=dollars("95.00"))
    await life.office.pay.recalculate(Recalculation(DANA, held, "rate entered late", "owner"), "late")
    last = held + timedelta(days=6 - held.weekday())
    await life.sleep_until(datetime.combine(last, time(20), TZ))
    await life.office.pay.close_periods("two-steps", last)
    await life.eventually(lambda: life.rows(select(PayStatement).where(PayStatement.last == last)))
    await life.office.pay.approve(DANA, last, "owner", pay_now=False)
    await life.office.pay.paid(DANA, last, "owner")
    named = {
        "pay-item": pay_item_workflow(item.id),
        "pay-recalculation": "pay-recalculation/late",
        "pay-period-later": messages.pay_workflow(DANA, last),
    }
    for workflow_id in named.values():
        await life.ended(workflow_id)
    return named


async def keep(life: Life, name: str, workflow_id: str) -> None:
    """Write one history, without the name of the machine it was recorded on."""
    history = await life.client.get_workflow_handle(workflow_id).fetch_history()
    text = re.sub(r'"identity": "[^"]*"', '"identity": "recorded"', history.to_json())
    (HISTORIES / f"{name}.json").write_text(text)


if __name__ == "__main__":
    asyncio.run(record())
