"""Mails that people set going: invitations, links to sign in, what a page sends."""

from dataclasses import dataclass

from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from activities.relay import OFFICE
from models.errors import Unreachable
from models.messages import Mail
from starter.office.asking import Line
from workflows.letter import LetterWorkflow


@dataclass(frozen=True)
class Letters:
    """Mails, each once per key."""

    line: Line

    async def send(self, mail: Mail) -> None:
        """Set a mail going; one that is under way or was sent is left alone."""
        try:
            await self.line.client.start_workflow(
                LetterWorkflow.run,
                mail,
                id=f"letter/{mail.key}",
                task_queue=OFFICE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                static_summary=mail.kind.replace("_", " "),
            )
        except WorkflowAlreadyStartedError:
            return
        except RPCError as silence:
            raise Unreachable("Temporal does not answer; the mail was not sent. Please try again") from silence
