"""Good faith estimates: which is owed next, and giving one (45 CFR 149.610)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import directory, records
from models.calendar import local_day, midnight
from models.errors import Refused
from models.facts import Status
from models.rules import estimates as rules
from models.rules import rates
from models.tables import (
    AttendanceRow,
    Client,
    Clinician,
    Estimate,
    EstimateLine,
    EstimateRequest,
    Service,
    Session,
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


def owed(db: Database, client_id: int, now: datetime, tz: ZoneInfo) -> rules.Due | None:
    """The estimate a client is owed next, if one is."""
    asked = db.exec(select(col(EstimateRequest.asked_on)).where(EstimateRequest.client_id == client_id)).all()
    sessions = _scheduled(db, client_id, now, tz)
    if not (asked or sessions):
        return None
    return rules.due(sessions, _given(db, client_id, tz), asked, local_day(now, tz))


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


def _scheduled(db: Database, client_id: int, now: datetime, tz: ZoneInfo) -> list[rules.Scheduled]:
    """The sessions ahead that no coverage answers for."""
    rows = db.exec(
        select(Session, Service)
        .join(AttendanceRow, col(AttendanceRow.session_id) == Session.id)
        .join(Service, col(Service.id) == Session.service_id)
        .where(
            AttendanceRow.client_id == client_id,
            col(AttendanceRow.status).in_(AHEAD),
            Session.starts > now,
        )
    ).all()
    covers = records.covers(db, client_id) if rows else ()
    found = []
    for session, service in rows:
        day = local_day(session.starts, tz)
        if not (service.code and any(cover.holds(day) for cover in covers)):
            found.append(rules.Scheduled(session.service_id, local_day(session.booked_at, tz), day))
    return found


def _given(db: Database, client_id: int, tz: ZoneInfo) -> list[rules.Given]:
    rows: Sequence[tuple[Estimate, int]] = db.exec(
        select(Estimate, EstimateLine.service_id)
        .join(EstimateLine, col(EstimateLine.estimate_id) == Estimate.id)
        .where(Estimate.client_id == client_id)
    ).all()
    services: dict[int, set[int]] = {}
    for estimate, service_id in rows:
        services.setdefault(estimate.id or 0, set()).add(service_id)
    given = {estimate.id: estimate for estimate, _ in rows}.values()
    return [rules.Given(frozenset(services[e.id or 0]), e.first, e.last, local_day(e.given_at, tz)) for e in given]
