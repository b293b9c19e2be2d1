"""The yardstick: a workflow with as many timers, updates and activities as a session's life, that does nothing."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from temporalio import activity, workflow

QUEUE = "bare"
LONGEST = timedelta(minutes=2)


@dataclass(frozen=True)
class Size:
    """How much there is of each; `fired` timers go off one after the other, the others are cancelled."""

    updates: int
    activities: int
    fired: int
    cancelled: int
    seconds_between: float


@activity.defn(name="bare.nothing")
def nothing(answer: int) -> int:
    """Do nothing."""
    return answer


@workflow.defn(name="Bare")
class BareWorkflow:
    """Updates and timers ask for an activity each, as a session's do; the rest follow at the end."""

    @workflow.init
    def __init__(self, size: Size) -> None:
        self.size = size
        self.asked = 0
        self.answered = 0

    @workflow.run
    async def run(self, size: Size) -> int:
        for _ in range(size.fired):
            await asyncio.sleep(size.seconds_between)
            await self.ask()
        alarms = [asyncio.create_task(asyncio.sleep(3600)) for _ in range(size.cancelled)]
        await workflow.wait_condition(lambda: self.answered == size.updates)
        for alarm in alarms:
            alarm.cancel()
        while self.asked < size.activities:
            await self.ask()
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self.asked

    @workflow.update
    async def poke(self) -> int:
        answer = await self.ask()
        self.answered += 1
        return answer

    async def ask(self) -> int:
        """One activity, up to as many as there are."""
        if self.asked == self.size.activities:
            return self.asked
        self.asked += 1
        answer: int = await workflow.execute_activity(nothing, self.asked, start_to_close_timeout=LONGEST)
        return answer
