"""What is added to a clinician's pay by hand, and pay worked out anew after a rate was entered late."""

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities import pay_changes
from models.paying import ItemStanding, PayItem, Recalculation
from workflows.steps import step, why


@workflow.defn(name="PayItem")
class PayItemWorkflow:
    """A bonus, a deduction, a reimbursement, a correction; whoever added it hears at once whether it stands."""

    @workflow.init
    def __init__(self, item: PayItem) -> None:
        self.item = item
        self.standing: ItemStanding | None = None
        self.refusal: ActivityError | None = None

    @workflow.run
    async def run(self, _: PayItem) -> str:
        """ "added" or "refused"."""
        try:
            self.standing = await step(pay_changes.add_item, self.item, summary=self.item.kind.value)
        except ActivityError as refused:
            self.refusal = refused
        await workflow.wait_condition(workflow.all_handlers_finished)
        return "added" if self.standing else "refused"

    @workflow.update
    async def add(self) -> ItemStanding:
        """Added, or the reason why not."""
        await workflow.wait_condition(lambda: self.standing is not None or self.refusal is not None)
        if self.refusal:
            raise why(self.refusal)
        assert self.standing is not None
        return self.standing


@workflow.defn(name="PayRecalculation")
class PayRecalculationWorkflow:
    """Sessions since a day paid by the rules as they are now."""

    @workflow.run
    async def run(self, wish: Recalculation) -> int:
        """How many sessions were corrected."""
        return await step(pay_changes.recalculate, wish, summary="work out anew")
