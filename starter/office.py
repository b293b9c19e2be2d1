"""Every verb of the practice, once: the command line, scenarios and (later) the web desk call these.

State changes go through the workflow of the thing that changes; whoever asks hears yes, or `Refused`.
"""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Engine
from sqlmodel import Session as Database
from sqlmodel import select
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import (
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError

from activities import charts
from activities.relay import CLINICIAN, OFFICE, SESSION_STATUS
from models import messages
from models.errors import Refused, Unreachable
from models.facts import By, Status
from models.messages import (
    Approval,
    Booking,
    Cancellation,
    ClaimClosing,
    ClaimStanding,
    ClaimStart,
    Correction,
    Money,
    Move,
    Outcome,
    PayPeriodRef,
    PayStanding,
    Receipt,
    SessionStanding,
    SessionStart,
    TaskClosing,
    Waiver,
)
from models.tables import Claim, PayStatement, Session, Task
from workflows.claim import ClaimWorkflow
from workflows.clearinghouse import ClaimBatchWorkflow, InboxWorkflow
from workflows.pay_period import PayPeriodWorkflow, PayRunWorkflow
from workflows.payment import PaymentWorkflow
from workflows.session import SessionWorkflow
from workflows.task import TaskWorkflow

PATIENCE = timedelta(seconds=30)
"""How long a person waits for an answer before hearing that nobody works."""


@dataclass(frozen=True)
class Office:
    """The practice as its staff use it."""

    client: Client
    engine: Engine

    # ── sessions ─────────────────────────────────────────────────────────────

    async def book(
        self,
        clinician_id: int,
        service_id: int,
        client_ids: tuple[int, ...],
        starts: datetime,
        place: str = "",
        entered_afterwards: bool = False,
        session_id: UUID | None = None,
    ) -> UUID:
        """Book a session that starts at an aware moment; its id, or Refused with the reason."""
        new = session_id or uuid4()
        booking = Booking(new, clinician_id, service_id, client_ids, starts, place, entered_afterwards)
        await self._of_session(SessionStart(new, booking), SessionWorkflow.book)
        return new

    async def confirm(self, session_id: UUID, client_id: int | None = None) -> SessionStanding:
        """A client (or all of them) says they will come."""
        wish = Outcome(session_id, Status.CONFIRMED, client_id)
        return await self._of_session(SessionStart(session_id), SessionWorkflow.confirm, wish)

    async def reschedule(self, session_id: UUID, starts: datetime, by: By) -> SessionStanding:
        """Hold it at another time; the client's late wish costs the late cancellation fee."""
        return await self._of_session(SessionStart(session_id), SessionWorkflow.move, Move(session_id, starts, by))

    async def cancel(self, session_id: UUID, by: By, client_id: int | None = None) -> SessionStanding:
        """Cancel for a client, or for all."""
        wish = Cancellation(session_id, by, client_id)
        return await self._of_session(SessionStart(session_id), SessionWorkflow.cancel, wish)

    async def attend(
        self, session_id: UUID, client_id: int | None = None, minutes: int | None = None
    ) -> SessionStanding:
        """They came, and stayed so many minutes (the service's when not said)."""
        wish = Outcome(session_id, Status.ATTENDED, client_id, minutes)
        return await self._of_session(SessionStart(session_id), SessionWorkflow.record, wish)

    async def no_show(self, session_id: UUID, client_id: int | None = None) -> SessionStanding:
        """They neither came nor cancelled."""
        wish = Outcome(session_id, Status.NO_SHOW, client_id)
        return await self._of_session(SessionStart(session_id), SessionWorkflow.record, wish)

    async def sign(
        self, session_id: UUID, text: str = "", diagnoses: tuple[str, ...] = (), client_id: int | None = None
    ) -> SessionStanding:
        """Write the note (straight into the chart, never through Temporal) and sign it."""
        with Database(self.engine) as db, db.begin():
            charts.draft(db, session_id, text, diagnoses, client_id)
        return await self._of_session(SessionStart(session_id), SessionWorkflow.sign)

    async def waive(self, session_id: UUID, client_id: int, reason: str) -> SessionStanding:
        """Waive a client's fee, with the reason."""
        wish = Waiver(session_id, client_id, reason)
        return await self._of_session(SessionStart(session_id), SessionWorkflow.waive, wish)

    # ── money ────────────────────────────────────────────────────────────────

    async def pay(
        self, client_id: int, amount: Decimal, method: str, reference: str = "", request: UUID | None = None
    ) -> Receipt:
        """Record what a client paid; the same request twice is recorded once."""
        return await self._money(Money(request or uuid4(), "payment", client_id, amount, method, reference=reference))

    async def refund(
        self, client_id: int, amount: Decimal, method: str, reason: str = "", request: UUID | None = None
    ) -> Receipt:
        """Record what went back to a client."""
        return await self._money(Money(request or uuid4(), "refund", client_id, amount, method, reason))

    async def write_off(self, client_id: int, amount: Decimal, reason: str, request: UUID | None = None) -> Receipt:
        """Give up what a client owes."""
        return await self._money(Money(request or uuid4(), "write_off", client_id, amount, reason=reason))

    # ── claims ───────────────────────────────────────────────────────────────

    async def correct_claim(
        self, number: str, authorization: str = "", diagnoses: tuple[str, ...] = ()
    ) -> ClaimStanding:
        """Send a claim again with what changed."""
        wish = Correction(number, authorization, diagnoses)
        return await self._of_claim(number, ClaimWorkflow.correct, wish)

    async def close_claim(self, number: str, reason: str, bill_client: bool = False) -> ClaimStanding:
        """Give a claim up: bill the client, or write it off."""
        return await self._of_claim(number, ClaimWorkflow.close, ClaimClosing(number, bill_client, reason))

    async def send_claims(self, run: str) -> int:
        """Run the claim batch; `run` names it, so that one batch runs once."""
        return await self._batch(ClaimBatchWorkflow.run, f"claim-batch/{run}")

    async def read_answers(self, run: str) -> int:
        """Read what waits at the clearinghouse."""
        return await self._batch(InboxWorkflow.run, f"inbox/{run}")

    # ── pay and tasks ────────────────────────────────────────────────────────

    async def close_pay_periods(self, run: str, through: date | None = None) -> int:
        """Close the pay periods that have ended (with `through`: on their last day)."""
        return await self._batch(PayRunWorkflow.run, f"pay-run/{run}", through)

    async def approve_pay(self, clinician_id: int, last: date, by: str) -> PayStanding:
        """The owner's yes to a closed period."""
        with Database(self.engine) as db:
            query = select(PayStatement).where(PayStatement.clinician_id == clinician_id, PayStatement.last == last)
            statement = db.exec(query).first()
        if statement is None:
            raise Refused(f"clinician {clinician_id} has no closed period that ends on {last}")
        if statement.approved_at is not None:
            raise Refused("this period is approved already")
        start = PayPeriodRef(clinician_id, statement.first, last)
        operation = WithStartWorkflowOperation(
            PayPeriodWorkflow.run,
            start,
            id=messages.pay_workflow(clinician_id, last),
            task_queue=OFFICE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        paid: PayStanding = await self._ask(PayPeriodWorkflow.approve, Approval(statement.id or 0, by), operation)
        return paid

    async def close_task(self, task_id: UUID, because: str) -> None:
        """Say that a task is done."""
        with Database(self.engine) as db:
            task = db.get(Task, task_id)
        if task is None or task.closed_at is not None:
            raise Refused("there is no such open task")
        handle = self.client.get_workflow_handle_for(TaskWorkflow.run, messages.task_workflow(task_id))
        try:
            await handle.execute_update(TaskWorkflow.close, TaskClosing(task_id, because))
        except WorkflowUpdateFailedError as no:
            raise _refusal(no) from None
        except RPCError as silence:
            raise Unreachable("the task's workflow did not answer; is a worker running?") from silence

    # ── how wishes travel ────────────────────────────────────────────────────

    async def _of_session(self, start: SessionStart, update: Any, *wish: Any) -> SessionStanding:
        """Ask a session's workflow; one that was over is looked at again."""
        if start.booking is None:
            self._known(Session, start.session_id, "there is no such session")
        operation = WithStartWorkflowOperation(
            SessionWorkflow.run,
            start,
            id=messages.session_workflow(start.session_id),
            task_queue=OFFICE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=_reuse(start),
            search_attributes=_known_of(start),
            static_summary=_summary(start),
        )
        standing: SessionStanding = await self._ask(update, *wish, operation)
        return standing

    async def _of_claim(self, number: str, update: Any, wish: Any) -> ClaimStanding:
        self._known(Claim, number, f"there is no claim {number}")
        operation = WithStartWorkflowOperation(
            ClaimWorkflow.run,
            ClaimStart(number),
            id=messages.claim_workflow(number),
            task_queue=OFFICE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary=f"Claim {number}",
        )
        standing: ClaimStanding = await self._ask(update, wish, operation)
        return standing

    async def _money(self, money: Money) -> Receipt:
        operation = WithStartWorkflowOperation(
            PaymentWorkflow.run,
            money,
            id=messages.payment_workflow(money.payment_id),
            task_queue=OFFICE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary=f"{money.kind.replace('_', '-')} of {money.amount}",
        )
        receipt: Receipt = await self._ask(PaymentWorkflow.record, operation)
        return receipt

    async def _ask(self, update: Any, *wish_and_start: Any) -> Any:
        *wish, operation = wish_and_start
        try:
            return await self.client.execute_update_with_start_workflow(
                update, *wish, start_workflow_operation=operation, rpc_timeout=PATIENCE
            )
        except WorkflowUpdateFailedError as no:
            raise _refusal(no) from None
        except WorkflowAlreadyStartedError:
            raise Refused("this was booked before, and is over") from None
        except (WorkflowUpdateRPCTimeoutOrCancelledError, RPCError) as silence:
            # the operation keeps the failure too; unread, it is printed with a trace when the program ends
            await asyncio.gather(operation.workflow_handle(), return_exceptions=True)
            raise Unreachable(
                f"nobody answered within {PATIENCE.seconds} s; is a worker running? "
                "What was asked for may still be done by the next one: look before you ask again"
            ) from silence

    async def _batch(self, run: Any, workflow_id: str, *arguments: Any) -> int:
        count: int = await self.client.execute_workflow(
            run,
            args=arguments,
            id=workflow_id,
            task_queue=OFFICE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        return count

    def _known(self, table: type[Any], key: Any, otherwise: str) -> None:
        with Database(self.engine) as db:
            if db.get(table, key) is None:
                raise Refused(otherwise)


def _reuse(start: SessionStart) -> WorkflowIDReusePolicy:
    """A session is booked once; one that is over may be looked at again and again."""
    return WorkflowIDReusePolicy.REJECT_DUPLICATE if start.booking else WorkflowIDReusePolicy.ALLOW_DUPLICATE


def _known_of(start: SessionStart) -> TypedSearchAttributes:
    if start.booking is None:
        return TypedSearchAttributes.empty
    clinician = SearchAttributePair(CLINICIAN, str(start.booking.clinician_id))
    return TypedSearchAttributes([SearchAttributePair(SESSION_STATUS, Status.BOOKED.value), clinician])


def _summary(start: SessionStart) -> str:
    """One line for the Temporal UI: what goes on, without saying who."""
    if start.booking is None:
        return "Session, looked at again"
    return f"Session of clinician {start.booking.clinician_id} at {start.booking.starts:%Y-%m-%d %H:%M} UTC"


def _refusal(no: WorkflowUpdateFailedError) -> Exception:
    """A refusal in its own words; anything else stays what it is."""
    cause = no.cause
    if isinstance(cause, ApplicationError) and cause.type in ("Refused", "Parked"):
        return Refused(cause.message)
    return no
