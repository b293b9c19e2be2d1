"""A session's life: booked, reminded, ended one way or another, its money handed on."""

import asyncio
from datetime import datetime
from typing import TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from activities import details, series, sessions
from activities.database import Step
from activities.relay import SESSION_STATUS
from models.messages import (
    Attendee,
    Booking,
    Cancellation,
    Detail,
    Mail,
    Move,
    Outcome,
    Reminder,
    SessionStanding,
    SessionStart,
    Signing,
    Waiver,
)
from models.scheduling import SeriesClash
from workflows.steps import Mailbag, happens_before, show, step, why

Wish = TypeVar("Wish")
BOOKED = "booked"
"""The status a session's workflow is started with (starter/office/sessions.py)."""


@workflow.defn(name="Session")
class SessionWorkflow:
    """Knows the order of things; what the rules say comes back from the steps."""

    @workflow.init
    def __init__(self, start: SessionStart) -> None:
        self.id = start.session_id
        self.standing: SessionStanding | None = None
        self.refusal: ApplicationError | None = None
        self.reminded_until = workflow.now()
        self.shown = BOOKED if start.booking else ""
        self.asked_for_note = False
        self.one_at_a_time = asyncio.Lock()
        self.mails = Mailbag()

    @workflow.run
    async def run(self, start: SessionStart) -> str:
        """From booking until nothing more can happen; the word for how it ended."""
        if not await self.reserve(start):
            await self.leave_to_a_person(start.booking)
            await self.mails.finish()
            return "refused"
        while not self.settled:
            if self.stands.over:
                await self.mails.finish()
            else:
                await self.await_next()
        return self.stands.status

    async def await_next(self) -> None:
        """Wait until somebody changes what is next, or until it is due."""
        alarm = self.next_alarm()
        if not await happens_before(alarm, lambda: self.stands.over or self.next_alarm() != alarm, "next step"):
            await self.ring()

    async def reserve(self, start: SessionStart) -> bool:
        """Take the slot, or learn why not; a session that was over is only looked at."""
        try:
            if start.booking:
                await self.ask(sessions.book, start.booking)
            else:
                await self.ask(sessions.look, self.id)
        except ActivityError as refused:
            self.refusal = why(refused)
        return self.refusal is None

    async def leave_to_a_person(self, booking: Booking | None) -> None:
        """What a series asked for and did not get is never lost."""
        if booking and booking.series_id and self.refusal:
            clash = SeriesClash(self.id, self.refusal.message, booking.series_id, booking.series_day)
            await step(series.clashed, clash, summary=series.clashed.name)

    async def ring(self) -> None:
        """Do what is due: remind; presume a no-show; charge a fee; ask for the note."""
        now = workflow.now()
        if (reminder := self.next_reminder()) and reminder.at <= now:
            self.remind(reminder)
        elif self.stands.undecided and self.stands.decide_by <= now:
            await self.ask(sessions.presume, self.id)
        elif self.stands.fees_due and self.stands.fees_due <= now:
            await self.ask(sessions.charge_fees, self.id)
        elif self.stands.note_due and self.stands.note_due <= now:
            self.asked_for_note = True
            await self.ask(sessions.ask_for_note, self.id)

    def next_alarm(self) -> datetime | None:
        """When something is due unless somebody acts first."""
        reminder = self.next_reminder()
        moments = [
            reminder.at if reminder else None,
            self.stands.decide_by if self.stands.undecided else None,
            self.stands.fees_due,
            None if self.asked_for_note else self.stands.note_due,
        ]
        return min((at for at in moments if at), default=None)

    def next_reminder(self) -> Reminder | None:
        """The next reminder that was not sent; a moved session has others."""
        return next((r for r in self.stands.reminders if r.at > self.reminded_until), None)

    def remind(self, reminder: Reminder) -> None:
        """Mail everybody who is still expected; the key holds the start, so a moved session reminds anew."""
        self.reminded_until = reminder.at
        starts = self.stands.starts
        for client_id in reminder.client_ids:
            key = f"reminder/{self.id}/{client_id}/{starts:%Y%m%dT%H%M}/{reminder.at:%Y%m%dT%H%M%S}"
            self.mails.send(Mail(key, "reminder", client_id, self.id))

    @workflow.update
    async def book(self) -> SessionStanding:
        """Booked, or the reason why not."""
        return await self.booked()

    @workflow.update
    async def confirm(self, wish: Outcome) -> SessionStanding:
        return await self.grant(sessions.confirm, wish)

    @workflow.update
    async def move(self, wish: Move) -> SessionStanding:
        return await self.grant(sessions.move, wish)

    @workflow.update
    async def cancel(self, wish: Cancellation) -> SessionStanding:
        return await self.grant(sessions.cancel, wish)

    @workflow.update
    async def join(self, wish: Attendee) -> SessionStanding:
        return await self.grant(sessions.join, wish)

    @workflow.update
    async def check_in(self, wish: Attendee) -> SessionStanding:
        return await self.grant(sessions.check_in, wish)

    @workflow.signal
    async def moved_with_series(self, wish: Move) -> None:
        await self.follow_series(sessions.move, wish)

    @workflow.signal
    async def cancelled_with_series(self, wish: Cancellation) -> None:
        await self.follow_series(sessions.cancel, wish)

    async def follow_series(self, wanted: Step[Wish, SessionStanding], wish: Wish) -> None:
        """Do as the series does; where that is refused it is somebody's task."""
        try:
            await self.grant(wanted, wish)
        except ApplicationError as refused:
            await step(series.clashed, SeriesClash(self.id, refused.message), summary=series.clashed.name)

    @workflow.update
    async def record(self, outcome: Outcome) -> SessionStanding:
        return await self.grant(sessions.record, outcome)

    @workflow.update
    async def detail(self, wish: Detail) -> SessionStanding:
        return await self.grant(details.detail, wish)

    @workflow.update
    async def sign(self, signing: Signing | None = None) -> SessionStanding:
        return await self.grant(sessions.sign, signing or Signing(self.id))

    @workflow.update
    async def cosign(self, signing: Signing) -> SessionStanding:
        return await self.grant(sessions.cosign, signing)

    @workflow.update
    async def waive(self, waiver: Waiver) -> SessionStanding:
        return await self.grant(sessions.waive, waiver)

    async def grant(self, wanted: Step[Wish, SessionStanding], wish: Wish) -> SessionStanding:
        """Do what a person wishes, or tell them why not."""
        await self.booked()
        try:
            return await self.ask(wanted, wish)
        except ActivityError as refused:
            raise why(refused) from None

    async def booked(self) -> SessionStanding:
        await workflow.wait_condition(lambda: self.standing is not None or self.refusal is not None)
        if self.refusal:
            raise self.refusal
        return self.stands

    async def ask(self, wanted: Step[Wish, SessionStanding], message: Wish) -> SessionStanding:
        """One step at a time: its answer is how the session stands, and which mails follow."""
        async with self.one_at_a_time:
            self.standing = await step(wanted, message, summary=wanted.name)
        self.say(self.standing)
        self.mails.send(*self.standing.handover.mails)
        return self.standing

    def say(self, now: SessionStanding) -> None:
        """Keep the billing team's view true."""
        unsigned = f", {now.unsigned} notes unsigned" if now.unsigned else ""
        presumed = f", {now.presumed} presumed" if now.presumed else ""
        workflow.set_current_details(f"**{now.status}** at {now.starts:%Y-%m-%d %H:%M} UTC{unsigned}{presumed}")
        if now.status != self.shown:
            self.shown = now.status
            show(SESSION_STATUS.value_set(now.status))

    @property
    def settled(self) -> bool:
        return self.stands.over and self.mails.idle

    @property
    def stands(self) -> SessionStanding:
        assert self.standing is not None
        return self.standing
