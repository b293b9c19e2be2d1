"""A client's coverages, and images of both sides of their cards."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import files, records
from activities.coverage_calls import LONGEST, Call
from activities.records import Seen
from models import checks
from models.errors import Refused
from models.facts import FileKind, Relation
from models.money import ZERO
from models.tables import Coverage, Payer
from starter.queries import clients as queries
from starter.queries import eligibility
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.client_tabs import record_page
from starter.web.fields import Birth, Day, Line
from starter.web.forms import Filled, blank
from starter.web.visit import NotFound, Visit

router = APIRouter()
Dollars = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]
RELATIONS = (
    (Relation.SELF, "the client themselves"),
    (Relation.CHILD, "their parent"),
    (Relation.SPOUSE, "their spouse"),
    (Relation.OTHER, "somebody else"),
)
SIDES = (("front", FileKind.CARD_FRONT), ("back", FileKind.CARD_BACK))


class CoverageForm(BaseModel):
    seen: str = ""
    payer_id: int
    member_id: Line
    plan: Line = ""
    group_number: Line = ""
    relation: Relation = Relation.SELF
    subscriber_first: Line = ""
    subscriber_last: Line = ""
    subscriber_birth: Birth | None = None
    subscriber_sex: Annotated[str, Field(pattern="^[FMU]$")] = "U"
    copay: Dollars = ZERO
    deductible: Dollars | None = None
    deductible_note: Line = ""
    authorization: Line = ""
    authorized_until: Day | None = None
    authorized_sessions: Annotated[int, Field(ge=1, le=999)] | None = None
    covered_from: Day | None = None
    covered_until: Day | None = None
    referrer_first: Line = ""
    referrer_last: Line = ""
    referrer_npi: Line = ""
    onset: Birth | None = None


class CallForm(BaseModel):
    called_on: Day
    spoke_to: Annotated[str, Field(max_length=LONGEST)]
    reference: Annotated[str, Field(max_length=LONGEST)]
    holds: Literal["yes", "no"] = "yes"
    active_until: Day | None = None


@router.get("/clients/{client_id:int}/coverages")
def coverages(client_id: int, visit: Visit = may(Do.SEE_COVERAGES)) -> Response:
    return _listed(visit, client_id, blank())


@router.post("/clients/{client_id:int}/coverages/check")
def check(client_id: int, visit: Visit = may(Do.CHECK_ELIGIBILITY)) -> Response:
    """Ask the payers of all that hold, now."""
    visit.must_see_client(client_id)
    try:
        visit.ask(visit.office.eligibility.check(client_id, str(visit.wish)))
    except Refused as no:
        return _listed(visit, client_id, Filled(errors={"check": str(no)}), 422)
    told = "Asked. What the insurer says stands here once it answers; answers are read every hour."
    return visit.go(f"/clients/{client_id}/coverages", told=told)


@router.post("/clients/{client_id:int}/coverages/{coverage_id:int}/called")
def called(client_id: int, coverage_id: int, visit: Visit = may(Do.CHECK_ELIGIBILITY)) -> Response:
    """The insurer said on the telephone whether a coverage holds."""
    _coverage(visit, client_id, coverage_id)
    filled = visit.read(CallForm)
    if filled.ok:
        said = filled.values
        holds = said.holds == "yes"
        call = Call(coverage_id, said.called_on, said.spoke_to, said.reference, holds, said.active_until)
        try:
            visit.ask(visit.office.eligibility.called(call, visit.account.id, visit.wish, visit.now))
            return visit.go(f"/clients/{client_id}/coverages", told="Kept. It counts as the insurer's answer.")
        except Refused as no:
            filled.refuse(no)
    return _listed(visit, client_id, blank(), 422, {coverage_id: filled})


@router.get("/clients/{client_id:int}/coverages/new")
def new_page(client_id: int, visit: Visit = may(Do.CHANGE_COVERAGES)) -> Response:
    return _form(visit, client_id, None, blank(relation=Relation.SELF.value))


@router.post("/clients/{client_id:int}/coverages/new")
def add(client_id: int, visit: Visit = may(Do.CHANGE_COVERAGES)) -> Response:
    return _kept(visit, client_id, None)


@router.get("/clients/{client_id:int}/coverages/{coverage_id:int}")
def one(client_id: int, coverage_id: int, visit: Visit = may(Do.CHANGE_COVERAGES)) -> Response:
    row = _coverage(visit, client_id, coverage_id)
    return _form(visit, client_id, coverage_id, blank(**row.model_dump(), seen=records.fingerprint(row)))


@router.post("/clients/{client_id:int}/coverages/{coverage_id:int}")
def change(client_id: int, coverage_id: int, visit: Visit = may(Do.CHANGE_COVERAGES)) -> Response:
    _coverage(visit, client_id, coverage_id)
    return _kept(visit, client_id, coverage_id)


@router.post("/clients/{client_id:int}/coverages/{coverage_id:int}/primary")
def make_primary(client_id: int, coverage_id: int, visit: Visit = may(Do.CHANGE_COVERAGES)) -> Response:
    _coverage(visit, client_id, coverage_id)
    visit.write(records.make_primary, client_id, coverage_id)
    return visit.go(f"/clients/{client_id}/coverages", told="This coverage is the first to be billed now.")


@router.post("/clients/{client_id:int}/coverages/{coverage_id:int}/card")
def keep_card(client_id: int, coverage_id: int, visit: Visit = may(Do.CHANGE_COVERAGES)) -> Response:
    """New images of the card; a side that was not chosen stays as it is."""
    _coverage(visit, client_id, coverage_id)
    try:
        kept = visit.write(_kept_sides, visit, client_id, coverage_id)
    except Refused as no:
        return _listed(visit, client_id, Filled(errors={f"front-{coverage_id}": str(no)}), 422)
    told = "The card is kept." if kept else "No image was chosen."
    return visit.go(f"/clients/{client_id}/coverages", told=told)


def _listed(
    visit: Visit,
    client_id: int,
    form: Filled[BaseModel],
    status: int = 200,
    calls: Mapping[int, Filled[CallForm]] | None = None,
) -> Response:
    """Every coverage with what was said of it; `calls` are those that could not be kept."""
    visit.must_see_client(client_id)
    found = queries.coverages(visit.engine, client_id)
    covered = eligibility.covered(visit.engine, client_id, visit.now, visit.tz)
    said = {each.coverage_id: each for each in covered.said}
    shown: dict[str, Any] = {"form": form, "coverages": found, "said": said, "share": covered.ahead}
    shown |= {"calls": calls or {}, "call": blank(called_on=visit.today, holds="yes")}
    return record_page(visit, client_id, "desk/clients/coverages.html", status, **shown)


def _kept(visit: Visit, client_id: int, coverage_id: int | None) -> Response:
    visit.must_see_client(client_id)
    filled = visit.read(CoverageForm)
    if filled.ok:
        coverage = Coverage(client_id=client_id, **filled.values.model_dump(exclude={"seen"}))
        seen = Seen(coverage_id, filled.values.seen) if coverage_id is not None else None
        try:
            checks.check(coverage)
            visit.write(records.once, visit.wish, visit.now, lambda db: records.keep_coverage(db, coverage, seen))
            visit.ask(visit.office.records.changed(client_id, visit.wish))
            return visit.go(f"/clients/{client_id}/coverages", told="The coverage is kept.")
        except Refused as no:
            filled.refuse(no)
    return _form(visit, client_id, coverage_id, filled, 422)


def _form(
    visit: Visit, client_id: int, coverage_id: int | None, filled: Filled[CoverageForm], status: int = 200
) -> Response:
    context = {"form": filled, "coverage_id": coverage_id, "payers": visit.write(_payers), "relations": RELATIONS}
    return record_page(visit, client_id, "desk/clients/coverage.html", status, **context)


def _payers(db: Database) -> list[tuple[int, str]]:
    rows = db.exec(select(Payer).order_by(col(Payer.name))).all()
    return [(row.id or 0, f"{row.name} ({row.payer_id})") for row in rows]


def _coverage(visit: Visit, client_id: int, coverage_id: int) -> Coverage:
    visit.must_see_client(client_id)
    coverage = visit.write(lambda db: db.get(Coverage, coverage_id))
    if coverage is None or coverage.client_id != client_id:
        raise NotFound
    return coverage


def _kept_sides(db: Database, visit: Visit, client_id: int, coverage_id: int) -> int:
    """How many sides were kept."""
    kept = 0
    for name, kind in SIDES:
        if chosen := visit.file(name):
            content, by, vault = chosen.file.read(), visit.account.id, visit.office.line.vault
            files.keep(db, vault, client_id, kind, f"card, {name}", content, by, visit.now, coverage_id)
            kept += 1
    return kept
