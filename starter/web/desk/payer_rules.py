"""What a payer wants beyond the guide: its rules with their days, added and ended, never changed."""

import re
from collections.abc import Callable, Sequence

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field, model_validator
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import directory
from models.billed import Held
from models.errors import Refused
from models.facts import PayerRuleKind
from models.rules.payer_rules import LICENCES, SHAPES, WORDS
from models.rules.scrub_checks import CPT_SHAPE, valid_npi
from models.tables import Payer, PayerRuleRow
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.fields import Day
from starter.web.forms import Filled, blank
from starter.web.visit import NotFound, Visit

router = APIRouter()
LONGEST_PLACE = 300
REMOTE = ("", *(held.value for held in Held if held.remote))
HOW = "home, elsewhere or audio; nothing for all by video"
ABOUT: dict[PayerRuleKind, tuple[str, Callable[[str], object]]] = {
    PayerRuleKind.MODIFIER: ("a licence", lambda text: text == "" or text in LICENCES),
    PayerRuleKind.TAXONOMY: ("a clinician's NPI", valid_npi),
    PayerRuleKind.AUTHORIZATION: (
        "a service code, or nothing for all",
        lambda text: not text or CPT_SHAPE.fullmatch(text),
    ),
    PayerRuleKind.TELEHEALTH_PLACE: (HOW, lambda text: text in REMOTE),
    PayerRuleKind.TELEHEALTH_MODIFIER: (HOW, lambda text: text in REMOTE),
    PayerRuleKind.BILLING: (
        "a place where sessions are held, or nothing for all",
        lambda text: len(text) <= LONGEST_PLACE,
    ),
}
"""What each kind applies to, and how that is written."""


class RuleForm(BaseModel):
    kind: PayerRuleKind
    applies_to: str = Field("", max_length=LONGEST_PLACE)
    value: str = Field(max_length=10)
    effective_from: Day

    @model_validator(mode="after")
    def fits(self) -> "RuleForm":
        """Each kind has its own way of being written."""
        named, fits = ABOUT[self.kind]
        if not fits(self.applies_to):
            raise ValueError(f"this kind applies to {named}")
        if not re.fullmatch(SHAPES[self.kind], self.value):
            raise ValueError(f"this kind's value is not written so; it looks like {SHAPES[self.kind]}")
        if self.kind is PayerRuleKind.BILLING and not valid_npi(self.value):
            raise ValueError("this NPI has no valid check digit")
        return self


class EndForm(BaseModel):
    rule_id: int
    effective_until: Day


@router.get("/practice/payers/{payer_id}/rules")
def rules(payer_id: int, visit: Visit = may(Do.MANAGE_PAYERS)) -> Response:
    return _page(visit, payer_id, blank(effective_from=visit.today))


@router.post("/practice/payers/{payer_id}/rules")
def add(payer_id: int, visit: Visit = may(Do.MANAGE_PAYERS)) -> Response:
    filled = visit.read(RuleForm)
    if filled.ok:
        try:
            directory.enter(visit.engine, PayerRuleRow(payer_id=payer_id, **filled.values.model_dump()))
            return visit.go(f"/practice/payers/{payer_id}/rules", told="It holds from its day on.")
        except Refused as no:
            filled.refuse(no)
    return _page(visit, payer_id, filled, 422)


@router.post("/practice/payers/{payer_id}/rules/end")
def end(payer_id: int, visit: Visit = may(Do.MANAGE_PAYERS)) -> Response:
    """A rule ends with a day; sessions up to it are still judged by it."""
    filled = visit.read(EndForm)
    if filled.ok:
        visit.write(_ended, payer_id, filled.values)
        return visit.go(f"/practice/payers/{payer_id}/rules", told="It ends with that day.")
    return _page(visit, payer_id, blank(effective_from=visit.today), 422)


def _ended(db: Database, payer_id: int, wish: EndForm) -> None:
    row = db.get(PayerRuleRow, wish.rule_id)
    if row is None or row.payer_id != payer_id:
        raise NotFound
    row.effective_until = wish.effective_until


def _page(visit: Visit, payer_id: int, form: Filled[RuleForm], status: int = 200) -> Response:
    payer = visit.write(lambda db: db.get(Payer, payer_id))
    if payer is None:
        raise NotFound
    return visit.page(
        "desk/practice/payer_rules.html",
        status,
        payer=payer,
        rules=visit.write(_of, payer_id),
        form=form,
        kinds=[(kind.value, f"{words} ({ABOUT[kind][0]})") for kind, words in WORDS.items()],
        words={kind.value: words for kind, words in WORDS.items()},
        licences=LICENCES,
    )


def _of(db: Database, payer_id: int) -> Sequence[PayerRuleRow]:
    query = select(PayerRuleRow).where(PayerRuleRow.payer_id == payer_id)
    return db.exec(query.order_by(col(PayerRuleRow.kind), col(PayerRuleRow.effective_from).desc())).all()
