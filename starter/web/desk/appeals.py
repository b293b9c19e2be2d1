"""Appeals: written from a letter with the claim's facts, read, signed by whoever is signed in, sent, decided."""

from datetime import date
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlmodel import Session as Database

from activities import appeals, playbook
from models.errors import Refused
from models.rules.appeal_letters import LEVELS, TEMPLATES, WAYS, template_for
from models.rules.denials import play_for
from models.tables import Appeal, Claim
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.claims import known
from starter.web.downloads import pdf
from starter.web.fields import Day
from starter.web.forms import Filled, blank
from starter.web.visit import NotFound, Visit

router = APIRouter()


class Draft(BaseModel):
    template: str
    words: str = Field(max_length=appeals.LONGEST)


class Words(BaseModel):
    words: str = Field(max_length=appeals.LONGEST)


class Deed(BaseModel):
    deed: Literal["sign", "send", "won", "upheld", "withdraw"]
    how: str = ""
    on: Day | None = None


@router.get("/claims/{number}/appeal")
def begin(number: str, letter: str = "", visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    """A letter by the reason of the denial, or the one that was chosen."""
    known(visit, number)
    template = letter if letter in TEMPLATES else visit.write(_template, number, visit.today)
    return _begin(visit, number, template, None)


@router.post("/claims/{number}/appeal")
def write(number: str, visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    known(visit, number)
    filled = visit.read(Draft)
    template = visit.typed.text("template")
    if filled.ok:
        said = filled.values
        wish = visit.office.claims.appeal(number, said.template, said.words, visit.account.id, visit.wish)
        try:
            return visit.go(f"/appeals/{visit.ask(wish)}", told="The draft is kept.")
        except Refused as no:
            filled.refuse(no)
    return _begin(visit, number, template if template in TEMPLATES else "general", filled)


@router.get("/appeals/{appeal_id}")
def one(appeal_id: UUID, visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    return _page(visit, _known(visit, appeal_id), blank(on=visit.today))


@router.get("/appeals/{appeal_id}/letter")
def letter(appeal_id: UUID, visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    _known(visit, appeal_id)
    return pdf(visit.write(appeals.letter, visit.office.line.vault, appeal_id, visit.today), "appeal.pdf")


@router.post("/appeals/{appeal_id}/words")
def rewrite(appeal_id: UUID, visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    row = _known(visit, appeal_id)
    filled = visit.read(Words)
    if filled.ok:
        wish = visit.office.claims.appeal(row.claim_number, row.template, filled.values.words, visit.account.id, row.id)
        try:
            visit.ask(wish)
            return visit.go(f"/appeals/{appeal_id}", told="The draft is kept.")
        except Refused as no:
            filled.refuse(no)
    return _page(visit, row, filled, 422)


@router.post("/appeals/{appeal_id}")
def move(appeal_id: UUID, visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    """Signed, sent, decided or withdrawn."""
    row = _known(visit, appeal_id)
    filled = visit.read(Deed)
    if filled.ok:
        said = filled.values
        wish = visit.office.claims.move_appeal(
            row.claim_number, appeal_id, said.deed, visit.account.id, said.how, said.on
        )
        try:
            visit.ask(wish)
            return visit.go(f"/appeals/{appeal_id}", told=TOLD[said.deed])
        except Refused as no:
            filled.refuse(no)
    return _page(visit, row, filled, 422)


TOLD = {
    "sign": "It is signed. Now it has to leave.",
    "send": "Kept. Somebody is reminded when the payer's time to answer is over.",
    "won": "Kept. The money comes with a remittance.",
    "upheld": "Kept. A biller has a task to decide what now.",
    "withdraw": "It is withdrawn.",
}


def _begin(visit: Visit, number: str, template: str, filled: Filled[Draft] | None) -> Response:
    try:
        denied, words = visit.write(_proposal, number, template, visit.today)
    except Refused as no:
        return visit.go(f"/claims/{number}", told=f"{no}.".capitalize())
    return visit.page(
        "desk/claims/appeal_new.html",
        422 if filled else 200,
        claim=known(visit, number),
        form=filled or blank(words=words),
        chosen=template,
        letters=TEMPLATES,
        level=LEVELS[denied.level],
        heard_until=denied.heard_until,
        denied=denied.codes,
    )


def _page(visit: Visit, row: Appeal, form: Filled[Deed] | Filled[Words], status: int = 200) -> Response:
    said = visit.write(appeals.words, visit.office.line.vault, row.id) if row.status == "draft" else ""
    typed = form.typed.get("words")
    return visit.page(
        "desk/claims/appeal.html",
        status,
        appeal=row,
        level=LEVELS[row.level],
        words=blank(words=typed or said),
        form=form,
        ways=WAYS,
    )


def _proposal(db: Database, number: str, template: str, today: date) -> tuple[appeals.Denied, str]:
    claim = db.get_one(Claim, number)
    return appeals.denial_of(db, claim, today), appeals.proposed(db, claim, template, today)


def _template(db: Database, number: str, today: date) -> str:
    """The letter that the playbook's action for this denial asks for."""
    told = appeals.adjustments_of(db, db.get_one(Claim, number))
    return template_for(play_for(told, playbook.plays(db, today)).action)


def _known(visit: Visit, appeal_id: UUID) -> Appeal:
    row = visit.write(lambda db: db.get(Appeal, appeal_id))
    if row is None:
        raise NotFound
    return row
