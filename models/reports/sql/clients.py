"""Who came in a period: for the first time, for the last, and who they are."""

from models.reports.sql import parts

COMING = f"""
with seen as materialized (
  select a.client_id, s.clinician_id, cast({parts.LOCAL_START} as date) as day, s.starts
  from session s join attendance a on a.session_id = s.id
  where s.starts >= :since and s.starts < :until and a.status = 'attended' and {parts.MINE}),
known as materialized (
  select c.client_id, k.began, k.latest
  from (select distinct client_id from seen) c cross join lateral (
    select min(s.starts) filter (where a.status = 'attended') as began,
      max(s.starts) filter (where a.status in ('attended', 'booked', 'confirmed')) as latest
    from attendance a cross join lateral (select starts from session where id = a.session_id offset 0) s
    where a.client_id = c.client_id) k),
f as (
  select n.client_id, n.clinician_id, n.day, n.starts = k.began as first,
    n.starts = k.latest and k.latest < cast(:now as timestamptz) - interval '60 days' as last
  from seen n join known k using (client_id)),
g as (
  select {{key}} as key, count(*) as sessions, count(distinct client_id) as seen,
    count(distinct client_id) filter (where first) as began, count(distinct client_id) filter (where last) as ended
  from f group by 1)
select {{name}} as who, sessions, seen, began, ended from g order by {{order}}
"""
BY_MONTH = {"key": "cast(date_trunc('month', f.day) as date)", "name": parts.MONTH_NAME, "order": "g.key"}
BY_CLINICIAN = {"key": "f.clinician_id", "name": parts.CLINICIAN_NAME, "order": "who, g.key"}

PEOPLE = f"""
with f as (
  select c.id, c.birth, c.sex, c.state, c.city, n.sessions, p.name as payer
  from (select a.client_id, count(*) as sessions from session s cross join lateral {parts.COMING}
    where s.starts >= :since and s.starts < :until and a.status = 'attended' and {parts.MINE}
    group by a.client_id) n
  cross join lateral (select * from client where id = n.client_id offset 0) c
  left join lateral (
    select payer_id from coverage where client_id = n.client_id and sequence = 1 offset 0) v on true
  left join payer p on p.id = v.payer_id),
g as (select {{key}} as key, count(distinct id) as clients, sum(sessions) as sessions from f group by 1)
select {{name}} as who, clients, sessions from g order by g.key is null, {{order}}
"""
AGE = "width_bucket(extract(year from age(:last, f.birth)), array[6, 13, 18, 25, 35, 45, 55, 65])"
AGES = (
    "array['under 6', '6 to 12', '13 to 17', '18 to 24', '25 to 34', '35 to 44', '45 to 54', '55 to 64', '65 and over']"
)
BY_AGE = {"key": AGE, "name": f"({AGES})[g.key + 1]", "order": "g.key"}
BY_SEX = {
    "key": "f.sex",
    "name": "case g.key when 'F' then 'female' when 'M' then 'male' else 'not said' end",
    "order": "who",
}
BY_TOWN = {
    "key": "nullif(concat_ws(', ', nullif(f.city, ''), nullif(f.state, '')), '')",
    "name": "g.key",
    "order": "clients desc, who",
}
BY_PAYER = {"key": "f.payer", "name": "g.key", "order": "clients desc, who"}
