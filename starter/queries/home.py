"""The practice at a glance: what a home page says of today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Engine

from models.reports.sql.parts import COMING
from starter.queries.reading import rows


@dataclass(frozen=True)
class Today:
    """A session of today: who comes, and how it stands."""

    id: UUID
    starts: datetime
    ends: datetime
    clinician: str
    service: str
    place: str
    clients: str
    statuses: list[str]
    unsigned: int


@dataclass(frozen=True)
class Span:
    """Since when missing notes and outcomes are looked for, and when this week began."""

    now: datetime
    months_ago: datetime
    week: datetime


@dataclass(frozen=True)
class Glance:
    """Figures of the practice, or of one clinician's part of it."""

    unsigned: int
    undecided: int
    held: int
    rejected: int
    denied: int
    parked: int
    owed_by_clients: Decimal
    owed_by_payers: Decimal
    week_sessions: int
    week_missed: int
    unpaid_pay: Decimal


TODAY = """
select s.id, s.starts, s.ends, k.name as clinician, v.name as service, s.place,
  string_agg(trim(c.first || ' ' || c.last), ', ' order by a.id) as clients,
  array_agg(a.status order by a.id) as statuses,
  count(*) filter (where a.status = 'attended' and not exists (
    select from note n where n.attendance_id = a.id and n.signed_at is not null)) as unsigned
from session s join clinician k on k.id = s.clinician_id join service v on v.id = s.service_id
  join attendance a on a.session_id = s.id join client c on c.id = a.client_id
where s.starts >= :since and s.starts < :until and not s.released
  and (cast(:clinician_id as int) is null or s.clinician_id = :clinician_id)
group by s.id, k.name, v.name order by s.starts, s.id limit 60
"""

GLANCE = f"""
with began as materialized (
  select s.id, s.starts, s.ends, p.note_required from session s join policy p on p.id = s.policy_id
  where s.starts >= :months_ago and s.starts < :now
    and (cast(:clinician_ids as int[]) is null or s.clinician_id = any(:clinician_ids))
  order by s.id),
mine as materialized (
  select a.id, a.status, s.starts, s.ends, s.note_required from began s cross join lateral {COMING}),
signed as (
  select attendance_id from note
  where signed_at >= :months_ago and signed_at is not null and attendance_id is not null),
unsigned as materialized (
  select id from mine where status = 'attended' and note_required
    and not exists (select from signed where attendance_id = mine.id)),
money as (
  select sum(amount) filter (where account like 'receivable:client:%') as clients,
    sum(amount) filter (where account like 'receivable:payer:%') as payers,
    (select -sum(amount) from posting where :with_money and account like 'payable:clinician:%') as pay
  from receivable_at('infinity') where :with_money)
select
  (select count(*) from unsigned u where not exists (
    select from note n where n.attendance_id = u.id and n.signed_at is not null)) as unsigned,
  (select count(*) from mine where status in ('booked', 'confirmed') and ends < :now) as undecided,
  (select count(*) from claim where status = 'held') as held,
  (select count(*) from claim where status = 'rejected') as rejected,
  (select count(*) from claim where status = 'denied') as denied,
  (select count(*) from task where closed_at is null and kind = 'remittance_parked') as parked,
  coalesce(money.clients, 0) as owed_by_clients, coalesce(money.payers, 0) as owed_by_payers,
  (select count(*) from mine where starts >= :week and status <> 'cancelled') as week_sessions,
  (select count(*) from mine where starts >= :week and status in ('no_show', 'late_cancelled')) as week_missed,
  coalesce(money.pay, 0) as unpaid_pay
from money
"""


def today(engine: Engine, since: datetime, until: datetime, clinician_id: int | None) -> list[Today]:
    """The sessions between two moments, of one clinician or of all."""
    return rows(engine, Today, TODAY, since=since, until=until, clinician_id=clinician_id)


def glance(engine: Engine, span: Span, clinician_ids: Sequence[int] | None, with_money: bool) -> Glance:
    """The figures of some clinicians or of all; money is added up only where it is shown."""
    listed = None if clinician_ids is None else list(clinician_ids)
    [found] = rows(engine, Glance, GLANCE, **vars(span), clinician_ids=listed, with_money=with_money)
    return found
