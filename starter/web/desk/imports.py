"""Files of other systems: uploaded, checked line by line, looked at, brought in whole."""

import re
from dataclasses import dataclass

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlmodel import Session as Database

from activities import importing, records
from models.errors import Refused
from models.facts import ImportKind, ImportStatus
from models.rules.import_columns import COLUMNS, ONE_OF, Column
from models.rules.importing import LARGEST, Sheet
from models.tables import ImportRun
from starter.queries import integration as queries
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.forms import Filled, blank
from starter.web.visit import NotFound, Visit

router = APIRouter()
PREVIEWED = 20
ORDER = {
    ImportKind.CLIENTS: "first of all: the others refer to them",
    ImportKind.COVERAGES: "their insurance",
    ImportKind.APPOINTMENTS: "the calendar ahead, and what was held before",
    ImportKind.BALANCES: "what they owe, or are owed",
}
THERAPY_ONLY = frozenset({ImportKind.COVERAGES})


CLINICAL = re.compile("patient|chart|mrn|sex|therapist|cpt|provider")


@dataclass(frozen=True)
class Title:
    """A column, what it is called here, and the other titles under which it is read."""

    name: str
    column: Column
    aliases: tuple[str, ...]


class FileForm(BaseModel):
    kind: ImportKind


@router.get("/imports")
def files(visit: Visit = may(Do.CONNECT)) -> Response:
    return _listed(visit, blank())


@router.post("/imports")
def upload(visit: Visit = may(Do.CONNECT)) -> Response:
    filled, file = visit.read(FileForm), visit.file("file")
    content = file.file.read(LARGEST + 1) if file else b""
    if filled.ok and not content:
        filled.refuse("choose a file that is not empty", "file")
    if filled.ok:
        run_id = visit.write(records.once, visit.wish, visit.now, lambda db: _kept(db, visit, filled.values, content))
        visit.ask(visit.office.integration.check_file(run_id))
        return visit.go(f"/imports/{run_id}")
    return _listed(visit, filled, 422)


@router.get("/imports/columns")
def columns(visit: Visit = may(Do.CONNECT)) -> Response:
    """Which columns each kind of file may have, and under which titles."""
    tables = {kind.value: [_title(visit, column) for column in COLUMNS[kind]] for kind in _offered(visit)}
    return visit.page("desk/integration/columns.html", tables=tables, choices=ONE_OF)


@router.get("/imports/{run_id}")
def one(run_id: int, visit: Visit = may(Do.CONNECT)) -> Response:
    return _shown(visit, run_id, blank())


@router.post("/imports/{run_id}/begin")
def begin(run_id: int, visit: Visit = may(Do.CONNECT)) -> Response:
    try:
        visit.ask(visit.office.integration.bring_in(run_id))
    except Refused as no:
        return _shown(visit, run_id, Filled(errors={"": str(no)}), 422)
    return visit.go(f"/imports/{run_id}")


@router.post("/imports/{run_id}/discard")
def discard(run_id: int, visit: Visit = may(Do.CONNECT)) -> Response:
    visit.write(importing.discard, run_id)
    return visit.go("/imports", told="The file is forgotten; nothing of it was brought in.")


def _listed(visit: Visit, form: Filled[FileForm], status: int = 200) -> Response:
    names = {ImportKind.CLIENTS: visit.words.clients}
    kinds = [(kind.value, f"{names.get(kind, kind.value).capitalize()}: {ORDER[kind]}") for kind in _offered(visit)]
    runs = queries.runs(visit.engine)
    return visit.page("desk/integration/imports.html", status, form=form, kinds=kinds, runs=runs)


def _shown(visit: Visit, run_id: int, form: Filled[FileForm], status: int = 200) -> Response:
    run = queries.run(visit.engine, run_id)
    if run is None:
        raise NotFound
    waiting = run.status in (ImportStatus.CHECKING, ImportStatus.RUNNING)
    sheet = visit.write(_sheet, visit, run_id)
    cells = {line.number: line.cells for line in sheet.lines}
    context = {"run": run, "waiting": waiting, "sheet": sheet, "cells": cells, "previewed": PREVIEWED}
    return visit.page("desk/integration/import.html", status, form=form, **context)


def _sheet(db: Database, visit: Visit, run_id: int) -> Sheet:
    return importing.sheet_of(visit.office.line.vault, db.get_one(ImportRun, run_id))


def _kept(db: Database, visit: Visit, wanted: FileForm, content: bytes) -> int:
    return importing.keep(db, visit.office.line.vault, wanted.kind, content, visit.account.id, visit.now)


def _title(visit: Visit, column: Column) -> Title:
    """A column in the words of this kind of practice."""
    if visit.words.therapy:
        return Title(column.name, column, column.aliases)
    name = visit.words.clinician if column.name == "clinician" else column.name
    return Title(name, column, tuple(alias for alias in column.aliases if not CLINICAL.search(alias)))


def _offered(visit: Visit) -> list[ImportKind]:
    return [kind for kind in ImportKind if visit.words.therapy or kind not in THERAPY_ONLY]
