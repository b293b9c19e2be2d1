"""Psychotherapy notes: a clinician's own, apart from the chart (45 CFR 164.501); nobody else opens their words."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from activities import psychotherapy
from models.errors import Refused
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.chart_frame import shown, vault_of
from starter.web.forms import Filled, blank
from starter.web.visit import NotFound, Visit, clinician_of

router = APIRouter()
HERE = "/clients/{client_id}/chart/psychotherapy"


class OwnNote(BaseModel):
    day: date
    words: str = Field(max_length=40_000)
    seen: int = 0


@router.get(HERE)
def mine(client_id: int, visit: Visit = may(Do.KEEP_PSYCHOTHERAPY_NOTES)) -> Response:
    return _page(visit, client_id, blank(day=visit.today))


@router.post(HERE)
def write(client_id: int, visit: Visit = may(Do.KEEP_PSYCHOTHERAPY_NOTES)) -> Response:
    """Another note."""
    return _kept(visit, client_id, visit.wish, None)


@router.get(f"{HERE}/{{note_id}}")
def one(client_id: int, note_id: UUID, visit: Visit = may(Do.KEEP_PSYCHOTHERAPY_NOTES)) -> Response:
    note = next((note for note in _notes(visit, client_id) if note.id == note_id), None)
    if note is None:
        raise NotFound
    return _page(visit, client_id, blank(day=note.day, words=note.words, seen=note.edition), note_id)


@router.post(f"{HERE}/{{note_id}}")
def change(client_id: int, note_id: UUID, visit: Visit = may(Do.KEEP_PSYCHOTHERAPY_NOTES)) -> Response:
    return _kept(visit, client_id, note_id, note_id)


def _kept(visit: Visit, client_id: int, note_id: UUID, changing: UUID | None) -> Response:
    visit.must_see_chart(client_id)
    filled = visit.read(OwnNote)
    if filled.ok:
        note, me = filled.values, clinician_of(visit)
        try:
            visit.write(
                psychotherapy.keep, vault_of(visit), client_id, note_id, me, note.day, note.words, note.seen, visit.now
            )
            visit.saw(client_id, "own psychotherapy notes", "changed")
            return visit.go(HERE.format(client_id=client_id), told="The note is kept.")
        except Refused as no:
            filled.refuse(no)
    return _page(visit, client_id, filled, changing, 422)


def _page(
    visit: Visit, client_id: int, form: Filled[OwnNote], changing: UUID | None = None, status: int = 200
) -> Response:
    whose = visit.must_see_chart(client_id)
    notes = [note for note in _notes(visit, client_id) if note.id != changing]
    visit.saw(client_id, "own psychotherapy notes")
    return shown(
        visit, whose, "/psychotherapy", "psychotherapy.html", status, form=form, notes=notes, changing=changing
    )


def _notes(visit: Visit, client_id: int) -> list[psychotherapy.Kept]:
    visit.must_see_chart(client_id)
    return visit.write(psychotherapy.of_author, vault_of(visit), client_id, clinician_of(visit))
