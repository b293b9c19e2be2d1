"""When a payer is asked whether it covers a client, and what its answer means for a day."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

DAYS_BEFORE = 2
"""So long before a session its coverages are asked after (RULES 7): in time to ask the client for the new card."""
COUNTS_FOR = timedelta(days=7)
"""How long an answer counts, within its calendar month: plans end with months."""


@dataclass(frozen=True)
class Told:
    """What a payer said of a coverage; None is not told, never nothing. `problem` is why it could not tell."""

    told_on: date
    active: bool | None = None
    begins: date | None = None
    ends: date | None = None
    copay: Decimal | None = None
    coinsurance: Decimal | None = None
    deductible_left: Decimal | None = None
    out_of_pocket_left: Decimal | None = None
    visits_left: Decimal | None = None
    carve_out: str = ""
    problem: str = ""

    def covers(self, day: date) -> bool | None:
        """Whether the payer says that a session on that day is covered; None where it does not say."""
        if (self.begins and day < self.begins) or (self.ends and day > self.ends):
            return False
        return self.active


@dataclass(frozen=True)
class Asked:
    """The last time a coverage was asked after as it is now, for which day; `told` that an answer came that counts."""

    asked_on: date
    for_day: date
    told: bool


@dataclass(frozen=True)
class Called:
    """What a payer said of a coverage on the telephone; `until` is the last day it named, if it named one."""

    called_on: date
    active: bool
    until: date | None = None

    def counts(self, day: date) -> bool:
        """Whether it answers for a day: to the last day it named, else as long as an answer by file."""
        if self.active and self.until:
            return day <= self.until
        return _counts(self.called_on, day)


def due(last: Asked | None, day: date, today: date, called: Called | None = None) -> bool:
    """Whether to ask for a day: once a day until the payer has told, then again when that counts no more.

    What it said on the telephone spares the question for as long as that counts.
    """
    if called and called.counts(day):
        return False
    if last is None:
        return True
    if not last.told:
        return last.asked_on < today
    return not _counts(last.for_day, day)


def _counts(told_for: date, day: date) -> bool:
    """Whether what was told for a day answers for another."""
    return (told_for.year, told_for.month) == (day.year, day.month) and day - told_for <= COUNTS_FOR


def not_covered(told: Told | None, day: date) -> str:
    """Why the payer says that a session on that day is not covered; "" where it says nothing of the kind."""
    if told is None or told.covers(day) is not False:
        return ""
    said = f"the insurer said on {told.told_on}"
    if told.ends and day > told.ends:
        return f"{said} that the coverage ended on {told.ends}"
    if told.begins and day < told.begins:
        return f"{said} that the coverage begins on {told.begins}"
    return f"{said} that the coverage is not active"


def unclear(told: Told | None) -> str:
    """Why the payer could not tell; "" where it could."""
    return f"asked on {told.told_on}, the insurer could not tell: {told.problem}" if told and told.problem else ""
