"""The money of those years in a few statements: claims and what payers answered, invoices, payments, pay, the ledger.

Entries are the postings of RULES 3, one table line each: the entry of part 17 with sort 4 is number 17 * 8 + 4.
"""

from models.rules.ledger import Event
from starter.bench.web_sessions import INSURED, PAYER, SIGNED

CHARGE, ALLOWED, SHARE, FEE, PAY = "150.00", "120.00", "20.00", "75.00", "80.00"
PAID, WRITTEN_OFF = "100.00", "30.00"
DAYS_TO_ANSWER = 18
DAYS_IN_A_PERIOD = 14
NUMBER = "'C' || lpad(id::text, 7, '0')"
BILLED = f"status = 'attended' and {INSURED} and age >= 1"

CLAIMS = f"""
insert into claim (number, client_id, coverage_id, payer_id, sequence, status, charge, held_on, made_at, frequency,
  edition, payer_claim_number, "authorization", diagnoses, why, claims_per)
select {NUMBER}, client_id, client_id, {PAYER}, 1, case
    when age <= 3 then case when chance % 40 = 0 then 'held' else 'submitted' end
    when age <= {DAYS_TO_ANSWER} then case when chance % 40 = 0 then 'rejected' else 'accepted' end
    when age < 150 and chance % 60 = 0 then 'denied' else 'paid' end,
  {CHARGE}, day, starts + interval '1 day', '1', 1, case when age > {DAYS_TO_ANSWER} then 'P' || id else '' end, '',
  '{{F411}}', case when chance % 40 = 0 and age <= {DAYS_TO_ANSWER} then 'the member id is unknown' else '' end,
  'session'
from part where {BILLED}
"""

CLAIM_LINES = """
insert into claim_line (claim_number, place, coverage_id, attendance_id, service_id, held_on, add_on, units, charge)
select c.number, 1, c.coverage_id, a.id, s.service_id, c.held_on, false, 1, c.charge
from claim c join attendance a on a.id = cast(substr(c.number, 2) as int) join session s on s.id = a.session_id
"""

FILES = f"""
create temp table paid_day on commit drop as
select row_number() over (order by paid_on, payer_id) as id, payer_id, paid_on
from (select distinct payer_id, held_on + {DAYS_TO_ANSWER} as paid_on from claim where status in ('paid', 'denied')) d
"""

INTERCHANGES = """
insert into interchange (id, direction, name, digest, content, kinds, control, payer_id, created_at, sent_at, status,
  why)
select id, 'in', 'remittance-' || id || '.835', md5('file ' || id), convert_to(repeat('ISA*00*CLP*', 300), 'UTF8'),
  '{835}', id, payer_id, paid_on + interval '12 hours', null, 'read', '' from paid_day
"""

REMITTANCES = f"""
insert into remittance (id, interchange_id, payer_id, payer_key, trace, payment, method, paid_on, read_at)
select d.id, d.id, d.payer_id, 'payer ' || d.payer_id, 'T' || d.id, {PAID} * count(*) filter (where c.status = 'paid'),
  'ACH', d.paid_on, d.paid_on + interval '13 hours'
from paid_day d join claim c on c.payer_id = d.payer_id and c.held_on + {DAYS_TO_ANSWER} = d.paid_on
  and c.status in ('paid', 'denied') group by d.id, d.payer_id, d.paid_on
"""

ANSWERS = f"""
insert into remittance_claim (id, remittance_id, position, claim_number, status, charged, paid, payer_claim_number,
  detail, outcome)
select cast(substr(c.number, 2) as int), d.id, row_number() over (partition by d.id order by c.number) - 1, c.number,
  case c.status when 'paid' then '1' else '4' end, {CHARGE}, case c.status when 'paid' then {PAID} else 0 end,
  c.payer_claim_number, jsonb_build_object('number', c.number, 'remarks', '[]'::jsonb, 'lines',
    jsonb_build_array(jsonb_build_object('code', '90834', 'on', c.held_on, 'charged', '{CHARGE}',
      'paid', case c.status when 'paid' then '{PAID}' else '0.00' end, 'adjustments', case c.status
        when 'paid' then '[["CO", "45", "{WRITTEN_OFF}"], ["PR", "3", "{SHARE}"]]'::jsonb
        else '[["CO", "197", "{CHARGE}"]]'::jsonb end))),
  case c.status when 'paid' then 'posted' else 'denied' end
from claim c join paid_day d on d.payer_id = c.payer_id and d.paid_on = c.held_on + {DAYS_TO_ANSWER}
where c.status in ('paid', 'denied')
"""

ASKED = f"""
create temp table asked on commit drop as
select *, id * 8 + sort as entry_id, id as part_id, on_day + interval '14 hours' as at,
  'I' || lpad(id::text, 7, '0') as number,
  cast(:today as date) - on_day > 10 and not (age < 200 and chance % 100 = 3) as paid
from (
  select *, 0 as sort, day as on_day, {CHARGE} as amount from part where status = 'attended' and not ({INSURED})
  union all
  select *, 1, day, {FEE} from part where status = 'no_show'
  union all
  select p.*, 4, p.day + {DAYS_TO_ANSWER}, {SHARE}
  from part p join claim c on c.number = 'C' || lpad(p.id::text, 7, '0') where c.status = 'paid'
) owed
"""
"""What clients were invoiced, and whether they paid."""

INVOICES = """
insert into invoice (number, client_id, issued_at, issued_on, settled_at)
select number, client_id, at, on_day, case when paid then at + interval '3 days' end from asked
"""

INVOICE_LINES = "insert into invoice_line (entry_id, invoice_number) select entry_id, number from asked"

FEES = f"""
insert into fee (key, attendance_id, client_id, decided_at, amount, rule, why, waived_by_itself, charged, withdrawn)
select 'fee/' || id || '/1', id, client_id, starts + interval '1 hour', {FEE}, 'attendance.no_show', 'not attended',
  false, true, false from part where status = 'no_show'
"""

PAYMENTS = """
insert into payment (id, client_id, kind, method, amount, at, reference, reason, invoice_number)
select md5('payment ' || part_id)::uuid, client_id, 'payment', 'card', amount, at + interval '3 days', '', '', number
from asked where paid
"""

EARNED = f"status = 'attended' and {SIGNED}"
PERIOD = f"age / {DAYS_IN_A_PERIOD}"

PAY_LINES = f"""
insert into pay_line (id, key, clinician_id, session_id, attendance_id, source, earned_on, basis, amount, rule, why,
  statement_id)
select id, 'pay/session/' || id, clinician_id, session_id, id, 'session', day, {CHARGE}, {PAY}, 'pay.flat',
  '80.00 a session', case when {PERIOD} > 0 then {PERIOD} * 1000 + clinician_id end from part where {EARNED}
"""

PAY_STATEMENTS = f"""
insert into pay_statement (id, clinician_id, first, last, closed_at, approved_at, approved_by, paid_at, paid_on,
  paid_on_before, paid_by)
select distinct {PERIOD} * 1000 + clinician_id, clinician_id,
  cast(:today as date) - ({PERIOD} * {DAYS_IN_A_PERIOD} + {DAYS_IN_A_PERIOD - 1}),
  cast(:today as date) - {PERIOD} * {DAYS_IN_A_PERIOD},
  :now - {PERIOD} * interval '14 days', :now - {PERIOD} * interval '14 days', 'the owner',
  :now - {PERIOD} * interval '14 days', cast(:today as date) - {PERIOD} * {DAYS_IN_A_PERIOD}, '', 'the owner'
from part where {EARNED} and {PERIOD} > 0
"""

POSTED = f"""
create temp table posted on commit drop as
with answered as (select p.*, c.number as claim_number, p.day + {DAYS_TO_ANSWER} as answered_on,
    'receivable:payer:' || c.payer_id as payer
  from part p join claim c on c.number = 'C' || lpad(p.id::text, 7, '0') where c.status = 'paid')
select id * 8 as id, day as on_day,
  case when {INSURED} then '{Event.ATTENDED_INSURED}' else '{Event.ATTENDED_SELF_PAY}' end as event,
  client_id, session_id, id as attendance_id, null as claim_number, null::uuid as payment_id,
  null::bigint as answer_id, null::bigint as pay_line_id, {CHARGE} as amount,
  case when {INSURED} then 'receivable:payer:' || ({PAYER}) else 'receivable:client:' || client_id end as debit,
  'income:session' as credit
from part where status = 'attended'
union all
select id * 8 + 1, day, '{Event.FEE_CHARGED}', client_id, session_id, id, null, null, null, null, {FEE},
  'receivable:client:' || client_id, 'income:fee' from part where status = 'no_show'
union all
select id * 8 + sort, answered_on, event, client_id, session_id, id, claim_number, null, id, null, amount,
  coalesce(debit, 'receivable:client:' || client_id), payer
from answered, (values (2, '{Event.PAYER_PAID}', {PAID}, 'cash:payer'),
  (3, '{Event.CONTRACTUAL}', {WRITTEN_OFF}, 'adjustment:contractual'), (4, $${Event.CLIENT_SHARE}$$, {SHARE}, null))
  as told (sort, event, amount, debit)
union all
select part_id * 8 + 5, on_day + 3, '{Event.CLIENT_PAID}', client_id, null, null, null,
  md5('payment ' || part_id)::uuid, null, null, amount, 'cash:card', 'receivable:client:' || client_id
from asked where paid
union all
select id * 8 + 6, day + 2, '{Event.PAY_EARNED}', null, session_id, id, null, null, null, id, {PAY},
  'expense:clinician_pay', 'payable:clinician:' || clinician_id from part where {EARNED}
union all
select 10000000 + s.id, s.last, '{Event.PAY_SETTLED}', null, null, null, null, null, null, null, sum(l.amount),
  'payable:clinician:' || s.clinician_id, 'cash:payroll'
from pay_statement s join pay_line l on l.statement_id = s.id group by s.id
"""

ENTRIES = """
insert into entry (id, key, at, on_day, event, rule, why, client_id, session_id, attendance_id, claim_number,
  payment_id, remittance_claim_id, pay_line_id)
select id, 'bench/' || id, on_day + interval '20 hours', on_day, event, 'ledger.table', event, client_id, session_id,
  attendance_id, claim_number, payment_id, answer_id, pay_line_id from posted order by on_day, id
"""

POSTINGS = """
insert into posting (id, entry_id, account, amount)
select row_number() over (order by on_day, id), id, account, amount from (
  select id, on_day, debit as account, amount from posted
  union all select id, on_day, credit, -amount from posted) sides
"""
