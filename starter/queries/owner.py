"""What an owner asks each morning: how this month goes beside the last one, and what waits for people."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Engine

from models.reports.sql import revenue
from starter.queries.reading import rows


@dataclass(frozen=True)
class Pace:
    """This month until today, and the last one until the same day."""

    month: date
    today: date
    last_month: date
    last_day: date
    month_began: datetime
    last_began: datetime
    last_ended: datetime
    now: datetime


@dataclass(frozen=True)
class Trend:
    """Figures of this month so far, and of the same days of the month before."""

    billed: Decimal
    billed_before: Decimal
    collected: Decimal
    collected_before: Decimal
    attended: int
    attended_before: int
    missed: int
    missed_before: int
    waiting: list[list[int | str]]


BOOKED = f"select {revenue.AMOUNTS} from entry e join posting p on p.entry_id = e.id where e.on_day"
TREND = f"""
with sums as (
  select m.sessions + m.fees as billed, b.sessions + b.fees as billed_before,
    m.collected, b.collected as collected_before
  from ({BOOKED} between :month and :today) m, ({BOOKED} between :last_month and :last_day) b),
came as (
  select
    count(*) filter (where s.starts >= :month_began and a.status = 'attended') as attended,
    count(*) filter (where s.starts < :last_ended and a.status = 'attended') as attended_before,
    count(*) filter (where s.starts >= :month_began and a.status in ('late_cancelled', 'no_show')) as missed,
    count(*) filter (where s.starts < :last_ended and a.status in ('late_cancelled', 'no_show')) as missed_before
  from session s join attendance a on a.session_id = s.id where s.starts >= :last_began and s.starts < :now),
waits as (
  select coalesce(jsonb_agg(jsonb_build_array(kind, waiting, late) order by late desc, waiting desc, kind), '[]')
    as waiting
  from (select kind, count(*) as waiting, count(*) filter (where due_at < :now) as late
    from task where closed_at is null group by kind) open)
select * from sums, came, waits
"""


def trend(engine: Engine, pace: Pace) -> Trend:
    """Both months and all open tasks by kind, at once; the ones that are late come first."""
    [found] = rows(engine, Trend, TREND, **vars(pace))
    return found
