"""Why claims are denied: counted by payer, code and clinician over a time, with what became of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Engine

from starter.queries.reading import rows


@dataclass(frozen=True)
class Cause:
    """One payer, code or clinician: how many of the answered claims were denied, for how much, how many paid later."""

    sort: str
    name: str
    answered: int
    denied: int
    amount: Decimal
    recovered: int

    @property
    def percent(self) -> int:
        """Denied of a hundred answered."""
        return self.denied * 100 // self.answered if self.answered else 0


CAUSES = """
with answers as (
  select rc.claim_number, rc.charged, rc.outcome, p.name as payer, k.name as clinician, m.status,
    case when rc.outcome = 'denied' then coalesce((select array_agg(distinct (a->>0) || '-' || (a->>1))
      from jsonb_array_elements(rc.detail->'lines') l, jsonb_array_elements(l->'adjustments') a), '{}') end as codes
  from remittance_claim rc join remittance r on r.id = rc.remittance_id join claim m on m.number = rc.claim_number
    join payer p on p.id = m.payer_id join claim_line f on f.claim_number = m.number and f.place = 1
    join attendance t on t.id = f.attendance_id
    join session s on s.id = t.session_id join clinician k on k.id = s.clinician_id
  where rc.outcome in ('posted', 'denied') and r.paid_on >= :first
    and (cast(:last as date) is null or r.paid_on <= :last)),
named as (
  select a.*, case when code.code is null then '' else code.code end as code
  from answers a left join lateral unnest(a.codes) as code(code) on true)
select case when grouping(payer) = 0 then 'payer' when grouping(clinician) = 0 then 'clinician' else 'code' end as sort,
  coalesce(payer, clinician, code) as name,
  case when grouping(code) = 0 then max((select count(distinct claim_number) from answers))
    else count(distinct claim_number) end as answered,
  count(distinct claim_number) filter (where outcome = 'denied') as denied,
  coalesce((select sum(x.charged) from (select distinct on (c) c, v from unnest(
    array_agg(claim_number) filter (where outcome = 'denied'), array_agg(charged) filter (where outcome = 'denied'))
    u(c, v)) x(c, charged)), 0) as amount,
  count(distinct claim_number) filter (where outcome = 'denied' and status = 'paid') as recovered
from named group by grouping sets ((payer), (clinician), (code))
having count(*) filter (where outcome = 'denied') > 0 or grouping(code) = 1
order by sort, denied desc, name
"""


def causes(engine: Engine, first: date, last: date | None = None) -> list[Cause]:
    """Of the answers paid in these days, or from a day on, by payer, by code and by clinician."""
    return rows(engine, Cause, CAUSES, first=first, last=last)


def of(sort: str, found: Iterable[Cause]) -> list[Cause]:
    """Those of one sort that were denied, or answered at all."""
    return [cause for cause in found if cause.sort == sort and cause.name]
