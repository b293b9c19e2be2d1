"""A mail that belongs to nothing else: an invitation, a link to sign in."""

from temporalio import workflow

from activities import mail as mails
from models.messages import Mail
from workflows.steps import step


@workflow.defn(name="Letter")
class LetterWorkflow:
    """Sends one mail, for as long as its server needs."""

    @workflow.run
    async def run(self, mail: Mail) -> None:
        """Until it went out, or there was no reason to."""
        await step(mails.send, mail, summary=mail.kind)
