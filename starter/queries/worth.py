"""What the page on a session's worth reads: months held and earned, what is booked, how colleagues fare (unnamed)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import Engine

from models.facts import PayBasis, PayRule
from models.money import mean
from models.rules.worth import MonthEarned
from starter.queries.reading import only, rows

SETTLED = timedelta(days=45)
"""After so long most of what a session brings has been collected."""


@dataclass(frozen=True)
class Booked:
    """A client's part in a session ahead, and how their ended visits went."""

    session_id: str
    day: date
    service_id: int
    came: int
    ended: int


@dataclass(frozen=True)
class OfService:
    """A clinician's sessions of a service in the window and what they paid; `mine`, or another's of the same licence.

    `settled` are those long enough ago that what is paid on collections has come in.
    """

    service_id: int
    service: str
    mine: bool
    sessions: int
    insured: int
    settled: int
    pay: Decimal
    settled_pay: Decimal
    minutes: int
    price: Decimal

    @property
    def a_session(self) -> Decimal:
        """Pay a session, of the settled ones where there are any."""
        return mean(self.settled_pay, self.settled) if self.settled else mean(self.pay, self.sessions)


@dataclass(frozen=True)
class PaidAs:
    """Whether a contract pays without withholding."""

    contractor: bool


@dataclass(frozen=True)
class Visits:
    """How visits of a clinician's clients ended in the window."""

    came: int
    ended: int


@dataclass(frozen=True)
class Beside:
    """Minutes beside sessions that were logged in the window, and how often the practice pays."""

    minutes: int
    cycle: str


BESIDE = """
select coalesce((select sum(minutes) from work_time
  where clinician_id = :clinician_id and day >= :first and day <= :last), 0) as minutes, pay_cycle as cycle
from practice where id = 1
"""

MONTHS = """
with month as (
  select cast(generate_series(cast(:first as timestamp), cast(:last as timestamp), '1 month') as date) as first),
held as (
  select cast(date_trunc('month', s.starts at time zone :tz) as date) as first, count(*) as sessions,
    sum(coalesce(a.minutes, v.minutes)) as minutes
  from session s join service v on v.id = s.service_id
    join lateral (select max(minutes) as minutes, count(*) as there from attendance
      where session_id = s.id and status = 'attended') a on a.there > 0
  where s.clinician_id = :clinician_id and s.starts >= :since and s.starts < :until group by 1),
earned as (
  select cast(date_trunc('month', earned_on) as date) as first, sum(amount) as pay from pay_line
  where clinician_id = :clinician_id and earned_on >= :first
    and source not in
      ('carried_over', 'clawback_deferred', 'clawback_carried', 'draw', 'draw_recovered', 'reimbursement')
  group by 1)
select m.first, coalesce(e.pay, 0) as pay, coalesce(h.sessions, 0) as sessions, coalesce(h.minutes, 0) as minutes
from month m left join held h using (first) left join earned e using (first) order by m.first
"""

AHEAD = """
select cast(s.id as text) as session_id, cast(s.starts at time zone :tz as date) as day, s.service_id,
  count(*) filter (where b.status = 'attended') as came, count(b.id) as ended
from session s join attendance a on a.session_id = s.id and a.status in ('booked', 'confirmed')
  left join (attendance b join session t on t.id = b.session_id and t.starts < :now)
    on b.client_id = a.client_id and b.status in ('attended', 'no_show', 'late_cancelled', 'cancelled')
where s.clinician_id = :clinician_id and s.starts >= :now and s.starts < :until
group by s.id, a.id order by s.starts
"""

SERVICES = """
with held as (
  select s.id, s.clinician_id, s.service_id,
    exists (select from claim_line l join attendance a on a.id = l.attendance_id where a.session_id = s.id) as insured,
    s.starts < :settled as settled,
    coalesce((select sum(l.amount) from pay_line l where l.session_id = s.id), 0) as pay
  from session s join clinician k on k.id = s.clinician_id
  where s.starts >= :since and s.starts < :until
    and k.taxonomy = (select taxonomy from clinician where id = :clinician_id)
    and exists (select from attendance a where a.session_id = s.id and a.status = 'attended'))
select h.service_id, v.name as service, h.clinician_id = :clinician_id as mine, count(*) as sessions,
  count(*) filter (where h.insured) as insured, count(*) filter (where h.settled) as settled, sum(h.pay) as pay,
  coalesce(sum(h.pay) filter (where h.settled), 0) as settled_pay, v.minutes,
  coalesce((select r.amount from rate r where r.service_id = h.service_id and r.client_id is null
    and r.effective_from <= :today and (r.clinician_id is null or r.clinician_id = :clinician_id)
    order by r.clinician_id nulls last, r.effective_from desc limit 1), 0) as price
from held h join service v on v.id = h.service_id group by h.service_id, v.name, v.minutes, h.clinician_id
order by v.name, h.service_id
"""

VISITS = """
select count(*) filter (where a.status = 'attended') as came, count(*) as ended
from attendance a join session s on s.id = a.session_id
where s.clinician_id = :clinician_id and s.starts >= :since and s.starts < :until
  and a.status in ('attended', 'no_show', 'late_cancelled', 'cancelled')
"""

PAID_AS = """
select paid_as = '1099' as contractor from pay_terms where clinician_id = :clinician_id and effective_from <= :today
order by effective_from desc limit 1
"""

RULES = """
select basis, value, effective_from, service_id, after_sessions, per_extra_attendee, from_attendees
from pay_rule where clinician_id = :clinician_id order by id
"""


def months(
    engine: Engine, clinician_id: int, days: tuple[date, date], moments: tuple[datetime, datetime], tz: str
) -> list[MonthEarned]:
    """Each month from the first to the last (their first days); `moments` where they begin and end."""
    first, last = days
    since, until = moments
    values = {"first": first, "last": last, "since": since, "until": until, "tz": tz}
    return rows(engine, MonthEarned, MONTHS, clinician_id=clinician_id, **values)


def beside(engine: Engine, clinician_id: int, first: date, last: date) -> Beside:
    """What was logged from a day to a day."""
    [found] = rows(engine, Beside, BESIDE, clinician_id=clinician_id, first=first, last=last)
    return found


def ahead(engine: Engine, clinician_id: int, now: datetime, until: datetime, tz: str) -> list[Booked]:
    """Everybody who is expected until then."""
    return rows(engine, Booked, AHEAD, clinician_id=clinician_id, now=now, until=until, tz=tz)


def services(
    engine: Engine, clinician_id: int, window: tuple[datetime, datetime], now: datetime, today: date
) -> list[OfService]:
    """Services held in the window by the clinician and by all others of the same licence."""
    since, until = window
    values = {"since": since, "until": until, "today": today, "settled": now - SETTLED}
    return rows(engine, OfService, SERVICES, clinician_id=clinician_id, **values)


def visits(engine: Engine, clinician_id: int, since: datetime, until: datetime) -> Visits:
    """How visits of the window ended."""
    [found] = rows(engine, Visits, VISITS, clinician_id=clinician_id, since=since, until=until)
    return found


def contractor(engine: Engine, clinician_id: int, today: date) -> bool:
    """Whether the contract of today pays a contractor (1099)."""
    found = only(rows(engine, PaidAs, PAID_AS, clinician_id=clinician_id, today=today))
    return found is not None and found.contractor


def pay_rules(engine: Engine, clinician_id: int) -> list[PayRule]:
    """Every pay rule of a clinician."""
    found = rows(engine, PayRule, RULES, clinician_id=clinician_id)
    return [PayRule(**{**vars(rule), "basis": PayBasis(rule.basis)}) for rule in found]
