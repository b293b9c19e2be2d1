"""What was owed at the end of each month, and how many days of billing that is."""

from models.reports.sql.parts import BOOKED

DAYS_OWED = f"""
with months as (
  select cast(m as date) as first_day, least(cast(m + interval '1 month' as date) - 1, :last) as day
  from generate_series(date_trunc('month', cast(:first as timestamp)), cast(:last as timestamp), interval '1 month') m),
booked as materialized (
  select id, on_day from entry
  where on_day > cast(date_trunc('month', cast(:first as timestamp)) as date) - 90 and on_day <= :last),
moves as materialized (
  select b.on_day, coalesce(sum(p.amount) filter (where p.account like 'receivable:%'), 0) as owed,
    coalesce(-sum(p.amount) filter (where p.account in ('income:session', 'income:fee')), 0) as billed
  {BOOKED}
  group by b.on_day),
standing as materialized (select coalesce(sum(amount), 0) as owed from receivable_at(:last))
select m.first_day as who,
  (select owed from standing) - (select coalesce(sum(owed), 0) from moves where on_day > m.day) as owed,
  (select coalesce(sum(billed), 0) from moves where on_day > m.day - 90 and on_day <= m.day) as billed
from months m {{where}}
order by m.first_day
"""
"""Backwards from what is owed at the end of the period."""
BY_MONTH = {"where": ""}
