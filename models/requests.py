"""What crosses Temporal about clients' wishes for a time, and what they are asked to fill in: ids only."""

from dataclasses import dataclass
from uuid import UUID

from models.facts import RequestStatus
from models.messages import Handover

NOTHING = Handover()


def request_workflow(request_id: UUID) -> str:
    """The workflow of a client's wish for a time."""
    return f"request/{request_id}"


def paperwork_workflow(client_id: int) -> str:
    """The workflow that asks a client for what is to be filled in or signed."""
    return f"paperwork/{client_id}"


@dataclass(frozen=True)
class RequestStanding:
    """Whether a client's wish for a time still waits for an answer."""

    waits: bool
    handover: Handover = NOTHING


@dataclass(frozen=True)
class RequestClosing:
    """A client's wish for a time came to its end; `session_id` is what was booked for it."""

    request_id: UUID
    status: RequestStatus
    session_id: UUID | None = None
