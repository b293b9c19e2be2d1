"""Money a person recorded: posted once, receipted, and told to the invoices it settles."""

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities import payments
from models.messages import Money, Receipt
from workflows.steps import Mailbag, step, why


@workflow.defn(name="Payment")
class PaymentWorkflow:
    """A payment, refund or write-off; whoever recorded it hears at once whether it stands."""

    @workflow.init
    def __init__(self, money: Money) -> None:
        self.money = money
        self.receipt: Receipt | None = None
        self.refusal: ActivityError | None = None
        self.mails = Mailbag()

    @workflow.run
    async def run(self, _: Money) -> str:
        """ "recorded" or "refused"."""
        try:
            self.receipt = await step(payments.record, self.money, summary=self.money.kind)
            self.mails.send(*self.receipt.handover.mails)
        except ActivityError as refused:
            self.refusal = refused
        await self.mails.finish()
        return "recorded" if self.receipt else "refused"

    @workflow.update
    async def record(self) -> Receipt:
        """Recorded, or the reason why not."""
        await workflow.wait_condition(lambda: self.receipt is not None or self.refusal is not None)
        if self.refusal:
            raise why(self.refusal)
        assert self.receipt is not None
        return self.receipt
