"""Good faith estimates of a client who pays themselves: asked for, owed, given."""

from datetime import timedelta
from decimal import Decimal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import estimates, record_papers, records
from activities.estimates import Expected, Offer
from models.errors import Refused
from models.money import dollars
from models.rules.estimates import LONGEST_DAYS
from models.tables import Client, Clinician, Service
from starter.queries import estimates as queries
from starter.web import downloads
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.client_tabs import record_page
from starter.web.fields import Day, Line
from starter.web.forms import Filled, blank
from starter.web.visit import Visit

router = APIRouter()
LINES = 4
"""Services on one estimate."""
MOST_SESSIONS = 366


class EstimateForm(BaseModel):
    clinician_id: int
    first: Day
    last: Day
    diagnoses: Line = ""
    service: list[str] = Field(default=[], max_length=LINES)
    sessions: list[str] = Field(default=[], max_length=LINES)
    price: list[str] = Field(default=[], max_length=LINES)

    @property
    def expected(self) -> tuple[Expected, ...]:
        """The lines that were filled in; Refused tells which one is not understood."""
        rows = zip(self.service, self.sessions, self.price, strict=True)
        return tuple(_expected(*row, number) for number, row in enumerate(rows, start=1) if row[0])


@router.get("/clients/{client_id:int}/estimates")
def of_client(client_id: int, visit: Visit = may(Do.GIVE_ESTIMATES)) -> Response:
    visit.must_see_client(client_id)
    due = visit.write(estimates.owed, client_id, visit.now, visit.tz)
    given = queries.given(visit.engine, client_id)
    return record_page(visit, client_id, "desk/clients/estimates.html", due=due, given=given)


@router.post("/clients/{client_id:int}/estimates/asked")
def asked(client_id: int, visit: Visit = may(Do.GIVE_ESTIMATES)) -> Response:
    visit.must_see_client(client_id)
    visit.write(estimates.ask, client_id, visit.today)
    visit.ask(visit.office.records.changed(client_id, visit.wish))
    return visit.go(f"/clients/{client_id}/estimates", told="Noted: an estimate is due within three business days.")


@router.get("/clients/{client_id:int}/estimates/new")
def new_page(client_id: int, visit: Visit = may(Do.GIVE_ESTIMATES)) -> Response:
    visit.must_see_client(client_id)
    ahead = queries.ahead(visit.engine, client_id, visit.now)
    client = visit.write(lambda db: db.get_one(Client, client_id))
    filled = blank(
        clinician_id=ahead[0].clinician_id if ahead else None,
        first=visit.today,
        last=visit.today + timedelta(days=LONGEST_DAYS),
        diagnoses=", ".join(client.diagnoses),
        service=[row.service_id for row in ahead],
        sessions=[row.sessions for row in ahead],
        price=[""] * len(ahead),
    )
    return _form(visit, client_id, filled)


@router.post("/clients/{client_id:int}/estimates/new")
def give(client_id: int, visit: Visit = may(Do.GIVE_ESTIMATES)) -> Response:
    visit.must_see_client(client_id)
    filled = visit.read(EstimateForm)
    if filled.ok:
        try:
            offer = _offer(client_id, filled.values)
            visit.write(
                records.once,
                visit.wish,
                visit.now,
                lambda db: estimates.give(db, offer, visit.account.id, visit.now),
            )
            visit.ask(visit.office.records.changed(client_id, visit.wish))
            return visit.go(f"/clients/{client_id}/estimates", told="The estimate is kept: print it or hand it over.")
        except Refused as no:
            filled.refuse(no)
    return _form(visit, client_id, filled, 422)


@router.get("/clients/{client_id:int}/estimates/{estimate_id:int}.pdf")
def paper(client_id: int, estimate_id: int, visit: Visit = may(Do.GIVE_ESTIMATES)) -> Response:
    visit.must_see_client(client_id)
    return downloads.pdf(visit.write(record_papers.estimate_pdf, client_id, estimate_id), f"estimate-{estimate_id}.pdf")


def _form(visit: Visit, client_id: int, filled: Filled[EstimateForm], status: int = 200) -> Response:
    for name in ("service", "sessions", "price"):
        filled.typed[name] = [*filled.typed.get(name, []), *[""] * LINES][:LINES]
    clinicians, services = visit.write(_offered)
    context = {"form": filled, "clinicians": clinicians, "services": services, "lines": range(LINES)}
    return record_page(visit, client_id, "desk/clients/estimate.html", status, **context)


def _offered(db: Database) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    clinicians = db.exec(select(Clinician).where(col(Clinician.active)).order_by(col(Clinician.name))).all()
    services = db.exec(select(Service).order_by(col(Service.name))).all()
    return [(c.id or 0, c.name) for c in clinicians], [(s.id or 0, f"{s.name} {s.code}".strip()) for s in services]


def _offer(client_id: int, wanted: EstimateForm) -> Offer:
    return Offer(
        client_id=client_id,
        clinician_id=wanted.clinician_id,
        first=wanted.first,
        last=wanted.last,
        expected=wanted.expected,
        diagnoses=wanted.diagnoses,
    )


def _expected(service: str, sessions: str, price: str, number: int) -> Expected:
    count = int(sessions) if sessions.isdecimal() else 0
    if not service.isdecimal() or not 0 < count <= MOST_SESSIONS:
        raise Refused(f"line {number}: how many sessions of it are expected (1 to {MOST_SESSIONS})?")
    return Expected(int(service), count, _price(price, number))


def _price(price: str, number: int) -> Decimal | None:
    """None takes the rate that holds for this client."""
    if not price:
        return None
    try:
        amount = dollars(price.removeprefix("$"))
    except ValueError as wrong:
        raise Refused(f"line {number}: {wrong}") from None
    if amount < 0:
        raise Refused(f"line {number}: a price is not below zero")
    return amount
