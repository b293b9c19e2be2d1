"""A remittance's life: kept whole, then posted batch by batch until nothing of it is left; each claim is told."""

from temporalio import workflow

from activities import remittances
from models.messages import PostingWish, RemittanceStart
from workflows.steps import step

CLAIMS_A_BATCH = 300
"""Posted in one transaction."""


@workflow.defn(name="Remittance")
class RemittanceWorkflow:
    """Each batch is a step of its own: after a crash it goes on where it stood, and ends when all is posted."""

    @workflow.run
    async def run(self, start: RemittanceStart) -> int:
        """How many claims were posted or parked."""
        posted, left = start.posted, 1
        while left:
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(RemittanceStart(start.remittance_id, posted))
            batch = await step(remittances.post_batch, PostingWish(start.remittance_id, CLAIMS_A_BATCH), summary="post")
            posted, left = posted + batch.claims, batch.left
            workflow.set_current_details(f"{posted} of {posted + left} claims are posted")
        return posted
