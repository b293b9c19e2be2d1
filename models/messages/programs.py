"""What is told to and brought in from other programs."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from models.messages.handover import NOTHING, Handover


@dataclass(frozen=True)
class WebhookAttempt:
    """The `number`-th attempt (from 1) to tell of an event; `again` also where it was told before."""

    delivery_id: UUID
    number: int
    again: bool = False


@dataclass(frozen=True)
class WebhookStanding:
    """What came of an attempt, and when to try again (None: it was told, or given up)."""

    status: str
    next_at: datetime | None = None
    handover: Handover = NOTHING


@dataclass(frozen=True)
class ImportStart:
    """A file to check, or, once it was checked, to bring in."""

    run_id: int
    for_real: bool


@dataclass(frozen=True)
class ImportPart:
    """Lines of an import that others must be told of, from a position on."""

    run_id: int
    first: int


@dataclass(frozen=True)
class ImportStanding:
    """What an import added, and from where others must be told of it (None: nobody any more)."""

    added: int
    next: int | None = None
    handover: Handover = NOTHING
