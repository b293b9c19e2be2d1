"""Good faith estimates: which is owed next, and giving one (45 CFR 149.610)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import Session as Database
from sqlmodel import select

from activities import directory, records
from models.calendar import local_day, midnight
from models.errors import Refused
from models.facts import Status
from models.rules import estimates as rules
from models.rules import rates
from models.rules.records import Cover
from models.tables import (
    Client,
    Clinician,
    Estimate,
    EstimateLine,
    EstimateRequest,
)

AHEAD = (Status.BOOKED, Status.CONFIRMED)


@dataclass(frozen=True)
class Expected:
    """So many sessions of a service; `price` None takes what the client pays for one."""

    service_id: int
    sessions: int
    price: Decimal | None = None


@dataclass(frozen=True)
class Offer:
    """An estimate as its form asks for it."""

    client_id: int
    clinician_id: int
    first: date
    last: date
    expected: tuple[Expected, ...]
    diagnoses: str = ""


ASKED_AND_GIVEN = """
select
  array(select asked_on from estimate_request where client_id = :client_id order by asked_on) as asked,
  (select json_agg(json_build_object('service_id', s.service_id, 'billable', v.code <> '', 'booked_at', s.booked_at,
      'starts', s.starts) order by s.starts)
    from attendance a join session s on s.id = a.session_id join service v on v.id = s.service_id
    where a.client_id = :client_id and a.status = any(:ahead) and s.starts > :now) as sessions,
  (select json_agg(json_build_object('first', e.first, 'last', e.last, 'given_at', e.given_at,
      'services', (select json_agg(l.service_id) from estimate_line l where l.estimate_id = e.id)))
    from estimate e where e.client_id = :client_id) as given
"""


def owed(
    db: Database, client_id: int, now: datetime, tz: ZoneInfo, covers: Sequence[Cover] | None = None
) -> rules.Due | None:
    """The estimate a client is owed next, if one is; `covers` where their coverages were read already."""
    values = {"client_id": client_id, "now": now, "ahead": [status.value for status in AHEAD]}
    db.flush()
    found = db.execute(text(ASKED_AND_GIVEN), values).one()
    if not (found.asked or found.sessions):
        return None
    if covers is None:
        covers = records.covers(db, client_id) if found.sessions else ()
    sessions = [one for one in (_scheduled(tz, **row) for row in found.sessions or ()) if not _covered(one, covers)]
    given = [_given(tz, **row) for row in found.given or ()]
    scheduled = [one.estimated for one in sessions]
    return rules.due(scheduled, given, found.asked, local_day(now, tz)) if scheduled or found.asked else None


def due_at(due: rules.Due, tz: ZoneInfo) -> datetime:
    """The end of the day on which it is due."""
    return midnight(due.on + timedelta(days=1), tz)


def ask(db: Database, client_id: int, today: date) -> None:
    """A client asks what it will cost; asking twice a day is asking once."""
    query = select(EstimateRequest).where(EstimateRequest.client_id == client_id, EstimateRequest.asked_on == today)
    if db.exec(query).first() is None:
        db.add(EstimateRequest(client_id=client_id, asked_on=today))


def give(db: Database, offer: Offer, by: int | None, at: datetime) -> int:
    """Keep an estimate as it is given to the client; its id."""
    if db.get(Client, offer.client_id) is None or db.get(Clinician, offer.clinician_id) is None:
        raise Refused("choose who holds the sessions")
    if offer.last < offer.first:
        raise Refused("the last day lies before the first")
    if (offer.last - offer.first).days > rules.LONGEST_DAYS:
        raise Refused("an estimate answers for twelve months at most: choose an earlier last day")
    if not offer.expected:
        raise Refused("say how many sessions of which service are expected")
    estimate = Estimate(
        client_id=offer.client_id,
        clinician_id=offer.clinician_id,
        first=offer.first,
        last=offer.last,
        diagnoses=offer.diagnoses.strip(),
        given_at=at,
        given_by=by,
    )
    db.add(estimate)
    db.flush()
    db.add_all(_line(db, estimate, offer, wanted) for wanted in offer.expected)
    return estimate.id or 0


def _line(db: Database, estimate: Estimate, offer: Offer, wanted: Expected) -> EstimateLine:
    price = wanted.price
    if price is None:
        of_service = directory.rates(db, wanted.service_id)
        price = rates.price(of_service, offer.clinician_id, offer.client_id, offer.first).amount
    return EstimateLine(
        estimate_id=estimate.id or 0, service_id=wanted.service_id, sessions=wanted.sessions, price=price
    )


@dataclass(frozen=True)
class _Ahead:
    """A session ahead, and whether insurers may be billed for it."""

    estimated: rules.Scheduled
    billable: bool


def _scheduled(tz: ZoneInfo, service_id: int, billable: bool, booked_at: str, starts: str) -> _Ahead:
    booked, day = (local_day(datetime.fromisoformat(at), tz) for at in (booked_at, starts))
    return _Ahead(rules.Scheduled(service_id, booked, day), billable)


def _covered(session: _Ahead, covers: Sequence[Cover]) -> bool:
    """Whether a coverage answers for it."""
    return session.billable and any(cover.holds(session.estimated.held_on) for cover in covers)


def _given(tz: ZoneInfo, first: str, last: str, given_at: str, services: list[int] | None) -> rules.Given:
    on = local_day(datetime.fromisoformat(given_at), tz)
    return rules.Given(frozenset(services or ()), date.fromisoformat(first), date.fromisoformat(last), on)
