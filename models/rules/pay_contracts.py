"""Contracts with clinicians: which one holds, what lies between them, and who may decide on whose pay (RULES 5)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from models.calendar import Period, within
from models.facts import PayBasis, PayRule
from models.money import ZERO, rounded, share, total
from models.paying import Adjustment, AdminTime, Contract, HeldSession, PaidAs, Source
from models.rules.pay import PayAmount, in_force, percent_words, rule_in_force, standing

DAY = timedelta(days=1)


def contract_on(contracts: Iterable[Contract], day: date) -> Contract | None:
    """The contract in force on a day."""
    return next((contract for contract in contracts if day in contract), None)


def outside(contracts: Sequence[Contract], day: date) -> bool:
    """Whether a day lies in a gap of the contracts, or after the last: nothing is agreed, so nothing is earned.

    Before the first contract pay rules hold by themselves.
    """
    return any(contract.since <= day for contract in contracts) and contract_on(contracts, day) is None


def agreed_rule(
    contracts: Sequence[Contract], rules: Iterable[PayRule], service_id: int, on: date, sessions_before: int
) -> PayRule | None:
    """The rule agreed for a session; None outside the contracts, or where no rule is for its service."""
    return None if outside(contracts, on) else rule_in_force(rules, service_id, on, sessions_before)


def gaps(contracts: Iterable[Contract]) -> list[Period]:
    """The days between contracts on which nothing is agreed."""
    found: list[Period] = []
    until: date | None = None
    for contract in sorted(contracts, key=lambda c: c.since):
        if until is not None and contract.since > until + DAY:
            found.append(Period(until + DAY, contract.since - DAY))
        until = contract.until
    return found


def overlapping(contracts: Iterable[Contract], new: Contract) -> Contract | None:
    """A contract that holds on a day of the new one."""
    return next(
        (c for c in contracts if c.since <= (new.until or date.max) and new.since <= (c.until or date.max)), None
    )


def held_in(contracts: Iterable[Contract], period: Period) -> list[tuple[Contract, int]]:
    """The contracts in force in a period, oldest first, each with the days of it on which it was."""
    found = []
    for contract in sorted(contracts, key=lambda c: c.since):
        first, last = max(contract.since, period.first), min(contract.until or date.max, period.last)
        if first <= last:
            found.append((contract, (last - first).days + 1))
    return found


def part_of(promised: Iterable[tuple[Decimal, int]], days: int) -> Decimal:
    """What is promised by the period of so many days: each promise for the days on which it held."""
    return total(amount if held >= days else rounded(amount * held / days) for amount, held in promised)


def adjustments_for(known: Iterable[Adjustment], session: HeldSession, earned: Decimal) -> list[PayAmount]:
    """One amount for each adjustment whose conditions hold; `earned` is what the session itself earned."""
    found = [_adjusted(a, earned) for a in known if _applies(a, session)]
    return [adjusted for adjusted in found if adjusted.amount]


def adjustments_of_share(known: Iterable[Adjustment], session: HeldSession, earned: Decimal) -> list[PayAmount]:
    """The same of a share of what was collected for it: percentages alone, for dollars came with the session."""
    return adjustments_for([a for a in known if a.percent], session, earned)


def admin_of_session(contract: Contract | None) -> PayAmount | None:
    """Admin time that a session brings by agreement: so many minutes at the hourly rate."""
    if contract is None or contract.admin is not AdminTime.HOURLY:
        return None
    return time_pay(Source.ADMIN, contract.admin_minutes, contract.admin_rate, contract.since, "a session")


def time_pay(source: str, minutes: int, rate: Decimal, since: date, words: str) -> PayAmount | None:
    """Minutes at an hourly rate."""
    amount = rounded(rate * minutes / 60)
    if not amount:
        return None
    why = f"{minutes} minutes of {source} time {words} at {rate} an hour"
    return PayAmount(amount, Decimal(minutes), f"pay.{source} since {since}", why)


def may_decide(clinician_id: int, whose: Iterable[int | None]) -> str | None:
    """Why somebody may not decide on a clinician's pay; None when they may. `whose` are the clinicians they are."""
    if clinician_id in whose:
        return "nobody decides on their own pay: another owner must"
    return None


def words_of(
    contract: Contract, rules: Iterable[PayRule], adjustments: Iterable[Adjustment], services: dict[int, str]
) -> str:
    """The agreement in plain words: what is signed."""
    paid = "as an employee (W-2)" if contract.paid_as is PaidAs.EMPLOYEE else "as an independent contractor (1099-NEC)"
    until = f"until {contract.until}" if contract.until else "until further notice"
    lines = [f"From {contract.since} {until}, paid {paid}."]
    lines += [rule_words(rule, services) for rule in standing(rules)]
    lines += [_adjustment_words(a, services) for a in adjustments]
    lines += [words for _, words in _terms(contract)]
    return "\n".join(lines)


def left_out(before: Contract, new: Contract) -> list[str]:
    """What a contract promised and the one after it says nothing of, in its words."""
    said = {about for about, _ in _terms(new)}
    return [words for about, words in _terms(before) if about and about not in said]


def rule_words(rule: PayRule, services: dict[int, str]) -> str:
    """A rule in plain words."""
    what = f"For {services.get(rule.service_id, 'a service')}" if rule.service_id else "For any session"
    tier = f" from session {rule.after_sessions + 1} of a period on" if rule.after_sessions else ""
    by = {
        PayBasis.FLAT: f"{rule.value} a session",
        PayBasis.PERCENT_OF_BILLED: f"{percent_words(rule.value)} of what is billed",
        PayBasis.PERCENT_OF_COLLECTED: f"{percent_words(rule.value)} of what is collected",
        PayBasis.HOURLY: f"{rule.value} an hour",
    }[rule.basis]
    more = (
        f"; {rule.per_extra_attendee} for each attendee beyond {rule.from_attendees}" if rule.per_extra_attendee else ""
    )
    return f"{what}{tier}, since {rule.effective_from}: {by}{more}."


def consequence(new: PayRule, before: Iterable[PayRule], services: dict[int, str]) -> str:
    """What an entry does to those made before it, in words; empty where it takes nothing's place."""
    known = list(before)
    same = (new.service_id, new.effective_from, new.after_sessions)
    for rule in standing(known):
        if (rule.service_id, rule.effective_from, rule.after_sessions) == same:
            return f"It takes the place of the entry of the same day: {rule_words(rule, services)}"
    if new.after_sessions:
        first = rule_in_force(known, new.service_id or 0, new.effective_from, 0)
        return f"Sessions before it earn as they did: {rule_words(first, services)}" if first else ""
    ended = [
        rule_words(rule, services)
        for rule in in_force(known, new.effective_from)
        if rule.after_sessions and rule.service_id == new.service_id and rule.effective_from < new.effective_from
    ]
    return f"Tiers agreed before that day end with it: {' '.join(ended)}" if ended else ""


def _applies(a: Adjustment, session: HeldSession) -> bool:
    day, at = session.starts.date(), session.starts.time()
    return (
        within(day, a.since, a.until)
        and a.service_id in (None, session.service_id)
        and session.minutes >= a.min_minutes
        and (a.from_time is None or at >= a.from_time)
        and (a.until_time is None or at < a.until_time)
        and a.remote in (None, session.remote)
    )


def _adjusted(a: Adjustment, earned: Decimal) -> PayAmount:
    rule = f"pay.adjustment since {a.since}"
    if a.percent:
        return PayAmount(share(earned, a.percent), earned, rule, f"{a.name}: {percent_words(a.percent)} of {earned}")
    return PayAmount(a.amount, ZERO, rule, f"{a.name}: {a.amount} a session")


def _adjustment_words(a: Adjustment, services: dict[int, str]) -> str:
    when = [services.get(a.service_id, "a service")] if a.service_id else []
    when += [f"{a.min_minutes} minutes and longer"] if a.min_minutes else []
    when += [f"from {a.from_time:%H:%M}"] if a.from_time else []
    when += [f"before {a.until_time:%H:%M}"] if a.until_time else []
    when += [] if a.remote is None else ["by video or phone" if a.remote else "in person"]
    how = f"{percent_words(a.percent)} of the session's pay" if a.percent else f"{a.amount} a session"
    return f"{a.name} ({', '.join(when) or 'any session'}): {how} besides."


def _terms(c: Contract) -> Iterator[tuple[str, str]]:
    """What the terms promise, each by its field and in words; what is included in the pay is no promise ("")."""
    if c.fee_share:
        yield "fee_share", f"{percent_words(c.fee_share)} of collected fees for missed sessions."
    if c.guaranteed:
        yield "guaranteed", f"At least {c.guaranteed} a pay period is guaranteed."
    if c.draw:
        yield "draw", f"Where less was earned, {c.draw} a pay period is paid ahead and taken off later pay."
    if c.clawback_cap is not None:
        back = f"at most {c.clawback_cap} a pay period is taken back; the rest later."
        yield "clawback_cap", f"When collected money goes back, {back}"
    yield {
        AdminTime.INCLUDED: ("", "Time beside sessions is included in this pay."),
        AdminTime.HOURLY: (
            "admin",
            f"Time beside sessions: {c.admin_minutes} minutes a session at {c.admin_rate} an hour.",
        ),
        AdminTime.LOGGED: ("admin", f"Time beside sessions as logged, at {c.admin_rate} an hour."),
    }[c.admin]
    if c.supervision_rate:
        yield "supervision_rate", f"Supervision as logged, at {c.supervision_rate} an hour."
