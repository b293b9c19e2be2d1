"""Times that clients book themselves, where the practice offers it; and offers of the waitlist."""

from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, BaseModel, BeforeValidator

from activities import fees
from models.calendar import local_day
from models.errors import Refused
from models.tables import Session
from models.words import sentence
from starter.queries import portal as queries
from starter.queries.openings import Opening, free_times
from starter.queries.portal import Bookable, Named, Offer
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.forms import Filled, blank
from starter.web.portal.mine import Mine, mine
from starter.web.visit import NotFound, Visit

router = APIRouter()
SOONEST, DAYS_SHOWN, FARTHEST = timedelta(hours=12), 7, timedelta(days=90)
MOST_TIMES = 120
"""How soon and how far ahead clients book themselves, and how many days and times a page shows."""
OVER = {
    "accepted": "You took this time; it is among your appointments.",
    "declined": "You did not want this time. You stay on the waitlist.",
    "expired": "This offer is over: the answer came too late, or somebody else has the time. You stay on the waitlist.",
}
"""What a client reads of an offer that is over, by how it ended."""


def _or_none(text: object) -> object:
    """A field of an address that was left empty is one that is not there."""
    return text or None


Chosen = Annotated[int | None, BeforeValidator(_or_none)]


class ChoiceForm(BaseModel):
    """What to book, and from which day on to look."""

    service_id: Chosen = None
    clinician_id: Chosen = None
    first: Annotated[date | None, BeforeValidator(_or_none)] = None


class BookForm(BaseModel):
    service_id: int
    clinician_id: int
    starts: AwareDatetime


@router.get("/portal/book")
def times(choice: Annotated[ChoiceForm, Query()], visit: Visit = may(Do.USE_PORTAL)) -> Response:
    """Free times of the coming days."""
    return _times(visit, mine(visit), choice)


@router.get("/portal/book/this")
def look(wanted: Annotated[BookForm, Query()], visit: Visit = may(Do.USE_PORTAL)) -> Response:
    """The time that was chosen, before it is booked."""
    return _look(visit, mine(visit), wanted, blank(**wanted.model_dump()))


@router.post("/portal/book/this")
def book(visit: Visit = may(Do.USE_PORTAL)) -> Response:
    me, filled = mine(visit), visit.read(BookForm)
    if not filled.ok:
        raise NotFound
    if queries.appointment(visit.engine, me.id, visit.wish):
        return visit.go(f"/portal/appointments/{visit.wish}", told="This is booked.")
    try:
        _book(visit, me, filled.values)
        return visit.go(f"/portal/appointments/{visit.wish}", told="Booked. You get a mail with the details.")
    except Refused as no:
        filled.refuse(no)
    return _look(visit, me, filled.values, filled, 422)


@router.get("/portal/offers/{offer_id}")
def offer(offer_id: UUID, visit: Visit = may(Do.USE_PORTAL)) -> Response:
    me = mine(visit)
    return _offer_page(visit, me, _offer(visit, me, offer_id), blank())


@router.post("/portal/offers/{offer_id}")
def answer_offer(offer_id: UUID, visit: Visit = may(Do.USE_PORTAL)) -> Response:
    """Take the offered time, or leave it to the next."""
    me, filled = mine(visit), blank()
    found = _offer(visit, me, offer_id)
    try:
        if found.state == "open" and visit.typed.text("deed") == "decline":
            visit.ask(visit.office.waitlist.decline(offer_id))
            return visit.go("/portal/appointments", told="Thank you for telling us. You stay on the waitlist.")
        if found.state == "open":
            session_id = visit.ask(visit.office.waitlist.accept(offer_id))
            return visit.go(f"/portal/appointments/{session_id}", told="It is yours. You get a mail with the details.")
    except Refused as no:
        filled.refuse(f"{sentence(str(no))}.")
    return _offer_page(visit, me, found, filled)


def _offer_page(visit: Visit, me: Mine, found: Offer, filled: Filled[Any]) -> Response:
    """The offer; one that is over leads to what the client has."""
    if found.state != "open":
        return visit.go("/portal/appointments", told=OVER[found.state])
    return visit.page("portal/offer.html", 422 if filled.errors else 200, me=me, offer=found, form=filled)


def _times(visit: Visit, me: Mine, choice: ChoiceForm) -> Response:
    services, people = queries.bookable_services(visit.engine), queries.bookable_clinicians(visit.engine)
    first = min(max(choice.first or visit.today, visit.today), visit.today + FARTHEST)
    service = _chosen(services, choice.service_id)
    found = _openings(visit, service, choice.clinician_id, people, first) if service else []
    days = [(day, list(group)) for day, group in groupby(found, lambda opening: local_day(opening.starts, me.tz))]
    days, following = _some(days, first + timedelta(days=DAYS_SHOWN))
    return visit.page(
        "portal/book.html",
        me=me,
        services=services,
        people=people,
        service=service,
        what=[(service.id, service.name) for service in services],
        names={person.id: person.name for person in people},
        days=days,
        open_day=days[0][0] if days else None,
        form=blank(service_id=choice.service_id, clinician_id=choice.clinician_id),
        later=following if first < visit.today + FARTHEST else None,
        clinician_id=choice.clinician_id,
    )


def _some(days: list[tuple[date, list[Opening]]], following: date) -> tuple[list[tuple[date, list[Opening]]], date]:
    """As many whole days as a page holds, one at least; and the day to go on from."""
    shown = 0
    for number, (day, times) in enumerate(days):
        if number and shown + len(times) > MOST_TIMES:
            return days[:number], day
        shown += len(times)
    return days, following


def _openings(
    visit: Visit, service: Bookable, clinician_id: int | None, people: list[Named], first: date
) -> list[Opening]:
    """Free times with those who may be booked."""
    last = first + timedelta(days=DAYS_SHOWN - 1)
    offered = [person.id for person in people if clinician_id in (None, person.id)]
    return free_times(visit.engine, offered, service.minutes, first, last, visit.now + SOONEST, visit.tz)


def _look(visit: Visit, me: Mine, wanted: BookForm, filled: Filled[BookForm], status: int = 200) -> Response:
    service = _chosen(queries.bookable_services(visit.engine), wanted.service_id)
    person = next((p for p in queries.bookable_clinicians(visit.engine) if p.id == wanted.clinician_id), None)
    if service is None or person is None:
        raise NotFound
    ends = wanted.starts + timedelta(minutes=service.minutes)
    booked = Session(
        id=uuid4(),
        clinician_id=person.id,
        service_id=service.id,
        starts=wanted.starts,
        ends=ends,
        policy_id=0,
        booked_at=visit.now,
    )
    notice = visit.write(fees.notice, booked, me.id, visit.now)
    context = {"service": service, "person": person, "wanted": wanted, "ends": ends, "form": filled, "notice": notice}
    return visit.page("portal/book_this.html", status, me=me, **context)


def _book(visit: Visit, me: Mine, wanted: BookForm) -> None:
    """Book what is offered and nothing else; the database refuses what somebody else took meanwhile."""
    service = _chosen(queries.bookable_services(visit.engine), wanted.service_id)
    people = queries.bookable_clinicians(visit.engine)
    day = local_day(wanted.starts, visit.tz)
    free = _openings(visit, service, wanted.clinician_id, people, day) if service else []
    if not any((o.clinician_id, o.starts) == (wanted.clinician_id, wanted.starts) for o in free):
        raise Refused("This time is not free any more; please choose another one.")
    if _busy(visit, me, wanted.starts, free[0].ends - free[0].starts):
        raise Refused("You have another appointment at that time.")
    booking = visit.office.sessions.book(
        wanted.clinician_id, wanted.service_id, (me.id,), wanted.starts, session_id=visit.wish
    )
    visit.ask(booking)


def _busy(visit: Visit, me: Mine, starts: datetime, length: timedelta) -> bool:
    mine_ahead = queries.upcoming(visit.engine, me.id, visit.now)
    return any(a.starts < starts + length and starts < a.ends for a in mine_ahead)


def _chosen(services: list[Bookable], service_id: int | None) -> Bookable | None:
    """The service that was chosen; the only one there is where none was."""
    if service_id is None and len(services) == 1:
        return services[0]
    return next((service for service in services if service.id == service_id), None)


def _offer(visit: Visit, me: Mine, offer_id: UUID) -> Offer:
    found = queries.offer(visit.engine, me.id, offer_id, visit.now)
    if found is None:
        raise NotFound
    return found
