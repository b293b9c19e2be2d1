"""A pay period stated: logged hours, what earlier periods left, the cap, the guarantee and the draw (RULES 5).

What a period adds to the lines that wait for it is worked out here, for the preview and for the closing alike.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from models.calendar import PayCycle, Period, period_of, periods_ending
from models.money import ZERO, total
from models.paying import CLAWED_BACK, ON_TOP, AdminTime, Contract, Logged, PeriodFacts, Source, Unstated, WorkKind
from models.rules import pay
from models.rules.pay import PayAmount
from models.rules.pay_contracts import contract_on, held_in, part_of, time_pay

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Extra:
    """A line that a period adds; `logged` the hours it pays."""

    source: Source
    earned: PayAmount
    on: date
    logged: int | None = None


def extras(facts: PeriodFacts) -> list[Extra]:
    """What the period adds, in the order in which it is worked out."""
    found = [extra for hours in facts.logged if (extra := of_hours(facts.contracts, hours))]
    base = [line.amount for line in facts.lines if line.source not in ON_TOP and not line.late]
    base += [extra.earned.amount for extra in found]
    held = held_in(facts.contracts, Period(facts.first, facts.last))
    found += _clawback(facts, held[-1][0] if held else None)
    days = (facts.last - (facts.whole or facts.first)).days + 1
    guaranteed = part_of(((contract.guaranteed, part) for contract, part in held), days)
    found += _one(facts, Source.GUARANTEE, pay.top_up(guaranteed, base))
    found += _one(facts, Source.CARRIED_OVER, pay.carried_over(facts.last_total))
    payable = [line.amount for line in facts.lines if line.source != Source.REIMBURSEMENT]
    payable += [extra.earned.amount for extra in found]
    return found + _draw(facts, part_of(((contract.draw, part) for contract, part in held), days), total(payable))


def of_hours(contracts: Iterable[Contract], hours: Logged) -> Extra | None:
    """What logged hours earn by the contract of their day."""
    contract = contract_on(contracts, hours.day)
    if contract is None:
        return None
    if hours.kind is WorkKind.SUPERVISION:
        rate, source = contract.supervision_rate, Source.SUPERVISION
    else:
        rate, source = (contract.admin_rate if contract.admin is AdminTime.LOGGED else ZERO), Source.ADMIN
    earned = time_pay(source, hours.minutes, rate, contract.since, f"logged for {hours.day}")
    return Extra(source, earned, hours.day, hours.id) if earned else None


def to_close(until: date, cycle: PayCycle, anchor: date, unstated: Unstated) -> Iterator[Period]:
    """The practice's periods that ended by a day and have something to state, oldest first.

    They go on after the newest statement, whatever the cycle was then. Without one they begin with what was earned
    first, or with the period that ended last: nobody says since when pay is stated here.
    """
    newest = period_of(period_of(until + DAY, cycle, anchor).first - DAY, cycle, anchor)
    if unstated.stated_through:
        since = unstated.stated_through + DAY
    else:
        since = max(anchor, min((*unstated.days, newest.first)))
    days = list(unstated.days)
    for period in periods_ending(since, until, cycle, anchor):
        held = held_in(unstated.contracts, Period(max(period.first, since), period.last))
        if any(day <= period.last for day in days) or any(c.guaranteed or c.draw for c, _ in held):
            days = [day for day in days if day > period.last]
            yield period


def _clawback(facts: PeriodFacts, contract: Contract | None) -> list[Extra]:
    """What an earlier cap left to take back, and what the cap of the period's last contract leaves for the next."""
    taken = -total(line.amount for line in facts.lines if line.source in CLAWED_BACK and line.amount < ZERO)
    cap = contract.clawback_cap if contract else None
    found = []
    if facts.deferred:
        why = f"{facts.deferred} that an earlier period's cap left to take back"
        found += _one(facts, Source.CLAWBACK_CARRIED, PayAmount(-facts.deferred, ZERO, "pay.clawback_carried", why))
    whole = taken + facts.deferred
    if cap is not None and whole > cap:
        rest = whole - cap
        why = f"of {whole} to take back at most {cap} a period: {rest} is left for the next"
        rule = f"pay.clawback_cap since {contract.since}" if contract else "pay.clawback_cap"
        found += _one(facts, Source.CLAWBACK_DEFERRED, PayAmount(rest, whole, rule, why))
    return found


def _draw(facts: PeriodFacts, draw: Decimal, payable: Decimal) -> list[Extra]:
    """Paid ahead up to the draw; what was paid ahead before comes off what is above it."""
    if draw and payable < draw:
        missing = draw - payable
        why = f"paid ahead up to the draw of {draw}; it comes off later pay"
        return _one(facts, Source.DRAW, PayAmount(missing, draw, "pay.draw", why))
    back = min(facts.advanced, payable - draw)
    if back <= ZERO:
        return []
    why = f"{back} of {facts.advanced} paid ahead before"
    return _one(facts, Source.DRAW_RECOVERED, PayAmount(-back, facts.advanced, "pay.draw", why))


def _one(facts: PeriodFacts, source: Source, earned: PayAmount | None) -> list[Extra]:
    return [Extra(source, earned, facts.last)] if earned else []
