"""Records, once somebody changed them."""

from dataclasses import dataclass
from uuid import UUID

from temporalio.common import WorkflowIDConflictPolicy

from activities.relay import OFFICE
from starter.office.asking import Line
from workflows.record import RecordReviewWorkflow


@dataclass(frozen=True)
class Records:
    """Clients' records, as their tasks follow them."""

    line: Line

    async def changed(self, client_id: int, wish: UUID) -> None:
        """Have a record looked through again, beside whoever changed it; `wish` names the change."""
        await self.line.client.start_workflow(
            RecordReviewWorkflow.run,
            client_id,
            id=f"record/{client_id}/{wish}",
            task_queue=OFFICE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )

    async def review(self, name: str) -> int:
        """Look through every record that matters today; how many there were."""
        return await self.line.batch(RecordReviewWorkflow.run, f"record-review/{name}", None)
