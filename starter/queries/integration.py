"""Connections as the owner sees them: keys, webhooks and what they were told, files brought in, data taken out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine

from starter.queries.reading import only, rows


@dataclass(frozen=True)
class TokenRow:
    """A key of another program."""

    id: int
    name: str
    prefix: str
    scopes: list[str]
    made_by: str
    made_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True)
class EndpointRow:
    """An address that is told of events, and how that goes."""

    id: int
    url: str
    events: list[str]
    made_at: datetime
    ended_at: datetime | None
    delivered: int
    waiting: int
    given_up: int


@dataclass(frozen=True)
class DeliveryRow:
    """An event an address was told of, or not yet."""

    id: UUID
    event: str
    about: dict[str, object]
    happened_at: datetime
    attempts: int
    tried_at: datetime | None
    delivered_at: datetime | None
    given_up_at: datetime | None
    answer: str


@dataclass(frozen=True)
class RunRow:
    """A file of another system and where it stands."""

    id: int
    kind: str
    status: str
    made_by: str | None
    made_at: datetime
    ended_at: datetime | None
    lines: int
    added: int
    here_already: int
    followed: int
    problems: list[dict[str, object]]


@dataclass(frozen=True)
class ExportRow:
    """Somebody took everything out."""

    id: int
    by: str | None
    with_charts: bool
    at: datetime
    ended_at: datetime | None


TOKENS = """
select t.id, t.name, t.prefix, t.scopes, a.name as made_by, t.made_at, t.expires_at, t.used_at, t.revoked_at
from api_token t join account a on a.id = t.account_id order by t.revoked_at is not null, t.made_at desc, t.id desc
"""

ENDPOINTS = """
select e.id, e.url, e.events, e.made_at, e.ended_at, count(d.delivered_at) as delivered,
  count(d.id) filter (where d.delivered_at is null and d.given_up_at is null) as waiting,
  count(d.id) filter (where d.delivered_at is null and d.given_up_at is not null) as given_up
from webhook_endpoint e left join webhook_delivery d on d.endpoint_id = e.id
where cast(:id as int) is null or e.id = :id
group by e.id order by e.ended_at is not null, e.id
"""

DELIVERIES = """
select id, event, about, happened_at, attempts, tried_at, delivered_at, given_up_at, answer
from webhook_delivery where endpoint_id = :id order by happened_at desc, id limit :most
"""

RUNS = """
select r.id, r.kind, r.status, a.name as made_by, r.made_at, r.ended_at, r.lines, r.added, r.here_already, r.followed,
  r.problems
from import_run r left join account a on a.id = r.account_id
where cast(:id as int) is null or r.id = :id
order by r.id desc limit 50
"""

EXPORTS = """
select x.id, a.name as by, x.with_charts, x.at, x.ended_at
from data_export x left join account a on a.id = x.account_id order by x.id desc limit 50
"""


def tokens(engine: Engine) -> list[TokenRow]:
    """Every key, those that hold first."""
    return rows(engine, TokenRow, TOKENS)


def endpoints(engine: Engine, endpoint_id: int | None = None) -> list[EndpointRow]:
    """Every address, or one."""
    return rows(engine, EndpointRow, ENDPOINTS, id=endpoint_id)


def deliveries(engine: Engine, endpoint_id: int, most: int = 50) -> list[DeliveryRow]:
    """What an address was told of last."""
    return rows(engine, DeliveryRow, DELIVERIES, id=endpoint_id, most=most)


def runs(engine: Engine) -> list[RunRow]:
    """The last files."""
    return rows(engine, RunRow, RUNS, id=None)


def run(engine: Engine, run_id: int) -> RunRow | None:
    """One of them."""
    return only(rows(engine, RunRow, RUNS, id=run_id))


def exports(engine: Engine) -> list[ExportRow]:
    """Who took everything out last."""
    return rows(engine, ExportRow, EXPORTS)
