"""A payment plan's life: each instalment collected on its day, until it is done, broken or cancelled."""

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities import plans
from models.collecting import PlanFollowing, PlanRef, PlanWish
from workflows.steps import Mailbag, happens_before, step, why


@workflow.defn(name="Plan")
class PlanWorkflow:
    """Looks at the plan on the days that matter; what is due and paid the step knows."""

    @workflow.init
    def __init__(self, wish: PlanWish) -> None:
        self.wish = wish
        self.standing: PlanFollowing | None = None
        self.refusal: ActivityError | None = None
        self.mails = Mailbag()

    @workflow.run
    async def run(self, wish: PlanWish) -> str:
        """How it ended: done, broken, cancelled or refused."""
        try:
            self.hear(await step(plans.agree, wish, summary="agree"))
        except ActivityError as refused:
            self.refusal = refused
        while self.standing and self.standing.look_at:
            if not await happens_before(self.standing.look_at, self.is_over, "instalment"):
                self.hear(await step(plans.look, PlanRef(wish.id), summary="look"))
        await self.mails.finish()
        return self.standing.state if self.standing else "refused"

    def is_over(self) -> bool:
        return self.standing is not None and self.standing.look_at is None

    def hear(self, standing: PlanFollowing) -> None:
        self.standing = standing
        self.mails.send(*standing.handover.mails)
        workflow.set_current_details(standing.state)

    @workflow.update
    async def agree(self) -> PlanFollowing:
        """Agreed, or the reason why not."""
        await workflow.wait_condition(lambda: self.standing is not None or self.refusal is not None)
        if self.refusal:
            raise why(self.refusal)
        assert self.standing is not None
        return self.standing

    @workflow.update
    async def cancel(self) -> PlanFollowing:
        """End it; what is left is due as a whole again."""
        self.hear(await step(plans.cancel, PlanRef(self.wish.id), summary="cancel"))
        assert self.standing is not None
        return self.standing
