"""An invoice's life: mailed, charged where the client agreed, asked for again, until nothing is due."""

from datetime import datetime, timedelta

from temporalio import workflow

from activities import charges, invoices
from activities.relay import NEEDS_ATTENTION
from models.messages import CardCharge, Dunning, InvoiceStart, Mail
from workflows.steps import Mailbag, happens_before, show, step


@workflow.defn(name="Invoice")
class InvoiceWorkflow:
    """Ends when the ledger says that nothing is due, or after the last time of asking."""

    @workflow.init
    def __init__(self, start: InvoiceStart) -> None:
        self.number = start.number
        self.client_id = start.client_id
        self.is_settled = False
        self.mails = Mailbag()

    @workflow.run
    async def run(self, start: InvoiceStart) -> str:
        """How it ended: settled, or open after the last time of asking."""
        issued = workflow.now()
        workflow.set_current_details(f"{start.amount} asked for")
        invoice = Mail(f"invoice/{self.number}", "invoice", self.client_id, invoice_number=self.number)
        self.mails.send(invoice)
        if start.autopay:
            await self.charge_card(issued, start.retry_card_days)
        for days in start.ask_again_days:
            if await self.settled_before(issued + timedelta(days=days)):
                break
            await self.ask_again(days)
        await workflow.wait_condition(lambda: self.is_settled)
        await self.mails.finish()
        return "settled"

    async def charge_card(self, issued: datetime, retry_days: tuple[int, ...]) -> None:
        """Have the card on file charged; a decline that may pass is tried again on the policy's days."""
        for attempt, days in enumerate((0, *retry_days), start=1):
            if await self.settled_before(issued + timedelta(days=days)):
                return
            standing = await step(charges.autopay, CardCharge(self.number, attempt), summary="charge card")
            if not standing.again:
                return

    async def ask_again(self, days: int) -> None:
        """Mail it again, and somebody calls."""
        standing = await step(invoices.ask_again, Dunning(self.number, days), summary=f"{days} days open")
        self.is_settled = self.is_settled or not standing.due
        workflow.set_current_details(f"**asked for again** after {days} days, {standing.due} still due")
        self.mails.send(*standing.handover.mails)
        show(NEEDS_ATTENTION.value_set(not self.is_settled))

    async def settled_before(self, deadline: datetime) -> bool:
        return await happens_before(deadline, lambda: self.is_settled, "payment expected")

    @workflow.signal
    def settled(self) -> None:
        self.is_settled = True
