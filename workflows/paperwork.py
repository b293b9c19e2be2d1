"""A client's paperwork: asked for by mail, and again after three days and a week, until nothing is left to do."""

from datetime import timedelta
from uuid import UUID

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
        self.wishes: list[UUID] = []

    @workflow.run
    async def run(self, _: int) -> str:
        """ "done" when nothing is left, "silent" when the last mail brought nothing either."""
        await workflow.wait_condition(lambda: bool(self.wishes))
        heard, left = 0, True
        while heard < len(self.wishes):
            heard = len(self.wishes)
            left = await self.ask_again(heard)
        return "silent" if left else "done"

    async def ask_again(self, heard: int) -> bool:
        """Mail until the client has done it, or somebody sends something more; False when nothing is left to do."""
        since, wish = workflow.now(), self.wishes[-1]
        for after in ASKED_AFTER:
            if await happens_before(since + after, lambda: len(self.wishes) > heard, "ask again"):
                return True
            asking = Mail(f"paperwork/{wish}/{after.days}", "paperwork", self.client_id)
            if await step(mail.send, asking, summary="paperwork") is False:
                return False
        return True

    @workflow.signal
    def more(self, wish: UUID) -> None:
        """Something was sent to the client; the same wish twice is one."""
        if wish not in self.wishes:
            self.wishes.append(wish)
