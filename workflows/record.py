"""Clients' records looked through: one when it was changed, each morning all that matter that day."""

from temporalio import workflow

from activities import reviews
from workflows.steps import step

RECORDS_A_STEP = 100


@workflow.defn(name="RecordReview")
class RecordReviewWorkflow:
    """What is missing, ended or owed becomes a task; what was mended closes its own."""

    @workflow.run
    async def run(self, client_id: int | None = None) -> int:
        """How many records were looked at."""
        if client_id is not None:
            found: tuple[int, ...] = (client_id,)
        else:
            found = await step(reviews.expected, None, summary="whose records matter")
        for first in range(0, len(found), RECORDS_A_STEP):
            workflow.set_current_details(f"{first} of {len(found)} records are looked through")
            await step(reviews.look, found[first : first + RECORDS_A_STEP], summary="look through")
        return len(found)
