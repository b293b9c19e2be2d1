"""What the sessions of a period brought so far: whom they were billed to, what was taken off, what came in.

A line is a service of somebody's part in a session: the session's own, or an add-on. What a client paid of a part
covers the session's own service first, then its add-ons.
"""

from models.reports.sql import parts

YIELDS = f"""
with held as materialized (
  select a.id, a.client_id, s.service_id
  from session s join attendance a on a.session_id = s.id
  where s.starts >= :since and s.starts < :until and a.status = 'attended'),
sums as materialized (
  select h.id, h.service_id, e.service_id as add_on,
    max(max(cast(split_part(p.account, ':', 3) as int)) filter (
      where e.event = 'attended, insured' and p.account like 'receivable:payer:%'))
      over (partition by h.id) as payer_id,
    sum(coalesce(sum(p.amount) filter (where p.account like 'receivable:client:%'), 0)) over in_turn as owed_until,
    coalesce(sum(p.amount) filter (where p.account like 'receivable:client:%'), 0) as owed,
    coalesce(-sum(p.amount) filter (where p.account = 'income:session'), 0) as billed,
    coalesce(sum(p.amount) filter (where p.account like 'adjustment:%'), 0) as adjusted,
    coalesce(sum(p.amount) filter (where p.account = 'cash:payer'), 0) as by_payers
  from held h join entry e on e.attendance_id = h.id join posting p on p.entry_id = e.id
  where e.key not like '%fee/%'
  group by h.id, h.service_id, e.service_id
  window in_turn as (partition by h.id order by e.service_id nulls first)),
touched as (select distinct 'receivable:client:' || client_id as account from held),
{parts.TRACED.replace("e.on_day <= :last", "e.on_day <= :today")},
paid as (select attendance_id, sum(paid_now) as by_clients from traced where not fee group by attendance_id),
f as (
  select s.id, s.payer_id, s.billed, s.adjusted, s.by_payers, v.code, v.name as service,
    greatest(least(coalesce(p.by_clients, 0), s.owed_until), 0)
      - greatest(least(coalesce(p.by_clients, 0), s.owed_until - s.owed), 0) as by_clients
  from sums s join service v on v.id = coalesce(s.add_on, s.service_id) left join paid p on p.attendance_id = s.id),
g as (
  select {{key}} as key, count(distinct f.id) as sessions, sum(f.billed) as billed, sum(f.adjusted) as adjusted,
    sum(f.by_payers) as by_payers, sum(f.by_clients) as by_clients
  from f group by 1)
select {{name}} as who, sessions, billed, adjusted, by_payers, by_clients, by_payers + by_clients as received
from g order by billed desc, who
"""
BY_PAYER = {"key": "f.payer_id", "name": parts.PAYER_NAME}
BY_CODE = {"key": "coalesce(nullif(f.code, ''), f.service)", "name": "g.key"}
BY_BOTH = {
    "key": "coalesce((select name from payer where id = f.payer_id), 'self-pay') || ', ' "
    "|| coalesce(nullif(f.code, ''), f.service)",
    "name": "g.key",
}
