"""What the practice has agreed, as in force on a day: prices, payers, clinicians' pay. Ids stand for people."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, text

from activities.pay_contracts import as_rule
from models.calendar import Period, midnight, within
from models.facts import PayRule
from models.money import ZERO
from models.paying import AdminTime, WorkKind
from models.rules.pay import in_force
from starter.queries import reading
from starter.simulate.practice import Besides, Comer, Contract, Holder, Insurer, Offered, PayTerm, Worked

DAY = timedelta(days=1)
RATES = """
select distinct on (service_id, clinician_id, client_id) service_id, clinician_id, client_id, amount
from rate where effective_from <= :on order by service_id, clinician_id, client_id, effective_from desc, id desc
"""
PAY_RULES = "select * from pay_rule where effective_from <= :on order by id"
TERMS = "select * from pay_terms where effective_from <= :on order by clinician_id, effective_from"
ADJUSTMENTS = "select * from pay_adjustment order by clinician_id, id"
HOURS = """
select clinician_id, kind, minutes, logged_at from work_time
where day between :since and :on and logged_at >= :from_moment order by logged_at, id
"""
COVERAGES = f"""
select client_id, payer_id from coverage v where {reading.covered("v", ":on")} order by client_id, sequence
"""


def services(engine: Engine, on: date) -> tuple[Offered, ...]:
    """Every service at its general price."""
    prices = {r.service_id: r.amount for r in _rates(engine, on) if r.clinician_id is None and r.client_id is None}
    rows = _rows(engine, "select id, code, minutes from service order by id")
    return tuple(Offered(str(r.id), r.code, r.minutes, prices.get(r.id, ZERO)) for r in rows)


def payers(engine: Engine) -> tuple[Insurer, ...]:
    """Every payer."""
    sql = "select id, payer_id, timely_filing_days, allows_no_show_fee from payer order by id"
    return tuple(Insurer(str(r.id), r.payer_id, r.timely_filing_days, r.allows_no_show_fee) for r in _rows(engine, sql))


def clinicians(engine: Engine, since: date, on: date, tz: ZoneInfo) -> tuple[Holder, ...]:
    """Every clinician with their newest contract and the days on which one held, and the hours they logged."""
    rules: dict[int, list[PayRule]] = defaultdict(list)
    for r in _rows(engine, PAY_RULES, on=on):
        rules[r.clinician_id].append(as_rule(r))
    paid_by = {i: [_paid_by(rule) for rule in in_force(known, on)] for i, known in rules.items()}
    terms, adjusted = _by_clinician(_rows(engine, TERMS, on=on)), _by_clinician(_rows(engine, ADJUSTMENTS))
    hours: dict[int, list[Worked]] = defaultdict(list)
    for r in _rows(engine, HOURS, since=since, on=on, from_moment=midnight(since, tz)):
        at = r.logged_at.astimezone(tz).replace(tzinfo=None)
        hours[r.clinician_id].append(Worked(at, r.minutes, WorkKind(r.kind)))
    own = _prices([r for r in _rates(engine, on) if r.clinician_id], "clinician_id")
    ids = [r.id for r in _rows(engine, "select id from clinician order by id")]
    window = Period(since, on)
    return tuple(
        replace(
            _holder(window, terms[i], paid_by.get(i, []), adjusted[i]), id=str(i), rates=own[i], worked=tuple(hours[i])
        )
        for i in ids
    )


def _paid_by(rule: PayRule) -> PayTerm:
    return PayTerm(
        rule.basis,
        rule.value,
        str(rule.service_id) if rule.service_id else "*",
        rule.after_sessions,
        rule.per_extra_attendee,
        rule.from_attendees,
    )


def _holder(window: Period, terms: list[Any], rules: list[PayTerm], adjusted: list[Any]) -> Holder:
    """What somebody is paid in the window, by the newest of their contracts; nothing where none held in it."""
    days = _agreed(window, terms)
    if not days:
        return Holder("", agreed=())
    newest = terms[-1] if terms else None
    holds = [r for r in adjusted if within(days[-1].last, r.effective_from, r.effective_until)]
    return Holder(
        "",
        tuple(rules),
        newest.fee_share if newest else ZERO,
        newest.guaranteed if newest else ZERO,
        contract=_contract(newest, holds),
        agreed=None if days == [window] else tuple(days),
    )


def _agreed(window: Period, terms: list[Any]) -> list[Period]:
    """The days of the window on which pay is agreed: before the first contract rules hold by themselves."""
    found: list[Period] = []
    for row in terms:
        first = max(row.effective_from, window.first) if row is not terms[0] else window.first
        last = min(row.effective_until or window.last, window.last)
        if found and found[-1].last + DAY == first:
            first = found.pop().first
        if first <= last:
            found.append(Period(first, last))
    return found if terms else [window]


def _contract(terms: Any, adjusted: Iterable[Any]) -> Contract:
    """What is agreed beside rules, fees and guarantee; adjustments hold without a contract, too."""
    more = tuple(
        Besides(
            r.name,
            r.amount,
            r.percent,
            str(r.service_id) if r.service_id else "*",
            r.min_minutes,
            r.from_time,
            r.until_time,
            r.remote,
        )
        for r in adjusted
    )
    if terms is None:
        return Contract(adjust=more)
    return Contract(
        adjust=more,
        draw=terms.draw,
        clawback_cap=terms.clawback_cap,
        admin=AdminTime(terms.admin),
        admin_rate=terms.admin_rate,
        admin_minutes=terms.admin_minutes,
        supervision_rate=terms.supervision_rate,
    )


def clients(engine: Engine, on: date) -> tuple[Comer, ...]:
    """Every client: prices agreed with them, their coverages, whether their card is charged."""
    covered: dict[int, list[str]] = defaultdict(list)
    for r in _rows(engine, COVERAGES, on=on):
        covered[r.client_id].append(str(r.payer_id))
    own = _prices([r for r in _rates(engine, on) if r.client_id], "client_id")
    rows = _rows(engine, "select id, card is not null and autopay_since is not null as autopay from client order by id")
    return tuple(Comer(str(r.id), own[r.id], tuple(covered[r.id]), r.autopay) for r in rows)


def _by_clinician(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.clinician_id].append(row)
    return found


def _rates(engine: Engine, on: date) -> list[Any]:
    return _rows(engine, RATES, on=on)


def _prices(rates: Iterable[Any], whose: str) -> dict[int, dict[str, Decimal]]:
    found: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for r in rates:
        found[getattr(r, whose)][str(r.service_id)] = r.amount
    return found


def _rows(engine: Engine, sql: str, **values: Any) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(text(sql), values))
