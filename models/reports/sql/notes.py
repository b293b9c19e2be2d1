"""Attended sessions without a signed note at the end of a day."""

from models.reports.sql import parts

UNSIGNED = f"""
with began as materialized (
  select s.id, s.clinician_id, cast({parts.LOCAL_START} as date) as day
  from session s join policy p on p.id = s.policy_id
  where s.starts >= cast(:until as timestamptz) - interval '365 days' and s.starts < :until and p.note_required
    and {parts.MINE}
  order by s.id),
held as (
  select a.id, s.clinician_id, s.day from began s cross join lateral {parts.COMING} where a.status = 'attended'),
signed as (
  select attendance_id from note
  where signed_at >= cast(:until as timestamptz) - interval '365 days' and signed_at < :until
    and attendance_id is not null),
unsigned as materialized (
  select * from held where not exists (select from signed where attendance_id = held.id)),
f as (
  select clinician_id, day from unsigned u
  where not exists (select from note n where n.attendance_id = u.id and n.signed_at < :until)),
g as (
  select f.clinician_id as key, count(*) as notes, count(*) filter (where :last - day <= 1) as fresh,
    count(*) filter (where :last - day between 2 and 3) as days_3,
    count(*) filter (where :last - day between 4 and 7) as days_7,
    count(*) filter (where :last - day between 8 and 30) as days_30,
    count(*) filter (where :last - day > 30) as older, max(:last - day) as oldest
  from f group by 1)
select {{name}} as who, notes, fresh, days_3, days_7, days_30, older, oldest from g order by notes desc, who
"""
"""Notes signed in the year are taken off at once; only what is left is asked for one by one."""
BY_CLINICIAN = {"name": parts.CLINICIAN_NAME}
