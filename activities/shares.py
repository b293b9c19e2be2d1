"""What clients are expected to pay of sessions: rates, coverages and what payers told, as `models/rules/share` asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Integer, Numeric, String, text
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import coverage_answers, estimates
from activities.coverage_answers import Known
from activities.directory import as_rate, holds
from activities.kept_answers import lines_of
from models.calendar import local_day
from models.facts import Rate
from models.money import in_proportion, total
from models.rules import rates
from models.rules.share import Cover, Share, expected
from models.tables import AttendanceRow, RateRow, RemittanceClaim, Service, Session

NEWEST = 60
"""Payments of a payer that are looked through for what it allowed; older ones say little of today."""
LATEST = text("""
select w.payer_id, w.service_id, f.id, v.code, f.charge
from unnest(cast(:payers as int[]), cast(:services as int[])) w (payer_id, service_id)
  join service v on v.id = w.service_id cross join lateral (
  select c.id, (select l.charge from claim_line l where l.claim_number = m.number and l.service_id = w.service_id
      and not l.add_on order by l.place desc limit 1) as charge
  from (select id, paid_on from remittance where payer_id = w.payer_id order by paid_on desc, id desc limit :newest) r
    cross join lateral (
      select id, claim_number from remittance_claim
      where remittance_id = r.id and outcome = 'posted' and paid > 0 and reversed_by_id is null offset 0) c
    join claim m on m.number = c.claim_number and m.payer_id = w.payer_id and m.sequence = 1
      and exists (select from claim_line l where l.claim_number = m.number and l.service_id = w.service_id
        and not l.add_on)
  order by r.paid_on desc, r.id desc, c.id desc limit 1) f
""").columns(payer_id=Integer, service_id=Integer, id=BigInteger, code=String, charge=Numeric)
"""From the newest payment backwards, so that years of answers are not read for one day's check-in."""

GRANTED = {("PR", "1"), ("PR", "2"), ("PR", "3")}


@dataclass(frozen=True)
class ShareOf:
    """A client's part in a session; `billable` where the service has a code that a payer knows."""

    client_id: int
    clinician_id: int
    service_id: int
    billable: bool
    day: date


def shares(db: Database, visits: Sequence[ShareOf], tz: ZoneInfo) -> list[Share]:
    """The share of each visit, in their order; read in three queries however many there are."""
    insured = sorted({visit.client_id for visit in visits if visit.billable})
    known = coverage_answers.known(db, insured) if insured else []
    priced = _rates(db, {visit.service_id for visit in visits})
    payers = {each.coverage.client_id: set[int]() for each in known}
    for each in known:
        payers[each.coverage.client_id].add(each.coverage.payer_id)
    asked = {(payer_id, v.service_id) for v in visits if v.billable for payer_id in payers.get(v.client_id, ())}
    allowed = last_allowed(db, asked)
    return [_share(visit, known, priced[visit.service_id], allowed, tz) for visit in visits]


def next_share(
    db: Database, known: Sequence[Known], client_id: int, now: datetime, tz: ZoneInfo
) -> tuple[date, Share] | None:
    """The day of a client's next session that an insurer may be billed for, and its share; in two queries."""
    soonest = (
        select(Session.id)
        .join(AttendanceRow, col(AttendanceRow.session_id) == Session.id)
        .join(Service, col(Service.id) == Session.service_id)
        .where(AttendanceRow.client_id == client_id, col(AttendanceRow.status).in_(estimates.AHEAD))
        .where(Session.starts > now, Service.code != "")
        .order_by(col(Session.starts))
        .limit(1)
    )
    with_rates = select(Session, RateRow).join(RateRow, col(RateRow.service_id) == Session.service_id, isouter=True)
    found = db.exec(with_rates.where(col(Session.id).in_(soonest))).all()
    if not found:
        return None
    session = found[0][0]
    visit = ShareOf(client_id, session.clinician_id, session.service_id, True, local_day(session.starts, tz))
    allowed = last_allowed(db, {(each.coverage.payer_id, session.service_id) for each in known})
    return visit.day, _share(visit, known, [as_rate(row) for _, row in found if row], allowed, tz)


def _share(
    visit: ShareOf, known: Sequence[Known], priced: list[Rate], allowed: dict[tuple[int, int], Decimal], tz: ZoneInfo
) -> Share:
    price = rates.price(priced, visit.clinician_id, visit.client_id, visit.day)
    cover = _cover(visit, known, allowed, tz) if visit.billable else None
    charge = rates.full_fee(priced, visit.clinician_id, visit.day).amount if cover else price.amount
    return expected(price.amount, price.why, charge, cover, visit.day)


def _cover(
    visit: ShareOf, known: Sequence[Known], allowed: dict[tuple[int, int], Decimal], tz: ZoneInfo
) -> Cover | None:
    """The first coverage that holds by its dates; what its payer told counts only for a coverage as it is now."""
    day = visit.day
    holding = [each for each in known if each.coverage.client_id == visit.client_id and holds(each.coverage, day)]
    if not holding:
        return None
    first = holding[0]
    granted = allowed.get((first.coverage.payer_id, visit.service_id))
    return Cover(first.coverage.copay, first.told(tz), len(holding) > 1, granted)


def _rates(db: Database, service_ids: set[int]) -> dict[int, list[Rate]]:
    found: dict[int, list[Rate]] = {service_id: [] for service_id in service_ids}
    for row in db.exec(select(RateRow).where(col(RateRow.service_id).in_(service_ids))).all():
        found[row.service_id].append(as_rate(row))
    return found


def last_allowed(db: Database, wanted: set[tuple[int, int]]) -> dict[tuple[int, int], Decimal]:
    """What each payer last allowed for each service: what it paid and what it left to the client, add-ons apart."""
    if not wanted:
        return {}
    pairs = sorted(wanted)
    values = {"payers": [payer_id for payer_id, _ in pairs], "services": [service_id for _, service_id in pairs]}
    latest = LATEST.bindparams(newest=NEWEST, **values).subquery()
    query = select(RemittanceClaim).join(latest, col(RemittanceClaim.id) == latest.c.id).add_columns(*latest.c)
    return {(row.payer_id, row.service_id): _granted(row[0], row.code, row.charge) for row in db.execute(query)}


def _granted(part: RemittanceClaim, code: str, charge: Decimal) -> Decimal:
    """What was allowed for one session of that code, which charges so much: its part of what the lines charged.

    Lines that name the code are of such sessions alone, however many; of an answer without them all is looked at.
    """
    told: Any = part.detail["lines"]
    named = [line for line, said in zip(lines_of(part), told, strict=True) if said.get("code") == code]
    lines = named or lines_of(part)
    adjustments = (adjusted for line in lines for adjusted in line.adjustments)
    granted = total(a.amount for a in adjustments if (a.group, a.reason) in GRANTED)
    charged = total(line.charged for line in lines)
    return in_proportion(total(line.paid for line in lines) + granted, charge, charged)
