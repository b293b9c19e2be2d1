"""What clients and payers owe at the end of a day, by the age of what it is for."""

from models.reports.sql import parts

AGING = """
with {items},
g as (
  select i.owner as key,
    coalesce(sum(i.amount) filter (where :last - i.since <= 30), 0) as days_30,
    coalesce(sum(i.amount) filter (where :last - i.since between 31 and 60), 0) as days_60,
    coalesce(sum(i.amount) filter (where :last - i.since between 61 and 90), 0) as days_90,
    coalesce(sum(i.amount) filter (where :last - i.since > 90), 0) as older,
    coalesce(sum(i.amount) filter (where i.since is null), 0) as credit
  from items i group by i.owner)
select g.key, {name} as who, days_30, days_60, days_90, older, credit,
  days_30 + days_60 + days_90 + older + credit as owed
from g order by owed desc, who, g.key
"""

CLIENT_ITEMS = """balances as (
  select account, amount as balance from receivable_at(:last) where account like 'receivable:client:%'),
debts as (
  select p.account, p.entry_id, p.amount, b.balance,
    sum(p.amount) over (partition by p.account order by p.entry_id desc rows unbounded preceding) - p.amount as newer
  from balances b join posting p on p.account = b.account
  where b.balance > 0 and p.amount > 0
    and not exists (select from entry l where l.id = p.entry_id and l.on_day > :last)
    and not exists (select from entry r where r.reverses_id = p.entry_id and r.on_day <= :last)),
items as (
  select cast(split_part(d.account, ':', 3) as int) as owner, e.on_day as since,
    least(d.amount, d.balance - d.newer) as amount
  from debts d cross join lateral (select on_day from entry where id = d.entry_id offset 0) e
  where d.balance > d.newer
  union all
  select cast(split_part(account, ':', 3) as int), null, balance from balances where balance < 0)"""
"""Money covers the oldest debts first, so what is open are the newest; a credit has no age.

What is no debt any more is told from the account's postings alone: only those that are open are looked up.
"""

PAYER_ITEMS = """open as (
  select account, attendance_id, amount from receivable_at(:last) where account like 'receivable:payer:%'),
items as (
  select cast(split_part(o.account, ':', 3) as int) as owner,
    case when o.amount > 0 then cast(s.starts at time zone :tz as date) end as since, o.amount
  from open o left join lateral (
    select s.starts from attendance a join session s on s.id = a.session_id where a.id = o.attendance_id offset 0) s
    on true)"""
"""What is open of each session billed to a payer; what was paid too much, or belongs to no session, has no age."""

BY_CLIENT = {"items": CLIENT_ITEMS, "name": parts.CLIENT_NAME}
BY_PAYER = {"items": PAYER_ITEMS, "name": parts.PAYER_NAME}
