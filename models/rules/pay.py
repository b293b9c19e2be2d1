"""What a clinician earned for a session, and why (RULES 5): one rule, one line, rounded once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from models.facts import PayBasis, PayRule, SessionPayFacts
from models.money import ZERO, rounded, share, total


@dataclass(frozen=True)
class PayAmount:
    """An amount earned in dollars, what it is a share of, the rule and its words."""

    amount: Decimal
    basis: Decimal
    rule: str
    why: str


def rule_in_force(rules: Iterable[PayRule], service_id: int, on: date, sessions_before: int) -> PayRule | None:
    """The rule for a service on its date: of its own at the tier reached; else the general one."""
    reached = [r for r in in_force(rules, on) if r.after_sessions <= sessions_before]
    own = [r for r in reached if r.service_id == service_id]
    return max(own or [r for r in reached if r.service_id is None], key=lambda r: r.after_sessions, default=None)


def in_force(rules: Iterable[PayRule], on: date) -> list[PayRule]:
    """What holds on a day, of rules in order of entry: for each service its newest and the tiers agreed since then.

    A new rule takes the place of older rules and tiers; a new tier is added to the rule that holds.
    """
    known = sorted((r for r in rules if r.effective_from <= on), key=lambda r: r.effective_from)
    begun = {r.service_id: r.effective_from for r in known if not r.after_sessions}
    held = [r for r in known if r.effective_from >= begun.get(r.service_id, date.min)]
    return list({(r.service_id, r.after_sessions): r for r in held}.values())


def standing(rules: Iterable[PayRule]) -> list[PayRule]:
    """Of entries for the same service, day and tier the last: it puts those before right, which stay on record."""
    return list({(r.service_id, r.effective_from, r.after_sessions): r for r in rules}.values())


def for_session(rule: PayRule, facts: SessionPayFacts) -> PayAmount | None:
    """What the session itself earns once attended and signed; None where only collections earn."""
    extra = max(0, facts.attended - rule.from_attendees)
    bonus = rounded(rule.per_extra_attendee * extra)
    further = "1 further attendee" if extra == 1 else f"{extra} further attendees"
    words = f" + {further} at {rule.per_extra_attendee}" if bonus else ""
    if rule.basis is PayBasis.PERCENT_OF_COLLECTED:
        return PayAmount(bonus, ZERO, name_of(rule), words.removeprefix(" + ")) if bonus else None
    amount, basis, why = _base(rule, facts)
    return PayAmount(amount + bonus, basis, name_of(rule), why + words)


def for_collection(rule: PayRule, collected: Decimal, already: Decimal) -> PayAmount | None:
    """The share of what was collected since the last line for this session; negative when money went back."""
    new = collected - already
    if rule.basis is not PayBasis.PERCENT_OF_COLLECTED or new == ZERO:
        return None
    return PayAmount(share(new, rule.value), new, name_of(rule), f"{percent_words(rule.value)} of {new} collected")


def for_fee(fee_share: Decimal, collected: Decimal, already: Decimal) -> PayAmount | None:
    """The clinician's share (percent) of a fee collected since the last line."""
    new = collected - already
    if fee_share == ZERO or new == ZERO:
        return None
    return PayAmount(
        share(new, fee_share), new, "pay.fee_share", f"{percent_words(fee_share)} of {new} of the fee collected"
    )


def top_up(guaranteed: Decimal, earned: Iterable[Decimal]) -> PayAmount | None:
    """What is missing to the guaranteed minimum of a period."""
    missing = guaranteed - total(earned)
    if guaranteed == ZERO or missing <= ZERO:
        return None
    return PayAmount(missing, ZERO, "pay.guarantee", f"topped up to the guaranteed {guaranteed}")


def carried_over(last_total: Decimal) -> PayAmount | None:
    """What the period before left below zero."""
    if last_total >= ZERO:
        return None
    return PayAmount(last_total, ZERO, "pay.carried_over", f"{last_total} carried over from the period before")


def _base(rule: PayRule, facts: SessionPayFacts) -> tuple[Decimal, Decimal, str]:
    if rule.basis is PayBasis.PERCENT_OF_BILLED:
        return share(facts.billed, rule.value), facts.billed, f"{percent_words(rule.value)} of {facts.billed} billed"
    if rule.basis is PayBasis.HOURLY:
        minutes = Decimal(facts.minutes)
        return rounded(rule.value * minutes / 60), minutes, f"{facts.minutes} minutes at {rule.value} an hour"
    tier = f", from session {rule.after_sessions + 1} of the period" if rule.after_sessions else ""
    return rounded(rule.value), ZERO, f"{rule.value} a session{tier}"


def name_of(rule: PayRule) -> str:
    """A rule and its date."""
    return f"pay.{rule.basis.value} since {rule.effective_from}"


def percent_words(value: Decimal) -> str:
    """60 % for 60.00."""
    return f"{value.normalize():f} %"


def recalculated(due: Decimal, earned: Decimal, rule: str, why: str) -> PayAmount | None:
    """The difference where a session has earned something else than its rule now says."""
    if due == earned:
        return None
    return PayAmount(due - earned, due, rule, f"{earned} was earned, {due} is due: {why}")
