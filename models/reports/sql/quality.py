"""How claims fare: claims made in a period and what became of them; denials read in it, by reason."""

from models.reports.sql import parts

CLAIMS = f"""
with made as materialized (
  select m.number, m.payer_id, m.made_at, s.clinician_id,
    exists (select from submission b where b.claim_number = m.number) as sent,
    exists (select from task t where t.cause = 'claim/' || m.number and t.kind = 'claim_held') as held,
    exists (select from task t where t.cause = 'claim/' || m.number and t.kind = 'claim_rejected') as rejected,
    m.status in ('accepted', 'denied', 'paid', 'closed') as heard,
    exists (select from remittance_claim c where c.claim_number = m.number and c.outcome in ('posted', 'denied'))
      as judged,
    exists (select from remittance_claim c where c.claim_number = m.number and c.outcome = 'denied') as denied
  from claim m join claim_line l on l.claim_number = m.number and l.place = 1
    join attendance a on a.id = l.attendance_id join session s on s.id = a.session_id
  where m.made_at >= :since and m.made_at < :until and {parts.MINE}),
g as (
  select {{key}} as key, count(*) as made, count(*) filter (where sent or held) as looked_at,
    count(*) filter (where sent and not held) as clean,
    count(*) filter (where sent and (heard or rejected)) as answered,
    count(*) filter (where sent and heard and not rejected) as first_pass,
    count(*) filter (where judged) as judged, count(*) filter (where denied) as denied
  from made f group by 1)
select {{name}} as who, made, looked_at, clean, answered, first_pass, judged, denied
from g order by g.key is null, who
"""
BY_MONTH = {
    "key": "cast(date_trunc('month', f.made_at at time zone :tz) as date)",
    "name": parts.MONTH_NAME,
}
BY_PAYER = {"key": "f.payer_id", "name": parts.PAYER_NAME}
BY_CLINICIAN = {"key": "f.clinician_id", "name": parts.CLINICIAN_NAME}

DENIALS = """
with said as materialized (
  select c.id, c.claim_number, c.charged, m.payer_id, r.read_at, c.outcome = 'denied' as denied,
    (select string_agg(distinct a ->> 0 || '-' || (a ->> 1), ' ' order by a ->> 0 || '-' || (a ->> 1))
      from jsonb_array_elements(c.detail -> 'lines') line, jsonb_array_elements(line -> 'adjustments') a
      where c.outcome = 'denied') as reasons
  from remittance r join remittance_claim c on c.remittance_id = r.id left join claim m on m.number = c.claim_number
  where r.read_at >= :since and r.read_at < :until and c.outcome in ('posted', 'denied')),
g as (
  select {key} as key, count(*) as judged, count(*) filter (where denied) as denied,
    coalesce(sum(charged) filter (where denied), 0) as charged
  from said f group by 1)
select {name} as who, judged, denied, charged from g where {kept} order by denied desc, who
"""
BY_REASON = {"key": "f.reasons", "name": "g.key", "kept": "g.key is not null"}
DENIED_BY_PAYER = {"key": "f.payer_id", "name": parts.PAYER_NAME, "kept": "true"}
DENIED_BY_MONTH = {
    "key": "cast(date_trunc('month', f.read_at at time zone :tz) as date)",
    "name": parts.MONTH_NAME,
    "kept": "true",
}
