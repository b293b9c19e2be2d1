"""When a good faith estimate is owed to somebody who pays themselves (45 CFR 149.610).

Scheduled at least 10 business days ahead, or asked for: within 3 business days. Scheduled at least 3 ahead: within
1. Nearer than that, only when asked for. One estimate may answer for a series of at most twelve months. Business days
are Monday to Friday; holidays count as business days here, which only ever makes an estimate come sooner.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

FAR, NEAR = 10, 3
WITHIN_FAR, WITHIN_NEAR = 3, 1
LONGEST_DAYS = 365
RENEW_BEFORE = timedelta(days=30)


@dataclass(frozen=True)
class Scheduled:
    """A session that its client pays themselves: of a service, scheduled on a day for a day."""

    service_id: int
    scheduled_on: date
    held_on: date


@dataclass(frozen=True)
class Given:
    """An estimate that was given for sessions of some services in some days."""

    services: frozenset[int]
    first: date
    last: date
    given_on: date

    def answers(self, session: Scheduled) -> bool:
        """Whether it told what this session will cost."""
        return session.service_id in self.services and self.first <= session.held_on <= self.last


@dataclass(frozen=True)
class Due:
    """An estimate is owed by the end of a local day, and why."""

    on: date
    why: str


def due(sessions: Iterable[Scheduled], given: Iterable[Given], asked: Iterable[date], today: date) -> Due | None:
    """The estimate that is owed next; None when every session and every question has its answer."""
    answered = list(given)
    owed = [found for day in asked if (found := _asked_for(day, answered))]
    owed += [found for session in sessions if (found := _scheduled(session, answered, today))]
    return min(owed, key=lambda found: found.on, default=None)


def business_days_between(first: date, last: date) -> int:
    """How many business days `last` lies after `first`."""
    return sum((first + timedelta(days=n)).weekday() < 5 for n in range(1, (last - first).days + 1))


def business_days_after(day: date, count: int) -> date:
    """The `count`-th business day after a day."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def _asked_for(asked_on: date, given: list[Given]) -> Due | None:
    if any(estimate.given_on >= asked_on for estimate in given):
        return None
    return Due(business_days_after(asked_on, WITHIN_FAR), f"asked for on {asked_on}: within 3 business days")


def _scheduled(session: Scheduled, given: list[Given], today: date) -> Due | None:
    if any(estimate.answers(session) for estimate in given):
        return None
    if before := [e.last for e in given if session.service_id in e.services and e.last < session.held_on]:
        ends = max(before)
        if today + RENEW_BEFORE < ends:
            return None
        return Due(ends, f"the estimate ends on {ends} and sessions go on: renew it")
    ahead = business_days_between(session.scheduled_on, session.held_on)
    if ahead < NEAR:
        return None
    within = WITHIN_FAR if ahead >= FAR else WITHIN_NEAR
    days = "1 business day" if within == 1 else f"{within} business days"
    why = f"scheduled on {session.scheduled_on}, {ahead} business days ahead: within {days}"
    return Due(business_days_after(session.scheduled_on, within), why)
