"""Claims: the board by stage, and one claim's whole story; corrected, overruled or closed here."""

from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field, field_validator

from activities import filing_proof
from models.errors import Refused
from models.facts import ClaimStatus
from models.rules.appeal_letters import LEVELS
from models.rules.claim_spans import divisible
from models.rules.claim_stages import NOT_SENT, TO_BE_FILED
from models.rules.deadlines import filing_clock
from models.rules.scrub import OVERRULABLE
from models.x12 import adjustment_words
from starter.queries import claims as queries
from starter.queries.claim_board import Card, board
from starter.queries.claim_extras import extras
from starter.queries.claims import ClaimRow
from starter.queries.money import EntryFilter, entries
from starter.queries.remittances import answered
from starter.queries.work import tasks_about
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.task_view import Listed, seer
from starter.web.downloads import pdf
from starter.web.forms import Filled, blank
from starter.web.visit import NotFound, Visit

router = APIRouter()
STAGES = {
    ClaimStatus.HELD: ("Held", "mend them first"),
    ClaimStatus.DRAFT: ("To send", "with the day's batch"),
    ClaimStatus.SUBMITTED: ("Sent", "not acknowledged yet"),
    ClaimStatus.ACCEPTED: ("Accepted", "the payer decides"),
    ClaimStatus.REJECTED: ("Rejected", "never reached the payer"),
    ClaimStatus.DENIED: ("Denied", "correct, appeal or close"),
    ClaimStatus.PAID: ("Paid", "made in the last 60 days"),
    ClaimStatus.CLOSED: ("Closed", "made in the last 60 days"),
}
LATELY = timedelta(days=60)
ON_THE_BOARD, A_PAGE = 8, 50
REASONS = (
    "no appeal is worth it",
    "not covered on that date",
    "not a covered service",
    "too late to file",
    "a duplicate of a claim that was paid",
    "billed by mistake",
    "agreed with the client",
)
"""Why a claim is given up: chosen, not typed, because it travels with the wish."""


class Correction(BaseModel):
    authorization: str = Field("", max_length=30, pattern=r"^[A-Za-z0-9 \-]*$")
    diagnoses: str = Field("", max_length=200)
    note: str = Field("", max_length=80)

    @field_validator("diagnoses")
    @classmethod
    def codes(cls, typed: str) -> str:
        """ICD-10-CM codes, most important first."""
        return " ".join(typed.upper().replace(",", " ").split())


class Closing(BaseModel):
    deed: Literal["bill", "next", "write_off"]
    reason: str

    @field_validator("reason")
    @classmethod
    def known(cls, chosen: str) -> str:
        """One of the reasons offered."""
        if chosen not in REASONS:
            raise ValueError("please choose one of what is offered")
        return chosen


class Overruling(BaseModel):
    code: str = Field(max_length=40)
    because: str = Field(max_length=500)


class Separating(BaseModel):
    session_id: UUID


class Deciding(BaseModel):
    asked_id: int
    answer: Literal["yes", "no"]


@dataclass(frozen=True)
class Stage:
    """A column of the board."""

    status: str
    name: str
    note: str
    claims: int
    charged: str
    cards: list[Card]


@router.get("/claims")
def claims(stage: str = "", payer: int | None = None, after: int = 0, visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    if stage in STAGES:
        return _stage(visit, ClaimStatus(stage), max(after, 0))
    cards = board(visit.engine, visit.now - LATELY, payer_id=payer, most=ON_THE_BOARD)
    columns = [_column(status, [card for card in cards if card.status == status]) for status in STAGES]
    return visit.page("desk/claims/board.html", columns=columns, **_of_cards(visit))


@router.post("/claims/send")
def send(visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    """The batch, now; each press is one batch."""
    count = visit.ask(visit.office.claims.send(f"by-hand-{visit.wish}"))
    return visit.go("/claims", told=f"{count} {'file' if count == 1 else 'files'} left for the clearinghouse.")


@router.post("/claims/read")
def read(visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    """What waits at the clearinghouse, now."""
    count = visit.ask(visit.office.claims.read_answers(f"by-hand-{visit.wish}"))
    return visit.go("/claims", told=f"{count} {'answer was' if count == 1 else 'answers were'} read.")


@router.get("/claims/{number}")
def one(number: str, visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    return _page(visit, known(visit, number))


@router.get("/claims/{number}/proof")
def proof(number: str, visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    """That it was filed in time: our files and what acknowledged them."""
    known(visit, number)
    try:
        return pdf(visit.write(filing_proof.pdf, number, visit.today), f"filing-{number}.pdf")
    except Refused as no:
        return visit.go(f"/claims/{number}", told=f"{no}.".capitalize())


@router.post("/claims/{number}/correct")
def correct(number: str, visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    claim = known(visit, number)
    filled = visit.read(Correction)
    if filled.ok:
        changed = filled.values
        codes = tuple(changed.diagnoses.split())
        wish = visit.office.claims.correct(number, changed.authorization, codes, changed.note)
        try:
            standing = visit.ask(wish)
            return visit.go(f"/claims/{number}", told=f"The claim is {_stage_name(standing.status)} now.")
        except Refused as no:
            filled.refuse(no)
    return _page(visit, claim, correction=filled)


@router.post("/claims/{number}/ask")
def ask(number: str, visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    """Ask its payer where it stands, with the next batch."""
    known(visit, number)
    return _asked(visit, number, visit.office.claims.ask_status(number), "Its payer is asked with the next batch.")


@router.post("/claims/{number}/bill-now")
def bill_now(number: str, visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    """It waits no longer for further sessions of its week or month."""
    known(visit, number)
    return _asked(visit, number, visit.office.claims.bill_now(number), "It leaves with the next batch.")


@router.post("/claims/{number}/separate")
def separate(number: str, visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    """One of its sessions goes on a claim of its own."""
    claim = known(visit, number)
    filled = visit.read(Separating)
    if not filled.ok:
        return _page(visit, claim)
    wish = visit.office.claims.separate(number, filled.values.session_id)
    return _asked(visit, number, wish, "That session is on a claim of its own now.")


@router.post("/claims/{number}/close")
def close(number: str, visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    claim = known(visit, number)
    filled = visit.read(Closing)
    if filled.ok:
        chosen = filled.values
        try:
            return visit.go(f"/claims/{number}", told=_give_up(visit, number, chosen))
        except Refused as no:
            filled.refuse(no)
    return _page(visit, claim, closing=filled)


@router.post("/claims/{number}/overrule")
def overrule(number: str, visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    """A warning is answered for, with the reason; the claim is looked at again."""
    claim = known(visit, number)
    filled = visit.read(Overruling)
    if filled.ok:
        said = filled.values
        wish = visit.office.claims.overrule(number, said.code, said.because, visit.account.id)
        try:
            standing = visit.ask(wish)
            return visit.go(f"/claims/{number}", told=f"Kept. The claim is {_stage_name(standing.status)} now.")
        except Refused as no:
            filled.refuse(no)
    return _page(visit, claim, overruling=filled)


@router.post("/claims/{number}/write-off")
def decide(number: str, visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    """The second person says yes or no."""
    claim = known(visit, number)
    filled = visit.read(Deciding)
    if filled.ok:
        said = filled.values
        granted = said.answer == "yes"
        try:
            visit.ask(visit.office.claims.decide_write_off(number, said.asked_id, granted, visit.account.id))
            return visit.go(f"/claims/{number}", told="It is written off." if granted else "It stays open.")
        except Refused as no:
            filled.refuse(no)
    return _page(visit, claim, deciding=filled)


def _asked(visit: Visit, number: str, wish: Coroutine[Any, Any, Any], done: str) -> Response:
    """Ask for something of a claim: back on its page, which says that it is done, or why not."""
    try:
        visit.ask(wish)
    except Refused as no:
        done = f"{no}."
    return visit.go(f"/claims/{number}", told=done)


def _give_up(visit: Visit, number: str, chosen: Closing) -> str:
    """Close a claim as chosen; what became of it."""
    if chosen.deed == "next":
        if visit.ask(visit.office.claims.bill_next(number, chosen.reason)).status == ClaimStatus.CLOSED:
            return "The claim is closed, and the next coverage is billed."
        return (
            "The next coverage is billed; what is open of sessions that had gone on to it before stays to be decided."
        )
    wish = visit.office.claims.close(number, chosen.reason, chosen.deed == "bill", visit.account.id)
    if visit.ask(wish).status == ClaimStatus.CLOSED:
        return "The claim is closed."
    return (
        "That is more than one person may write off here: a second one was asked, and the claim stays open till then."
    )


def known(visit: Visit, number: str) -> ClaimRow:
    """The claim of that number."""
    found = queries.claims(visit.engine, number=number)
    if not found:
        raise NotFound
    return found[0]


def _stage_name(status: str) -> str:
    return STAGES[ClaimStatus(status)][0].lower()


def _column(status: ClaimStatus, cards: list[Card]) -> Stage:
    name, note = STAGES[status]
    first = cards[0] if cards else None
    return Stage(status, name, note, first.of_stage if first else 0, f"{first.charged if first else 0:,.2f}", cards)


def _stage(visit: Visit, status: ClaimStatus, after: int) -> Response:
    cards = board(visit.engine, visit.now - LATELY, stage=status, most=A_PAGE, after=after)
    column = _column(status, cards)
    more = after + A_PAGE if column.claims > after + A_PAGE else None
    return visit.page("desk/claims/stage.html", column=column, after=after, more=more, **_of_cards(visit))


def _of_cards(visit: Visit) -> dict[str, Any]:
    return {"today": visit.today, "waiting": TO_BE_FILED}


def _findings(claim: ClaimRow) -> list[dict[str, str]]:
    """What a held claim is held for, one by one; of a judge's verdict its words."""
    if claim.status != ClaimStatus.HELD:
        return []
    return claim.findings or [{"code": "", "words": part} for part in claim.why.split("; ")]


def _page(visit: Visit, claim: ClaimRow, **sent: Filled[Any]) -> Response:
    found = extras(visit.engine, claim.number)
    money = entries(visit.engine, EntryFilter(client_id=claim.client_id, session_ids=claim.sessions))
    forms = {
        "correction": blank(authorization=claim.authorization, diagnoses=" ".join(claim.diagnoses)),
        "closing": blank(),
        "overruling": blank(),
        "deciding": blank(),
    }
    return visit.page(
        "desk/claims/claim.html",
        422 if sent else 200,
        claim=claim,
        stage=STAGES[ClaimStatus(claim.status)],
        file_by=filing_clock(claim.held_on, claim.timely_filing_days).last if claim.status in TO_BE_FILED else None,
        separable=divisible(claim.status, claim.frequency, bool(found.sent)) and len(claim.sessions) > 1,
        waits=claim.leaves_on if claim.status in NOT_SENT else None,
        findings=_findings(claim),
        overrulable=OVERRULABLE,
        extras=found,
        levels=LEVELS,
        sent=found.sent,
        answers=answered(visit.engine, number=claim.number),
        inquiries=found.inquiries,
        entries=[entry for entry in money if entry.claim_number in (None, claim.number)],
        tasks=[Listed.of(row, visit.now) for row in tasks_about(visit.engine, seer(visit), f"claim/{claim.number}")],
        reasons=[(reason, reason) for reason in REASONS],
        correctable=claim.status in ("held", "rejected", "denied", "paid"),
        forms={**forms, **sent},
        codes=adjustment_words,
    )
