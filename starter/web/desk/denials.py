"""Work on claims that do not pay: the list by worth, why they are denied, and the playbook with its versions."""

from collections.abc import Mapping
from datetime import date, timedelta

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from activities import playbook
from models.errors import Refused
from models.rules.denials import PLAYS, UNKNOWN_CHANCE, Action, Play
from models.x12 import adjustment_words
from starter.queries.causes import causes, of
from starter.queries.worklist import worklist
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.fields import Day, Maybe
from starter.web.forms import Filled, blank
from starter.web.visit import NotFound, Visit

router = APIRouter()
A_YEAR = timedelta(days=365)
A_PAGE = 100
SORTS = {"code": "By code", "payer": "By payer", "clinician": "By clinician"}


class PlayForm(BaseModel):
    code: str = Field(max_length=8, pattern=r"^(CO|PR|OA|PI)-[0-9A-Za-z]{1,5}$")
    meaning: str = Field(max_length=200)
    action: Action
    chance: int = Field(ge=0, le=100)
    effective_from: Day | None = None


@router.get("/denials")
def denials(visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    """Held, rejected and denied claims, the most worth first."""
    found = worklist(visit.engine, visit.today)
    return visit.page(
        "desk/claims/denials.html",
        items=found[:A_PAGE],
        count=len(found),
        total=sum(item.open for item in found),
        expected=sum(item.worth.expected for item in found if item.worth.days_left >= 0),
        codes=adjustment_words,
    )


@router.get("/denials/causes")
def of_denials(first: Maybe[date] = None, last: Maybe[date] = None, visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    """Why claims are denied, in a year and in what came dated ahead unless told otherwise."""
    first = first or (last or visit.today) - A_YEAR
    found = causes(visit.engine, first, last)
    return visit.page(
        "desk/claims/causes.html",
        tables=[(name, of(sort, found)) for sort, name in SORTS.items()],
        first=first,
        last=last,
        codes=adjustment_words,
    )


@router.get("/denials/playbook")
def all_plays(visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    return _plays(visit, blank(chance=UNKNOWN_CHANCE, effective_from=visit.today))


@router.post("/denials/playbook")
def add_play(visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    filled = visit.read(PlayForm)
    if filled.ok and _kept(visit, filled):
        return visit.go(f"/denials/playbook/{filled.values.code.upper()}", told="It holds from its day on.")
    return _plays(visit, filled, 422)


@router.get("/denials/playbook/{code}")
def one_play(code: str, visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    play = _known(visit, code)
    said = {"meaning": play.meaning, "action": play.action.value, "chance": play.chance}
    form = blank(code=code, effective_from=visit.today, **said)
    return _play(visit, code, play, form)


@router.post("/denials/playbook/{code}")
def change_play(code: str, visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    play = _known(visit, code)
    filled = visit.read(PlayForm)
    if filled.ok and _kept(visit, filled):
        return visit.go(f"/denials/playbook/{code}", told="It holds from its day on; the version before is kept.")
    return _play(visit, code, play, filled, 422)


def _plays(visit: Visit, form: Filled[PlayForm], status: int = 200) -> Response:
    return visit.page(
        "desk/claims/plays.html",
        status,
        plays=sorted(_all(visit).items(), key=lambda play: (play[0][:2], len(play[0]), play[0])),
        form=form,
        actions=_actions(),
    )


def _play(visit: Visit, code: str, play: Play, form: Filled[PlayForm], status: int = 200) -> Response:
    return visit.page(
        "desk/claims/play.html",
        status,
        code=code,
        play=play,
        of_house=PLAYS.get(code),
        versions=visit.write(playbook.versions, code),
        form=form,
        actions=_actions(),
        reason=adjustment_words.REASONS.get(code.partition("-")[2], ""),
    )


def _actions() -> list[tuple[str, str]]:
    return [(action.value, action.value.capitalize()) for action in Action]


def _all(visit: Visit) -> Mapping[str, Play]:
    return visit.write(playbook.plays, visit.today)


def _known(visit: Visit, code: str) -> Play:
    play = _all(visit).get(code)
    if play is None:
        raise NotFound
    return play


def _kept(visit: Visit, filled: Filled[PlayForm]) -> bool:
    """Whether the next version was kept; else the form says why not."""
    said = filled.values
    try:
        entry = playbook.Entry(
            said.code.upper(), said.meaning, said.action, said.chance, said.effective_from or visit.today
        )
        visit.write(playbook.change, entry, visit.now, visit.today, visit.account.id)
    except Refused as no:
        filled.refuse(no)
        return False
    return True
