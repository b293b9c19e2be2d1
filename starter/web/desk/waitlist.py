"""The waitlist: who waits for what, what was offered to them, and free times that would suit them."""

from datetime import date, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import waitlist as lists
from models.errors import Refused
from models.rules.openings import WEEK
from models.rules.waitlist import suits
from models.scheduling import Span
from models.tables import Clinician, WaitlistEntry
from starter.queries.openings import Opening, openings
from starter.queries.services import bookable
from starter.queries.waitlist import entry, waiting
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.choosing import people
from starter.web.forms import Filled, blank
from starter.web.visit import NotFound, Visit

router = APIRouter()
LOOK_AHEAD = timedelta(days=14)
MOST_FITTING = 12


class WishForm(BaseModel):
    client_id: int
    service_id: int
    clinician_id: int | None = None
    weekdays: list[Annotated[int, Field(ge=0, le=6)]] = []
    opens: time = time(0)
    closes: time = time(23, 59)
    until: date | None = None


@router.get("/waitlist")
def page(visit: Visit = may(Do.KEEP_WAITLIST)) -> Response:
    found = waiting(visit.engine, visit.whose_clients(Do.KEEP_WAITLIST))
    return visit.page("desk/calendar/waitlist.html", entries=found, days=WEEK)


@router.get("/waitlist/new")
def new_page(client: int | None = None, visit: Visit = may(Do.KEEP_WAITLIST)) -> Response:
    return _form(visit, blank(client_id=client, weekdays=[]))


@router.post("/waitlist/new")
def new(visit: Visit = may(Do.KEEP_WAITLIST)) -> Response:
    if visit.typed.text("find"):
        known = {name: values[-1] for name, values in visit.typed.texts.items() if name != "form_key"}
        return _form(visit, Filled({**known, "weekdays": visit.typed.texts.get("weekdays", [])}))
    filled = visit.read(WishForm)
    filled.typed.setdefault("weekdays", [])
    if filled.ok:
        wanted = filled.values
        visit.must_see_client(wanted.client_id)
        try:
            visit.write(lists.wish, **wanted.model_dump(), at=visit.now)
            return visit.go("/waitlist", told="On the waitlist.")
        except Refused as no:
            filled.refuse(no)
    elif "client_id" in filled.errors:
        filled.errors["client_id"] = f"choose who waits: look for the {visit.words.client} by name"
    return _form(visit, filled, 422)


@router.get("/waitlist/{entry_id}")
def one(entry_id: int, visit: Visit = may(Do.KEEP_WAITLIST)) -> Response:
    """What would suit them: free times of the next two weeks, each a click from being booked."""
    found = entry(visit.engine, entry_id)
    if found is None:
        raise NotFound
    visit.must_see_client(found.client_id)
    free = openings(
        visit.engine, found.clinician_id, found.service_id, visit.today, visit.today + LOOK_AHEAD, visit.now
    )
    wish = next((w for w in visit.write(lists.waiting, visit.today) if w.entry_id == entry_id), None)

    def fits(opening: Opening) -> bool:
        return wish is not None and suits(wish, opening.clinician_id, Span(opening.starts, opening.ends), visit.tz)

    fitting = [opening for opening in free if fits(opening)][:MOST_FITTING]
    names = dict(visit.write(_clinicians))
    return visit.page("desk/calendar/waiting.html", entry=found, fitting=fitting, names=names, days=WEEK)


@router.post("/waitlist/{entry_id}/withdraw")
def withdraw(entry_id: int, visit: Visit = may(Do.KEEP_WAITLIST)) -> Response:
    found = visit.write(lambda db: db.get(WaitlistEntry, entry_id))
    if found is None:
        raise NotFound
    visit.must_see_client(found.client_id)
    visit.write(lists.withdraw, entry_id, "taken off by the desk", visit.now)
    return visit.go("/waitlist", told="Taken off the waitlist.")


def _form(visit: Visit, filled: Filled[Any], status: int = 200) -> Response:
    chosen = str(filled.typed.get("client_id", ""))
    found = people(visit, [int(chosen)] if chosen.isdigit() else [], str(filled.typed.get("who", "")))
    services, clinicians = visit.write(_services), visit.write(_clinicians)
    shown = {"people": found, "services": services, "clinicians": clinicians, "days": list(enumerate(WEEK))}
    return visit.page("desk/calendar/wish.html", status, form=filled, **shown)


def _services(db: Database) -> list[tuple[int, str]]:
    return [(one.id or 0, one.name) for one in db.exec(bookable()).all()]


def _clinicians(db: Database) -> list[tuple[int, str]]:
    query = select(Clinician).where(col(Clinician.active).is_(True)).order_by(col(Clinician.name))
    return [(one.id or 0, one.name) for one in db.exec(query).all()]
