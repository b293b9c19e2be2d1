"""What the reports' SQL shares: keys and names of groups, and clients' money traced to the sessions it pays for."""

MINE = "(cast(:clinicians as int[]) is null or s.clinician_id = any(:clinicians))"
"""Sessions of those whose figures are asked for."""

COMING = "(select id, client_id, status from attendance where session_id = s.id offset 0) a"
"""Who comes to a session, looked up in the index alone.

`offset 0` keeps the planner from reading all attendances there ever were. Many sessions are best looked up in the order
of their ids, which is the index's own.
"""

MONTH_NAME = "cast(g.key as date)"
CLINICIAN_NAME = "(select name from clinician where id = g.key)"
SERVICE_NAME = "(select name from service where id = g.key)"
PAYER_NAME = "(select name from payer where id = g.key)"
CLIENT_NAME = "(select trim(first || ' ' || last) from client where id = g.key)"
WEEKDAY_NAME = "(array['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'])[g.key]"
LOCAL_START = "(s.starts at time zone :tz)"

BOOKED_DAYS = "booked as materialized (select id, on_day from entry where on_day between :first and :last)"
BOOKED = "from booked b join posting p on p.entry_id = b.id"
"""The postings of a time with their days, both read from indexes alone."""

TRACED = """
moved as materialized (
  select t.account, e.id, e.on_day < :first as before, p.amount, e.attendance_id,
    e.session_id, e.attendance_id is null and not (e.event = 'opening balance' and p.amount > 0) as settles,
    e.event = 'write-off' as written_off, e.key like '%fee/%' as fee
  from touched t
  cross join lateral (select p.entry_id, p.amount from posting p where p.account = t.account offset 0) p
  cross join lateral (select * from entry e where e.id = p.entry_id and e.on_day <= :last offset 0) e),
debts as (
  select account, attendance_id, session_id, fee, min(id) as place,
    coalesce(sum(amount) filter (where before), 0) as owed_before, sum(amount) as owed
  from moved where not settles group by account, attendance_id, session_id, fee),
settled as (
  select account,
    coalesce(-sum(amount) filter (where before and not written_off), 0) as paid_before,
    coalesce(-sum(amount) filter (where not written_off), 0) as paid,
    coalesce(-sum(amount) filter (where before), 0) as all_before, -sum(amount) as all_now
  from moved where settles group by account),
placed as (
  select account, attendance_id, session_id, fee, owed_before, owed,
    sum(owed_before) over older - owed_before as from_before, sum(owed) over older - owed as from_now
  from debts window older as (partition by account order by place)),
covered as (
  select d.attendance_id, d.session_id, d.fee,
    greatest(least(c.paid - d.from_now, d.owed), 0) as paid_now,
    greatest(least(c.paid_before - d.from_before, d.owed_before), 0) as paid_then,
    greatest(least(c.all_now - d.from_now, d.owed), 0) as all_now,
    greatest(least(c.all_before - d.from_before, d.owed_before), 0) as all_then
  from placed d join settled c using (account)),
traced as materialized (
  select attendance_id, session_id, fee, paid_now - paid_then as collected,
    (all_now - paid_now) - (all_then - paid_then) as written_off, paid_now
  from covered)
"""
"""What the clients of `touched` (accounts) paid, session by session.

Money covers the oldest sessions and fees first, write-offs what it leaves; what was collected for one in the period is
what was covered at its end less what was before its beginning. What covers nothing yet is a client's credit. `offset 0`
keeps the planner to a walk from account to account: it takes the few accounts of a month for all there are.
"""
