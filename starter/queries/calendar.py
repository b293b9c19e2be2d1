"""The calendar: sessions of some days with who comes; working hours, time off, what other calendars hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from models.rules.attendance import mark
from models.scheduling import Hours
from starter.queries.reading import only, rows
from starter.queries.services import BESIDE


@dataclass(frozen=True)
class Coming:
    """A client in a session; `fee` as decided, while it is not waived; `beside` are add-ons, by code."""

    client_id: int
    client: str
    status: str
    minutes: int | None
    presumed: bool
    checked_in_at: datetime | None
    attendance_id: int
    fee: Decimal | None
    held: str | None = None
    beside: Sequence[str] = ()


@dataclass(frozen=True)
class Shown:
    """A session as the calendar shows it; `status` is its least finished one."""

    id: UUID
    starts: datetime
    ends: datetime
    clinician_id: int
    clinician: str
    service_id: int
    service: str
    place: str
    moves: int
    released: bool
    series_id: UUID | None
    series_day: date | None
    clients: tuple[Coming, ...]
    billable: bool = False

    @property
    def seen(self) -> str:
        """How it stands, for a form to say what its reader saw."""
        return mark(self.moves, [c.status for c in self.clients])

    @property
    def status(self) -> str:
        order = ("booked", "confirmed", "attended", "no_show", "late_cancelled", "cancelled")
        return min((c.status for c in self.clients), key=order.index, default="cancelled")

    @property
    def names(self) -> str:
        """Who comes, as one reads it at a glance."""
        coming = [c.client for c in self.clients if c.status not in ("cancelled", "late_cancelled")]
        return ", ".join(coming or [c.client for c in self.clients])


@dataclass(frozen=True)
class Band:
    """Time of a clinician (None: everybody's) that is not for sessions: "off" or "busy"."""

    kind: str
    clinician_id: int | None
    starts: datetime
    ends: datetime
    label: str


@dataclass(frozen=True)
class Working:
    """A clinician with the working hours that were ever set."""

    id: int
    name: str
    hours: tuple[Hours, ...]


SESSIONS = f"""
select s.id, s.starts, s.ends, s.clinician_id, k.name as clinician, s.service_id, v.name as service, s.place, s.moves,
  s.released, s.series_id, s.series_day, v.code <> '' as billable,
  (select json_agg(json_build_object('client_id', a.client_id, 'client', trim(c.first || ' ' || c.last),
      'status', a.status, 'minutes', a.minutes, 'presumed', a.presumed, 'checked_in_at', a.checked_in_at,
      'attendance_id', a.id, 'held', a.held, 'beside', {BESIDE},
      'fee', (select cast(f.amount as text) from fee f where f.attendance_id = a.id and f.amount > 0 and not f.withdrawn
              and not f.waived_by_itself and f.waived_because is null order by f.decided_at desc limit 1)
    ) order by a.id) from attendance a join client c on c.id = a.client_id where a.session_id = s.id) as clients
from session s join clinician k on k.id = s.clinician_id join service v on v.id = s.service_id
where (cast(:session_id as uuid) is null or s.id = :session_id)
  and (cast(:since as timestamptz) is null or (s.ends > :since and s.starts < :before
    and s.starts > cast(:since as timestamptz) - interval '1 day'))
  and (cast(:clinicians as int[]) is null or s.clinician_id = any(cast(:clinicians as int[])))
order by s.starts, k.name, s.id
"""
"""No session is longer than a day, so that those of a time are a range of their starts."""

BANDS = """
select 'off' as kind, clinician_id, starts, ends, reason as label from time_off
where starts < :before and ends > :since
  and (cast(:clinicians as int[]) is null or clinician_id is null or clinician_id = any(cast(:clinicians as int[])))
union all
select 'busy', clinician_id, starts, ends, 'Busy elsewhere' from busy_time
where starts < :before and ends > :since
  and (cast(:clinicians as int[]) is null or clinician_id = any(cast(:clinicians as int[])))
order by starts
"""

WORKING = """
select k.id, k.name, (select json_agg(json_build_object('weekday', a.weekday, 'opens', a.opens, 'closes', a.closes,
    'since', a.effective_from, 'until', a.effective_until)) from availability a where a.clinician_id = k.id) as hours
from clinician k
where k.active and (cast(:clinicians as int[]) is null or k.id = any(cast(:clinicians as int[])))
order by k.name, k.id
"""


def sessions(engine: Engine, since: datetime, before: datetime, clinicians: Sequence[int] | None) -> list[Shown]:
    """The sessions of a time, of these clinicians (None: of all), in the order of their starts."""
    wanted = {"session_id": None, "since": since, "before": before, "clinicians": _list(clinicians)}
    return rows(engine, _shown, SESSIONS, **wanted)


def session(engine: Engine, session_id: UUID) -> Shown | None:
    """One session; None where there is no such."""
    return only(rows(engine, _shown, SESSIONS, session_id=session_id, since=None, before=None, clinicians=None))


def bands(engine: Engine, since: datetime, before: datetime, clinicians: Sequence[int] | None) -> list[Band]:
    """Time off and busy times that touch a time."""
    return rows(engine, Band, BANDS, since=since, before=before, clinicians=_list(clinicians))


def working(engine: Engine, clinicians: Sequence[int] | None) -> list[Working]:
    """The active ones of these clinicians (None: of all), by name."""
    return rows(engine, _working, WORKING, clinicians=_list(clinicians))


def _list(clinicians: Sequence[int] | None) -> list[int] | None:
    return None if clinicians is None else list(clinicians)


def _shown(clients: list[dict[str, Any]] | None, **known: Any) -> Shown:
    return Shown(clients=tuple(_coming(**client) for client in clients or []), **known)


def _coming(checked_in_at: str | None, fee: str | None, **known: Any) -> Coming:
    here = datetime.fromisoformat(checked_in_at) if checked_in_at else None
    return Coming(checked_in_at=here, fee=Decimal(fee) if fee else None, **known)


def _working(id: int, name: str, hours: list[dict[str, Any]] | None) -> Working:
    return Working(id, name, tuple(_hours(**row) for row in hours or []))


def _hours(weekday: int, opens: str, closes: str, since: str, until: str | None) -> Hours:
    return Hours(
        weekday,
        time.fromisoformat(opens),
        time.fromisoformat(closes),
        date.fromisoformat(since),
        date.fromisoformat(until) if until else None,
    )
