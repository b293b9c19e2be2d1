"""Telling one endpoint of one event: tried until it has heard, or given up after three days."""

from temporalio import workflow

from activities import webhooks
from models.messages import WebhookAttempt
from workflows.steps import happens_before, step


@workflow.defn(name="Webhook")
class WebhookWorkflow:
    """One delivery; a person may ask for the next attempt now."""

    @workflow.init
    def __init__(self, first: WebhookAttempt) -> None:
        self.first = first
        self.wanted_now = False

    @workflow.run
    async def run(self, first: WebhookAttempt) -> str:
        """ "delivered", "dropped" or "given up"."""
        number = first.number
        standing = await step(webhooks.deliver, first, summary="tell")
        while standing.next_at:
            self.wanted_now = False
            await happens_before(standing.next_at, lambda: self.wanted_now, "next attempt")
            number += 1
            attempt = WebhookAttempt(first.delivery_id, number, first.again)
            standing = await step(webhooks.deliver, attempt, summary=f"tell, attempt {number}")
        return standing.status

    @workflow.signal
    def now(self) -> None:
        self.wanted_now = True
