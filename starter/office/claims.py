"""What billers do with claims: send, read the answers, correct, appeal, close."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session as Database
from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy

from activities import corrections, kept_words
from activities.relay import OFFICE
from models.messages import (
    AppealDraft,
    AppealMove,
    BillNow,
    ClaimAssignment,
    ClaimClosing,
    ClaimStanding,
    ClaimStart,
    Correction,
    NextCoverage,
    Overruled,
    Separation,
    Voiding,
    WriteOffDecision,
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

    async def correct(
        self, number: str, authorization: str = "", diagnoses: tuple[str, ...] = (), note: str = ""
    ) -> ClaimStanding:
        """Send a claim again with what changed (what is a patient's goes straight to the database)."""
        self.line.known(Claim, number, f"there is no claim {number}")
        kept_id = self._kept(number, diagnoses, note) if diagnoses or note else None
        wish = Correction(number, authorization, kept_id=kept_id)
        return await self._of_claim(number, ClaimWorkflow.correct, wish)

    async def close(
        self, number: str, reason: str, bill_client: bool = False, by_id: int | None = None
    ) -> ClaimStanding:
        """Give a claim up: bill the client, or write it off; a large sum stays open until a second person agrees."""
        wish = ClaimClosing(number, bill_client, by_id=by_id, kept_id=self._said(number, reason))
        return await self._of_claim(number, ClaimWorkflow.close, wish)

    async def bill_next(self, number: str, reason: str) -> ClaimStanding:
        """Let the client's next coverage answer for what this one does not pay."""
        wish = NextCoverage(number, kept_id=self._said(number, reason))
        return await self._of_claim(number, ClaimWorkflow.bill_next, wish)

    async def decide_write_off(self, number: str, asked_id: int, granted: bool, by_id: int | None) -> ClaimStanding:
        """Say, as the second person, whether so much is given up."""
        return await self._of_claim(number, ClaimWorkflow.decide, WriteOffDecision(number, asked_id, granted, by_id))

    async def overrule(self, number: str, code: str, reason: str, by_id: int | None = None) -> ClaimStanding:
        """Answer for a warning of the scrub, with the reason; the claim is looked at again."""
        wish = Overruled(number, code, self._said(number, reason), by_id)
        return await self._of_claim(number, ClaimWorkflow.overrule, wish)

    async def appeal(
        self, number: str, template: str, words: str, by_id: int | None = None, appeal_id: UUID | None = None
    ) -> UUID:
        """Write an appeal, or write it anew while nobody has signed it; its id."""
        wanted = appeal_id or uuid4()
        wish = AppealDraft(number, wanted, template, self._said(number, words), by_id)
        await self._of_claim(number, ClaimWorkflow.draft_appeal, wish)
        return wanted

    async def move_appeal(
        self, number: str, appeal_id: UUID, deed: str, by_id: int | None = None, how: str = "", on: date | None = None
    ) -> ClaimStanding:
        """Sign an appeal, or say that it was sent, decided or withdrawn."""
        wish = AppealMove(number, appeal_id, deed, by_id, how, on)
        return await self._of_claim(number, ClaimWorkflow.appeal, wish)

    async def ask_status(self, number: str) -> ClaimStanding:
        """Ask its payer with the next batch where a claim stands."""
        return await self._of_claim(number, ClaimWorkflow.ask_status)

    async def bill_now(self, number: str) -> ClaimStanding:
        """Let a claim leave with the next batch, before the week or month that it waits for is over."""
        return await self._of_claim(number, ClaimWorkflow.bill_now, BillNow(number))

    async def separate(self, number: str, session_id: UUID) -> ClaimStanding:
        """Take a session off a claim that has not left, onto a claim of its own."""
        return await self._of_claim(number, ClaimWorkflow.separate, Separation(number, session_id))

    async def void(self, number: str, reason: str) -> ClaimStanding:
        """Take a claim back from its payer (frequency 8)."""
        wish = Voiding(number, kept_id=self._said(number, reason))
        return await self._of_claim(number, ClaimWorkflow.void, wish)

    async def post_parked(self, part_id: int, number: str) -> ClaimStanding:
        """Post a parked answer to the claim it answers."""
        return await self._of_claim(number, ClaimWorkflow.assign, ClaimAssignment(number, part_id))

    async def send(self, run: str) -> int:
        """Run the claim batch; `run` names it, so that one batch runs once."""
        return await self.line.batch(ClaimBatchWorkflow.run, f"claim-batch/{run}")

    async def read_answers(self, run: str) -> int:
        """Read what waits at the clearinghouse."""
        return await self.line.batch(InboxWorkflow.run, f"inbox/{run}")

    def _kept(self, number: str, diagnoses: tuple[str, ...], note: str) -> UUID:
        """Where the words of a correction were kept."""
        kept_id = uuid4()
        with Database(self.line.engine) as db, db.begin():
            corrections.keep(db, kept_id, number, diagnoses, note, datetime.now(UTC))
        return kept_id

    def _said(self, number: str, words: str) -> UUID | None:
        """Where what was typed about a claim is kept."""
        self.line.known(Claim, number, f"there is no claim {number}")
        return kept_words.keep(self.line.engine, self.line.vault, f"claim/{number}", words)

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
