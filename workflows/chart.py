"""Charts looked through: one when it was changed, each morning all of them."""

from temporalio import workflow

from activities import chart_tasks
from workflows.steps import step


@workflow.defn(name="ChartReview")
class ChartReviewWorkflow:
    """A second signature, a plan's review, an alarming answer become tasks; what was done closes its own."""

    @workflow.run
    async def run(self, client_id: int | None = None) -> None:
        await step(chart_tasks.tend, client_id, summary="look through")
