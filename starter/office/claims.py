"""What billers do with claims: send, read the answers, correct, close."""

from dataclasses import dataclass
from typing import Any

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy

from activities.relay import OFFICE
from models.messages import (
    ClaimAssignment,
    ClaimClosing,
    ClaimStanding,
    ClaimStart,
    Correction,
    Voiding,
    claim_workflow,
)
from models.tables import Claim
from starter.office.asking import Line
from workflows.claim import ClaimWorkflow
from workflows.clearinghouse import ClaimBatchWorkflow, InboxWorkflow


@dataclass(frozen=True)
class Claims:
    """Claims, as billers change them."""

    line: Line

    async def correct(self, number: str, authorization: str = "", diagnoses: tuple[str, ...] = ()) -> ClaimStanding:
        """Send a claim again with what changed."""
        wish = Correction(number, authorization, diagnoses)
        return await self._of_claim(number, ClaimWorkflow.correct, wish)

    async def close(self, number: str, reason: str, bill_client: bool = False) -> ClaimStanding:
        """Give a claim up: bill the client, or write it off."""
        return await self._of_claim(number, ClaimWorkflow.close, ClaimClosing(number, bill_client, reason))

    async def ask_status(self, number: str) -> ClaimStanding:
        """Ask its payer with the next batch where a claim stands."""
        return await self._of_claim(number, ClaimWorkflow.ask_status)

    async def void(self, number: str, reason: str) -> ClaimStanding:
        """Take a claim back from its payer (frequency 8)."""
        return await self._of_claim(number, ClaimWorkflow.void, Voiding(number, reason))

    async def post_parked(self, part_id: int, number: str) -> ClaimStanding:
        """Post a parked answer to the claim it answers."""
        return await self._of_claim(number, ClaimWorkflow.assign, ClaimAssignment(number, part_id))

    async def send(self, run: str) -> int:
        """Run the claim batch; `run` names it, so that one batch runs once."""
        return await self.line.batch(ClaimBatchWorkflow.run, f"claim-batch/{run}")

    async def read_answers(self, run: str) -> int:
        """Read what waits at the clearinghouse."""
        return await self.line.batch(InboxWorkflow.run, f"inbox/{run}")

    async def _of_claim(self, number: str, update: Any, *wish: Any) -> ClaimStanding:
        self.line.known(Claim, number, f"there is no claim {number}")
        operation = WithStartWorkflowOperation(
            ClaimWorkflow.run,
            ClaimStart(number),
            id=claim_workflow(number),
            task_queue=OFFICE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary=f"Claim {number}",
        )
        standing: ClaimStanding = await self.line.ask(update, *wish, operation)
        return standing
