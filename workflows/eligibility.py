"""Payers asked whether clients are covered: each morning for the days ahead, and whenever somebody wants to know."""

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities import clearinghouse, eligibility
from models.messages import EligibilityWish
from workflows.steps import step, why


@workflow.defn(name="Eligibility")
class EligibilityWorkflow:
    """One file a payer, written down before it leaves; answers come with those to claims and are read with them."""

    @workflow.run
    async def run(self, wish: EligibilityWish | None = None) -> int:
        """How many files left."""
        try:
            batch = await step(eligibility.ask, wish or EligibilityWish(), summary="write inquiries")
        except ActivityError as refused:
            raise why(refused) from None
        for file in batch.files:
            await step(clearinghouse.deliver, file, summary="deliver inquiries")
        return len(batch.files)
