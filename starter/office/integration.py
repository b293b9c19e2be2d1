"""What owners ask for towards other programs: files checked and brought in, a webhook told again."""

from dataclasses import dataclass
from uuid import UUID

from temporalio.client import WithStartWorkflowOperation, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy

from activities.relay import OFFICE
from models.messages import ImportStart, WebhookAttempt, import_workflow, webhook_workflow
from models.tables import ImportRun, WebhookDelivery
from starter.office.asking import Line
from workflows.importing import ImportWorkflow
from workflows.webhook import WebhookWorkflow


@dataclass(frozen=True)
class Integration:
    """Other programs and their files, as owners deal with them."""

    line: Line

    async def check_file(self, run_id: int) -> None:
        """Have a kept file checked; the run says what was found."""
        await self.line.client.start_workflow(
            ImportWorkflow.run,
            ImportStart(run_id, for_real=False),
            id=import_workflow(run_id, for_real=False),
            task_queue=OFFICE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary="A file is checked",
        )

    async def bring_in(self, run_id: int) -> None:
        """Bring a checked file in; the run says how far it is."""
        self.line.known(ImportRun, run_id, "there is no such file")
        operation = WithStartWorkflowOperation(
            ImportWorkflow.run,
            ImportStart(run_id, for_real=True),
            id=import_workflow(run_id, for_real=True),
            task_queue=OFFICE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary="A file is brought in",
        )
        await self.line.ask(ImportWorkflow.begin, operation)

    async def finished(self, run_id: int, for_real: bool) -> int:
        """Wait until a file was checked, or brought in; how many lines it added."""
        handle: WorkflowHandle[ImportWorkflow, int] = self.line.client.get_workflow_handle(
            import_workflow(run_id, for_real), result_type=int
        )
        return await handle.result()

    async def tell_again(self, delivery_id: UUID) -> None:
        """Tell a program of an event now, whether it has heard of it or not."""
        self.line.known(WebhookDelivery, delivery_id, "there is no such delivery")
        await self.line.client.start_workflow(
            WebhookWorkflow.run,
            WebhookAttempt(delivery_id, 1, again=True),
            id=webhook_workflow(delivery_id),
            task_queue=OFFICE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            start_signal="now",
            static_summary="An event for a program, told again",
        )
