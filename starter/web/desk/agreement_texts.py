"""What clients sign: written by the owner, in versions; begun from the practice's own policy or from a sample."""

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlmodel import Session as Database

from activities import agreement_samples, agreements, directory, record_papers, records
from models.errors import Refused
from models.facts import Audience
from starter.queries import agreements as queries
from starter.queries.agreements import VersionRow
from starter.web import downloads
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.fields import Day, Line
from starter.web.forms import Filled, blank
from starter.web.visit import NotFound, Visit

router = APIRouter()
AUDIENCES = (
    (Audience.EVERYONE, "everybody"),
    (Audience.MINORS, "minors (a parent or guardian signs)"),
    (Audience.SELF_PAY, "those who pay themselves"),
)


class AgreementForm(BaseModel):
    title: Line
    audience: Audience = Audience.EVERYONE
    words: str = Field(max_length=100_000)
    effective_from: Day


class VersionForm(BaseModel):
    seen: int
    words: str = Field(max_length=100_000)
    effective_from: Day
    sign_again: bool = False


@router.get("/agreements")
def agreements_page(visit: Visit = may(Do.MANAGE_AGREEMENTS)) -> Response:
    newest = {row.agreement_id: row for row in reversed(queries.versions(visit.engine))}
    return visit.page("desk/agreements/list.html", agreements=sorted(newest.values(), key=_by_title))


@router.get("/agreements/new")
def new_page(sample: str = "", visit: Visit = may(Do.MANAGE_AGREEMENTS)) -> Response:
    begun = _samples(visit).get(sample)
    words = {"title": begun.title, "words": begun.words} if begun else {}
    return _new(visit, blank(audience=Audience.EVERYONE.value, effective_from=visit.today, **words))


@router.post("/agreements/new")
def write(visit: Visit = may(Do.MANAGE_AGREEMENTS)) -> Response:
    filled = visit.read(AgreementForm)
    if filled.ok:
        wanted = filled.values
        try:
            agreement_id = visit.write(
                records.once,
                visit.wish,
                visit.now,
                lambda db: agreements.write(db, wanted.title, wanted.audience, wanted.words, wanted.effective_from),
            )
            return visit.go(f"/agreements/{agreement_id}", told="Clients are asked to sign it from its day on.")
        except Refused as no:
            filled.refuse(no, "title")
    return _new(visit, filled, 422)


@router.get("/agreements/{agreement_id:int}")
def one(agreement_id: int, visit: Visit = may(Do.MANAGE_AGREEMENTS)) -> Response:
    newest, *_ = found = _versions(visit, agreement_id)
    known = {"words": newest.words, "seen": newest.number, "effective_from": visit.today, "sign_again": True}
    return _one(visit, found, blank(**known))


@router.post("/agreements/{agreement_id:int}")
def rewrite(agreement_id: int, visit: Visit = may(Do.MANAGE_AGREEMENTS)) -> Response:
    found = _versions(visit, agreement_id)
    filled = visit.read(VersionForm)
    if filled.ok:
        try:
            visit.write(records.once, visit.wish, visit.now, lambda db: _rewritten(db, agreement_id, filled.values))
            return visit.go(f"/agreements/{agreement_id}", told="The new version is kept.")
        except Refused as no:
            filled.refuse(no, "words")
    return _one(visit, found, filled, 422)


@router.post("/agreements/{agreement_id:int}/retire")
def retire(agreement_id: int, visit: Visit = may(Do.MANAGE_AGREEMENTS)) -> Response:
    visit.write(agreements.retire, agreement_id, visit.today)
    return visit.go("/agreements", told="Nobody is asked to sign it any more; what was signed stays.")


@router.get("/agreements/versions/{version_id:int}.pdf")
def paper(version_id: int, visit: Visit = may(Do.MANAGE_AGREEMENTS)) -> Response:
    """To be signed on paper."""
    return downloads.pdf(visit.write(record_papers.agreement_pdf, version_id), f"agreement-{version_id}.pdf")


def _by_title(row: VersionRow) -> tuple[bool, str]:
    return row.retired_on is not None, row.title


def _samples(visit: Visit) -> dict[str, agreement_samples.Sample]:
    return visit.write(_samples_for, visit)


def _samples_for(db: Database, visit: Visit) -> dict[str, agreement_samples.Sample]:
    policy = directory.policy(db, directory.policy_in_force(db, visit.today).id or 0)
    return agreement_samples.samples(visit.practice.name, policy, visit.words.therapy)


def _new(visit: Visit, filled: Filled[AgreementForm], status: int = 200) -> Response:
    samples = [(key, sample.title) for key, sample in _samples(visit).items()]
    return visit.page("desk/agreements/new.html", status, form=filled, samples=samples, audiences=AUDIENCES)


def _one(visit: Visit, found: list[VersionRow], filled: Filled[VersionForm], status: int = 200) -> Response:
    return visit.page("desk/agreements/one.html", status, form=filled, newest=found[0], versions=found)


def _versions(visit: Visit, agreement_id: int) -> list[VersionRow]:
    found = queries.versions(visit.engine, agreement_id)
    if not found:
        raise NotFound
    return found


def _rewritten(db: Database, agreement_id: int, wanted: VersionForm) -> int:
    agreements.rewrite(db, agreement_id, wanted.words, wanted.effective_from, wanted.sign_again, wanted.seen)
    return agreement_id
