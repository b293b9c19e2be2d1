"""How sessions of a period ended, client by client."""

from models.reports.sql import parts

ATTENDANCE = f"""
with f as (
  select s.starts, s.booked_at, s.clinician_id, s.service_id, a.status
  from session s join attendance a on a.session_id = s.id
  where s.starts >= :since and s.starts < :until and {parts.MINE}),
g as (
  select {{key}} as key, count(*) as booked, count(*) filter (where status = 'attended') as attended,
    count(*) filter (where status = 'late_cancelled') as late, count(*) filter (where status = 'no_show') as missed,
    count(*) filter (where status = 'cancelled') as cancelled,
    count(*) filter (where status in ('booked', 'confirmed')) as undecided,
    count(*) filter (where status in ('attended', 'late_cancelled', 'no_show')) as expected
  from f group by 1)
select {{name}} as who, booked, attended, late, missed, cancelled, undecided, expected
from g order by {{order}}
"""
HERE = "(f.starts at time zone :tz)"
LEAD = (
    "width_bucket(extract(epoch from f.starts - f.booked_at) / 86400.0, array[0, 1, 3, 8, 15, 31]::double precision[])"
)
LEADS = (
    "array['after it had begun', 'less than a day', '1 to 2 days', '3 to 7 days', '8 to 14 days', '15 to 30 days', "
    "'more than 30 days']"
)


def by(key: str, name: str, order: str = "g.key") -> dict[str, str]:
    """A grouping's parts."""
    return {"key": key, "name": name, "order": order}


BY_MONTH = by(f"cast(date_trunc('month', {HERE}) as date)", parts.MONTH_NAME)
BY_CLINICIAN = by("f.clinician_id", parts.CLINICIAN_NAME, "who, g.key")
BY_SERVICE = by("f.service_id", parts.SERVICE_NAME, "who, g.key")
BY_WEEKDAY = by(f"cast(extract(isodow from {HERE}) as int)", parts.WEEKDAY_NAME)
BY_HOUR = by(f"cast(extract(hour from {HERE}) as int)", "to_char(make_time(g.key, 0, 0), 'FMHH12 am')")
BY_LEAD = by(LEAD, f"({LEADS})[g.key + 1]")
