"""The batches: the day's claims out, the answers in."""

from temporalio import workflow

from activities import clearinghouse
from workflows.steps import step

CLAIMS_A_FILE = 5000
"""As many as the guide recommends in one transaction (005010X222A1, 2300)."""


@workflow.defn(name="ClaimBatch")
class ClaimBatchWorkflow:
    """One file a payer, written down before it leaves, asked after before it is sent again."""

    @workflow.run
    async def run(self) -> int:
        """How many claims left with this run; what another run delivers meanwhile is that one's."""
        batch = await step(clearinghouse.build, CLAIMS_A_FILE, summary="write files")
        left = 0
        for number, file in enumerate(batch.files, start=1):
            workflow.set_current_details(f"file {number} of {len(batch.files)} leaves")
            told = await step(clearinghouse.deliver, file, summary=f"deliver {len(file.claim_numbers)} claims")
            left += len(told.answers)
        return left


@workflow.defn(name="Inbox")
class InboxWorkflow:
    """Every answer that waits: stored, read, told to its claims, then moved out of the way."""

    @workflow.run
    async def run(self) -> int:
        """How many files were read."""
        names = await step(clearinghouse.waiting, None, summary="look")
        for number, name in enumerate(names, start=1):
            workflow.set_current_details(f"answer {number} of {len(names)} is read")
            await step(clearinghouse.read, name, summary="read")
            await step(clearinghouse.archive, name, summary="archive")
        return len(names)
