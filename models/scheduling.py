"""Scheduling as frozen data: what its rules read, and what crosses Temporal about series and the waitlist."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from models.facts import By
from models.messages import Handover


def series_workflow(series_id: UUID) -> str:
    """The workflow of a series."""
    return f"series/{series_id}"


def offering_workflow(freed_by: str) -> str:
    """The workflow that offers one freed time."""
    return f"offering/{freed_by}"


# ── what rules read ──────────────────────────────────────────────────────────


class OfferState(StrEnum):
    """Where an offer of a freed time stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Span:
    """A time from an instant to another, the end not inside."""

    starts: datetime
    ends: datetime

    def overlaps(self, other: "Span") -> bool:
        return self.starts < other.ends and other.starts < self.ends


@dataclass(frozen=True)
class Off:
    """Time off: a holiday of the practice, or a clinician's own, with the reason."""

    starts: datetime
    ends: datetime
    reason: str


@dataclass(frozen=True)
class Hours:
    """Working hours of a weekday (0 Monday) in local time, from a day on and until one (None: still)."""

    weekday: int
    opens: time
    closes: time
    since: date
    until: date | None = None


@dataclass(frozen=True)
class Recurring:
    """A series as its rule counts it: an RRULE from the local day `first`, at a local time, until a last day."""

    rule: str
    first: date
    at: time
    until: date | None = None


@dataclass(frozen=True)
class Waiting:
    """A wish on the waitlist: for whom, how long a session, with whom (None: anybody), on which days and hours."""

    entry_id: int
    client_id: int
    minutes: int
    clinician_id: int | None
    weekdays: tuple[int, ...]
    opens: time
    closes: time
    until: date | None
    since: datetime


# ── series ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class SeriesBooking:
    """A wish for sessions that recur: an RRULE (it may say its end) from the local day `first`, at a local time."""

    series_id: UUID
    clinician_id: int
    service_id: int
    client_ids: tuple[int, ...]
    rule: str
    first: date
    at: time
    place: str = ""


@dataclass(frozen=True)
class SeriesStart:
    """A series to follow; without a wish, one that is looked at again."""

    series_id: UUID
    wish: SeriesBooking | None = None


@dataclass(frozen=True)
class SeriesChange:
    """A wish to hold the occurrence of `from_day` and all after it on `to_day` and accordingly, at a local time."""

    series_id: UUID
    from_day: date
    to_day: date
    at: time
    place: str


@dataclass(frozen=True)
class SeriesEnd:
    """A wish to hold no occurrence from a day on."""

    series_id: UUID
    from_day: date
    by: By


@dataclass(frozen=True)
class SeriesStanding:
    """How a series stands: when more of it is to be booked (None: all that will be is)."""

    clinician_id: int
    next_look: datetime | None
    handover: Handover = field(default_factory=Handover)


@dataclass(frozen=True)
class SeriesClash:
    """A session that a series asked for and did not get, in the words of the refusal."""

    session_id: UUID
    why: str
    series_id: UUID | None = None
    day: date | None = None


# ── waitlist ─────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Offered:
    """A freed time and the offer that is open (None: there is nobody more to offer it to)."""

    offer_id: UUID | None
    expires_at: datetime | None
    handover: Handover = field(default_factory=Handover)
