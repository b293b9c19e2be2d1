"""How a workflow asks and waits. Queues, timeouts and retries live here only.

What a step hands on to other workflows it starts and tells itself, once committed (`activities/relay.py`).
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy, SearchAttributeUpdate
from temporalio.exceptions import ActivityError, ApplicationError

from activities import mail as mails
from activities.database import Step
from activities.relay import OFFICE
from models.messages import Handover, Mail

In = TypeVar("In")
Out = TypeVar("Out")

MAIL, CLEARINGHOUSE, PAYMENTS, WEBHOOKS = "mail", "clearinghouse", "payments", "webhooks"
QUEUES = (OFFICE, MAIL, CLEARINGHOUSE, PAYMENTS, WEBHOOKS)
"""Task queues: workflows and the database; and one for each slow neighbour, so that none delays another."""

OUTSIDE = {
    "mail.send": MAIL,
    "charges.ask": PAYMENTS,
    "charges.look": PAYMENTS,
    "clearinghouse.deliver": CLEARINGHOUSE,
    "clearinghouse.waiting": CLEARINGHOUSE,
    "clearinghouse.read": CLEARINGHOUSE,
    "clearinghouse.archive": CLEARINGHOUSE,
    "webhooks.deliver": WEBHOOKS,
    "calendars.read": WEBHOOKS,
}
"""Steps that speak to the world outside the database."""

LONGEST_STEP = timedelta(minutes=2)
PATIENT = {
    "backups.write": timedelta(hours=4),
    "backups.export": timedelta(hours=4),
    "clearinghouse.deliver": timedelta(hours=1),
    "clearinghouse.read": timedelta(hours=1),
    "ledger.carry_on": timedelta(hours=1),
    "remittances.post_batch": timedelta(hours=1),
}
"""Steps that read, write or hand on much: they take longer, and say that they are alive."""
SILENT = frozenset({"ledger.carry_on"})
"""Of those, what waits for one statement of the database: it cannot say so meanwhile."""
SIGN_OF_LIFE = timedelta(minutes=2)
RETRIES = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=5))
"""Refused and Parked are never retried; whatever does not answer is, until it does."""


async def step(wanted: Step[In, Out], message: In, summary: str | None = None) -> Out:
    """Ask for a step, on its queue, until it is done or refused."""
    answer: Out = await workflow.execute_activity(
        wanted.name,
        message,
        task_queue=OUTSIDE.get(wanted.name, OFFICE),
        result_type=wanted.answers,
        start_to_close_timeout=PATIENT.get(wanted.name, LONGEST_STEP),
        heartbeat_timeout=SIGN_OF_LIFE if wanted.name in PATIENT.keys() - SILENT else None,
        retry_policy=RETRIES,
        summary=summary,
    )
    return answer


async def happens_before(deadline: datetime | None, condition: Callable[[], bool], summary: str = "") -> bool:
    """Wait for the condition, at most until the deadline (None: as long as it takes); whether it came true."""
    if deadline is None:
        await workflow.wait_condition(condition)
        return True
    if condition():
        return True
    left = deadline - workflow.now()
    if left <= timedelta():
        return False
    try:
        await workflow.wait_condition(condition, timeout=left, timeout_summary=summary or None)
    except TimeoutError:
        return False
    return True


def why(refused: ActivityError) -> ApplicationError:
    """The reason a step gave; anything else than a refusal is a fault and stays one."""
    if isinstance(refused.cause, ApplicationError):
        return refused.cause
    raise refused


def show(*updates: SearchAttributeUpdate[Any]) -> None:
    """Say where this workflow stands, for the billing team's queries."""
    workflow.upsert_search_attributes(list(updates))


class Mailbag:
    """The mails of one workflow, sent beside it: a mail server that is down holds nothing else up."""

    def __init__(self) -> None:
        self._under_way: set[asyncio.Task[bool | Handover]] = set()

    def send(self, *wanted: Mail) -> None:
        """Send mails, each once per key."""
        for mail in wanted:
            task = asyncio.create_task(step(mails.send, mail, summary=mail.kind))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def finish(self) -> None:
        """Wait for what still runs beside the workflow, and for its handlers."""
        await workflow.wait_condition(lambda: self.idle)

    @property
    def idle(self) -> bool:
        """Nothing runs beside the workflow."""
        return not self._under_way and workflow.all_handlers_finished()
