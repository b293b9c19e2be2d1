"""How a session stands."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from models.messages.handover import NOTHING, Handover
from models.messages.wishes import Booking


@dataclass(frozen=True)
class SessionStart:
    """A session to book and follow; without a booking, one that was over and is looked at again."""

    session_id: UUID
    booking: Booking | None = None


@dataclass(frozen=True)
class Reminder:
    """Whom to remind, and when."""

    at: datetime
    client_ids: tuple[int, ...]


@dataclass(frozen=True)
class SessionStanding:
    """Where a session stands: its times, what is still open, when a step is due."""

    starts: datetime
    ends: datetime
    status: str
    clinician_id: int
    reminders: tuple[Reminder, ...]
    undecided: int
    presumed: int
    unsigned: int
    decide_by: datetime
    note_due: datetime | None
    fees_due: datetime | None
    handover: Handover = NOTHING

    @property
    def over(self) -> bool:
        """Nothing more is awaited."""
        return not (self.undecided or self.presumed or self.unsigned or self.fees_due)
