"""Clients as the desk finds and reads them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Engine

from starter.queries.reading import covered, rows

PAGE = 50
FEWEST_DIGITS = 4
"""Of a phone number, to look for it."""


@dataclass(frozen=True)
class ClientRow:
    """A client in a list."""

    id: int
    name: str
    preferred: str
    birth: date | None
    phone: str
    email: str
    next_session: datetime | None


@dataclass(frozen=True)
class Overview:
    """A record at a glance; `balance` is what the client owes (below zero: a credit)."""

    balance: Decimal
    card: bool
    autopay_cap: Decimal | None
    autopay_since: datetime | None
    next_session: datetime | None
    next_session_id: UUID | None
    next_with: str | None
    last_session: datetime | None
    sessions_held: int
    open_tasks: int
    coverages: int
    guarantor: str | None


@dataclass(frozen=True)
class CoverageRow:
    """A coverage with the images of its card."""

    id: int
    sequence: int
    payer: str
    payer_id: str
    member_id: str
    plan: str
    group_number: str
    relation: str
    subscriber: str
    copay: Decimal
    deductible: Decimal | None
    deductible_note: str
    authorization: str
    authorized_until: date | None
    authorized_sessions: int | None
    covered_from: date | None
    covered_until: date | None
    front_id: int | None
    front_type: str | None
    back_id: int | None
    back_type: str | None


@dataclass(frozen=True)
class DocumentRow:
    """A file, with who added it and why it was deleted."""

    id: int
    kind: str
    title: str
    media_type: str
    size: int
    added_at: datetime
    added_by: str | None
    deleted_at: datetime | None
    deleted_by: str | None
    deleted_because: str


@dataclass(frozen=True)
class MessageRow:
    """A mail that was sent."""

    kind: str
    sent_at: datetime


@dataclass(frozen=True)
class RateRow:
    """A rate agreed with a client."""

    id: int
    service: str
    clinician: str | None
    amount: Decimal
    effective_from: date


@dataclass(frozen=True)
class RateChoice:
    """A service or a clinician, as `kind` says."""

    kind: str
    id: int
    name: str


@dataclass(frozen=True)
class AccountRow:
    """An entry on a client's account; `balance` is what was owed after it."""

    id: int
    on_day: date
    event: str
    why: str
    amount: Decimal
    balance: Decimal
    session_id: UUID | None
    claim_number: str | None
    taken_back: bool


CLIENTS = """
select c.id, trim(c.first || ' ' || c.last) as name, c.preferred, c.birth, c.phone, c.email,
  (select min(s.starts) from attendance a join session s on s.id = a.session_id
   where a.client_id = c.id and a.status in ('booked', 'confirmed') and s.starts > :now) as next_session
from client c
where (cast(:clinicians as int[]) is null or exists (
    select from attendance a join session s on s.id = a.session_id
    where a.client_id = c.id and s.clinician_id = any(:clinicians)))
  and (cast(:birth as date) is null or c.birth = :birth)
  and (:digits = '' or regexp_replace(c.phone, '[^0-9]', '', 'g') like '%' || :digits || '%')
  and not exists (select from unnest(cast(:names as text[])) part
    where not (c.first || ' ' || c.last || ' ' || c.preferred || ' ' || c.email) ilike '%' || part || '%')
order by lower(c.last), lower(c.first), c.id limit :most offset :skip
"""

OVERVIEW = (
    """
select
  (select coalesce(sum(amount), 0) from posting where account = 'receivable:client:' || c.id) as balance,
  c.card is not null as card, c.autopay_cap, c.autopay_since,
  ahead.starts as next_session, ahead.id as next_session_id, ahead.clinician as next_with,
  past.last as last_session, past.held as sessions_held,
  (select count(*) from task t where t.client_id = c.id and t.closed_at is null) as open_tasks,
  (select count(*) from coverage v where v.client_id = c.id
   and """
    + covered("v", ":today")
    + """) as coverages,
  (select name from contact g where g.client_id = c.id and g.guarantor) as guarantor
from client c
left join lateral (
  select s.id, s.starts, k.name as clinician from attendance a join session s on s.id = a.session_id
    join clinician k on k.id = s.clinician_id
  where a.client_id = c.id and a.status in ('booked', 'confirmed') and s.starts > :now order by s.starts limit 1
) ahead on true
cross join lateral (
  select max(s.starts) as last, count(*) as held from attendance a join session s on s.id = a.session_id
  where a.client_id = c.id and a.status = 'attended'
) past
where c.id = :id
"""
)

COVERAGES = """
select v.id, v.sequence, p.name as payer, p.payer_id, v.member_id, v.plan, v.group_number, v.relation,
  trim(v.subscriber_first || ' ' || v.subscriber_last) as subscriber, v.copay, v.deductible, v.deductible_note,
  v.authorization, v.authorized_until, v.authorized_sessions, v.covered_from, v.covered_until,
  f.id as front_id, f.media_type as front_type, b.id as back_id, b.media_type as back_type
from coverage v join payer p on p.id = v.payer_id
  left join document f on f.coverage_id = v.id and f.kind = 'card_front' and f.deleted_at is null
  left join document b on b.coverage_id = v.id and b.kind = 'card_back' and b.deleted_at is null
where v.client_id = :id order by v.sequence
"""

DOCUMENTS = """
select d.id, d.kind, d.title, d.media_type, d.size, d.added_at, a.name as added_by, d.deleted_at, x.name as deleted_by,
  d.deleted_because
from document d left join account a on a.id = d.added_by left join account x on x.id = d.deleted_by
where d.client_id = :id order by d.deleted_at is not null, d.added_at desc, d.id desc
"""

MESSAGES = "select kind, sent_at from message where client_id = :id order by sent_at desc, key limit 200"

RATE_CHOICES = """
select 'service' as kind, id, name from service union all select 'clinician', id, name from clinician where active
order by name
"""

RATES = """
select r.id, s.name as service, k.name as clinician, r.amount, r.effective_from
from rate r join service s on s.id = r.service_id left join clinician k on k.id = r.clinician_id
where r.client_id = :id order by s.name, r.effective_from desc, r.id desc
"""


ACCOUNT = """
select e.id, e.on_day, e.event, e.why, p.amount, sum(p.amount) over (order by e.id) as balance, e.session_id,
  e.claim_number, exists (select from entry r where r.reverses_id = e.id) as taken_back
from posting p join entry e on e.id = p.entry_id
where p.account = 'receivable:client:' || :id order by e.id desc limit 300
"""


def find(
    engine: Engine, now: datetime, clinicians: Sequence[int] | None, wanted: str = "", page: int = 1
) -> list[ClientRow]:
    """A page of clients by last name; `wanted` has (parts of) a name, mail address, phone number or a birth date.

    One more row than a page holds tells that there are more.
    """
    birth, rest = _birth(wanted)
    digits = "".join(re.findall(r"\d", rest)) if re.fullmatch(r"[\d\s().+-]+", rest.strip()) else ""
    if len(digits) < FEWEST_DIGITS:
        digits = ""
    names = [] if digits else [_plain(part) for part in rest.split()]
    return rows(
        engine,
        ClientRow,
        CLIENTS,
        now=now,
        clinicians=None if clinicians is None else list(clinicians),
        birth=birth,
        digits=digits,
        names=names,
        most=PAGE + 1,
        skip=(page - 1) * PAGE,
    )


def overview(engine: Engine, client_id: int, now: datetime, today: date) -> Overview:
    """A record at a glance."""
    [found] = rows(engine, Overview, OVERVIEW, id=client_id, now=now, today=today)
    return found


def coverages(engine: Engine, client_id: int) -> list[CoverageRow]:
    """A client's coverages, primary first."""
    return rows(engine, CoverageRow, COVERAGES, id=client_id)


def documents(engine: Engine, client_id: int) -> list[DocumentRow]:
    """A client's files, the newest first, the deleted ones last."""
    return rows(engine, DocumentRow, DOCUMENTS, id=client_id)


def messages(engine: Engine, client_id: int) -> list[MessageRow]:
    """The newest mails to a client."""
    return rows(engine, MessageRow, MESSAGES, id=client_id)


def rates(engine: Engine, client_id: int) -> list[RateRow]:
    """What was agreed with a client, the newest of a service first."""
    return rows(engine, RateRow, RATES, id=client_id)


def rate_choices(engine: Engine) -> list[RateChoice]:
    """For what and for whose sessions a rate can be agreed."""
    return rows(engine, RateChoice, RATE_CHOICES)


def account(engine: Engine, client_id: int) -> list[AccountRow]:
    """The newest entries on a client's account, each with what was owed after it."""
    return rows(engine, AccountRow, ACCOUNT, id=client_id)


def _birth(wanted: str) -> tuple[date | None, str]:
    """A birth date in what was typed (1985-05-17 or 5/17/1985), and the rest."""
    for pattern in (r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})", r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})"):
        if found := re.search(pattern, wanted):
            try:
                day = date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                continue
            return day, wanted.replace(found[0], " ")
    return None, wanted


def _plain(part: str) -> str:
    """A word as a pattern in which nothing is special."""
    return re.sub(r"([\\%_])", r"\\\1", part)
