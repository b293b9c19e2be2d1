"""What people wish of a session."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from models.billed import AddOn, Held
from models.facts import By, Status


@dataclass(frozen=True)
class Booking:
    """A wish to hold a session; `entered_afterwards` records one that was held before it was entered.

    `series_id` and `series_day` say for which day of a series, `offer_id` which offer of the waitlist it takes up;
    `told` whether the clients get a mail of it.
    """

    session_id: UUID
    clinician_id: int
    service_id: int
    client_ids: tuple[int, ...]
    starts: datetime
    place: str = ""
    entered_afterwards: bool = False
    series_id: UUID | None = None
    series_day: date | None = None
    offer_id: UUID | None = None
    told: bool = True


@dataclass(frozen=True)
class Move:
    """A wish to hold a session at another time, and in another place where one is said; `seen` as in Outcome."""

    session_id: UUID
    starts: datetime
    by: By
    place: str | None = None
    told: bool = True
    seen: str = ""


@dataclass(frozen=True)
class Cancellation:
    """A wish not to come; `client_id` None means everybody; `seen` as in Outcome."""

    session_id: UUID
    by: By
    client_id: int | None = None
    told: bool = True
    seen: str = ""


@dataclass(frozen=True)
class Outcome:
    """How a session ended for a client (None: all still expected); `minutes` really spent.

    `seen` is how the session stood for who wishes; refused when it stands otherwise ("": they did not look).
    """

    session_id: UUID
    status: Status
    client_id: int | None = None
    minutes: int | None = None
    seen: str = ""


@dataclass(frozen=True)
class Detail:
    """How a client's part was held and what was done beside the session's service (client None: everybody's).

    What is None stays as it was. `replace`: a claim that its payer decided on goes again with what changed.
    """

    session_id: UUID
    client_id: int | None = None
    held: Held | None = None
    add_ons: tuple[AddOn, ...] | None = None
    replace: bool = False


@dataclass(frozen=True)
class Attendee:
    """A client who joins a booked session, or is there for it."""

    session_id: UUID
    client_id: int


@dataclass(frozen=True)
class Signing:
    """A clinician's signature, or their supervisor's second one, under a client's note (None: all of a session)."""

    session_id: UUID
    client_id: int | None = None
    by: int | None = None


@dataclass(frozen=True)
class Waiver:
    """A wish to waive a fee; the reason stays in the database under `kept_id` (messages of before carried it)."""

    session_id: UUID
    client_id: int
    reason: str = ""
    kept_id: UUID | None = None
