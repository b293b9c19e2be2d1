"""Filing clocks: by when a claim must have reached its payer, and when a person is told (RULES 4)."""

from dataclasses import dataclass
from datetime import date, timedelta

UNKNOWN_FILING_DAYS = 90


@dataclass(frozen=True)
class FilingClock:
    """Local days: a task from `warn_on`, escalated from `escalate_on`, too late after `last`."""

    warn_on: date
    escalate_on: date
    last: date


def filing_clock(held_on: date, timely_filing_days: int | None) -> FilingClock:
    """The clock of a claim for a session held on that day: two thirds, 90 %, and the end of the payer's limit."""
    days = timely_filing_days or UNKNOWN_FILING_DAYS
    return FilingClock(
        held_on + timedelta(days=days * 2 // 3),
        held_on + timedelta(days=days * 9 // 10),
        held_on + timedelta(days=days),
    )
