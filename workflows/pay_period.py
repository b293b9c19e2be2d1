"""A clinician's pay period: closed, approved by the owner, paid. And the run that closes what has ended."""

from datetime import date
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities import pay
from activities.database import Step
from activities.relay import NEEDS_ATTENTION
from models.messages import Approval, PayPeriodRef, PayStanding
from models.paying import Payout
from workflows.steps import Mailbag, show, step, why


@workflow.defn(name="PayPeriod")
class PayPeriodWorkflow:
    """One statement: its lines are fixed when the period closes, its money moves when it is approved and paid.

    What can be searched for says nothing of how much: billers see that too.
    """

    @workflow.init
    def __init__(self, period: PayPeriodRef) -> None:
        self.period = period
        self.standing: PayStanding | None = None
        self.is_paid = False
        self.mails = Mailbag()

    @workflow.run
    async def run(self, _: PayPeriodRef) -> str:
        """ "paid", or "nothing to pay"."""
        self.standing = await step(pay.close, self.period, summary="close")
        if self.standing.statement_id is None:
            return "nothing to pay"
        if self.standing.settled:
            return "paid"
        show(NEEDS_ATTENTION.value_set(True))
        workflow.set_current_details("closed, waits for approval")
        await workflow.wait_condition(lambda: self.is_paid)
        show(NEEDS_ATTENTION.value_set(False))
        await self.mails.finish()
        return "paid"

    @workflow.update
    async def approve(self, approval: Approval) -> PayStanding:
        """The owner's yes; with `pay_now`, or where nothing is owed, it is settled, and stated by mail, at once."""
        if approval.pay_now:
            return await self._settle(pay.settle, approval)
        approved = await self._decide(pay.approve, approval, "approve")
        if approved.settled:
            return self._end(approved)
        workflow.set_current_details("approved, waits to be paid")
        return approved

    @workflow.update
    async def pay(self, payout: Payout) -> PayStanding:
        """It was paid: posted, and stated by mail."""
        return await self._settle(pay.pay_out, payout)

    async def _settle(self, paying: Step[Any, PayStanding], wish: object) -> PayStanding:
        return self._end(await self._decide(paying, wish, "pay"))

    def _end(self, paid: PayStanding) -> PayStanding:
        self.is_paid = True
        self.mails.send(*paid.handover.mails)
        return paid

    async def _decide(self, deciding: Step[Any, PayStanding], wish: object, summary: str) -> PayStanding:
        await workflow.wait_condition(lambda: self.standing is not None)
        try:
            return await step(deciding, wish, summary=summary)
        except ActivityError as refused:
            raise why(refused) from None


@workflow.defn(name="PayRun")
class PayRunWorkflow:
    """Closes, for every clinician, the period that has ended and is still open."""

    @workflow.run
    async def run(self, through: date | None) -> int:
        """How many periods were closed; `through` closes a period on its last day already."""
        handover = await step(pay.run, through, summary="close what ended")
        return len(handover.pay_periods)
