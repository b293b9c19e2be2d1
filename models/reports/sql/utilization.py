"""Working hours on the clinicians' calendars, less time off, beside the hours that were booked and held."""

from models.reports.sql import parts

UTILIZATION = f"""
with days as (select cast(d as date) as day from generate_series(
  cast(:first as timestamp), cast(:last as timestamp), interval '1 day') d),
shifts as (
  select s.clinician_id, d.day, (d.day + s.opens) at time zone :tz as opens,
    (d.day + s.closes) at time zone :tz as closes
  from availability s join days d on extract(isodow from d.day) - 1 = s.weekday
    and d.day >= s.effective_from and (s.effective_until is null or d.day <= s.effective_until)
  where {parts.MINE}),
free as (
  select h.clinician_id, h.day, extract(epoch from h.closes - h.opens) as open, (
    select coalesce(sum(extract(epoch from upper(r) - lower(r))), 0) from unnest((
      select range_agg(tstzrange(greatest(o.starts, h.opens), least(o.ends, h.closes))) from time_off o
      where (o.clinician_id is null or o.clinician_id = h.clinician_id)
        and o.starts < h.closes and o.ends > h.opens)) r) as off
  from shifts h),
used as (
  select s.clinician_id, cast({parts.LOCAL_START} as date) as day, extract(epoch from s.ends - s.starts) as seconds,
    exists (select from attendance a where a.session_id = s.id and a.status <> 'cancelled') as booked,
    exists (select from attendance a where a.session_id = s.id and a.status = 'attended') as held
  from session s where s.starts >= :since and s.starts < :until and {parts.MINE}),
f as (
  select clinician_id, day, open, off, 0 as booked, 0 as held from free
  union all
  select clinician_id, day, 0, 0, case when booked then seconds else 0 end, case when held then seconds else 0 end
  from used),
g as (
  select {{key}} as key, sum(open) / 3600 as hours, sum(off) / 3600 as off, sum(open - off) / 3600 as available,
    sum(booked) / 3600 as booked, sum(held) / 3600 as held
  from f group by 1)
select {{name}} as who, hours, off, available, booked, held from g order by {{order}}
"""
BY_CLINICIAN = {"key": "f.clinician_id", "name": parts.CLINICIAN_NAME, "order": "who, g.key"}
BY_MONTH = {"key": "cast(date_trunc('month', f.day) as date)", "name": parts.MONTH_NAME, "order": "g.key"}
BY_WEEKDAY = {
    "key": "cast(extract(isodow from f.day) as int)",
    "name": parts.WEEKDAY_NAME,
    "order": "g.key",
}
