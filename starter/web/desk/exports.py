"""All of the practice's data, for its owner, in one file; charts only for who types the password again."""

from collections.abc import Iterator
from datetime import datetime

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from sqlmodel import Session as Database

from activities import access, exporting
from activities.exporting import Taking
from models.errors import Refused
from models.tables import Account, DataExport
from starter.queries import integration as queries
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.forms import Filled, blank
from starter.web.visit import Visit

router = APIRouter()


class ExportForm(BaseModel):
    password: str
    with_charts: bool = False


@router.get("/exports")
def exports(visit: Visit = may(Do.TAKE_OUT)) -> Response:
    return _listed(visit, blank())


@router.post("/exports")
def take_out(visit: Visit = may(Do.TAKE_OUT)) -> Response:
    filled = visit.read(ExportForm)
    if filled.ok:
        _check_password(visit, filled)
    if not filled.ok:
        return _listed(visit, filled, 422)
    with_charts = filled.values.with_charts
    export_id = visit.write(exporting.note_export, visit.account.id, with_charts, visit.now)
    taking = Taking(visit.engine, visit.office.line.vault, with_charts, visit.now)
    name = f"persession-export-{visit.today}.zip"
    return StreamingResponse(
        _streamed(visit, taking, export_id),
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _listed(visit: Visit, form: Filled[ExportForm], status: int = 200) -> Response:
    return visit.page("desk/integration/exports.html", status, form=form, exports=queries.exports(visit.engine))


def _check_password(visit: Visit, filled: Filled[ExportForm]) -> None:
    try:
        fits = visit.write(_fits, visit.account.id, filled.values.password, visit.now)
    except Refused as no:
        filled.refuse(no, "password")
    else:
        if not fits:
            filled.refuse("this is not your password", "password")
    filled.typed.pop("password", None)


def _fits(db: Database, account_id: int, password: str, now: datetime) -> bool:
    return access.sign_in(db, db.get_one(Account, account_id).login, password, now) is not None


def _streamed(visit: Visit, taking: Taking, export_id: int) -> Iterator[bytes]:
    """The file in pieces; once the last was handed over, that is kept."""
    yield from exporting.archive(taking)
    visit.write(_ended, export_id, visit.site.now())


def _ended(db: Database, export_id: int, at: datetime) -> None:
    db.get_one(DataExport, export_id).ended_at = at
