"""Fees of missed sessions: decided and let go by the day of the decision, charged and collected by the ledger's day."""

from models.reports.sql import parts
from models.reports.sql.revenue import TRACING

FEES = f"""
with {TRACING}
f as (
  select cast(w.decided_at at time zone :tz as date) as on_day, w.attendance_id, 1 as decided, w.amount,
    case when w.waived_by_itself and not w.withdrawn then w.amount else 0 end as by_rule,
    case when w.waived_because is not null and not w.withdrawn then w.amount else 0 end as by_staff,
    case when w.withdrawn then w.amount else 0 end as withdrawn, 0 as charged, 0 as collected
  from fee w where w.decided_at >= :since and w.decided_at < :until and w.amount > 0
  union all
  select e.on_day, e.attendance_id, 0, 0, 0, 0, 0, -p.amount, 0
  from entry e join posting p on p.entry_id = e.id
  where e.on_day between :first and :last and p.account = 'income:fee'
  union all
  select :last, t.attendance_id, 0, 0, 0, 0, 0, 0, t.collected from traced t where t.fee and t.collected <> 0),
g as (
  select {{key}} as key, sum(decided) as decided, sum(amount) as amount, sum(by_rule) as by_rule,
    sum(by_staff) as by_staff, sum(f.withdrawn) as withdrawn, sum(charged) as charged, sum(collected) as collected
  from f left join lateral (
    select a.status, s.clinician_id, s.service_id from attendance a join session s on s.id = a.session_id
    where a.id = f.attendance_id offset 0) s on true
  group by 1)
select {{name}} as who, decided, amount, by_rule, by_staff, withdrawn, charged, collected
from g order by g.key is null, who
"""
BY_CLINICIAN = {"key": "s.clinician_id", "name": parts.CLINICIAN_NAME}
BY_SERVICE = {"key": "s.service_id", "name": parts.SERVICE_NAME}
BY_STATUS = {"key": "s.status", "name": "replace(g.key, '_', ' ')"}
