"""What the clearinghouse and payers say of a claim, and what follows: a status, and a task where a person must act."""

from collections.abc import Mapping
from dataclasses import dataclass

from activities import claim_status, tasks
from activities.database import Tx
from activities.giving_up import cause, left_open
from models.facts import ClaimStatus, TaskKind
from models.messages import Answered
from models.rules.claim_status import news
from models.tables import Claim
from models.x12.claims import VOID

POSTED = "posted"
"""What another step has changed in a claim already: its remittance's posting, or a corrected session."""

JOINED = "joined"
"""A further session joined it: what it charges, and how long it may wait, is another."""

ANSWERED = (TaskKind.TIMELY_FILING, TaskKind.CLAIM_REJECTED, TaskKind.CLAIM_SILENT)
"""Tasks that end when a payer has decided, however it did."""

DENIED = (TaskKind.CLAIM_DENIED, TaskKind.APPEAL_DUE)
"""Tasks that end when nothing of a claim is denied any more."""
DENIED_NO_MORE = "nothing of it is denied any more"


@dataclass(frozen=True)
class Verdict:
    """What a payer decided on a claim, and what a person has to decide after it ("": nothing)."""

    claim: Claim
    status: ClaimStatus
    why: str
    asks: str


def decided(tx: Tx, verdicts: Mapping[str, Verdict]) -> None:
    """Payers have decided on claims: their clocks stop, and a denial is somebody's task."""
    denied = [cause(v.claim) for v in verdicts.values() if v.status is ClaimStatus.DENIED]
    paid = [cause(v.claim) for v in verdicts.values() if v.status is ClaimStatus.PAID]
    tasks.close_all(tx, denied, "the payer answered", *ANSWERED)
    tasks.close_all(tx, paid, "the payer paid")
    waiting = [cause(v.claim) for v in verdicts.values() if v.status is ClaimStatus.ACCEPTED]
    tasks.close_all(tx, waiting, DENIED_NO_MORE, *DENIED)
    for verdict in verdicts.values():
        verdict.claim.status, verdict.claim.why = verdict.status, verdict.why
        if verdict.asks:
            ask_biller(tx, verdict.claim, verdict.asks)


def ask_biller(tx: Tx, claim: Claim, why: str) -> None:
    """A payer's answer that a person must decide on."""
    tasks.open_task(tx, TaskKind.CLAIM_DENIED, cause(claim), f"claim {claim.number}: {why}", claim.client_id)


def taken_back(tx: Tx, claim: Claim) -> None:
    """No answer of its payer stands: nothing is denied. What is open of a void a person has to say who bears."""
    if claim.status == ClaimStatus.ACCEPTED:
        tasks.close_tasks(tx, cause(claim), DENIED_NO_MORE, *DENIED)
    if claim.frequency == VOID and left_open(tx, claim) > 0:
        ask_biller(tx, claim, "its payer took it back: close it, billing the client or writing it off")


def take_status(tx: Tx, claim: Claim, answered: Answered) -> None:
    """What its payer says of a claim that is not answered yet; of any other it is old news."""
    inquiry = claim_status.inquiry(tx, answered)
    if answered.payer_claim_number and not claim.payer_claim_number:
        claim.payer_claim_number = answered.payer_claim_number
    if claim.status != ClaimStatus.ACCEPTED or inquiry.edition != claim.edition:
        return
    claim.why = f"asked after: {inquiry.words}"
    follows = news(inquiry.category, inquiry.action)
    if follows.follows == "rejected":
        reject(tx, claim, answered.code)
    elif follows.follows == "task":
        what = f"claim {claim.number}: {follows.what} ({answered.code})"
        tasks.open_task(tx, TaskKind.CLAIM_SILENT, cause(claim), what, claim.client_id)
    else:
        tasks.close_tasks(tx, cause(claim), "its payer is at work on it", TaskKind.CLAIM_SILENT)


def reject(tx: Tx, claim: Claim, code: str) -> None:
    claim.status = ClaimStatus.REJECTED
    claim.why = f"rejected before adjudication: {code}"
    what = f"claim {claim.number} was rejected and never reached its payer ({code}): correct it and send it again"
    tasks.open_task(tx, TaskKind.CLAIM_REJECTED, cause(claim), what, claim.client_id)
