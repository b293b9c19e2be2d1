"""What a client is asked to fill in or to sign."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import agreements, forms, record_papers
from models.errors import Refused
from models.facts import MeasureKind
from models.rules import forms as rules
from models.rules.measures import ANSWERS, ASKS, INSTRUMENTS
from models.tables import FormRequest
from starter.queries import agreements as queries
from starter.web import downloads
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.forms import Filled, blank
from starter.web.portal.mine import Mine, mine
from starter.web.visit import NotFound, Visit

router = APIRouter()


class SignForm(BaseModel):
    typed_name: str = Field(max_length=200)
    agreed: Literal["true"]


@router.get("/portal/forms")
def all_forms(visit: Visit = may(Do.USE_PORTAL)) -> Response:
    me = mine(visit)
    to_fill, to_sign, sent = visit.write(_all, me)
    signed = queries.signed(visit.engine, me.id)
    return visit.page("portal/forms.html", me=me, to_fill=to_fill, to_sign=to_sign, sent=sent, signed=signed)


@router.get("/portal/forms/{request_id}")
def form_page(request_id: UUID, visit: Visit = may(Do.USE_PORTAL)) -> Response:
    me = mine(visit)
    asked = _asked(visit, me, request_id)
    if asked.sent_at or asked.measure:
        return _show(visit, me, asked, blank())
    said = forms.answers_of(visit.office.line.vault, asked)
    return _show(visit, me, asked, Filled(_typed(rules.read(asked.questions), said)))


@router.post("/portal/forms/{request_id}")
def answer(request_id: UUID, visit: Visit = may(Do.USE_PORTAL)) -> Response:
    """Kept for later, or sent for good."""
    me = mine(visit)
    asked = _asked(visit, me, request_id)
    if asked.sent_at:
        return visit.go(f"/portal/forms/{request_id}", told="This form was sent already.")
    if asked.measure:
        return _measure(visit, me, asked)
    form = rules.read(asked.questions)
    finished = visit.typed.text("deed") != "save"
    checked = rules.check(form, visit.typed.texts, finished)
    filled: Filled[BaseModel] = Filled(_typed(form, visit.typed.texts), dict(checked.problems))
    if not filled.errors:
        try:
            return _keep(visit, me, request_id, checked.answers, finished)
        except Refused as no:
            filled.refuse(no)
    return _show(visit, me, asked, filled, 422)


@router.get("/portal/agreements/{version_id:int}.pdf")
def signed_paper(version_id: int, visit: Visit = may(Do.USE_PORTAL)) -> Response:
    me = mine(visit)
    if version_id not in {row.version_id for row in queries.signed(visit.engine, me.id)}:
        raise NotFound
    return downloads.pdf(visit.write(record_papers.agreement_pdf, version_id, me.id), f"agreement-{version_id}.pdf")


@router.get("/portal/agreements/{version_id:int}")
def agreement_page(version_id: int, visit: Visit = may(Do.USE_PORTAL)) -> Response:
    return _agreement(visit, mine(visit), version_id, blank())


@router.post("/portal/agreements/{version_id:int}")
def sign(version_id: int, visit: Visit = may(Do.USE_PORTAL)) -> Response:
    me = mine(visit)
    filled = visit.read(SignForm)
    if filled.ok:
        try:
            visit.write(agreements.sign, me.id, version_id, filled.values.typed_name, visit.account.id, visit.now)
            return visit.go("/portal/forms", told="Signed, thank you.")
        except Refused as no:
            filled.refuse(no, "typed_name")
    return _agreement(visit, me, version_id, filled, 422)


def _all(db: Database, me: Mine) -> tuple[list[FormRequest], list[agreements.OpenAgreement], list[FormRequest]]:
    query = select(FormRequest).where(FormRequest.client_id == me.id, col(FormRequest.sent_at).is_not(None))
    sent = db.exec(query.order_by(col(FormRequest.sent_at).desc())).all()
    return forms.open_for(db, me.id), agreements.open_for(db, me.id, me.visit.today), list(sent)


def _asked(visit: Visit, me: Mine, request_id: UUID) -> FormRequest:
    """A form of this client; a foreign or withdrawn one is not there."""
    found = visit.write(lambda db: db.get(FormRequest, request_id))
    if found is None or found.client_id != me.id or found.withdrawn_at:
        raise NotFound
    return found


def _show(visit: Visit, me: Mine, asked: FormRequest, filled: Filled[BaseModel], status: int = 200) -> Response:
    if asked.measure:
        context = {"instrument": INSTRUMENTS[MeasureKind(asked.measure)], "asks": ASKS, "points": ANSWERS}
        return visit.page("portal/measure.html", status, me=me, asked=asked, form=filled, **context)
    sheet, said = rules.read(asked.questions), forms.answers_of(visit.office.line.vault, asked)
    template = "portal/form_sent.html" if asked.sent_at else "portal/form.html"
    return visit.page(template, status, me=me, asked=asked, sheet=sheet, said=said, form=filled)


def _keep(visit: Visit, me: Mine, request_id: UUID, answers: rules.Answers, finished: bool) -> Response:
    vault = visit.office.line.vault
    if not finished:
        visit.write(forms.save, vault, request_id, me.id, answers, visit.now)
        return visit.go("/portal/forms", told="Saved. You can go on whenever you like.")
    visit.write(forms.send, vault, request_id, me.id, answers, visit.account.id, visit.now)
    return visit.go("/portal/forms", told="Sent, thank you.")


def _measure(visit: Visit, me: Mine, asked: FormRequest) -> Response:
    """Score a questionnaire and put it into the chart; whoever treats the client hears when it alarms."""
    count = len(INSTRUMENTS[MeasureKind(asked.measure)].items)
    said = {f"q{n}": visit.typed.text(f"q{n}") for n in range(1, count + 1)}
    filled: Filled[BaseModel] = Filled(dict(said))
    filled.errors = {name: "Please choose one." for name, text in said.items() if text not in ("0", "1", "2", "3")}
    if filled.errors:
        return _show(visit, me, asked, filled, 422)
    points = tuple(int(text) for text in said.values())
    visit.write(forms.send_measure, asked.id, me.id, points, visit.account.id, visit.now)
    visit.ask(visit.office.charts.changed(me.id, asked.id))
    return visit.go("/portal/forms", told="Sent, thank you.")


def _agreement(visit: Visit, me: Mine, version_id: int, filled: Filled[SignForm], status: int = 200) -> Response:
    """The words of what is to be signed; what is signed already leads back to the list."""
    open_ = visit.write(agreements.open_for, me.id, visit.today)
    found = next((paper for paper in open_ if paper.version_id == version_id), None)
    if found is None:
        return visit.go("/portal/forms")
    return visit.page("portal/agreement.html", status, me=me, paper=found, form=filled)


def _typed(form: rules.Form, given: rules.Answers | dict[str, list[str]]) -> dict[str, object]:
    """Answers as the fields of the page hold them."""
    said = {q: list(given.get(q.name, ())) for q in form.questions}
    return {q.name: texts if q.kind is rules.Kind.SEVERAL else (texts or [""])[-1] for q, texts in said.items()}
