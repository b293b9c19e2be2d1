"""What people do with sessions: book, confirm, move, cancel, record, sign, waive."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session as Database
from temporalio.client import WithStartWorkflowOperation
from temporalio.common import (
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)

from activities import charts, kept_words
from activities.relay import OFFICE, known_of, summary_of
from models.billed import AddOn, Held
from models.facts import By, Status
from models.messages import (
    Attendee,
    Booking,
    Cancellation,
    Detail,
    Move,
    Outcome,
    SessionStanding,
    SessionStart,
    Signing,
    Waiver,
    session_workflow,
)
from models.tables import Session
from starter.office.asking import Line
from workflows.session import SessionWorkflow


@dataclass(frozen=True)
class Sessions:
    """Sessions, as people change them."""

    line: Line

    async def book(
        self,
        clinician_id: int,
        service_id: int,
        client_ids: tuple[int, ...],
        starts: datetime,
        place: str = "",
        entered_afterwards: bool = False,
        session_id: UUID | None = None,
        offer_id: UUID | None = None,
        series_day: tuple[UUID, date] | None = None,
    ) -> UUID:
        """Book a session that starts at an aware moment; its id, or Refused with the reason.

        `offer_id`: it takes up an offer of the waitlist; `series_day`: it stands for that day of a series.
        """
        new = session_id or uuid4()
        series_id, day = series_day or (None, None)
        booking = Booking(
            new, clinician_id, service_id, client_ids, starts, place, entered_afterwards, series_id, day, offer_id
        )
        await self._of_session(SessionStart(new, booking), SessionWorkflow.book)
        return new

    async def confirm(self, session_id: UUID, client_id: int | None = None, seen: str = "") -> SessionStanding:
        """A client (or all of them) says they will come; `seen` is how the session stood for who asks."""
        wish = Outcome(session_id, Status.CONFIRMED, client_id, seen=seen)
        return await self._of_session(SessionStart(session_id), SessionWorkflow.confirm, wish)

    async def reschedule(
        self, session_id: UUID, starts: datetime, by: By, place: str | None = None, seen: str = ""
    ) -> SessionStanding:
        """Hold it at another time or place; the client's late wish costs the late cancellation fee."""
        wish = Move(session_id, starts, by, place, seen=seen)
        return await self._of_session(SessionStart(session_id), SessionWorkflow.move, wish)

    async def cancel(self, session_id: UUID, by: By, client_id: int | None = None, seen: str = "") -> SessionStanding:
        """Cancel for a client, or for all."""
        wish = Cancellation(session_id, by, client_id, seen=seen)
        return await self._of_session(SessionStart(session_id), SessionWorkflow.cancel, wish)

    async def join(self, session_id: UUID, client_id: int) -> SessionStanding:
        """One more client comes to a booked session."""
        return await self._of_session(SessionStart(session_id), SessionWorkflow.join, Attendee(session_id, client_id))

    async def check_in(self, session_id: UUID, client_id: int) -> SessionStanding:
        """A client has arrived."""
        wish = Attendee(session_id, client_id)
        return await self._of_session(SessionStart(session_id), SessionWorkflow.check_in, wish)

    async def detail(
        self,
        session_id: UUID,
        client_id: int | None = None,
        held: Held | None = None,
        add_ons: tuple[AddOn, ...] | None = None,
        replace: bool = False,
    ) -> SessionStanding:
        """How a client's part was held, and what was done beside the session's service; None stays as it was.

        `replace`: a claim that its payer decided on goes again, as a replacement, where it bills something else now.
        """
        wish = Detail(session_id, client_id, held, add_ons, replace)
        return await self._of_session(SessionStart(session_id), SessionWorkflow.detail, wish)

    async def attend(
        self,
        session_id: UUID,
        client_id: int | None = None,
        minutes: int | None = None,
        seen: str = "",
        held: Held | None = None,
        add_ons: tuple[AddOn, ...] | None = None,
    ) -> SessionStanding:
        """They came, and stayed so many minutes (the service's when not said); details are said first, for a charge
        follows at once where no note is awaited.
        """
        if held is not None or add_ons is not None:
            await self.detail(session_id, client_id, held, add_ons)
        wish = Outcome(session_id, Status.ATTENDED, client_id, minutes, seen)
        return await self._of_session(SessionStart(session_id), SessionWorkflow.record, wish)

    async def no_show(self, session_id: UUID, client_id: int | None = None, seen: str = "") -> SessionStanding:
        """They neither came nor cancelled."""
        wish = Outcome(session_id, Status.NO_SHOW, client_id, seen=seen)
        return await self._of_session(SessionStart(session_id), SessionWorkflow.record, wish)

    async def sign(
        self,
        session_id: UUID,
        text: str = "",
        diagnoses: tuple[str, ...] = (),
        client_id: int | None = None,
        by: int | None = None,
    ) -> SessionStanding:
        """Write the note (straight into the chart, never through Temporal) and sign it."""
        if text or diagnoses:
            with Database(self.line.engine) as db, db.begin():
                charts.draft(db, self.line.vault, session_id, text, diagnoses, client_id)
        wish = Signing(session_id, client_id, by)
        return await self._of_session(SessionStart(session_id), SessionWorkflow.sign, wish)

    async def cosign(self, session_id: UUID, client_id: int, by: int) -> SessionStanding:
        """The supervisor's second signature under a client's note."""
        wish = Signing(session_id, client_id, by)
        return await self._of_session(SessionStart(session_id), SessionWorkflow.cosign, wish)

    async def waive(self, session_id: UUID, client_id: int, reason: str) -> SessionStanding:
        """Waive a client's fee, with the reason."""
        kept_id = kept_words.keep(self.line.engine, self.line.vault, f"session/{session_id}", reason)
        wish = Waiver(session_id, client_id, kept_id=kept_id)
        return await self._of_session(SessionStart(session_id), SessionWorkflow.waive, wish)

    async def _of_session(self, start: SessionStart, update: Any, *wish: Any) -> SessionStanding:
        """Ask a session's workflow; one that was over is looked at again."""
        if start.booking is None:
            self.line.known(Session, start.session_id, "there is no such session")
        operation = WithStartWorkflowOperation(
            SessionWorkflow.run,
            start,
            id=session_workflow(start.session_id),
            task_queue=OFFICE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=_reuse(start),
            search_attributes=TypedSearchAttributes(known_of(start.booking) if start.booking else []),
            static_summary=summary_of(start.booking) if start.booking else "Session, looked at again",
        )
        standing: SessionStanding = await self.line.ask(update, *wish, operation)
        return standing


def _reuse(start: SessionStart) -> WorkflowIDReusePolicy:
    """A session is booked once; one that is over may be looked at again and again."""
    return WorkflowIDReusePolicy.REJECT_DUPLICATE if start.booking else WorkflowIDReusePolicy.ALLOW_DUPLICATE
