"""The steps of a claim: made, scrubbed, answered, posted, corrected, closed."""

from datetime import timedelta

from sqlmodel import col, select

from activities import claim_answers, claim_making, claim_status, clocks, corrections, half_answered, kept_words, tasks
from activities.database import HELD, Tx, step
from activities.giving_up import ask_second, cause, give_up, left_open, needs_second, withdraw_asked
from models.calendar import midnight
from models.errors import Refused
from models.facts import ClaimStatus, TaskKind
from models.messages import Answered, BillNow, ClaimClosing, ClaimStanding, Correction, StatusWish
from models.rules.claim_stages import DECIDED, NOT_SENT, ON_ITS_WAY, OVER
from models.rules.ledger import Event
from models.tables import Claim, ClaimLine, Payer, Submission
from models.x12.claims import REPLACEMENT

MENDED = (TaskKind.CLAIM_REJECTED, TaskKind.CLAIM_DENIED, TaskKind.APPEAL_DUE)
"""What nobody needs to do once a claim is on its way again."""


@step("claims.prepare")
def prepare(tx: Tx, number: str) -> ClaimStanding:
    """Where a claim stands when somebody begins to follow it; a held one is scrubbed again."""
    claim = locked(tx, number)
    if claim.status == ClaimStatus.HELD:
        claim_making.look_again(tx, [claim])
    return standing(tx, claim)


@step("claims.take_answer")
def take_answer(tx: Tx, answered: Answered) -> ClaimStanding:
    """What the clearinghouse says of a claim. Any order and repetition of the same answers ends the same.

    What is said of a file that carried an earlier edition is old news. What a payer paid was posted with its
    remittance: the claim looks where it stands.
    """
    claim = locked(tx, answered.claim_number)
    if answered.kind in (claim_answers.POSTED, claim_answers.JOINED):
        return standing(tx, claim)
    if answered.kind == "status":
        claim_answers.take_status(tx, claim, answered)
        return standing(tx, claim)
    if answered.ref and not _carried(tx, claim, answered.ref):
        return standing(tx, claim)
    if answered.payer_claim_number and not claim.payer_claim_number:
        claim.payer_claim_number = answered.payer_claim_number
    if answered.kind == "sent" and claim.status == ClaimStatus.DRAFT:
        claim.status = ClaimStatus.SUBMITTED
    elif answered.kind == "accepted" and claim.status in ON_ITS_WAY:
        claim.status = ClaimStatus.ACCEPTED
        claim.accepted_at = claim.accepted_at or tx.now
        claim_answers.taken_back(tx, claim)
    elif answered.kind == "rejected" and claim.status in ON_ITS_WAY:
        claim_answers.reject(tx, claim, answered.code)
    return standing(tx, claim)


@step("claims.ask_status")
def ask_status(tx: Tx, wish: StatusWish) -> ClaimStanding:
    """Its payer is silent, or somebody wants to know: ask with the next batch. The clock takes no for an answer."""
    claim = locked(tx, wish.claim_number)
    if claim.status == ClaimStatus.ACCEPTED:
        claim_status.ask(tx, claim, wish.by_person)
    elif wish.by_person:
        raise Refused(f"claim {claim.number} is {claim.status}; only what was accepted and not answered is asked after")
    return standing(tx, claim)


@step("claims.bill_now")
def bill_now(tx: Tx, wish: BillNow) -> ClaimStanding:
    """Let a claim leave with the next batch, before its span is over; what follows in it gets a claim of its own."""
    claim = locked(tx, wish.claim_number)
    if claim.leaves_on is None or claim.status not in NOT_SENT:
        raise Refused(f"claim {claim.number} is {claim.status} and waits for no further sessions")
    claim.leaves_on = None
    return standing(tx, claim)


@step("claims.correct")
def correct(tx: Tx, correction: Correction) -> ClaimStanding:
    """Send a claim again: as a replacement (7) where the payer has decided on it, else as the original (1)."""
    claim = locked(tx, correction.claim_number)
    if claim.status in ON_ITS_WAY:
        raise Refused(f"claim {claim.number} is {claim.status}; wait for its answer before correcting it")
    if claim.status == ClaimStatus.CLOSED:
        raise Refused(f"claim {claim.number} is closed")
    if claim.status in DECIDED and not claim.payer_claim_number:
        raise Refused(f"claim {claim.number}: its payer's own number is unknown, so it cannot be replaced")
    claim.authorization = correction.authorization or claim.authorization
    diagnoses, note = corrections.said(tx, correction)
    claim.diagnoses = diagnoses or claim.diagnoses
    claim.note = note or claim.note
    send_again(tx, claim, "corrected and sent again")
    return standing(tx, claim)


@step("claims.warn")
def warn(tx: Tx, number: str) -> ClaimStanding:
    """Time runs out for filing or an appeal, or the payer was to have answered: somebody is told, later the owner."""
    claim = locked(tx, number)
    if clock := clocks.of_claim(tx, claim):
        escalate_in = max(midnight(clock.escalate_on, tx.tz) - tx.now, timedelta())
        tasks.open_task(tx, clock.kind, cause(claim), clock.what, claim.client_id, escalate_in)
    return standing(tx, claim, warned=True)


@step("claims.close")
def close(tx: Tx, closing: ClaimClosing) -> ClaimStanding:
    """Give a claim up: what its payer still owes is the client's now, or written off.

    More than the practice lets one person write off waits for a second one.
    """
    claim = locked(tx, closing.claim_number)
    if claim.status == ClaimStatus.CLOSED:
        raise Refused(f"claim {claim.number} is closed already")
    because = kept_words.reason(tx, cause(claim), closing)
    if not because:
        raise Refused("closing a claim needs a reason")
    half_answered.refuse(tx.db, claim)
    if closing.bill_client:
        give_up(tx, claim, Event.CLIENT_SHARE, because)
    elif needs_second(tx, claim):
        ask_second(tx, claim, left_open(tx, claim), because, closing.by_id)
    else:
        give_up(tx, claim, Event.PAYER_WRITE_OFF, because)
    return standing(tx, claim)


def standing(tx: Tx, claim: Claim, warned: bool = False) -> ClaimStanding:
    """Where a claim stands, for its workflow."""
    tx.db.flush()
    clock = clocks.of_claim(tx, claim)
    return ClaimStanding(
        number=claim.number,
        status=claim.status,
        payer_id=tx.db.get_one(Payer, claim.payer_id).payer_id,
        charge=claim.charge,
        over=claim.status in OVER,
        warn_at=midnight(clock.warn_on, tx.tz) if clock and not warned else None,
        handover=tx.after.handover(),
        ask_at=claim_status.ask_at(tx, claim),
        clock=clock.name if clock else clocks.FILING,
        leaves_on=claim.leaves_on,
    )


def locked(tx: Tx, number: str) -> Claim:
    """The claim, held until the step ends; Refused when there is none."""
    claim = tx.db.get(Claim, number, with_for_update=HELD)
    if claim is None:
        raise Refused(f"there is no claim {number}")
    return claim


def send_again(tx: Tx, claim: Claim, because: str) -> None:
    """The next edition of a claim, scrubbed: a replacement (7) where its payer decided, else what it was."""
    claim.frequency = REPLACEMENT if claim.status in DECIDED else claim.frequency
    claim.edition += 0 if claim.status == ClaimStatus.HELD else 1
    claim.accepted_at = None
    goes_again(tx, claim, because)
    claim_making.look_again(tx, [claim])


def goes_again(tx: Tx, claim: Claim, because: str) -> None:
    """A claim is on its way once more: nobody mends, appeals or gives up what its payer said before."""
    withdraw_asked(tx, claim)
    tasks.close_tasks(tx, cause(claim), because, *MENDED)


def earlier_claims(tx: Tx, claim: Claim) -> list[Claim]:
    """The claims of the same sessions to the coverages before, primary first."""
    mine = select(ClaimLine.attendance_id).where(ClaimLine.claim_number == claim.number)
    of_these = select(ClaimLine.claim_number).where(col(ClaimLine.attendance_id).in_(mine))
    query = select(Claim).where(col(Claim.number).in_(of_these), Claim.sequence < claim.sequence)
    return list(tx.db.exec(query.order_by(col(Claim.sequence), col(Claim.number))).all())


def _carried(tx: Tx, claim: Claim, interchange_id: int) -> bool:
    """Whether that file of ours carried the edition that stands now."""
    query = select(Submission.id).where(
        Submission.interchange_id == interchange_id,
        Submission.claim_number == claim.number,
        Submission.edition == claim.edition,
    )
    return tx.db.exec(query).first() is not None
