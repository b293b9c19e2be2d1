"""A freed time, offered to those who wait for such a one: one after the other, until somebody takes it."""

from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities import waitlist
from models.messages import FreedTime
from workflows.steps import Mailbag, happens_before, step, why


@workflow.defn(name="Offering")
class OfferingWorkflow:
    """Waits for each answer as long as the offer holds; whoever accepts books the session, which ends the offering."""

    @workflow.init
    def __init__(self, freed: FreedTime) -> None:
        self.freed = freed
        self.declined = False
        self.mails = Mailbag()

    @workflow.run
    async def run(self, freed: FreedTime) -> int:
        """To how many it was offered."""
        asked = 0
        while (offered := await step(waitlist.offer, freed, summary="offer")).offer_id:
            asked, self.declined = asked + 1, False
            self.mails.send(*offered.handover.mails)
            workflow.set_current_details(f"offered to {asked}, until {offered.expires_at:%Y-%m-%d %H:%M} UTC")
            await happens_before(offered.expires_at, lambda: self.declined, "answer")
        await self.mails.finish()
        return asked

    @workflow.update
    async def decline(self, offer_id: UUID) -> None:
        """The client does not want it: the next is asked at once."""
        try:
            await step(waitlist.decline, offer_id, summary="decline")
        except ActivityError as refused:
            raise why(refused) from None
        self.declined = True
