"""When a payer's authorization runs out: told while there is still time to ask for the next one (RULES 7)."""

from dataclasses import dataclass
from datetime import date, timedelta

WARN_DAYS = 14
WARN_SESSIONS = 2
"""Days and sessions left at which somebody asks for the next authorization."""


@dataclass(frozen=True)
class Authorized:
    """An authorization of a coverage: its last day, and for how many sessions (None: not said); how many it had."""

    until: date | None
    sessions: int | None
    used: int


@dataclass(frozen=True)
class RunningOut:
    """What is left, in words that name no number of anybody."""

    why: str


def running_out(authorized: Authorized, next_session: date | None, today: date) -> RunningOut | None:
    """Why another authorization is needed soon; None while there is time, or nobody comes any more."""
    if next_session is None:
        return None
    if authorized.sessions is not None and authorized.sessions - authorized.used <= WARN_SESSIONS:
        return RunningOut(f"{max(authorized.sessions - authorized.used, 0)} authorized sessions are left")
    if authorized.until is None:
        return None
    if next_session > authorized.until or authorized.until - today <= timedelta(days=WARN_DAYS):
        return RunningOut(f"the authorization ends on {authorized.until}")
    return None
