"""Several sessions on one claim, where a payer wants claims so: which go together, how long one waits (0034).

What a claim says once must be the same for all its sessions; what it says of a line may differ. A claim waits for
the end of its span, but never so long that filing it is in danger, and no longer once it is full.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from models.billed import ClaimsPer
from models.calendar import PayCycle, Period, period_of
from models.rules.claim_stages import NOT_SENT
from models.rules.deadlines import filing_clock
from models.rules.paper_claim import SERVICES_A_FORM
from models.x12.claims import ORIGINAL

LINES_OF_A_FILE = 50
"""Service lines of one claim (005010X222A1, loop 2400)."""
A_SUNDAY = date(2023, 1, 1)
A_FIRST = date(2023, 1, 1)
"""Where weeks and months begin to count."""


@dataclass(frozen=True)
class Common:
    """What a claim says once, for all its sessions.

    `billing_npi` is whoever bills ("" the practice itself). Who supervises follows from the clinician.
    """

    coverage_id: int
    clinician_id: int
    billing_npi: str
    place_of_service: str
    authorization: str
    diagnoses: frozenset[str]


@dataclass(frozen=True)
class SessionToBill:
    """A session to be billed, as its payer wants claims now; `lines` is how many services it brings."""

    per: ClaimsPer
    common: Common
    held_on: date
    service_id: int
    lines: int = 1


@dataclass(frozen=True)
class Gathered:
    """A claim that has not left: how its payer wanted it when it was made, and the sessions on it."""

    per: ClaimsPer
    common: Common
    visits: tuple[tuple[date, int], ...]
    """Of each session its day and its service."""
    lines: int


def span(per: ClaimsPer, day: date) -> Period:
    """The days whose sessions go on one claim with one of that day.

    Weeks are those of the calendar, Sunday to Saturday; none goes on into the next year, for which deductibles and
    often plans begin anew.
    """
    if per is ClaimsPer.SESSION:
        return Period(day, day)
    if per is ClaimsPer.MONTH:
        return period_of(day, PayCycle.MONTHLY, A_FIRST)
    week = period_of(day, PayCycle.WEEKLY, A_SUNDAY)
    return Period(max(week.first, date(day.year, 1, 1)), min(week.last, date(day.year, 12, 31)))


def goes_with(claim: Gathered, visit: SessionToBill) -> bool:
    """Whether a session belongs on that claim.

    The same service twice on a day does not: whether it was billed twice is for a person to say, and meanwhile holds
    only the claim it is alone on.
    """
    return (
        visit.per is claim.per is not ClaimsPer.SESSION
        and visit.common == claim.common
        and all(day in span(claim.per, visit.held_on) for day, _ in claim.visits)
        and (visit.held_on, visit.service_id) not in claim.visits
    )


def divisible(status: str, frequency: str, sent: bool) -> bool:
    """Whether a session may be taken off a claim; `sent`: an edition of it was written into a file.

    Its payer knows what has left by one number, whichever edition of it waits here: it stays whole.
    """
    return status in NOT_SENT and frequency == ORIGINAL and not sent


def most_lines(on_paper: bool) -> int:
    """How many lines a claim holds."""
    return SERVICES_A_FORM if on_paper else LINES_OF_A_FILE


def leaves_on(per: ClaimsPer, earliest: date, timely_filing_days: int) -> date | None:
    """The day with whose batch a claim leaves at the earliest: the one after its span, at the latest that on which its
    filing clock would ring (RULES 4); None: it does not wait.
    """
    if per is ClaimsPer.SESSION:
        return None
    after = span(per, earliest).last + timedelta(days=1)
    return min(after, filing_clock(earliest, timely_filing_days).warn_on)
