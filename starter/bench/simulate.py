"""A generated practice lived through, beside bare workflows of the same size at the same moments, on one server.

| key | meaning |
|---|---|
| `ratio_to_bare` | real / bare sessions a second, one after the other on the same time-skipping server |
| `sessions_per_s`, `bare_per_s` | booked times lived through a second, whatever became of them; without moving in |
| `sessions`, `steps_per_session`, `updates_per_session` | how many there were, and what each asked of the server |

A real session has its claim, invoice, payment and tasks with it; the bare one is a single workflow with as many
updates, activities and timers, which knows no database and no X12. Both run as a simulation does: not encrypted,
without the sandbox, mails not written. Batches of claims and answers, payers' remittances, pay runs and clients who
pay are in the real time and have no bare twin.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from sqlmodel import Session as Database
from sqlmodel import select
from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy

from models import messages
from models.tables import ChargeIntent, Claim, Invoice, Payment, Session, Task
from starter.bench.bare import QUEUE, BareWorkflow, Size
from starter.bench.counting import Count, in_histories
from starter.bench.lifecycle import bare_worker, size_of
from starter.sandbox.databases import template
from starter.scenarios.command import quiet
from starter.simulate.behaviour import Visit
from starter.simulate.generate import Wanted, generate
from starter.simulate.lived import AT_ONCE, Lived, living, unwatched
from starter.simulate.practice import Practice

Say = Callable[[str], None]
AN_HOUR = 3600.0
FIGURES = 2


@dataclass(frozen=True)
class Amount:
    """How large a practice, for how long."""

    clinicians: int = 2
    clients: int = 60
    months: int = 1


async def measure(amount: Amount, say: Say) -> dict[str, Any]:
    """Everything on a stack of its own."""
    with TemporaryDirectory(prefix="persession-bench-") as home, template(Path(home)) as template_url:
        return await _measured(amount, template_url, say)


async def _measured(amount: Amount, template_url: str, say: Say) -> dict[str, Any]:
    quiet()
    practice = generate(Wanted(amount.clinicians, amount.clients, amount.months))
    count = len(practice.visits)
    say(f"moving in; then {count} sessions from {practice.first} to {practice.last}")
    async with living(practice, template_url, unwatched) as life:
        began = time.perf_counter()
        await life.run()
        real = count / (time.perf_counter() - began)
        say(f"{real:.2f} sessions a second; counting what they asked of the server")
        counted = await in_histories(life.office.client, _workflows(life))
        size = size_of(counted, count)
        size = replace(size, seconds_between=AN_HOUR)
        bare = count / await _bare(life, practice, size)
        say(f"{bare:.2f} bare ones a second")
    return _told(real, bare, count, counted)


def _told(real: float, bare: float, count: int, counted: Count) -> dict[str, Any]:
    return {
        "ratio_to_bare": round(real / bare, FIGURES),
        "sessions_per_s": round(real, FIGURES),
        "bare_per_s": round(bare, FIGURES),
        "sessions": count,
        "steps_per_session": round(counted.kinds["activity"] / count, FIGURES),
        "updates_per_session": round(counted.kinds["update"] / count, FIGURES),
        "timers_per_session": round(counted.kinds["timer"] / count, FIGURES),
    }


def _workflows(life: Lived) -> list[str]:
    """Every workflow that a session led to."""
    named: list[tuple[Any, Callable[[Any], str]]] = [
        (Session.id, messages.session_workflow),
        (Claim.number, messages.claim_workflow),
        (Invoice.number, messages.invoice_workflow),
        (Task.id, messages.task_workflow),
        (ChargeIntent.id, messages.charge_workflow),
    ]
    with Database(life.office.engine) as db:
        found = [name(key) for column, name in named for key in db.exec(select(column)).all()]
        charged = set(db.exec(select(ChargeIntent.id)).all())
        paid = db.exec(select(Payment.id).where(Payment.kind == "payment")).all()
    return found + [messages.payment_workflow(each) for each in paid if each not in charged]


async def _bare(life: Lived, practice: Practice, size: Size) -> float:
    """Seconds that as many bare workflows take, asked at the moments at which the real ones were."""
    now = await life.stack.env.get_current_time()
    shift = now - life.at(datetime.combine(practice.first, datetime.min.time()))
    desk = asyncio.Semaphore(AT_ONCE)
    plan: list[tuple[datetime, Callable[[], Awaitable[Any]]]] = []
    for visit in practice.visits:
        one = One(life, size, desk, f"bare/{uuid4()}")
        moments = _moments(visit, size.updates)
        plan += [(life.at(at) + shift, one.start if first == 0 else one.poke) for first, at in enumerate(moments)]
    began = time.perf_counter()
    async with bare_worker(life.office.client, guarded=False):
        with life.stack.env.auto_time_skipping_disabled():
            for at, asked in groupby(sorted(plan, key=lambda each: each[0]), key=lambda each: each[0]):
                await life.sleep_until(at)
                await asyncio.gather(*(ask() for _, ask in asked))
    return time.perf_counter() - began


def _moments(visit: Visit, updates: int) -> list[datetime]:
    """When a session was asked something: booked, over, signed; the last moment again for the rest."""
    over = visit.starts + timedelta(hours=1)
    known = [visit.booked, over, visit.signed or over]
    return [known[min(number, len(known) - 1)] for number in range(updates)]


@dataclass(frozen=True)
class One:
    """A bare workflow, asked by few people at once."""

    life: Lived
    size: Size
    desk: asyncio.Semaphore
    name: str

    async def start(self) -> None:
        operation = WithStartWorkflowOperation(
            BareWorkflow.run,
            self.size,
            id=self.name,
            task_queue=QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
        )
        async with self.desk:
            await self.life.office.client.execute_update_with_start_workflow(
                BareWorkflow.poke, start_workflow_operation=operation
            )

    async def poke(self) -> None:
        async with self.desk:
            await self.life.office.client.get_workflow_handle(self.name).execute_update(BareWorkflow.poke)
