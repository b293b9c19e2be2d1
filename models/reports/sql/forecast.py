"""What booked sessions would bring, and what they bring when clients come as often as they did."""

from models.reports.sql import parts

FORECAST = f"""
with began as materialized (
  select s.id, s.clinician_id from session s
  where s.starts >= cast(:now as timestamptz) - interval '180 days' and s.starts < :now and {parts.MINE}
  order by s.id),
past as (
  select s.clinician_id, count(*) filter (where a.status = 'attended') as attended, count(*) as ended
  from began s cross join lateral {parts.COMING}
  where a.status in ('attended', 'late_cancelled', 'no_show', 'cancelled')
  group by s.clinician_id),
f as materialized (
  select s.id, s.clinician_id, s.service_id, cast({parts.LOCAL_START} as date) as day,
    coalesce(cast(p.attended as numeric) / nullif(p.ended, 0), 1) as likely, coalesce((
      select r.amount from rate r
      where r.service_id = s.service_id and r.effective_from <= cast({parts.LOCAL_START} as date)
        and (r.client_id is null or r.client_id = a.client_id)
        and (r.clinician_id is null or r.clinician_id = s.clinician_id)
      order by r.client_id is null, r.clinician_id is null, r.effective_from desc, r.id desc limit 1), 0) as price
  from session s join attendance a on a.session_id = s.id left join past p on p.clinician_id = s.clinician_id
  where s.starts >= greatest(cast(:since as timestamptz), :now) and s.starts < :until
    and a.status in ('booked', 'confirmed') and {parts.MINE}),
g as (
  select {{key}} as key, count(distinct id) as sessions, count(*) as booked, sum(likely) as likely,
    sum(price) as value, sum(price * likely) as expected
  from f group by 1)
select {{name}} as who, sessions, booked, likely, value, expected from g order by {{order}}
"""
BY_WEEK = {"key": "cast(date_trunc('week', f.day) as date)", "name": "g.key", "order": "g.key"}
BY_MONTH = {"key": "cast(date_trunc('month', f.day) as date)", "name": parts.MONTH_NAME, "order": "g.key"}
BY_CLINICIAN = {"key": "f.clinician_id", "name": parts.CLINICIAN_NAME, "order": "who, g.key"}
BY_SERVICE = {"key": "f.service_id", "name": parts.SERVICE_NAME, "order": "who, g.key"}
