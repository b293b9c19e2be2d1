"""What a committed step sets going: other workflows started or told, each once because its id is its name.

A step commits first and relays then. A crash between the two makes Temporal ask again: the step answers from
memory, and relaying twice changes nothing. So nothing that was decided is ever forgotten or doubled.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import wait
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from time import monotonic
from typing import Any, TypeVar
from uuid import UUID

from temporalio.client import Client
from temporalio.common import (
    SearchAttributeKey,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.alive import alive
from models import messages
from models.collecting import ChargeStart
from models.errors import Unreachable
from models.facts import Status
from models.messages import (
    Answered,
    Booking,
    ClaimStart,
    Handover,
    InvoiceStart,
    PayPeriodRef,
    RemittanceStart,
    SessionStart,
    TaskStart,
    WebhookAttempt,
)
from models.scheduling import offering_workflow

OFFICE = "office"
"""The task queue of workflows and database steps."""

SESSION_STATUS = SearchAttributeKey.for_keyword("SessionStatus")
CLAIM_STATUS = SearchAttributeKey.for_keyword("ClaimStatus")
PAYER = SearchAttributeKey.for_keyword("Payer")
CLINICIAN = SearchAttributeKey.for_keyword("Clinician")
DUE_BY = SearchAttributeKey.for_datetime("DueBy")
NEEDS_ATTENTION = SearchAttributeKey.for_bool("NeedsAttention")
AMOUNT = SearchAttributeKey.for_float("Amount")
SEARCH_ATTRIBUTES = (SESSION_STATUS, CLAIM_STATUS, PAYER, CLINICIAN, DUE_BY, NEEDS_ATTENTION, AMOUNT)

Known = SearchAttributePair[Any]

LONGEST = timedelta(seconds=20)
"""How long one start or signal waits for the server before the step is asked again."""
WHOLE, A_TELLING = 100, 0.2
"""Seconds for all that a step hands on, less than a step may take; and more for each claim that is told.

Steps that tell more than a hundred claims are among `workflows.steps.PATIENT`.
"""
A_SIGN = 30
"""Seconds between two signs of life while it is handed on."""
AT_ONCE = 16
"""So many are started side by side: a period of 200 clinicians does not queue up behind 200 answers."""
Item = TypeVar("Item")


def as_number(amount: Decimal) -> Any:
    """Dollars for a numeric search attribute: for looking things up, never for adding them up."""
    return Fraction(amount).numerator / Fraction(amount).denominator


def known_of(booking: Booking) -> list[Known]:
    """What a session's workflow is found by from its start."""
    return [
        SearchAttributePair(SESSION_STATUS, Status.BOOKED.value),
        SearchAttributePair(CLINICIAN, str(booking.clinician_id)),
    ]


def summary_of(booking: Booking) -> str:
    """One line for the Temporal UI: what goes on, without saying who."""
    return f"Session of clinician {booking.clinician_id} at {booking.starts:%Y-%m-%d %H:%M} UTC"


@dataclass(frozen=True)
class Relay:
    """Reaches Temporal from the threads in which steps run."""

    client: Client
    loop: asyncio.AbstractEventLoop

    def hand_on(self, handover: Handover) -> None:
        """Start and tell whom it concerns; Unreachable when the server does not answer."""
        if handover == Handover(mails=handover.mails):
            return
        end = monotonic() + WHOLE + len(handover.answers) * A_TELLING
        handing = asyncio.run_coroutine_threadsafe(self._hand_on(handover), self.loop)
        try:
            while not wait([handing], min(A_SIGN, max(end - monotonic(), 0))).done and monotonic() < end:
                alive()
            handing.result(0)
        except (RPCError, TimeoutError) as silence:
            raise Unreachable(f"Temporal did not take over ({type(silence).__name__})") from None
        finally:
            handing.cancel()

    async def _hand_on(self, handover: Handover) -> None:
        await _at_once(self._invoice, handover.invoices)
        await _at_once(self._claim, [ClaimStart(number) for number in handover.claims])
        await self._answers(handover.answers)
        await _at_once(self._remittance, handover.remittances)
        await _at_once(self._silent_claim, handover.silent_claims)
        await _at_once(self._task, handover.tasks)
        await _at_once(self._pay_period, handover.pay_periods)
        await _at_once(self._done, [messages.task_workflow(task_id) for task_id in handover.closed_tasks])
        await _at_once(self._settled, [messages.invoice_workflow(number) for number in handover.settled_invoices])
        await _at_once(self._charge, handover.charges)
        await _at_once(self._webhook, handover.webhooks)
        await _at_once(self._session, handover.bookings)
        for move in handover.moves:
            await self._tell(messages.session_workflow(move.session_id), "moved_with_series", move)
        for cancellation in handover.cancellations:
            await self._tell(messages.session_workflow(cancellation.session_id), "cancelled_with_series", cancellation)
        for freed in handover.freed:
            await self._start("Offering", freed, offering_workflow(freed.freed_by), "A freed time is offered", [])
        await _at_once(self._imported, handover.imported_sessions)

    async def _answers(self, answers: Sequence[Answered]) -> None:
        """Tell claims, several side by side; what concerns one claim in its order."""
        of_claims: dict[str, list[Answered]] = {}
        for answer in answers:
            of_claims.setdefault(answer.claim_number, []).append(answer)

        async def tell(mine: Sequence[Answered]) -> None:
            for answer in mine:
                await self._claim(ClaimStart(answer.claim_number), answer)

        await _at_once(tell, list(of_claims.values()))

    async def _remittance(self, remittance_id: int) -> None:
        workflow_id = messages.remittance_workflow(remittance_id)
        await self._start("Remittance", RemittanceStart(remittance_id), workflow_id, f"Remittance {remittance_id}", [])

    async def _invoice(self, start: InvoiceStart) -> None:
        summary = f"Invoice {start.number} of {start.amount}"
        known = [SearchAttributePair(AMOUNT, as_number(start.amount))]
        await self._start("Invoice", start, messages.invoice_workflow(start.number), summary, known)

    async def _session(self, booking: Booking) -> None:
        """Book a session; one that was asked for before, whatever became of it, is left alone."""
        start, known = SessionStart(booking.session_id, booking), known_of(booking)
        workflow_id = messages.session_workflow(booking.session_id)
        with suppress(WorkflowAlreadyStartedError):
            once = WorkflowIDReusePolicy.REJECT_DUPLICATE
            await self._start("Session", start, workflow_id, summary_of(booking), known, id_reuse_policy=once)

    async def _claim(self, start: ClaimStart, answer: Answered | None = None) -> None:
        """Follow a claim; with an answer, also one whose workflow had ended."""
        signal: dict[str, Any] = {"start_signal": "answered", "start_signal_args": [answer]} if answer else {}
        await self._start("Claim", start, messages.claim_workflow(start.number), f"Claim {start.number}", [], **signal)

    async def _silent_claim(self, number: str) -> None:
        """Have a claim's workflow ask its payer by the clock, also one that began before workflows did."""
        workflow_id = messages.claim_workflow(number)
        await self._start(
            "Claim", ClaimStart(number), workflow_id, f"Claim {number}", [], start_signal="ask_by_the_clock"
        )

    async def _task(self, start: TaskStart) -> None:
        summary = f"{start.kind.replace('_', ' ')} for a {start.role.replace('_', ' ')}"
        known: list[Known] = [SearchAttributePair(DUE_BY, start.due_at), SearchAttributePair(NEEDS_ATTENTION, True)]
        await self._start("Task", start, messages.task_workflow(start.id), summary, known)

    async def _charge(self, charge_id: UUID) -> None:
        await self._start("Charge", ChargeStart(charge_id), messages.charge_workflow(charge_id), "Automatic charge", [])

    async def _webhook(self, delivery_id: UUID) -> None:
        first = WebhookAttempt(delivery_id, 1)
        await self._start("Webhook", first, messages.webhook_workflow(delivery_id), "An event for a program", [])

    async def _imported(self, session_id: UUID) -> None:
        start = SessionStart(session_id)
        await self._start("Session", start, messages.session_workflow(session_id), "Session, brought in", [])

    async def _done(self, workflow_id: str) -> None:
        await self._tell(workflow_id, "done")

    async def _settled(self, workflow_id: str) -> None:
        await self._tell(workflow_id, "settled")

    async def _pay_period(self, period: PayPeriodRef) -> None:
        summary = f"Pay of clinician {period.clinician_id} for {period.first} to {period.last}"
        known = [SearchAttributePair(CLINICIAN, str(period.clinician_id))]
        await self._start("PayPeriod", period, messages.pay_workflow(period.clinician_id, period.last), summary, known)

    async def _start(
        self,
        kind: str,
        start: Any,
        workflow_id: str,
        summary: str,
        known: Sequence[Known],
        **more: Any,
    ) -> None:
        await self.client.start_workflow(
            kind,
            start,
            id=workflow_id,
            task_queue=OFFICE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            search_attributes=TypedSearchAttributes(list(known)),
            static_summary=summary,
            rpc_timeout=LONGEST,
            **more,
        )

    async def _tell(self, workflow_id: str, signal: str, *what: Any) -> None:
        """Signal a workflow; one that has ended needs to hear nothing."""
        try:
            await self.client.get_workflow_handle(workflow_id).signal(signal, args=what, rpc_timeout=LONGEST)
        except RPCError as fault:
            if fault.status is not RPCStatusCode.NOT_FOUND:
                raise


async def _at_once(start: Callable[[Item], Awaitable[None]], wanted: Sequence[Item]) -> None:
    """Start what does not depend on each other side by side, some at a time."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(item: Item) -> None:
        async with places:
            await start(item)

    await asyncio.gather(*(one(item) for item in wanted))
