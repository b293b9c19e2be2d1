"""A pay period stated: logged hours, what earlier periods left, the cap, the guarantee and the draw (RULES 5).

What a period adds to the lines that wait for it is worked out here, for the preview and for the closing alike.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from models.calendar import Period
from models.money import ZERO, total
from models.paying import CLAWED_BACK, ON_TOP, AdminTime, Logged, PeriodFacts, Source, WorkKind
from models.rules import pay
from models.rules.pay import PayAmount
from models.rules.pay_contracts import contract_on, part_of, time_pay


@dataclass(frozen=True)
class Extra:
    """A line that a period adds; `logged` the hours it pays."""

    source: Source
    earned: PayAmount
    on: date
    logged: int | None = None


def extras(facts: PeriodFacts) -> list[Extra]:
    """What the period adds, in the order in which it is worked out."""
    found = [extra for hours in facts.logged if (extra := _hours(facts, hours))]
    found += _clawback(facts)
    base = [line.amount for line in facts.lines if line.source not in ON_TOP] + [extra.earned.amount for extra in found]
    period = Period(facts.first, facts.last)
    found += _one(facts, Source.GUARANTEE, pay.top_up(part_of(facts.contracts, period, "guaranteed"), base))
    found += _one(facts, Source.CARRIED_OVER, pay.carried_over(facts.last_total))
    payable = [line.amount for line in facts.lines if line.source != Source.REIMBURSEMENT]
    payable += [extra.earned.amount for extra in found]
    return found + _draw(facts, part_of(facts.contracts, period, "draw"), total(payable))


def _hours(facts: PeriodFacts, hours: Logged) -> Extra | None:
    contract = contract_on(facts.contracts, hours.day)
    if contract is None:
        return None
    if hours.kind is WorkKind.SUPERVISION:
        rate, source = contract.supervision_rate, Source.SUPERVISION
    else:
        rate, source = (contract.admin_rate if contract.admin is AdminTime.LOGGED else ZERO), Source.ADMIN
    earned = time_pay(source, hours.minutes, rate, contract.since, f"logged for {hours.day}")
    return Extra(source, earned, hours.day, hours.id) if earned else None


def _clawback(facts: PeriodFacts) -> list[Extra]:
    """What an earlier cap left to take back, and what this period's cap leaves for the next."""
    taken = -total(line.amount for line in facts.lines if line.source in CLAWED_BACK and line.amount < ZERO)
    contract = contract_on(facts.contracts, facts.last)
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
