"""Charts, once somebody wrote in them."""

from dataclasses import dataclass
from uuid import UUID

from temporalio.common import WorkflowIDConflictPolicy

from activities.relay import OFFICE
from starter.office.asking import Line
from workflows.chart import ChartReviewWorkflow


@dataclass(frozen=True)
class Charts:
    """Clients' charts, as their tasks follow them."""

    line: Line

    async def changed(self, client_id: int, wish: UUID) -> None:
        """Have a chart looked through again, beside whoever changed it; `wish` names the change."""
        await self.line.client.start_workflow(
            ChartReviewWorkflow.run,
            client_id,
            id=f"chart/{client_id}/{wish}",
            task_queue=OFFICE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
