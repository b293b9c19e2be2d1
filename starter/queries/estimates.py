"""Good faith estimates as they were given, and what is scheduled to estimate."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Engine

from starter.queries.reading import rows


@dataclass(frozen=True)
class GivenRow:
    """An estimate that was given; `amount` is what all its sessions are expected to cost."""

    id: int
    given_at: datetime
    given_by: str | None
    clinician: str
    first: date
    last: date
    sessions: int
    amount: Decimal


@dataclass(frozen=True)
class AheadRow:
    """So many sessions of a service that are booked."""

    clinician_id: int
    service_id: int
    sessions: int


GIVEN = """
select e.id, e.given_at, a.name as given_by, k.name as clinician, e.first, e.last, sum(l.sessions) as sessions,
  sum(l.sessions * l.price) as amount
from estimate e join estimate_line l on l.estimate_id = e.id join clinician k on k.id = e.clinician_id
  left join account a on a.id = e.given_by
where e.client_id = :client_id group by e.id, a.name, k.name order by e.given_at desc, e.id desc
"""

AHEAD = """
select min(s.clinician_id) as clinician_id, s.service_id, count(*) as sessions
from session s join attendance a on a.session_id = s.id
where a.client_id = :client_id and a.status in ('booked', 'confirmed') and s.starts > :now
group by s.service_id order by count(*) desc limit 4
"""


def given(engine: Engine, client_id: int) -> list[GivenRow]:
    """A client's estimates, the newest first."""
    return rows(engine, GivenRow, GIVEN, client_id=client_id)


def ahead(engine: Engine, client_id: int, now: datetime) -> list[AheadRow]:
    """What a client is booked for, by service."""
    return rows(engine, AheadRow, AHEAD, client_id=client_id, now=now)
