"""Five years of a practice in a few statements: who comes, their sessions, charts, tasks and mails.

`part` has one line for each client in a session, and everything else is made of it, here and in `web_money`. Days are
counted from today, which is always a working day; a client comes at the same hour of each week for most of a year.
"""

CLINICIANS_HOURS = 7
"""Sessions of a clinician a working day."""
DAYS = 5
A_WEEK = CLINICIANS_HOURS * DAYS
WEEKS_WITH_A_CLIENT = 46

PARTS = f"""
create temp table part on commit drop as
with counted as (
  select n, 1 + n % :clinicians as clinician_id, n / :clinicians % {CLINICIANS_HOURS} as hour,
    n / :clinicians / {CLINICIANS_HOURS} % {DAYS} as weekday, n / :clinicians / {A_WEEK} as week
  from generate_series(0, :sessions - 1) n),
timed as (
  select n, clinician_id, weekday * {CLINICIANS_HOURS} + hour as place_in_week,
    ((:weeks - 1 - week) / {WEEKS_WITH_A_CLIENT} * :clinicians + clinician_id - 1) * {A_WEEK} as caseload,
    cast(:today as date) + (week - :weeks_past) * 7 + weekday as day,
    (array[8, 9, 10, 11, 13, 14, 15])[hour + 1] as opens,
    ('x' || substr(md5('chance ' || n), 1, 6))::bit(24)::int % 1000 as chance
  from counted),
held as (
  select *, (day + opens * interval '1 hour') at time zone cast(:timezone as text) as starts,
    md5('session ' || n)::uuid as session_id
  from timed),
ended as (
  select *, case
    when starts + interval '50 minutes' >= :now then
      case when chance >= 970 then 'cancelled' when chance % 3 = 0 then 'confirmed' else 'booked' end
    when day = :today and chance % 8 = 0 then 'booked'
    when chance < 880 then 'attended' when chance < 920 then 'no_show' when chance < 950 then 'late_cancelled'
    else 'cancelled' end as status
  from held),
coming as (
  select n + 1 as id, 0 as other, * from ended
  union all
  select :sessions + row_number() over (order by n, other), other, ended.* from ended, generate_series(1, 3) other
  where chance % 50 = 7)
select id, session_id, clinician_id, other, day, starts, chance, status, cast(:today as date) - day as age,
  1 + caseload + (place_in_week + other) % {A_WEEK} as client_id
from coming
"""
"""One session in fifty is a group of four; `chance` decides how things go, the same on every machine."""

INSURED = "client_id % 5 < 3"
PAYERS = 6
PAYER = f"1 + client_id % {PAYERS}"

CLINICIANS = """
insert into clinician (id, name, npi, email, taxonomy, active, supervisor_id, self_book)
select n, 'Clinician ' || n, '1999999984', 'clinician' || n || '@bench.example', '101Y00000X', true,
  case when n = 2 then 1 end, true from generate_series(1, :clinicians) n
"""

AVAILABILITY = """
insert into availability (clinician_id, weekday, opens, closes, effective_from)
select n, extract(isodow from cast(:today as date) + d) - 1, '08:00', '17:00', '2000-01-01'
from generate_series(1, :clinicians) n, generate_series(0, 4) d
"""

PAYER_ROWS = f"""
insert into payer (id, name, payer_id, timely_filing_days, appeal_days, allows_no_show_fee, claims_per,
  filing_indicator)
select n, 'Payer ' || n, '6005' || n, 90, 90, true, 'session', 'CI' from generate_series(1, {PAYERS}) n
"""

CLIENTS = """
insert into client (id, first, last, preferred, pronouns, email, phone, birth, sex, line1, city, state, zip,
  card_method, card_label, diagnoses, uses_insurance)
select id, (array['Ada', 'Bert', 'Cleo', 'Dan', 'Eve', 'Finn', 'Gina', 'Hal'])[1 + id % 8], 'Number' || id, '', '',
  'client' || id || '@bench.example', '312555' || lpad((id % 10000)::text, 4, '0'),
  date '1950-01-01' + id * 37 % 18000, 'U', id || ' Elm Street', 'Springfield', 'IL', '62704', 'card', '', '{F411}',
  id % 5 < 3
from (select generate_series(1, max(client_id)) as id from part) known
"""

COVERAGES = f"""
insert into coverage (id, client_id, payer_id, member_id, sequence, copay, "authorization", plan, group_number,
  relation, subscriber_first, subscriber_last, subscriber_sex, deductible_note)
select id, id, {PAYER.replace("client_id", "id")}, 'M' || id, 1, 20.00, '', '', '', 'self', '', '', 'U', ''
from client where uses_insurance
"""

SESSIONS = """
insert into session (id, clinician_id, service_id, policy_id, starts, ends, place, booked_at, moves, released,
  billed_elsewhere)
select session_id, clinician_id, case when chance % 50 = 7 then 2 else 1 end, 1, starts, starts + interval '50 minutes',
  'Room ' || clinician_id, starts - interval '30 days', 0, status in ('cancelled', 'late_cancelled'), false
from part where other = 0
"""

ATTENDANCES = """
insert into attendance (id, session_id, client_id, status, minutes, decided_at, presumed, checked_in_at)
select id, session_id, client_id, status, case when status = 'attended' then 50 end,
  case when status not in ('booked', 'confirmed') then starts + interval '55 minutes' end, false,
  case when status = 'attended' then starts end
from part
"""

SIGNED = "age > 1 and not (age < 6 and chance % 20 = 0)"

NOTES = f"""
insert into note (id, client_id, clinician_id, attendance_id, format, day, words, diagnoses, edition, written_at,
  signed_at, needs_cosign)
select md5('note ' || id)::uuid, client_id, clinician_id, id, 'dap', day,
  decode(repeat(md5('words ' || id), 25), 'hex'), '{{F411}}', 2, starts + interval '1 hour',
  case when {SIGNED} then starts + interval '2 hours' end, false
from part where status = 'attended' and (age > 1 or chance % 2 = 0)
"""

MEASURES = """
insert into measure (id, client_id, kind, answers, total, at_risk, taken_at, recorded_by)
select md5('measure ' || id)::uuid, client_id, case when id % 2 = 0 then 'phq9' else 'gad7' end,
  case when id % 2 = 0 then array[1,1,1,1,1,1,1,1,0] else array[1,1,1,1,1,1,1] end, 7 + (id % 2 = 0)::int, false,
  starts, 'client' from part where status = 'attended' and chance % 4 = 0
"""

DOCUMENTS = """
insert into document (client_id, kind, title, media_type, size, sealed, added_at, deleted_because)
select c.id, 'document', 'Letter ' || n, 'application/pdf', 900, decode(repeat(md5(c.id || ' ' || n), 56), 'hex'),
  cast(:now as timestamptz) - n * interval '30 days', '' from client c, generate_series(1, 3) n
"""

MESSAGES = """
insert into message (key, kind, client_id, sent_at)
select 'reminder/' || id || '/' || h, 'reminder', client_id, starts - h * interval '1 hour'
from part, unnest(array[24, 48]) h where starts - h * interval '1 hour' < :now
"""

TRAIL = """
insert into chart_event (at, account_id, client_id, deed, what)
select starts + n * interval '1 hour', 4, client_id, case n when 1 then 'changed' else 'viewed' end,
  'progress note of ' || day
from part, generate_series(1, 2) n where status = 'attended' order by starts
"""

TASKS = f"""
insert into task (id, kind, cause, role, clinician_id, what, details, client_id, opened_at, due_at, escalate_at,
  closed_at, closed_because)
select md5(kind || id)::uuid, kind, cause, role, case when role = 'clinician' then clinician_id end, what, '',
  client_id, at, at + interval '1 day', at + interval '3 days', case when done then at + interval '5 hours' end,
  case when done then 'it is done' else '' end
from (
  select 'unsigned_note' as kind, 'attendance/' || id as cause, 'clinician' as role, 'sign the note of ' || day as what,
    {SIGNED} as done, starts + interval '1 hour' as at, * from part where status = 'attended'
      and (chance % 10 = 0 or not ({SIGNED}))
  union all
  select 'outcome_missing', 'session/' || session_id, 'clinician', 'record how the session of ' || day || ' ended',
    status not in ('booked', 'confirmed'), starts + interval '1 hour', * from part
    where other = 0 and (chance % 50 = 0 or status = 'booked') and starts + interval '50 minutes' < :now
  union all
  select 'claim_' || c.status, 'claim/' || c.number, 'biller', 'claim ' || c.number || ': ' || c.why, false, c.made_at,
    p.* from claim c join part p on c.number = 'C' || lpad(p.id::text, 7, '0')
    where c.status in ('held', 'rejected', 'denied')
  union all
  select 'balance_due', 'invoice/' || i.number, 'front_desk', 'invoice ' || i.number || ' is open', false,
    i.at + interval '30 days', p.* from asked i join part p on p.id = i.part_id
    where not i.paid and i.on_day < cast(:today as date) - 30
) wanted
"""
