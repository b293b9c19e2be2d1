"""A series' life: its sessions booked some weeks ahead, changed and ended from a day on, until none is to come."""

import asyncio
from typing import TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from activities import series
from activities.database import Step
from models.scheduling import SeriesChange, SeriesEnd, SeriesStanding, SeriesStart
from workflows.steps import Mailbag, happens_before, step, why

Wish = TypeVar("Wish")


@workflow.defn(name="Series")
class SeriesWorkflow:
    """Looks ahead again and again; each session it asks for has a workflow of its own."""

    @workflow.init
    def __init__(self, start: SeriesStart) -> None:
        self.id = start.series_id
        self.standing: SeriesStanding | None = None
        self.refusal: ApplicationError | None = None
        self.one_at_a_time = asyncio.Lock()
        self.mails = Mailbag()

    @workflow.run
    async def run(self, start: SeriesStart) -> str:
        """From the first session to the last that is booked."""
        if not await self.begin(start):
            await self.mails.finish()
            return "refused"
        while self.stands.next_look or not self.mails.idle:
            await self.await_next()
            if workflow.info().is_continue_as_new_suggested():
                await self.mails.finish()
                workflow.continue_as_new(SeriesStart(self.id))
        return "all booked"

    async def begin(self, start: SeriesStart) -> bool:
        """The first look, or why there is none."""
        try:
            if start.wish:
                await self.ask(series.begin, start.wish)
            else:
                await self.ask(series.book_ahead, self.id)
        except ActivityError as refused:
            self.refusal = why(refused)
        return self.refusal is None

    async def await_next(self) -> None:
        """Wait until more is to be booked, or somebody changes the series."""
        known = self.stands
        if known.next_look is None:
            await self.mails.finish()
        elif not await happens_before(known.next_look, lambda: self.stands is not known, "next look"):
            await self.ask(series.book_ahead, self.id)

    @workflow.update
    async def book(self) -> SeriesStanding:
        """Begun, or the reason why not."""
        return await self.begun()

    @workflow.update
    async def change(self, wish: SeriesChange) -> SeriesStanding:
        return await self.grant(series.change, wish)

    @workflow.update
    async def end(self, wish: SeriesEnd) -> SeriesStanding:
        return await self.grant(series.end, wish)

    @workflow.update
    async def look(self) -> SeriesStanding:
        """Look ahead now: time off was taken back, or a day is to be held again."""
        return await self.grant(series.book_ahead, self.id)

    async def grant(self, wanted: Step[Wish, SeriesStanding], wish: Wish) -> SeriesStanding:
        await self.begun()
        try:
            return await self.ask(wanted, wish)
        except ActivityError as refused:
            raise why(refused) from None

    async def begun(self) -> SeriesStanding:
        await workflow.wait_condition(lambda: self.standing is not None or self.refusal is not None)
        if self.refusal:
            raise self.refusal
        return self.stands

    async def ask(self, wanted: Step[Wish, SeriesStanding], message: Wish) -> SeriesStanding:
        """One step at a time; its answer is when to look again, and which mails follow."""
        async with self.one_at_a_time:
            self.standing = await step(wanted, message, summary=wanted.name)
        looks = self.standing.next_look
        workflow.set_current_details(f"more is booked at {looks:%Y-%m-%d %H:%M} UTC" if looks else "all is booked")
        self.mails.send(*self.standing.handover.mails)
        return self.standing

    @property
    def stands(self) -> SeriesStanding:
        assert self.standing is not None
        return self.standing
