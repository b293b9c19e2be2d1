"""What a clinician's sessions are worth to them: rows read, rules asked. Page and command tell the same."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import Engine

from models.calendar import PayCycle, local_day, midnight, zone
from models.facts import PayRule
from models.money import ZERO, mean, rounded, total
from models.rules import worth as rules
from models.rules.pay import rule_in_force
from models.rules.set_aside import Filing, SetAside, set_aside
from models.rules.worth import (
    AgainstOffer,
    Ahead,
    Benchmark,
    Beside,
    Change,
    Hourly,
    MonthAhead,
    MonthEarned,
    Offer,
    Stability,
)
from starter.queries import worth as queries
from starter.queries.worth import OfService, Visits

LOOK_BACK = 12
PERIODS = {PayCycle.WEEKLY: 52, PayCycle.BIWEEKLY: 26, PayCycle.SEMIMONTHLY: 24, PayCycle.MONTHLY: 12}
"""Pay periods of a year."""
LOOK_AHEAD = timedelta(days=92)
FEWEST_SESSIONS = 5
"""Sessions of a service below which a colleague is left out of a benchmark."""


@dataclass(frozen=True)
class Asked:
    """What the clinician says about themselves, and what they want to compare."""

    beside: Beside = field(default_factory=Beside)
    offer: Offer | None = None
    self_employed: bool = False
    filing: Filing = Filing.SINGLE
    expenses: Decimal = ZERO
    other_income: Decimal = ZERO
    price_up: Decimal = Decimal("10.00")


@dataclass(frozen=True)
class ServiceWorth:
    """A service: what a session of it pays, beside colleagues, and what a higher price would bring in a year.

    `sessions` are those of the whole months that are told; in a clinician's first month, those of that.
    """

    service: str
    sessions: int
    a_session: Decimal
    price: Decimal
    benchmark: Benchmark | None
    dearer: Change


@dataclass(frozen=True)
class Worth:
    """Everything that is told; None where there is nothing to tell yet."""

    clinician_id: int
    first: date
    last: date
    months: tuple[MonthEarned, ...]
    hourly: Hourly | None
    against: AgainstOffer | None
    stability: Stability | None
    ahead: tuple[MonthAhead, ...]
    attendance: Visits
    services: tuple[ServiceWorth, ...]
    one_more: Change | None
    set_aside: SetAside | None


def worth_of(engine: Engine, clinician_id: int, timezone: str, now: datetime, asked: Asked) -> Worth:
    """Of the last whole months and of what is booked."""
    tz = zone(timezone)
    today = local_day(now, tz)
    until = today.replace(day=1)
    first, last = _back(until, LOOK_BACK), _back(until, 1)
    since = midnight(first, tz)
    found = queries.months(engine, clinician_id, (first, last), (since, midnight(until, tz)), timezone)
    lived = _lived(found)
    ended = midnight(until, tz) if lived else now  # in their first month, what there is of it
    visits = queries.visits(engine, clinician_id, since, ended)
    services = queries.services(engine, clinician_id, (since, ended), now, today)
    mine = [row for row in services if row.mine]
    a_session = mean(total(row.a_session * row.sessions for row in mine), sum(row.sessions for row in mine))
    beside = queries.beside(engine, clinician_id, lived[0].first if lived else first, until - timedelta(days=1))
    hourly = rules.effective_hourly(lived, asked.beside, beside.minutes)
    contract = queries.pay_rules(engine, clinician_id)
    usual = _a_period(lived, PayCycle(beside.cycle))
    return Worth(
        clinician_id=clinician_id,
        first=first,
        last=until - timedelta(days=1),
        months=tuple(found),
        hourly=hourly,
        against=rules.against_offer(lived, hourly, asked.offer, asked.self_employed)
        if hourly and asked.offer
        else None,
        stability=rules.stability(lived),
        ahead=tuple(_ahead(engine, clinician_id, (now, timezone), (mine, a_session), visits)),
        attendance=visits,
        services=tuple(_services(contract, services, today, asked.price_up, len(lived))),
        one_more=_one_more(mine, [_margin(row, contract, today, usual) for row in mine], visits, asked.beside),
        set_aside=_set_aside(lived, today, asked) if asked.self_employed else None,
    )


def _lived(months: Sequence[MonthEarned]) -> list[MonthEarned]:
    """From the first month in which something happened."""
    begun = next((n for n, month in enumerate(months) if month.sessions or month.pay), len(months))
    return list(months[begun:])


def _ahead(
    engine: Engine,
    clinician_id: int,
    when: tuple[datetime, str],
    pays: tuple[list[OfService], Decimal],
    visits: Visits,
) -> list[MonthAhead]:
    """A session of several takes place when the likeliest of them comes."""
    (now, timezone), (mine, a_session) = when, pays
    pay = {row.service_id: row.a_session for row in mine}
    likeliest: dict[str, Ahead] = {}
    for row in queries.ahead(engine, clinician_id, now, now + LOOK_AHEAD, timezone):
        one = Ahead(row.day, pay.get(row.service_id, a_session), row.came, row.ended)
        before = likeliest.get(row.session_id)
        if before is None or _likely(one, visits) > _likely(before, visits):
            likeliest[row.session_id] = one
    return rules.forecast(likeliest.values(), visits.came, visits.ended)


def _likely(one: Ahead, visits: Visits) -> Decimal:
    return rules.chance(one.came, one.ended, visits.came, visits.ended)


def _a_period(months: Sequence[MonthEarned], cycle: PayCycle) -> int:
    """Sessions of a pay period, as usual in these months."""
    periods = PERIODS[cycle] * len(months) // rules.MONTHS
    return sum(month.sessions for month in months) // periods if periods else 0


def _margin(row: OfService, contract: Sequence[PayRule], today: date, usual: int) -> Decimal:
    return rules.at_the_margin(row.a_session, contract, row.service_id, today, usual)


def _services(
    contract: Sequence[PayRule], services: Sequence[OfService], today: date, price_up: Decimal, months: int
) -> list[ServiceWorth]:
    found = []
    for row in (row for row in services if row.mine):
        others = [
            other.a_session
            for other in services
            if other.service_id == row.service_id and not other.mine and other.sessions >= FEWEST_SESSIONS
        ]
        mine = row.a_session
        then = row.price + rounded(row.price * price_up / 100)
        rule = rule_in_force(contract, row.service_id, today, 0)
        in_months = rules.HeldIn(months, row.sessions - row.insured, row.insured)
        dearer = rules.at_another_price(rule, row.price, then, in_months)
        found.append(ServiceWorth(row.service, row.sessions, mine, row.price, rules.benchmark(mine, others), dearer))
    return found


def _one_more(mine: Sequence[OfService], pays: Sequence[Decimal], visits: Visits, beside: Beside) -> Change | None:
    """Of a service as usual, each at what one more of it pays."""
    held = sum(row.sessions for row in mine)
    if not held:
        return None
    a_session = mean(total(pay * row.sessions for row, pay in zip(mine, pays, strict=True)), held)
    minutes = sum(row.minutes * row.sessions for row in mine) // held
    return rules.one_more_a_week(a_session, minutes, rules.chance(0, 0, visits.came, visits.ended), beside)


def _set_aside(months: Sequence[MonthEarned], today: date, asked: Asked) -> SetAside | None:
    if not months:
        return None
    a_year = rounded(total(month.pay for month in months) * 12 / len(months))
    return set_aside(max(ZERO, a_year - asked.expenses), asked.filing, today, asked.other_income)


def _back(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)
