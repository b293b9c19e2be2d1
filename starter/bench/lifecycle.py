"""The life of a session, measured beside a bare workflow of the same size, on one server in one run.

| key | meaning |
|---|---|
| `ratio_to_bare` | median over the rounds of real / bare lives a second; same worker settings, taken in turns |
| `lifecycles_per_s`, `bare_per_s` | medians over the rounds |
| `timers_fired_under_load` | timers that fired in a real life of the rounds; a reminder missed under load is one less |
| `events_...`, `actions_...` | session, claim and invoice together: from their histories, from the server's metric |
| `actions_..._by_kind`, `..._from_histories` | where they go; a difference is a retried activity or a refused update |
| `rss_mb_open_5000`, `rss_mb_idle` | resident memory of a worker process with 5,000 sessions open, and before |

Reminders really fire: see `practice`. What a batch costs besides (one claim batch and inbox a day or hour for all
claims) is not counted. The bare workflow is one where the real life is two, shows nothing to be searched for, and
its activities know no database.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from temporalio.client import Client, WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from starter import migrations
from starter.bench import memory
from starter.bench.bare import QUEUE, BareWorkflow, Size, nothing
from starter.bench.counting import SIGNS_OF_LIFE, Count, in_histories, in_metric
from starter.bench.lives import Lives
from starter.bench.practice import LEAD, REMINDED, move_in
from starter.office import Office
from starter.sandbox.clearinghouse import PAYERS, Clearinghouse, Script
from starter.stack import Stack
from worker import THREADS, compose, runner, working

Say = Callable[[str], None]
FIGURES = 2
AT_THE_DESK = 4
"""How many people ask the server something at the same moment; many more sessions are under way."""
BARE_FOR_A_REAL = 2
"""Bare lives a round for each real one, so that a round of either takes about as long."""


@dataclass(frozen=True)
class Amount:
    """How much to measure."""

    warm_up: int = 10
    counted: int = 5
    insured: int = 5
    rounds: int = 3
    a_round: int = 30
    open: int = 5000

    @property
    def self_pay(self) -> int:
        return self.warm_up + self.counted + self.rounds * self.a_round


async def measure(amount: Amount, say: Say) -> dict[str, Any]:
    """Everything, one after the other, on a stack of its own."""
    with TemporaryDirectory(prefix="persession-bench-") as home:
        script = Script.read(PAYERS)
        sandbox = Clearinghouse(Path(home) / "clearinghouse", script, lambda: datetime.now(UTC))
        say("starting a server, a database, a mailbox and a clearinghouse")
        async with Stack.start(Path(home), on_upload=sandbox.on_upload, environ={}) as stack:
            world = compose(stack.settings, stack.client)
            await asyncio.to_thread(migrations.upgrade, world.engine)
            people = move_in(world.engine, world.cards, amount.self_pay, amount.insured)
            bench = Bench(
                stack,
                Lives(Office.on(stack.client, world.engine, world.vault), people, asyncio.Semaphore(AT_THE_DESK)),
                sandbox,
                amount,
                say,
            )
            async with working(stack.client, world):
                found = await bench.lives_measured()
            found |= await bench.memory_measured()
            world.engine.dispose()
    return found


@dataclass
class Bench:
    """One run; `lived` counts the clients already used."""

    stack: Stack
    lives: Lives
    sandbox: Clearinghouse
    amount: Amount
    say: Say
    lived: int = 0

    async def lives_measured(self) -> dict[str, Any]:
        await self.warm_up()
        found, size = await self.self_pay_counted()
        found |= await self.insured_counted()
        return found | await self.compared(size)

    async def warm_up(self) -> None:
        self.say(f"warming up with {self.amount.warm_up} lives")
        await asyncio.gather(*map(self.lives.self_pay, self.next(self.amount.warm_up)))

    async def self_pay_counted(self) -> tuple[dict[str, Any], Size]:
        """Events and actions a self-pay session, and the size of its bare twin."""
        self.say(f"counting what {self.amount.counted} self-pay sessions leave")

        async def live() -> list[str]:
            ids = await asyncio.gather(*map(self.lives.self_pay, self.next(self.amount.counted)))
            return [workflow_id for each in ids for workflow_id in each]

        count, actions = await self.counted(live)
        return figures("self_pay", self.amount.counted, count, actions), size_of(count, self.amount.counted)

    async def insured_counted(self) -> dict[str, Any]:
        """Events and actions an insured session; what the batches cost is taken off the metric."""
        self.say(f"counting what {self.amount.insured} insured sessions leave")
        numbers = range(self.amount.self_pay, self.amount.self_pay + self.amount.insured)
        count, actions = await self.counted(lambda: self.lives.insured(numbers, self.sandbox, "bench"))
        batches = ("claim-batch/bench", "inbox/bench-accepted", "inbox/bench-paid", *self.lives.remittances())
        of_batches = (await in_histories(self.stack.client, batches)).actions + actions[SIGNS_OF_LIFE]
        found = figures("insured", self.amount.insured, count, actions)
        found["actions_insured"] = each(actions.total() - of_batches, self.amount.insured)
        return found | {"actions_of_batches": of_batches}

    async def counted(self, live: Callable[[], Awaitable[list[str]]]) -> tuple[Count, Counter[str]]:
        """What these lives leave in histories, and what the server bills for them meanwhile."""
        before = await in_metric(self.stack.metrics_url)
        workflow_ids = await live()
        after = await in_metric(self.stack.metrics_url)
        return await in_histories(self.stack.client, workflow_ids), after - before

    async def compared(self, size: Size) -> dict[str, Any]:
        """Real and bare lives in turns."""
        real, bare, fired = [], [], []
        bare_ones = range(BARE_FOR_A_REAL * self.amount.a_round)
        async with bare_worker(self.stack.client):
            for turn in range(1, self.amount.rounds + 1):
                pace, lived = await rate([self.lives.self_pay(number) for number in self.next(self.amount.a_round)])
                real.append(pace)
                fired.append((await in_histories(self.stack.client, chain.from_iterable(lived))).fired)
                pace, _ = await rate([live_bare(self.stack.client, size, self.lives.desk) for _ in bare_ones])
                bare.append(pace)
                self.say(
                    f"round {turn} of {self.amount.rounds}: {real[-1]:.2f} real, {bare[-1]:.2f} bare lives a second"
                )
        return {
            "ratio_to_bare": round(median(r / b for r, b in zip(real, bare, strict=True)), FIGURES),
            "lifecycles_per_s": round(median(real), FIGURES),
            "bare_per_s": round(median(bare), FIGURES),
            "timers_fired_under_load": each(median(fired), self.amount.a_round),
        }

    async def memory_measured(self) -> dict[str, Any]:
        """A worker of its own with many sessions open."""
        engine, people = self.lives.office.engine, self.lives.people
        self.say(f"opening {self.amount.open} sessions")
        sessions = await asyncio.to_thread(memory.book, engine, people, self.amount.open)
        async with memory.worker_process(self.stack.home) as worker:
            await memory.follow(self.stack.client, engine, sessions[:1])
            idle = memory.resident_mb(worker.pid)
            await memory.follow(self.stack.client, engine, sessions[1:])
            return {"rss_mb_idle": idle, "rss_mb_open_5000": memory.resident_mb(worker.pid)}

    def next(self, count: int) -> range:
        """Clients who have not been to a session yet."""
        self.lived += count
        return range(self.lived - count, self.lived)


async def rate(lives: Sequence[Awaitable[Any]]) -> tuple[float, list[Any]]:
    """Lives a second, all at once, and their answers; the seconds before the sessions start are part of them."""
    began = time.perf_counter()
    answers = await asyncio.gather(*lives)
    return len(lives) / (time.perf_counter() - began), answers


async def live_bare(client: Client, size: Size, desk: asyncio.Semaphore) -> None:
    """What `Lives.self_pay` asks of the server, of a workflow that does nothing."""
    operation = WithStartWorkflowOperation(
        BareWorkflow.run,
        size,
        id=f"bare/{uuid4()}",
        task_queue=QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
    )
    async with desk:
        starts = time.monotonic() + LEAD.total_seconds()
        await client.execute_update_with_start_workflow(BareWorkflow.poke, start_workflow_operation=operation)
    handle = await operation.workflow_handle()
    await asyncio.sleep(max(starts - time.monotonic(), 0))
    async with desk:
        for _ in range(size.updates - 1):
            await handle.execute_update(BareWorkflow.poke)
    await handle.result()


def bare_worker(client: Client, guarded: bool = True) -> Worker:
    """Set up as `worker.py` sets up its own."""
    return Worker(
        client,
        task_queue=QUEUE,
        workflows=[BareWorkflow],
        activities=[nothing],
        activity_executor=ThreadPoolExecutor(3 * THREADS, "bare"),
        workflow_runner=runner() if guarded else UnsandboxedWorkflowRunner(),
        debug_mode=not guarded,
        max_concurrent_activities=THREADS,
        max_cached_workflows=2000,
    )


def size_of(count: Count, lives: int) -> Size:
    """A bare life as large as the mean real one."""
    kinds = {kind: round(number / lives) for kind, number in count.kinds.items()}
    fired = round(count.fired / lives)
    seconds_between = LEAD.total_seconds() / (len(REMINDED) + 1)
    return Size(kinds["update"], kinds["activity"], fired, kinds["timer"] - fired, seconds_between)


def figures(name: str, lives: int, count: Count, actions: Counter[str]) -> dict[str, Any]:
    return {
        f"events_{name}": each(count.events, lives),
        f"actions_{name}": each(actions.total(), lives),
        f"actions_{name}_from_histories": each(count.actions, lives),
        f"actions_{name}_by_kind": {kind: each(number, lives) for kind, number in sorted(count.kinds.items())},
        f"metric_{name}_by_kind": {kind: each(number, lives) for kind, number in sorted(actions.items())},
    }


def each(number: float, lives: int) -> float:
    """The share of one life."""
    return round(number / lives, FIGURES)
