"""Money as it was told (payments recorded, remittances read) beside money as the ledger has it."""

DEPOSITS = """
with told as (
  select cast(m.at at time zone :tz as date) as day, m.method,
    case when m.kind = 'payment' then m.amount else 0 end as paid,
    case when m.kind = 'refund' then m.amount else 0 end as refunded,
    0 as remitted, 0 as unposted, 0 as booked
  from payment m where m.at >= :since and m.at < :until and m.kind in ('payment', 'refund')
  union all
  select cast(r.read_at at time zone :tz as date), 'payer', 0, 0, r.payment, coalesce((
    select sum(c.paid) from remittance_claim c
    where c.remittance_id = r.id and c.outcome in ('read', 'parked', 'set_aside')), 0), 0
  from remittance r where r.read_at >= :since and r.read_at < :until),
booked as (
  select e.on_day as day, split_part(p.account, ':', 2) as method, p.amount
  from entry e join posting p on p.entry_id = e.id
  where e.on_day between :first and :last and p.account like 'cash:%' and p.account <> 'cash:payroll'),
f as (
  select day, method, paid, refunded, remitted, unposted, booked from told
  union all
  select day, method, 0, 0, 0, 0, amount from booked),
g as (
  select {key} as key, sum(paid) as paid, sum(refunded) as refunded, sum(remitted) as remitted,
    sum(unposted) as unposted, sum(booked) as booked
  from f group by 1)
select {name} as who, paid, refunded, remitted, unposted, booked,
  paid - refunded + remitted - unposted - booked as difference
from g order by g.key
"""
PARKED_WHOLE = """
select count(*) from interchange i
where i.direction = 'in' and i.status = 'parked' and i.created_at >= :since and i.created_at < :until
"""
"""Nothing of a file that contradicts itself is kept but the file, so that its money is not known."""
BY_MONTH = {"key": "cast(date_trunc('month', f.day) as date)", "name": "g.key"}
BY_DAY = {"key": "f.day", "name": "g.key"}
BY_METHOD = {"key": "f.method", "name": "case g.key when 'ach' then 'ACH' else initcap(g.key) end"}
