"""What clients book themselves in the portal, and with whom."""

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlmodel import Session as Database
from sqlmodel import col, select

from models.tables import Clinician, Service
from starter.queries.services import bookable
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.forms import Filled, blank
from starter.web.visit import Visit

router = APIRouter()


class SelfBookingForm(BaseModel):
    services: list[int] = []
    clinicians: list[int] = []


@router.get("/practice/self-booking")
def self_booking(visit: Visit = may(Do.MANAGE_PRACTICE)) -> Response:
    services, clinicians = visit.write(_offered)
    chosen = {
        "services": [s.id for s in services if s.self_book],
        "clinicians": [c.id for c in clinicians if c.self_book],
    }
    return _page(visit, blank(**chosen))


@router.post("/practice/self-booking")
def change(visit: Visit = may(Do.MANAGE_PRACTICE)) -> Response:
    filled = visit.read(SelfBookingForm)
    if not filled.ok:
        return _page(visit, filled, 422)
    visit.write(_changed, filled.values)
    return visit.go("/practice/self-booking", told="Kept.")


def _page(visit: Visit, filled: Filled[SelfBookingForm], status: int = 200) -> Response:
    services, clinicians = visit.write(_offered)
    return visit.page(
        "desk/forms/self_booking.html",
        status,
        form=filled,
        services=[(row.id, f"{row.name}, {row.minutes} minutes") for row in services],
        clinicians=[(row.id, row.name) for row in clinicians],
    )


def _offered(db: Database) -> tuple[list[Service], list[Clinician]]:
    services = db.exec(bookable()).all()
    clinicians = db.exec(select(Clinician).where(col(Clinician.active)).order_by(col(Clinician.name))).all()
    return list(services), list(clinicians)


def _changed(db: Database, wanted: SelfBookingForm) -> None:
    services, clinicians = _offered(db)
    for service in services:
        service.self_book = service.id in wanted.services
    for clinician in clinicians:
        clinician.self_book = clinician.id in wanted.clinicians
