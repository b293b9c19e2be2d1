"""What a committed step sets going: other workflows started or told, each once because its id is its name.

A step commits first and relays then. A crash between the two makes Temporal ask again: the step answers from
memory, and relaying twice changes nothing. So nothing that was decided is ever forgotten or doubled.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

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

LONGEST, A_TELLING = 20, 0.2
"""Seconds to wait for the server before the step is asked again; and more for each claim that is told."""
AT_ONCE = 10
"""Claims that are told side by side."""


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
        try:
            longest = LONGEST + len(handover.answers) * A_TELLING
            asyncio.run_coroutine_threadsafe(self._hand_on(handover), self.loop).result(longest)
        except (RPCError, TimeoutError) as silence:
            raise Unreachable(f"Temporal did not take over ({type(silence).__name__})") from None

    async def _hand_on(self, handover: Handover) -> None:
        for invoice in handover.invoices:
            await self._invoice(invoice)
        for number in handover.claims:
            await self._claim(ClaimStart(number))
        await self._answers(handover.answers)
        for remittance_id in handover.remittances:
            workflow_id = messages.remittance_workflow(remittance_id)
            await self._start(
                "Remittance", RemittanceStart(remittance_id), workflow_id, f"Remittance {remittance_id}", []
            )
        for task in handover.tasks:
            await self._task(task)
        for period in handover.pay_periods:
            await self._pay_period(period)
        for task_id in handover.closed_tasks:
            await self._tell(messages.task_workflow(task_id), "done")
        for number in handover.settled_invoices:
            await self._tell(messages.invoice_workflow(number), "settled")
        for charge_id in handover.charges:
            workflow_id = messages.charge_workflow(charge_id)
            await self._start("Charge", ChargeStart(charge_id), workflow_id, "Automatic charge", [])
        for delivery_id in handover.webhooks:
            first = WebhookAttempt(delivery_id, 1)
            await self._start("Webhook", first, messages.webhook_workflow(delivery_id), "An event for a program", [])
        for booking in handover.bookings:
            await self._session(booking)
        for move in handover.moves:
            await self._tell(messages.session_workflow(move.session_id), "moved_with_series", move)
        for cancellation in handover.cancellations:
            await self._tell(messages.session_workflow(cancellation.session_id), "cancelled_with_series", cancellation)
        for freed in handover.freed:
            await self._start("Offering", freed, offering_workflow(freed.freed_by), "A freed time is offered", [])
        for session_id in handover.imported_sessions:
            start = SessionStart(session_id)
            await self._start("Session", start, messages.session_workflow(session_id), "Session, brought in", [])

    async def _answers(self, answers: Sequence[Answered]) -> None:
        """Tell claims, several side by side; what concerns one claim in its order."""
        of_claims: dict[str, list[Answered]] = {}
        for answer in answers:
            of_claims.setdefault(answer.claim_number, []).append(answer)
        slots = asyncio.Semaphore(AT_ONCE)

        async def tell(mine: Sequence[Answered]) -> None:
            async with slots:
                for answer in mine:
                    await self._claim(ClaimStart(answer.claim_number), answer)

        await asyncio.gather(*(tell(mine) for mine in of_claims.values()))

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

    async def _task(self, start: TaskStart) -> None:
        summary = f"{start.kind.replace('_', ' ')} for a {start.role.replace('_', ' ')}"
        known: list[Known] = [SearchAttributePair(DUE_BY, start.due_at), SearchAttributePair(NEEDS_ATTENTION, True)]
        await self._start("Task", start, messages.task_workflow(start.id), summary, known)

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
            **more,
        )

    async def _tell(self, workflow_id: str, signal: str, *what: Any) -> None:
        """Signal a workflow; one that has ended needs to hear nothing."""
        try:
            await self.client.get_workflow_handle(workflow_id).signal(signal, args=what)
        except RPCError as fault:
            if fault.status is not RPCStatusCode.NOT_FOUND:
                raise
