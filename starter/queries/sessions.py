"""Sessions as the front desk sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from starter.queries.reading import rows
from starter.queries.services import BESIDE


@dataclass(frozen=True)
class Attending:
    """A client in a session."""

    client_id: int
    client: str
    status: str
    minutes: int | None
    presumed: bool
    held: str | None = None
    add_ons: Sequence[str] = ()


@dataclass(frozen=True)
class SessionRow:
    """A session and who comes."""

    id: UUID
    starts: datetime
    ends: datetime
    clinician_id: int
    clinician: str
    service_id: int
    service: str
    code: str
    place: str
    clients: tuple[Attending, ...]


@dataclass(frozen=True)
class Named:
    """An id, looked up by its beginning."""

    id: UUID


@dataclass(frozen=True)
class SessionFilter:
    """Which sessions; None means any."""

    since: datetime | None = None
    before: datetime | None = None
    clinician_id: int | None = None
    client_id: int | None = None
    status: str | None = None
    session_id: UUID | None = None


SESSIONS = f"""
select s.id, s.starts, s.ends, s.clinician_id, k.name as clinician, s.service_id, v.name as service, v.code, s.place,
  (select json_agg(json_build_object('client_id', a.client_id, 'client', trim(c.first || ' ' || c.last),
      'status', a.status, 'minutes', a.minutes, 'presumed', a.presumed, 'held', a.held, 'add_ons', {BESIDE})
      order by a.id)
   from attendance a join client c on c.id = a.client_id where a.session_id = s.id) as clients
from session s join clinician k on k.id = s.clinician_id join service v on v.id = s.service_id
where (cast(:since as timestamptz) is null or s.starts >= :since)
  and (cast(:before as timestamptz) is null or s.starts < :before)
  and (cast(:clinician_id as int) is null or s.clinician_id = :clinician_id)
  and (cast(:session_id as uuid) is null or s.id = :session_id)
  and exists (select from attendance a where a.session_id = s.id
      and (cast(:client_id as int) is null or a.client_id = :client_id)
      and (cast(:status as text) is null or a.status = :status))
order by s.starts, s.id
"""


def sessions(engine: Engine, wanted: SessionFilter) -> list[SessionRow]:
    """The sessions of a filter in the order of their starts."""
    return rows(engine, _row, SESSIONS, **vars(wanted))


def sessions_named(engine: Engine, prefix: str) -> list[Named]:
    """The sessions whose id begins so; two are enough to know that a name is not unique."""
    sql = "select id from session where cast(id as text) like :prefix order by id limit 2"
    return rows(engine, Named, sql, prefix=f"{prefix}%")


def _row(clients: list[dict[str, Any]], **session: Any) -> SessionRow:
    return SessionRow(clients=tuple(Attending(**client) for client in clients), **session)
