"""What clients wish for and are asked for: times they would like, forms they are to fill in."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError

from activities.relay import OFFICE
from models.errors import Unreachable
from models.facts import RequestStatus
from models.requests import RequestClosing, paperwork_workflow, request_workflow
from models.tables import AppointmentRequest, Client
from starter.office.asking import Line
from workflows.paperwork import PaperworkWorkflow
from workflows.request import AppointmentRequestWorkflow


@dataclass(frozen=True)
class Requests:
    """Wishes between clients and the practice; their words are in the database already."""

    line: Line

    async def ask(self, request_id: UUID) -> None:
        """Put a client's wish for a time on the front desk's list."""
        await self._of_request(request_id, AppointmentRequestWorkflow.ask)

    async def close(self, request_id: UUID, status: RequestStatus, session_id: UUID | None = None) -> None:
        """It is booked (as which session), declined, or the client withdrew it."""
        await self._of_request(
            request_id, AppointmentRequestWorkflow.close, RequestClosing(request_id, status, session_id)
        )

    async def paperwork(self, client_id: int, wish: UUID) -> None:
        """Mail a client that there is something to fill in or sign, and remind them; the same wish twice is one."""
        self.line.known(Client, client_id, "there is no such client")
        try:
            await self.line.client.start_workflow(
                PaperworkWorkflow.run,
                client_id,
                id=paperwork_workflow(client_id),
                task_queue=OFFICE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                start_signal="more",
                start_signal_args=[wish],
                static_summary="Paperwork of a client",
            )
        except RPCError as silence:
            raise Unreachable("Temporal does not answer; the client was not told. Please try again") from silence

    async def _of_request(self, request_id: UUID, update: Any, *wish: Any) -> None:
        self.line.known(AppointmentRequest, request_id, "there is no such request")
        operation = WithStartWorkflowOperation(
            AppointmentRequestWorkflow.run,
            request_id,
            id=request_workflow(request_id),
            task_queue=OFFICE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary="A client asks for a time",
        )
        await self.line.ask(update, *wish, operation)
