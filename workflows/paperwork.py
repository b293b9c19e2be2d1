"""A client's paperwork: asked for by mail, and again after three days and a week, until nothing is left to do."""

from datetime import timedelta

from temporalio import workflow

from activities import mail
from models.messages import Mail
from workflows.steps import happens_before, step

ASKED_AFTER = (timedelta(), timedelta(days=3), timedelta(days=7))


@workflow.defn(name="Paperwork")
class PaperworkWorkflow:
    """Whoever sends a client something more to fill in or sign starts the asking anew."""

    @workflow.init
    def __init__(self, client_id: int) -> None:
        self.client_id = client_id
        self.asked = 0

    @workflow.run
    async def run(self, _: int) -> str:
        """ "done" when nothing is left, "silent" when the last mail brought nothing either."""
        await workflow.wait_condition(lambda: self.asked > 0)
        heard, left = 0, True
        while heard != self.asked:
            heard = self.asked
            left = await self.ask_again(heard)
        return "silent" if left else "done"

    async def ask_again(self, heard: int) -> bool:
        """Mail until the client has done it, or somebody sends something more; False when nothing is left to do."""
        since = workflow.now()
        for after in ASKED_AFTER:
            if await happens_before(since + after, lambda: self.asked != heard, "ask again"):
                return True
            key = f"paperwork/{self.client_id}/{since:%Y%m%dT%H%M%S}/{after.days}"
            if await step(mail.send, Mail(key, "paperwork", self.client_id), summary="paperwork") is False:
                return False
        return True

    @workflow.signal
    def more(self) -> None:
        """Something was sent to the client."""
        self.asked += 1
