"""What the practice has agreed, as in force on a day: prices, payers, clinicians' pay. Ids stand for people."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, text

from models.calendar import midnight
from models.facts import PayBasis
from models.money import ZERO
from models.paying import AdminTime, WorkKind
from starter.queries import reading
from starter.simulate.practice import PLAIN, Besides, Comer, Contract, Holder, Insurer, Offered, PayTerm, Worked

RATES = """
select distinct on (service_id, clinician_id, client_id) service_id, clinician_id, client_id, amount
from rate where effective_from <= :on order by service_id, clinician_id, client_id, effective_from desc, id desc
"""
PAY_RULES = """
select * from pay_rule r where effective_from = (select max(x.effective_from) from pay_rule x
  where x.clinician_id = r.clinician_id and x.service_id is not distinct from r.service_id and x.effective_from <= :on)
order by clinician_id, service_id, after_sessions, id
"""
TERMS = """
select distinct on (clinician_id) * from pay_terms
where :on between effective_from and coalesce(effective_until, :on) order by clinician_id, effective_from desc
"""
ADJUSTMENTS = """
select * from pay_adjustment
where :on between effective_from and coalesce(effective_until, :on) order by clinician_id, id
"""
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
    """Every clinician with their contract, and the hours they logged from a day on."""
    rules: dict[int, list[PayTerm]] = defaultdict(list)
    for r in _rows(engine, PAY_RULES, on=on):
        rules[r.clinician_id].append(
            PayTerm(
                PayBasis(r.basis),
                r.value,
                str(r.service_id) if r.service_id else "*",
                r.after_sessions,
                r.per_extra_attendee,
                r.from_attendees,
            )
        )
    terms = {r.clinician_id: r for r in _rows(engine, TERMS, on=on)}
    adjusted: dict[int, list[Any]] = defaultdict(list)
    for r in _rows(engine, ADJUSTMENTS, on=on):
        adjusted[r.clinician_id].append(r)
    hours: dict[int, list[Worked]] = defaultdict(list)
    for r in _rows(engine, HOURS, since=since, on=on, from_moment=midnight(since, tz)):
        at = r.logged_at.astimezone(tz).replace(tzinfo=None)
        hours[r.clinician_id].append(Worked(at, r.minutes, WorkKind(r.kind)))
    own = _prices([r for r in _rates(engine, on) if r.clinician_id], "clinician_id")
    ids = [r.id for r in _rows(engine, "select id from clinician order by id")]
    return tuple(
        Holder(
            str(i),
            tuple(rules[i]),
            terms[i].fee_share if i in terms else ZERO,
            terms[i].guaranteed if i in terms else ZERO,
            own[i],
            _contract(terms[i], adjusted[i]) if i in terms else PLAIN,
            tuple(hours[i]),
        )
        for i in ids
    )


def _contract(terms: Any, adjusted: Iterable[Any]) -> Contract:
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
