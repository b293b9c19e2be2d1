"""The batches: the day's claims out, the answers in."""

from temporalio import workflow

from activities import clearinghouse
from models.messages import Answered, ClaimFileRef, ClaimStart, claim_workflow
from workflows.steps import Relay, start_claim, step, tell

CLAIMS_A_FILE = 5000
"""As many as the guide recommends in one transaction (005010X222A1, 2300)."""


@workflow.defn(name="ClaimBatch")
class ClaimBatchWorkflow:
    """One file a payer, written down before it leaves, asked after before it is sent again."""

    def __init__(self) -> None:
        self.relay = Relay()

    @workflow.run
    async def run(self) -> int:
        """How many claims left."""
        batch = await step(clearinghouse.build, CLAIMS_A_FILE, summary="write files")
        await self.relay.hand_on(batch.handover)
        for file in batch.files:
            await self.send(file)
        await self.relay.finish()
        return sum(len(file.claim_numbers) for file in batch.files)

    async def send(self, file: ClaimFileRef) -> None:
        """Deliver a file, and tell its claims."""
        await step(clearinghouse.deliver, file, summary=f"deliver {len(file.claim_numbers)} claims")
        for number in file.claim_numbers:
            await tell_claim(Answered(number, "sent", file.interchange_id))


@workflow.defn(name="Inbox")
class InboxWorkflow:
    """Every answer that waits: stored, read, told to its claims, then moved out of the way."""

    def __init__(self) -> None:
        self.relay = Relay()

    @workflow.run
    async def run(self) -> int:
        """How many files were read."""
        names = await step(clearinghouse.waiting, None, summary="look")
        for name in names:
            await self.read(name)
        await self.relay.finish()
        return len(names)

    async def read(self, name: str) -> None:
        reading = await step(clearinghouse.read, name, summary="read")
        await self.relay.hand_on(reading.handover)
        for answer in reading.answers:
            await tell_claim(answer)
        await step(clearinghouse.archive, name, summary="archive")


async def tell_claim(answer: Answered) -> None:
    """Tell a claim's workflow; one that had ended starts again with the answer."""
    if not await tell(claim_workflow(answer.claim_number), "answered", answer):
        await start_claim(ClaimStart(answer.claim_number, (answer,)))
