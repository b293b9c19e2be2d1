"""What cannot be right about contracts, pay rules and adjustments, in words a person can act on."""

from collections.abc import Iterator

from models.facts import PayBasis
from models.money import ZERO
from models.paying import AdminTime
from models.tables import PayAdjustment, PayRuleRow, PayTerms

Problems = Iterator[str]


def rule(row: PayRuleRow) -> Problems:
    """A pay rule."""
    if row.basis not in set(PayBasis):
        yield f"{row.basis!r} is no basis of pay: {', '.join(PayBasis)}"
    if row.value < ZERO or row.per_extra_attendee < ZERO:
        yield "pay is not below zero"
    if row.basis.startswith("percent") and row.value > 100:
        yield f"{row.value} % is more than all"
    if row.value == ZERO and row.per_extra_attendee == ZERO and row.basis != PayBasis.FLAT:
        yield "a rule that pays nothing is a flat one of 0.00: say so"
    if row.after_sessions < 0 or row.from_attendees < 1:
        yield "tiers count sessions from 0, attendees from 1"


def terms(row: PayTerms) -> Problems:
    """A contract."""
    if not 0 <= row.fee_share <= 100:
        yield "the share of fees lies between 0% and 100%"
    dollars = {
        "guaranteed amount": row.guaranteed,
        "draw": row.draw,
        "cap on what is taken back": row.clawback_cap or ZERO,
        "hourly rate": min(row.admin_rate, row.supervision_rate),
    }
    yield from (f"the {name} is not below zero" for name, amount in dollars.items() if amount < ZERO)
    if row.effective_until and row.effective_until < row.effective_from:
        yield "the contract ends before it begins"
    if row.admin != AdminTime.INCLUDED and row.admin_rate == ZERO:
        yield "time beside sessions is paid by the hour: what is the rate?"
    if row.admin == AdminTime.HOURLY and not 0 < row.admin_minutes <= 240:
        yield "with hourly admin time a session brings 1 to 240 minutes of it"


def adjustment(row: PayAdjustment) -> Problems:
    """An adjustment."""
    if not row.name.strip():
        yield "a name is missing: it stands on statements"
    if row.amount < ZERO or not 0 <= row.percent <= 1000:
        yield "an adjustment adds something: dollars above zero or a percentage"
    if (row.amount == ZERO) == (row.percent == ZERO):
        yield "an adjustment is either dollars or a percentage"
    if row.from_time and row.until_time and row.until_time <= row.from_time:
        yield "the times of day end before they begin: make two of it where they go past midnight"
    if row.effective_until and row.effective_until < row.effective_from:
        yield "it ends before it begins"
    if row.min_minutes < 0:
        yield "minutes are not below zero"
