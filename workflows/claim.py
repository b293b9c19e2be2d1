"""A claim's life: scrubbed, sent with the day's batch, answered, corrected, appealed, paid; its clock never unseen."""

import asyncio
from datetime import datetime
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import SearchAttributeUpdate
from temporalio.exceptions import ActivityError

from activities import appeals, claims, closings, overruling, remittances, separating, voiding
from activities.database import Step
from activities.relay import AMOUNT, CLAIM_STATUS, NEEDS_ATTENTION, PAYER, as_number
from models.messages import (
    Answered,
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
    StatusWish,
    Voiding,
    WriteOffDecision,
)
from workflows.steps import Mailbag, happens_before, show, step, why

Wish = TypeVar("Wish")
TROUBLE = ("held", "rejected", "denied")


@workflow.defn(name="Claim")
class ClaimWorkflow:
    """Waits for the world's answers in any order; each is taken once, by a step."""

    @workflow.init
    def __init__(self, start: ClaimStart) -> None:
        self.number = start.number
        self.standing: ClaimStanding | None = None
        self.rang = ""
        self.asks_payers = False
        self.one_at_a_time = asyncio.Lock()
        self.mails = Mailbag()

    @workflow.run
    async def run(self, _: ClaimStart) -> str:
        """Until its payer's last word; a later one (a recoupment) starts it again."""
        self.asks_payers = workflow.patched("silent-payers-are-asked")
        await self.ask(claims.prepare, self.number)
        while not self.settled:
            if self.stands.over:
                await self.mails.finish()
            else:
                await self.watch_the_clock()
        return self.stands.status

    async def watch_the_clock(self) -> None:
        """The payer has its last word, or is asked for it, or time to file or appeal runs out in front of eyes."""
        alarm, clock = self.alarm, self.stands.clock
        runs_out = "timely filing" if clock == "filing" else clock
        why_then = "silent payer" if alarm != self.running_out else runs_out
        if await happens_before(alarm, lambda: self.stands.over or self.alarm != alarm, why_then):
            return
        if alarm == self.running_out:
            self.rang = clock
            await self.ask(claims.warn, self.number)
        else:
            await self.ask(claims.ask_status, StatusWish(self.number))

    @workflow.signal
    async def answered(self, answer: Answered) -> None:
        """Take an answer, each in the order it came; the clock's timer runs on beside."""
        await workflow.wait_condition(lambda: self.standing is not None)
        await self.ask(remittances.post if answer.kind == "remitted" else claims.take_answer, answer)

    @workflow.signal
    def ask_by_the_clock(self) -> None:
        """Ask a silent payer from now on, as workflows do that begin today."""
        self.asks_payers = True

    @workflow.update
    async def correct(self, correction: Correction) -> ClaimStanding:
        return await self.grant(claims.correct, correction)

    @workflow.update
    async def ask_status(self) -> ClaimStanding:
        """Somebody wants to know where it stands."""
        return await self.grant(claims.ask_status, StatusWish(self.number, by_person=True))

    @workflow.update
    async def close(self, closing: ClaimClosing) -> ClaimStanding:
        return await self.grant(claims.close, closing)

    @workflow.update
    async def bill_now(self, wish: BillNow) -> ClaimStanding:
        """It waits no longer for further sessions."""
        return await self.grant(claims.bill_now, wish)

    @workflow.update
    async def separate(self, wish: Separation) -> ClaimStanding:
        """One of its sessions goes on a claim of its own."""
        return await self.grant(separating.separate, wish)

    @workflow.update
    async def void(self, wish: Voiding) -> ClaimStanding:
        """Take the claim back from its payer."""
        return await self.grant(voiding.void, wish)

    @workflow.update
    async def bill_next(self, wish: NextCoverage) -> ClaimStanding:
        """The next coverage answers for what this one does not pay."""
        return await self.grant(closings.bill_next, wish)

    @workflow.update
    async def decide(self, wish: WriteOffDecision) -> ClaimStanding:
        """A second person says whether so much is given up."""
        return await self.grant(closings.decide, wish)

    @workflow.update
    async def overrule(self, wish: Overruled) -> ClaimStanding:
        """Somebody answers for a warning that holds the claim."""
        return await self.grant(overruling.overrule, wish)

    @workflow.update
    async def draft_appeal(self, wish: AppealDraft) -> ClaimStanding:
        """An appeal was written, or written anew."""
        return await self.grant(appeals.draft, wish)

    @workflow.update
    async def appeal(self, move: AppealMove) -> ClaimStanding:
        """An appeal was signed, sent, decided or withdrawn."""
        return await self.grant(appeals.move, move)

    @workflow.update
    async def assign(self, wish: ClaimAssignment) -> ClaimStanding:
        """A parked answer is this claim's."""
        return await self.grant(remittances.assign, wish)

    async def grant(self, wanted: Step[Wish, ClaimStanding], wish: Wish) -> ClaimStanding:
        """Do what a biller wishes, or tell them why not."""
        await workflow.wait_condition(lambda: self.standing is not None)
        try:
            return await self.ask(wanted, wish)
        except ActivityError as refused:
            raise why(refused) from None

    async def ask(self, wanted: Step[Wish, ClaimStanding], message: Wish) -> ClaimStanding:
        """One step at a time: its answer is how the claim stands."""
        async with self.one_at_a_time:
            before = self.standing
            self.standing = await step(wanted, message, summary=wanted.name)
        self.say(before, self.standing)
        self.mails.send(*self.standing.handover.mails)
        return self.standing

    def say(self, before: ClaimStanding | None, now: ClaimStanding) -> None:
        """Keep the billing team's view true."""
        waits = f", waits until {now.leaves_on} for further sessions" if now.leaves_on else ""
        workflow.set_current_details(f"**{now.status}** · {now.charge} to payer {now.payer_id}{waits}")
        # without `patched`: no answer recorded before claims could gather sessions changes a charge
        if before and before.charge != now.charge:
            show(AMOUNT.value_set(as_number(now.charge)))
        if before and before.status == now.status:
            return
        updates: list[SearchAttributeUpdate[Any]] = [
            CLAIM_STATUS.value_set(now.status),
            NEEDS_ATTENTION.value_set(now.status in TROUBLE),
        ]
        if before is None:
            show(*updates, PAYER.value_set(now.payer_id), AMOUNT.value_set(as_number(now.charge)))
        else:
            show(*updates)

    @property
    def settled(self) -> bool:
        return self.stands.over and self.mails.idle

    @property
    def alarm(self) -> datetime | None:
        """When the clock rings next: to warn that time runs out, or to ask a silent payer."""
        ask_at = self.stands.ask_at if self.asks_payers else None
        return min(filter(None, (self.running_out, ask_at)), default=None)

    @property
    def running_out(self) -> datetime | None:
        """When somebody has to see that time runs out."""
        return None if self.rang == self.stands.clock else self.stands.warn_at

    @property
    def stands(self) -> ClaimStanding:
        assert self.standing is not None
        return self.standing
