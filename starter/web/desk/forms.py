"""The practice's own forms: written as plain text, looked at as clients see them."""

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import forms
from models.errors import Refused
from models.rules import forms as rules
from models.rules.form_library import built_in
from models.tables import PracticeForm
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.forms import Filled, blank
from starter.web.visit import NotFound, Visit

router = APIRouter()


class WriteForm(BaseModel):
    name: str = Field(max_length=forms.LONGEST_NAME)
    questions: str = Field(max_length=forms.LONGEST_TEXT)


@router.get("/forms")
def all_forms(visit: Visit = may(Do.WRITE_FORMS)) -> Response:
    return visit.page("desk/forms/forms.html", own=visit.write(_own), house=built_in(visit.practice.kind))


@router.get("/forms/new")
def new(copy: str = "", visit: Visit = may(Do.WRITE_FORMS)) -> Response:
    """An empty form, or one of the house's to change."""
    text = built_in(visit.practice.kind).get(copy, "").strip()
    return _editor(visit, None, blank(name=f"{copy}, our own" if text else "", questions=text))


@router.post("/forms/new")
def add(visit: Visit = may(Do.WRITE_FORMS)) -> Response:
    return _write(visit, None)


@router.get("/forms/{form_id:int}")
def one(form_id: int, visit: Visit = may(Do.WRITE_FORMS)) -> Response:
    row = _form(visit, form_id)
    return _editor(visit, form_id, blank(name=row.name, questions=row.questions))


@router.post("/forms/{form_id:int}")
def change(form_id: int, visit: Visit = may(Do.WRITE_FORMS)) -> Response:
    _form(visit, form_id)
    return _write(visit, form_id)


@router.post("/forms/{form_id:int}/retire")
def retire(form_id: int, visit: Visit = may(Do.WRITE_FORMS)) -> Response:
    _form(visit, form_id)
    visit.write(forms.retire, form_id, visit.now)
    return visit.go("/forms", told="It is not offered any more; what was asked with it stays.")


def _write(visit: Visit, form_id: int | None) -> Response:
    """Keep a form, or only show how it would look."""
    filled = visit.read(WriteForm)
    if filled.ok:
        try:
            rules.read(filled.values.questions)
            if visit.typed.text("deed") == "look":
                return _editor(visit, form_id, filled)
            visit.write(forms.write, form_id, filled.values.name, filled.values.questions, visit.now)
            return visit.go("/forms", told="Kept. Forms that were sent before stay as they were.")
        except Refused as no:
            filled.refuse(no, "questions")
    return _editor(visit, form_id, filled, 422)


def _editor(visit: Visit, form_id: int | None, filled: Filled[WriteForm], status: int = 200) -> Response:
    """The text, and beside it the form as clients see it once it can be read."""
    try:
        sheet = rules.read(str(filled.typed.get("questions", "")))
    except Refused:
        sheet = None
    return visit.page("desk/forms/write.html", status, form=filled, form_id=form_id, sheet=sheet, empty=blank())


def _own(db: Database) -> list[PracticeForm]:
    query = select(PracticeForm).where(col(PracticeForm.retired_at).is_(None)).order_by(PracticeForm.name)
    return list(db.exec(query).all())


def _form(visit: Visit, form_id: int) -> PracticeForm:
    row = visit.write(lambda db: db.get(PracticeForm, form_id))
    if row is None:
        raise NotFound
    return row
