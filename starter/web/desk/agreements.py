"""What one client has signed and must sign: shown, signed on the practice's tablet, given out as paper."""

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlmodel import Session as Database

from activities import agreements, record_papers
from models.errors import Refused
from models.tables import Agreement, AgreementVersion
from starter.queries import agreements as queries
from starter.web import downloads
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.client_tabs import record_page
from starter.web.fields import Line
from starter.web.forms import Filled, blank
from starter.web.visit import NotFound, Visit

router = APIRouter()


class SignForm(BaseModel):
    typed_name: Line
    agreed: bool = False


@router.get("/clients/{client_id:int}/agreements")
def of_client(client_id: int, visit: Visit = may(Do.SIGN_WITH_CLIENTS)) -> Response:
    visit.must_see_client(client_id)
    asked = visit.write(agreements.open_for, client_id, visit.today)
    signed = queries.signed(visit.engine, client_id)
    return record_page(visit, client_id, "desk/clients/agreements.html", asked=asked, signed=signed)


@router.get("/clients/{client_id:int}/agreements/{version_id:int}/sign")
def sign_page(client_id: int, version_id: int, visit: Visit = may(Do.SIGN_WITH_CLIENTS)) -> Response:
    return _tablet(visit, client_id, version_id, blank())


@router.post("/clients/{client_id:int}/agreements/{version_id:int}/sign")
def sign(client_id: int, version_id: int, visit: Visit = may(Do.SIGN_WITH_CLIENTS)) -> Response:
    visit.must_see_client(client_id)
    filled = visit.read(SignForm)
    if filled.ok and not filled.values.agreed:
        filled.refuse("mark that you have read it and agree", "agreed")
    if filled.ok:
        try:
            visit.write(agreements.sign, client_id, version_id, filled.values.typed_name, visit.account.id, visit.now)
            return visit.go(f"/clients/{client_id}/agreements", told="It is signed. Thank you.")
        except Refused as no:
            filled.refuse(no, "typed_name")
    return _tablet(visit, client_id, version_id, filled, 422)


@router.get("/clients/{client_id:int}/agreements/{version_id:int}.pdf")
def paper(client_id: int, version_id: int, visit: Visit = may(Do.SIGN_WITH_CLIENTS)) -> Response:
    visit.must_see_client(client_id)
    return downloads.pdf(visit.write(record_papers.agreement_pdf, version_id, client_id), f"agreement-{version_id}.pdf")


def _tablet(visit: Visit, client_id: int, version_id: int, filled: Filled[SignForm], status: int = 200) -> Response:
    """A page with nothing else on it: it is handed to the client."""
    client = visit.must_see_client(client_id)
    agreement, version = visit.write(_version, version_id)
    return visit.page(
        "desk/clients/tablet.html", status, form=filled, client=client, agreement=agreement, version=version
    )


def _version(db: Database, version_id: int) -> tuple[Agreement, AgreementVersion]:
    version = db.get(AgreementVersion, version_id)
    if version is None:
        raise NotFound
    return db.get_one(Agreement, version.agreement_id), version
