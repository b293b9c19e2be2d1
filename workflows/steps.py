"""How a workflow asks, waits and hands on. Queues, timeouts, retries and search attributes live here only."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import (
    RetryPolicy,
    SearchAttributeKey,
    SearchAttributePair,
    SearchAttributeUpdate,
    TypedSearchAttributes,
)
from temporalio.exceptions import ActivityError, ApplicationError, WorkflowAlreadyStartedError
from temporalio.workflow import ParentClosePolicy

from activities import mail as mails
from activities.database import Step
from models import messages
from models.messages import ClaimStart, Handover, InvoiceStart, Mail, TaskStart

In = TypeVar("In")
Out = TypeVar("Out")

OFFICE, MAIL, CLEARINGHOUSE, PAYMENTS = QUEUES = ("office", "mail", "clearinghouse", "payments")
"""Task queues: workflows and the database; and one for each slow neighbour, so that none delays another."""

OUTSIDE = {
    "mail.send": MAIL,
    "payments.charge": PAYMENTS,
    "clearinghouse.deliver": CLEARINGHOUSE,
    "clearinghouse.waiting": CLEARINGHOUSE,
    "clearinghouse.read": CLEARINGHOUSE,
    "clearinghouse.archive": CLEARINGHOUSE,
}
"""Steps that speak to the world outside the database."""

LONGEST_STEP = timedelta(minutes=2)
RETRIES = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=5))
"""Refused and Parked are never retried; whatever does not answer is, until it does."""

SESSION_STATUS = SearchAttributeKey.for_keyword("SessionStatus")
CLAIM_STATUS = SearchAttributeKey.for_keyword("ClaimStatus")
PAYER = SearchAttributeKey.for_keyword("Payer")
CLINICIAN = SearchAttributeKey.for_keyword("Clinician")
DUE_BY = SearchAttributeKey.for_datetime("DueBy")
NEEDS_ATTENTION = SearchAttributeKey.for_bool("NeedsAttention")
AMOUNT = SearchAttributeKey.for_float("Amount")


async def step(wanted: Step[In, Out], message: In, summary: str | None = None) -> Out:
    """Ask for a step, on its queue, until it is done or refused."""
    answer: Out = await workflow.execute_activity(
        wanted.name,
        message,
        task_queue=OUTSIDE.get(wanted.name, OFFICE),
        result_type=wanted.answers,
        start_to_close_timeout=LONGEST_STEP,
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


def as_number(amount: Decimal) -> Any:
    """Dollars for a numeric search attribute: for looking things up, never for adding them up."""
    return Fraction(amount).numerator / Fraction(amount).denominator


def show(*updates: SearchAttributeUpdate[Any]) -> None:
    """Say where this workflow stands, for the billing team's queries."""
    workflow.upsert_search_attributes(list(updates))


class Relay:
    """What the steps of one workflow hand on: mails go out beside it, other workflows are started or told."""

    def __init__(self) -> None:
        self._under_way: set[asyncio.Task[bool]] = set()

    async def hand_on(self, handover: Handover) -> None:
        """Start and tell whom it concerns; mails are sent in the background."""
        for mail in handover.mails:
            self.send(mail)
        for start in handover.invoices:
            await _start("Invoice", start, messages.invoice_workflow(start.number))
        for number in handover.claims:
            await _start("Claim", ClaimStart(number), messages.claim_workflow(number))
        for task in handover.tasks:
            await _start("Task", task, messages.task_workflow(task.id))
        for task_id in handover.closed_tasks:
            await tell(messages.task_workflow(task_id), "done")
        for number in handover.settled_invoices:
            await tell(messages.invoice_workflow(number), "settled")

    def send(self, mail: Mail) -> None:
        """Send a mail beside the workflow: a mail server that is down holds nothing else up."""
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


async def tell(workflow_id: str, signal: str, *args: Any) -> bool:
    """Signal another workflow; False when it is not running any more."""
    try:
        await workflow.get_external_workflow_handle(workflow_id).signal(signal, args=args)
    except ApplicationError:
        return False
    return True


async def start_claim(start: ClaimStart) -> None:
    """Follow a claim again whose workflow had ended."""
    await _start("Claim", start, messages.claim_workflow(start.number))


async def _start(kind: str, message: InvoiceStart | ClaimStart | TaskStart, workflow_id: str) -> None:
    """Start another lifecycle that outlives this one; one that runs already is left alone."""
    try:
        await workflow.start_child_workflow(
            kind,
            message,
            id=workflow_id,
            task_queue=OFFICE,
            parent_close_policy=ParentClosePolicy.ABANDON,
            search_attributes=_attributes(message),
            static_summary=_summary(message),
        )
    except WorkflowAlreadyStartedError:
        return


def _attributes(message: InvoiceStart | ClaimStart | TaskStart) -> TypedSearchAttributes:
    """What is known of a lifecycle when it starts."""
    pairs: list[SearchAttributePair[Any]] = []
    if isinstance(message, InvoiceStart):
        pairs = [SearchAttributePair(AMOUNT, as_number(message.amount))]
    elif isinstance(message, TaskStart):
        pairs = [SearchAttributePair(DUE_BY, message.due_at), SearchAttributePair(NEEDS_ATTENTION, True)]
    return TypedSearchAttributes(pairs)


def _summary(message: InvoiceStart | ClaimStart | TaskStart) -> str:
    """One line for the Temporal UI: what goes on, without saying who."""
    if isinstance(message, InvoiceStart):
        return f"Invoice {message.number} of {message.amount}"
    if isinstance(message, TaskStart):
        return f"{message.kind.replace('_', ' ')} for a {message.role}"
    return f"Claim {message.number}"
