"""Contracts with clinicians, their rules and adjustments."""

from models.checks.words import Problem, Problems, in_order, named
from models.facts import PayBasis
from models.money import ZERO
from models.paying import AdminTime
from models.tables import PayAdjustment, PayRuleRow, PayTerms


def rule(row: PayRuleRow) -> Problems:
    """A pay rule."""
    if row.basis not in set(PayBasis):
        yield Problem("basis", f"{row.basis!r} is no basis of pay: {', '.join(PayBasis)}")
    if row.value < ZERO or row.per_extra_attendee < ZERO:
        yield Problem("value", "pay is not below zero")
    if row.basis.startswith("percent") and row.value > 100:
        yield Problem("value", f"{row.value} % is more than all")
    if row.value == ZERO and row.per_extra_attendee == ZERO and row.basis != PayBasis.FLAT:
        yield Problem("value", "a rule that pays nothing is a flat one of 0.00: say so")
    if row.after_sessions < 0 or row.from_attendees < 1:
        yield Problem("after_sessions", "tiers count sessions from 0, attendees from 1")


def terms(row: PayTerms) -> Problems:
    """A contract."""
    if not 0 <= row.fee_share <= 100:
        yield Problem("fee_share", "the share of fees lies between 0% and 100%")
    dollars = {
        "guaranteed": ("guaranteed amount", row.guaranteed),
        "draw": ("draw", row.draw),
        "clawback_cap": ("cap on what is taken back", row.clawback_cap or ZERO),
        "admin_rate": ("hourly rate", min(row.admin_rate, row.supervision_rate)),
    }
    for field, (name, amount) in dollars.items():
        if amount < ZERO:
            yield Problem(field, f"the {name} is not below zero")
    words = "the contract ends before it begins"
    yield from in_order(row.effective_from, row.effective_until, "effective_until", words)
    if row.admin != AdminTime.INCLUDED and row.admin_rate == ZERO:
        yield Problem("admin_rate", "time beside sessions is paid by the hour: what is the rate?")
    if row.admin == AdminTime.INCLUDED and (row.admin_rate or row.admin_minutes):
        words = "time included in the pay has no rate and no minutes: leave them out, or choose how it is paid"
        yield Problem("admin_rate", words)
    if row.admin == AdminTime.LOGGED and row.admin_minutes:
        yield Problem("admin_minutes", "minutes a session go with hourly admin time: logged time brings its own")
    if row.admin == AdminTime.HOURLY and not 0 < row.admin_minutes <= 240:
        yield Problem("admin_minutes", "with hourly admin time a session brings 1 to 240 minutes of it")


def adjustment(row: PayAdjustment) -> Problems:
    """An adjustment."""
    for missing in named(row.name):
        yield Problem(missing.field, f"{missing.words}: it stands on statements")
    if row.amount < ZERO or not 0 <= row.percent <= 1000:
        yield Problem("amount", "an adjustment adds something: dollars above zero or a percentage")
    if (row.amount == ZERO) == (row.percent == ZERO):
        yield Problem("amount", "an adjustment is either dollars or a percentage")
    if row.from_time and row.until_time and row.until_time <= row.from_time:
        words = "the times of day end before they begin: make two of it where they go past midnight"
        yield Problem("until_time", words)
    yield from in_order(row.effective_from, row.effective_until, "effective_until", "it ends before it begins")
    if row.min_minutes < 0:
        yield Problem("min_minutes", "minutes are not below zero")
