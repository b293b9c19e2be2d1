"""A client's diagnoses: found by code or words in a form, kept in the order in which claims carry them."""

from collections.abc import Callable, Sequence
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlmodel import Session as Database

from activities import diagnoses
from activities.database import HELD
from models.errors import Refused
from models.tables import Client
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.chart_frame import shown
from starter.web.forms import Filled, blank
from starter.web.visit import Visit

router = APIRouter()
HERE = "/clients/{client_id}/chart/diagnoses"


class Search(BaseModel):
    wanted: str = Field(max_length=80)


class Change(BaseModel):
    code: str = Field(max_length=10)


@router.get(HERE)
def listed(client_id: int, visit: Visit = may(Do.KEEP_CLINICAL)) -> Response:
    return _page(visit, client_id, blank())


@router.post(f"{HERE}/search")
def search(client_id: int, visit: Visit = may(Do.KEEP_CLINICAL)) -> Response:
    """What somebody looks for stands in no address."""
    filled = visit.read(Search)
    found = None
    if filled.ok:
        try:
            found = diagnoses.search(filled.values.wanted)
        except Refused as no:
            filled.refuse(no, "wanted")
    return _page(visit, client_id, filled, found, 200 if filled.ok else 422)


@router.post(f"{HERE}/add")
def add(client_id: int, visit: Visit = may(Do.KEEP_CLINICAL)) -> Response:
    return _changed(visit, client_id, diagnoses.added, "added")


@router.post(f"{HERE}/remove")
def remove(client_id: int, visit: Visit = may(Do.KEEP_CLINICAL)) -> Response:
    return _changed(visit, client_id, diagnoses.removed, "removed")


@router.post(f"{HERE}/first")
def first(client_id: int, visit: Visit = may(Do.KEEP_CLINICAL)) -> Response:
    """The most important diagnosis stands first on claims."""
    return _changed(visit, client_id, diagnoses.first, "put first")


def _changed(
    visit: Visit, client_id: int, change: Callable[[Sequence[str], str], tuple[str, ...]], deed: str
) -> Response:
    visit.must_see_chart(client_id)
    filled = visit.read(Change)
    if filled.ok:
        try:
            visit.write(_keep, client_id, change, filled.values.code)
            visit.saw(client_id, "diagnoses", "changed")
            return visit.go(HERE.format(client_id=client_id), told=f"{filled.values.code} is {deed}.")
        except Refused as no:
            filled.refuse(no)
    return _page(visit, client_id, filled, status=422)


def _keep(db: Database, client_id: int, change: Callable[[Sequence[str], str], tuple[str, ...]], code: str) -> None:
    client = db.get_one(Client, client_id, with_for_update=HELD)
    client.diagnoses = list(change(client.diagnoses, code))


def _page(
    visit: Visit, client_id: int, form: Filled[Any], found: list[diagnoses.Diagnosis] | None = None, status: int = 200
) -> Response:
    whose = visit.must_see_chart(client_id)
    return shown(visit, whose, "/diagnoses", "diagnoses.html", status, form=form, found=found)
