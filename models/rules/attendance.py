"""Cancellations and no-shows: what they are, what they cost, what is waived (RULES 2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from models.facts import By, Policy, Status, Terms
from models.money import ZERO, dollars, percentage, rounded, share


@dataclass(frozen=True)
class Fee:
    """What a missed session costs the client: dollars, whether the practice waived it by itself, and why."""

    amount: Decimal
    waived: bool
    rule: str
    why: str

    @property
    def charged(self) -> Decimal:
        """What reaches the ledger."""
        return ZERO if self.waived else self.amount


def terms_of(text: str) -> Terms:
    """A fee written as "50%" or "75.00"; ValueError says what is wrong."""
    if text.endswith("%"):
        return Terms(percent=percentage(text))
    flat = dollars(text)
    if flat < 0:
        raise ValueError(f"{text!r} is below zero")
    return Terms(flat=flat)


def by_the_clock(now: datetime) -> datetime:
    """The moment as people read it: a wish told at 11:00 is in time at 11:00, whatever the seconds."""
    return now.replace(second=0, microsecond=0)


def in_notice_window(starts: datetime, at: datetime, by: By, policy: Policy) -> bool:
    """Whether a cancellation or move at that moment is late: the client's, with less notice than agreed."""
    return by is By.CLIENT and at > starts - timedelta(hours=policy.notice_hours)


def cancelled_as(starts: datetime, at: datetime, by: By, policy: Policy) -> Status:
    """Cancelled in time (or by the practice), or late."""
    return Status.LATE_CANCELLED if in_notice_window(starts, at, by, policy) else Status.CANCELLED


def fee(status: Status, price: Decimal, policy: Policy, waivers_used: int, forbidden_by_payer: bool) -> Fee:
    """The fee for an attendance that ended as `status`.

    `price` is the client's; `waivers_used` counts the waivers by themselves in the 365 days before.
    """
    terms = {Status.LATE_CANCELLED: policy.late_cancel_fee, Status.NO_SHOW: policy.no_show_fee}.get(status)
    if terms is None:
        return Fee(ZERO, False, "attendance.no_fee", f"{status.value}: no fee")
    if forbidden_by_payer:
        return Fee(
            ZERO, False, "attendance.payer_forbids", "a payer of the client forbids no-show and cancellation fees"
        )
    amount = charge(terms, price)
    reason = f"{_words(status, policy)}: {_said(terms, price)}"
    if amount == ZERO:
        return Fee(ZERO, False, "attendance.no_fee", reason)
    if waivers_used < policy.waivers_per_year:
        nth = f"waiver {waivers_used + 1} of {policy.waivers_per_year} in 365 days"
        return Fee(amount, True, "attendance.waiver", f"{reason}; {nth}")
    return Fee(amount, False, f"attendance.{status.value}_fee", reason)


def mark(moves: int, statuses: Iterable[str]) -> str:
    """How a session stands, so that a page can say what it saw: two that differ were not the same session."""
    return f"{moves}:{','.join(statuses)}"


def charge(terms: Terms, price: Decimal) -> Decimal:
    """A fee in dollars: the flat amount, or the percentage of the price."""
    if terms.flat is not None:
        return rounded(terms.flat)
    return share(price, terms.percent or ZERO)


def _words(status: Status, policy: Policy) -> str:
    if status is Status.LATE_CANCELLED:
        return f"cancelled with less than {policy.notice_hours} hours' notice"
    return "did not come and did not cancel"


def _said(terms: Terms, price: Decimal) -> str:
    if terms.flat is not None:
        return f"a flat {terms.flat}"
    return f"{(terms.percent or ZERO).normalize():f} % of {price}"
