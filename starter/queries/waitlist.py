"""Who waits for a time to come free, and what was offered to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import Engine

from starter.queries.reading import only, rows


@dataclass(frozen=True)
class Waiter:
    """An open wish, and the newest offer to it."""

    id: int
    client_id: int
    client: str
    service_id: int
    service: str
    clinician_id: int | None
    clinician: str | None
    weekdays: list[int]
    opens: time
    closes: time
    until: date | None
    created_at: datetime
    offered: datetime | None
    offer_state: str | None
    offer_expires: datetime | None


WAITING = """
select w.id, w.client_id, trim(c.first || ' ' || c.last) as client, w.service_id, s.name as service, w.clinician_id,
  k.name as clinician, w.weekdays, w.opens, w.closes, w.until, w.created_at, o.starts as offered,
  o.state as offer_state, o.expires_at as offer_expires
from waitlist_entry w join client c on c.id = w.client_id join service s on s.id = w.service_id
left join clinician k on k.id = w.clinician_id
left join lateral (select starts, state, expires_at from waitlist_offer where entry_id = w.id
  order by made_at desc limit 1) o on true
where w.closed_at is null and (cast(:id as int) is null or w.id = :id)
  and (cast(:clinicians as int[]) is null or exists (select from attendance a join session x on x.id = a.session_id
      where a.client_id = w.client_id and x.clinician_id = any(cast(:clinicians as int[]))))
order by w.created_at, w.id
"""


def waiting(engine: Engine, clinicians: Sequence[int] | None) -> list[Waiter]:
    """Those who wait, the longest first: everybody (None), or the clients of these clinicians."""
    return rows(engine, Waiter, WAITING, id=None, clinicians=None if clinicians is None else list(clinicians))


def entry(engine: Engine, entry_id: int) -> Waiter | None:
    """One open wish."""
    return only(rows(engine, Waiter, WAITING, id=entry_id, clinicians=None))
