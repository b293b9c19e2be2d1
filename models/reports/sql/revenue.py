"""Billed, adjusted and collected: every posting to income, adjustments and cash of the period, once."""

from models.reports.sql import parts

AMOUNTS = """
    coalesce(-sum(p.amount) filter (where p.account = 'income:session'), 0) as sessions,
    coalesce(-sum(p.amount) filter (where p.account = 'income:fee'), 0) as fees,
    coalesce(-sum(p.amount) filter (where p.account = 'income:interest'), 0) as interest,
    coalesce(sum(p.amount) filter (where p.account = 'adjustment:contractual'), 0) as contractual,
    coalesce(sum(p.amount) filter (where p.account = 'adjustment:write_off'), 0) as written_off,
    coalesce(sum(p.amount) filter (where p.account like 'cash:%' and p.account <> 'cash:payroll'), 0) as collected"""
"""What a report of money adds up; pay touches none of these accounts."""

NO_PAY = "e.on_day between :first and :last and e.event <> 'pay earned' and e.event <> 'pay settled'"

BY_ENTRY = f"""
  select e.on_day, e.session_id, e.remittance_id,{AMOUNTS}, 0 as passed,
    max(p.account) filter (where p.account like 'receivable:payer:%') as payer
  from entry e join posting p on p.entry_id = e.id
  where {NO_PAY}
  group by e.id"""

BY_DAY = f"""
  select b.on_day, cast(null as uuid) as session_id, cast(null as int) as remittance_id,{AMOUNTS},
    0 as passed, cast(null as text) as payer
  {parts.BOOKED} group by b.on_day"""

BY_DEBTOR = f"""
  select cast(null as date) as on_day, cast(null as uuid) as session_id, p.remittance_id,{AMOUNTS},
    coalesce(sum(p.amount) filter (where p.passes), 0) as passed, p.payer
  from (
    select e.remittance_id, p.account, p.amount, bool_and(p.account like 'receivable:%') over whole as passes,
      case when bool_and(p.account like 'receivable:%') over whole then p.account
        else max(p.account) filter (where p.account like 'receivable:payer:%') over whole end as payer
    from entry e join posting p on p.entry_id = e.id
    where {NO_PAY}
    window whole as (partition by e.id)) p
  group by p.remittance_id, p.payer"""
"""The same by who was to pay; an entry between receivables passes a debt from one to another and counts at both."""

REVENUE = """
with {tracing} {booked} flows as materialized ({flows}),
f as (
  select on_day, session_id, remittance_id, payer, sessions, fees, interest, contractual, written_off, collected, passed
  from flows {also}),
g as (
  select {key} as key, sum(f.sessions) as sessions, sum(f.fees) as fees, sum(f.interest) as interest,
    sum(f.contractual) as contractual, sum(f.written_off) as written_off, sum(f.collected) as collected,
    sum(f.passed) as passed
  from f {joined} group by 1)
select {name} as who, sessions, fees, sessions + fees as billed, interest, contractual, written_off,
  contractual + written_off as adjusted, passed, sessions + fees - contractual + passed as allowed, collected
from g
where (sessions, fees, interest, contractual, written_off, collected, passed) <> (0, 0, 0, 0, 0, 0, 0)
order by g.key is null, who
"""

ALSO = """
  union all
  select :last, session_id, null, null, 0, 0, 0, 0, written_off, collected, 0
  from traced where collected <> 0 or written_off <> 0
  union all
  select :last, null, null, null, 0, 0, 0, 0, -sum(written_off), -sum(collected), 0 from traced having count(*) > 0"""
"""Clients' money as it was traced: put to its session, and taken off the row that belongs to none."""

TRACING = f"""touched as (
  select distinct 'receivable:client:' || client_id as account from entry
  where on_day between :first and :last and client_id is not null),
{parts.TRACED},"""

BY_MONTH = {
    "tracing": "",
    "booked": f"{parts.BOOKED_DAYS},",
    "flows": BY_DAY,
    "also": "",
    "joined": "",
    "key": "cast(date_trunc('month', f.on_day) as date)",
    "name": parts.MONTH_NAME,
}
BY_PAYER = {
    "tracing": "",
    "booked": "",
    "flows": BY_ENTRY,
    "also": "",
    "joined": "left join remittance r on r.id = f.remittance_id",
    "key": "coalesce(cast(split_part(f.payer, ':', 3) as int), r.payer_id)",
    "name": parts.PAYER_NAME,
}
BY_WHO_IS_TO_PAY = BY_PAYER | {
    "flows": BY_DEBTOR,
    "key": f"case when f.payer is null or f.payer like 'receivable:payer:%' then {BY_PAYER['key']} end",
}
BY_CLINICIAN = {
    "tracing": TRACING,
    "booked": "",
    "flows": BY_ENTRY,
    "also": ALSO,
    "joined": "left join lateral (select * from session s where s.id = f.session_id offset 0) s on true",
    "key": "s.clinician_id",
    "name": parts.CLINICIAN_NAME,
}
BY_SERVICE = BY_CLINICIAN | {"key": "s.service_id", "name": parts.SERVICE_NAME}
