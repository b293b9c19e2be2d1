"""What was parked: files that contradict themselves and answers that fit no claim; posted by hand or set aside."""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlmodel import Session as Database

from activities import clearinghouse, kept_answers
from activities.tasks import LONGEST
from models.errors import Refused
from models.x12 import adjustment_words
from starter.queries import remittances as queries
from starter.queries.remittances import ParkedFile, ParkedPart
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.forms import Filled, blank
from starter.web.visit import NotFound, Visit

router = APIRouter()
MOST_SHOWN = 4000
"""Characters of a file that its page shows."""
A_PAGE = 100
"""Parked answers, and parked files, on a page of the lists."""


class Aside(BaseModel):
    words: str = Field(max_length=LONGEST)


class Posting(BaseModel):
    number: str = Field(max_length=20)


@router.get("/parked")
def parked(after: int = 0, files_after: int = 0, visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    start, files_start = max(after, 0), max(files_after, 0)
    answers = queries.parked_parts(visit.engine, most=A_PAGE + 1, after=start)
    files = queries.parked_files(visit.engine, most=A_PAGE + 1, after=files_start)
    return visit.page(
        "desk/claims/parked.html",
        files=files[:A_PAGE],
        files_after=files_start,
        more_files=files_start + A_PAGE if len(files) > A_PAGE else None,
        answers=answers[:A_PAGE],
        after=start,
        more=start + A_PAGE if len(answers) > A_PAGE else None,
    )


@router.get("/parked/files/{interchange_id}")
def file(interchange_id: int, visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    return _file(visit, _known_file(visit, interchange_id), blank())


@router.post("/parked/files/{interchange_id}/aside")
def file_aside(interchange_id: int, visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    found = _known_file(visit, interchange_id)
    filled = visit.read(Aside)
    if filled.ok:
        try:
            work = clearinghouse.set_aside if found.status == "parked" else None
            _set_aside(visit, work, interchange_id, found.task_id, filled.values.words)
            return visit.go("/parked", told="The file is set aside; it is kept.")
        except Refused as no:
            filled.refuse(no)
    return _file(visit, found, filled, 422)


@router.get("/parked/answers/{part_id}")
def answer(part_id: int, visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    return _answer(visit, _known_part(visit, part_id))


@router.post("/parked/answers/{part_id}/post")
def post(part_id: int, visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    part = _known_part(visit, part_id)
    filled = visit.read(Posting)
    if filled.ok:
        number = filled.values.number.upper()
        try:
            visit.ask(visit.office.claims.post_parked(part_id, number))
            return visit.go(f"/claims/{number}", told="The answer is posted to this claim.")
        except Refused as no:
            filled.refuse(no, "number" if part.outcome == "parked" else "")
    return _answer(visit, part, posting=filled)


@router.post("/parked/answers/{part_id}/aside")
def answer_aside(part_id: int, visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    part = _known_part(visit, part_id)
    filled = visit.read(Aside)
    if filled.ok:
        try:
            _set_aside(visit, kept_answers.set_aside, part_id, part.task_id, filled.values.words)
            return visit.go("/parked", told="The answer is set aside; nothing of it is posted.")
        except Refused as no:
            filled.refuse(no)
    return _answer(visit, part, aside=filled)


def _set_aside(
    visit: Visit, work: Callable[[Database, int], UUID | None] | None, item: int, task_id: UUID | None, words: str
) -> None:
    """Put it away, and close its task with the reason; and the task of its remittance's rest, where it was the last."""
    rest = visit.write(work, item) if work else None
    if rest is not None:
        visit.ask(visit.office.tasks.close(rest, "nothing of it is parked any more", visit.account.id, at=visit.now))
    if task_id is not None:
        visit.ask(visit.office.tasks.close(task_id, words, visit.account.id, visit.wish, visit.now))


def _known_file(visit: Visit, interchange_id: int) -> ParkedFile:
    found = queries.parked_files(visit.engine, interchange_id)
    if not found:
        raise NotFound
    return found[0]


def _known_part(visit: Visit, part_id: int) -> ParkedPart:
    found = queries.parked_parts(visit.engine, part_id)
    if not found:
        raise NotFound
    return found[0]


def _file(visit: Visit, found: ParkedFile, filled: Filled[Aside], status: int = 200) -> Response:
    raw = queries.raw(visit.engine, found.id)
    text = raw.content[:MOST_SHOWN].decode("utf-8", errors="replace") if raw else ""
    shown = text.replace("~", "~\n").replace("\0", "\N{SYMBOL FOR NULL}")[:MOST_SHOWN]
    return visit.page("desk/claims/parked_file.html", status, file=found, form=filled, shown=shown)


def _answer(visit: Visit, part: ParkedPart, **sent: Filled[Aside] | Filled[Posting]) -> Response:
    [said] = queries.answered(visit.engine, part_id=part.id)
    forms = {"posting": blank(number=part.claim_number or ""), "aside": blank(), **sent}
    return visit.page(
        "desk/claims/parked_answer.html",
        422 if sent else 200,
        part=part,
        answer=said,
        candidates=queries.candidates(visit.engine, part.id),
        forms=forms,
        codes=adjustment_words,
    )
