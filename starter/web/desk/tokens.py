"""Keys of other programs: made with just what they need, shown once, ended at once."""

from datetime import timedelta

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlmodel import Session as Database

from activities import records, tokens
from models.errors import Refused
from starter.queries import integration as queries
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.api.caller import MEANINGS, THERAPY_ONLY, Scope
from starter.web.fields import Line
from starter.web.forms import Filled, blank
from starter.web.visit import Visit

router = APIRouter()
LASTS = ((30, "a month"), (90, "three months"), (365, "a year"), (0, "until somebody ends it"))


class KeyForm(BaseModel):
    name: Line = Field(min_length=1)
    scopes: list[Scope] = Field(min_length=1)
    days: int = Field(365, ge=0, le=3650)


@router.get("/tokens")
def keys(visit: Visit = may(Do.CONNECT)) -> Response:
    return visit.page("desk/integration/tokens.html", tokens=queries.tokens(visit.engine))


@router.get("/tokens/new")
def new_page(visit: Visit = may(Do.CONNECT)) -> Response:
    return _form(visit, blank(scopes=[], days=365))


@router.post("/tokens/new")
def make(visit: Visit = may(Do.CONNECT)) -> Response:
    filled = visit.read(KeyForm)
    if filled.ok:
        shown: list[str] = []
        try:
            visit.write(records.once, visit.wish, visit.now, lambda db: _made(db, visit, filled.values, shown))
        except Refused as no:
            filled.refuse(no)
        else:
            return visit.page("desk/integration/token_made.html", name=filled.values.name, key="".join(shown))
    return _form(visit, filled, 422)


@router.post("/tokens/{token_id}/end")
def end(token_id: int, visit: Visit = may(Do.CONNECT)) -> Response:
    visit.write(tokens.revoke, token_id, visit.now)
    return visit.go("/tokens", told="The key is ended: whoever holds it gets nowhere any more.")


def _form(visit: Visit, form: Filled[KeyForm], status: int = 200) -> Response:
    offered = [scope for scope in Scope if visit.words.therapy or scope not in THERAPY_ONLY]
    scopes = [(scope.value, f"{scope.value}: {MEANINGS[scope]}") for scope in offered]
    return visit.page("desk/integration/token_form.html", status, form=form, scopes=scopes, lasts=LASTS)


def _made(db: Database, visit: Visit, wanted: KeyForm, shown: list[str]) -> int:
    """The new key's id; the key itself only into what is shown now."""
    expires_at = visit.now + timedelta(days=wanted.days) if wanted.days else None
    token_id, key = tokens.make(db, wanted.name, wanted.scopes, visit.account.id, visit.now, expires_at)
    shown.append(key)
    return token_id
