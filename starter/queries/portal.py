"""What clients see of their own: appointments, requests, offers. Whom else a session is for is never told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Engine

from models.billed import on_the_web
from models.facts import Status
from starter.queries.reading import only, rows


@dataclass(frozen=True)
class Appointment:
    """A client's part in a session; `moves` counts how often it was moved."""

    session_id: UUID
    starts: datetime
    ends: datetime
    clinician: str
    service: str
    place: str
    status: str
    moves: int

    @property
    def ahead(self) -> bool:
        """The client is still expected."""
        return Status(self.status).ahead

    @property
    def online(self) -> bool:
        """Held at an address of the web."""
        return on_the_web(self.place)


@dataclass(frozen=True)
class Wish:
    """A time that a client asked for; `wishes` and `reply` are sealed."""

    id: UUID
    service: str
    clinician: str | None
    earliest: date
    asked_at: datetime
    status: str
    wishes: bytes | None
    reply: bytes | None
    client_id: int
    client: str
    service_id: int
    clinician_id: int | None


@dataclass(frozen=True)
class PossibleAnswer:
    """A session ahead of a client who asked for a time; it may be what was booked for it."""

    request_id: UUID
    session_id: UUID
    starts: datetime
    clinician: str


@dataclass(frozen=True)
class Offer:
    """A freed time that was offered to a client; `state` is open while it waits for their yes."""

    id: UUID
    clinician_id: int
    clinician: str
    service_id: int
    service: str
    starts: datetime
    place: str
    expires_at: datetime
    state: str


@dataclass(frozen=True)
class Named:
    """Something to choose: its id and what it is called."""

    id: int
    name: str


@dataclass(frozen=True)
class Bookable:
    """A service that clients book themselves."""

    id: int
    name: str
    minutes: int


APPOINTMENTS = """
select s.id as session_id, s.starts, s.ends, k.name as clinician, v.name as service, s.place, a.status, s.moves
from attendance a join session s on s.id = a.session_id
join clinician k on k.id = s.clinician_id join service v on v.id = s.service_id
where a.client_id = :client_id
"""
WISHES = """
select r.id, v.name as service, k.name as clinician, r.earliest, r.asked_at, r.status, r.wishes, r.reply,
  r.client_id, trim(c.first || ' ' || c.last) as client, r.service_id, r.clinician_id
from appointment_request r join service v on v.id = r.service_id join client c on c.id = r.client_id
left join clinician k on k.id = r.clinician_id
"""
POSSIBLE_ANSWERS = """
select r.id as request_id, s.id as session_id, s.starts, k.name as clinician
from appointment_request r join attendance a on a.client_id = r.client_id and a.status in ('booked', 'confirmed')
join session s on s.id = a.session_id and s.starts > :now join clinician k on k.id = s.clinician_id
where r.status = 'open' order by s.starts
"""
OFFERS = """
select o.id, o.clinician_id, k.name as clinician, e.service_id, v.name as service, o.starts, o.place, o.expires_at,
  case when o.expires_at > :now then o.state else 'expired' end as state
from waitlist_offer o join waitlist_entry e on e.id = o.entry_id
join clinician k on k.id = o.clinician_id join service v on v.id = e.service_id
where e.client_id = :client_id
"""


def upcoming(engine: Engine, client_id: int, now: datetime) -> list[Appointment]:
    """What lies ahead or goes on now, the next first; without what was cancelled."""
    sql = f"{APPOINTMENTS} and s.ends > :now and a.status in ('booked', 'confirmed') order by s.starts"
    return rows(engine, Appointment, sql, client_id=client_id, now=now)


@dataclass(frozen=True)
class Ahead:
    """What comes next for a client: an appointment, or a freed time that waits for their yes, as `kind` says."""

    kind: str
    id: UUID
    starts: datetime
    clinician: str
    service: str
    place: str
    status: str

    @property
    def session_id(self) -> UUID:
        """Of an appointment."""
        return self.id

    @property
    def online(self) -> bool:
        """Held at an address of the web."""
        return on_the_web(self.place)


AHEAD = f"""
(select 'appointment' as kind, session_id as id, starts, clinician, service, place, status
  from ({APPOINTMENTS} and s.ends > :now and a.status in ('booked', 'confirmed')) mine order by starts limit :most)
union all
(select 'offer', id, starts, clinician, service, place, state
  from ({OFFERS} and o.state = 'open' and o.expires_at > :now) freed)
order by starts
"""


def ahead(engine: Engine, client_id: int, now: datetime, most: int) -> list[Ahead]:
    """The next appointments of a client, and every time that is offered to them."""
    return rows(engine, Ahead, AHEAD, client_id=client_id, now=now, most=most)


def appointments(engine: Engine, client_id: int, now: datetime, most: int) -> list[Appointment]:
    """Everything that lies ahead or goes on, and the latest of what is over or was cancelled."""
    expected = "a.status in ('booked', 'confirmed')"
    over = f"{APPOINTMENTS} and (s.ends <= :now or not {expected}) order by s.starts desc limit :most"
    sql = f"({over}) union all ({APPOINTMENTS} and s.ends > :now and {expected}) order by starts"
    return rows(engine, Appointment, sql, client_id=client_id, now=now, most=most)


def appointment(engine: Engine, client_id: int, session_id: UUID) -> Appointment | None:
    """A client's part in one session."""
    sql = f"{APPOINTMENTS} and s.id = :session_id"
    return only(rows(engine, Appointment, sql, client_id=client_id, session_id=session_id))


def wishes(engine: Engine, client_id: int) -> list[Wish]:
    """What a client asked for lately, open or answered with no; what was booked is an appointment."""
    mine = "where r.client_id = :client_id and r.status in ('open', 'declined')"
    sql = f"{WISHES} {mine} order by r.asked_at desc limit 5"
    return rows(engine, Wish, sql, client_id=client_id)


def open_wishes(engine: Engine) -> list[Wish]:
    """Every wish that waits for an answer, the oldest first."""
    return rows(engine, Wish, f"{WISHES} where r.status = 'open' order by r.asked_at")


def possible_answers(engine: Engine, now: datetime) -> list[PossibleAnswer]:
    """What may have been booked for the wishes that wait, the next first."""
    return rows(engine, PossibleAnswer, POSSIBLE_ANSWERS, now=now)


def wish(engine: Engine, request_id: UUID) -> Wish | None:
    """One wish."""
    return only(rows(engine, Wish, f"{WISHES} where r.id = :id", id=request_id))


def offers(engine: Engine, client_id: int, now: datetime) -> list[Offer]:
    """The freed times that wait for a client's yes."""
    sql = f"{OFFERS} and o.state = 'open' and o.expires_at > :now order by o.starts"
    return rows(engine, Offer, sql, client_id=client_id, now=now)


def offer(engine: Engine, client_id: int, offer_id: UUID, now: datetime) -> Offer | None:
    """One offer that a client got, however it stands."""
    return only(rows(engine, Offer, f"{OFFERS} and o.id = :id", client_id=client_id, id=offer_id, now=now))


def services(engine: Engine) -> list[Named]:
    """What an appointment can be asked for."""
    return rows(engine, Named, "select id, name from service order by name")


def clinicians(engine: Engine) -> list[Named]:
    """With whom."""
    return rows(engine, Named, "select id, name from clinician where active order by name")


def bookable_services(engine: Engine) -> list[Bookable]:
    """What clients may book themselves."""
    return rows(engine, Bookable, "select id, name, minutes from service where self_book order by name")


def bookable_clinicians(engine: Engine) -> list[Named]:
    """With whom clients may book themselves."""
    return rows(engine, Named, "select id, name from clinician where active and self_book order by name")


def looked_after(engine: Engine, client_ids: Sequence[int]) -> list[Named]:
    """Those whom an account may act for."""
    sql = """
    select id, coalesce(nullif(preferred, ''), first) as name from client where id = any(:ids) order by id
    """
    return rows(engine, Named, sql, ids=list(client_ids))
