"""Filing and appeal clocks, and how long a payer may be silent: when a person is told (RULES 4)."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

UNKNOWN_FILING_DAYS = 90
UNKNOWN_APPEAL_DAYS = 90
SILENT_FOR = timedelta(days=14)
"""How long an accepted claim waits before its payer is asked, and asked again."""
WARN_AT = Fraction(2, 3)
ESCALATE_AT = Fraction(9, 10)
ANSWER_DAYS = 60
"""How long a payer may think about an appeal before somebody asks (29 CFR 2560.503-1 gives a plan 60 days)."""
PAYMENT_DAYS = 30
"""How long after an appeal was won its payment may take before somebody asks."""


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
        held_on + timedelta(days=int(days * WARN_AT)),
        held_on + timedelta(days=int(days * ESCALATE_AT)),
        held_on + timedelta(days=days),
    )


def ask_on(heard_on: date) -> date:
    """The local day on which to ask after a claim of which a payer was last heard, or asked, on that day."""
    return heard_on + SILENT_FOR


def appeal_clock(denied_on: date, appeal_days: int | None) -> FilingClock:
    """The clock of an appeal against a denial of that day, with the same two thirds and 90 %."""
    return filing_clock(denied_on, appeal_days or UNKNOWN_APPEAL_DAYS)


def appeal_by(denied_on: date, appeal_days: int | None) -> date:
    """The last local day on which an appeal against a denial of that day is heard."""
    return denied_on + timedelta(days=appeal_days or UNKNOWN_APPEAL_DAYS)
