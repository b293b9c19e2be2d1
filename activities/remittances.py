"""The steps of a remittance: posted batch by batch, or an answer at a time where somebody asks for just that one."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy.exc import OperationalError
from sqlmodel import col, func, select
from temporalio.exceptions import CancelledError

from activities import claims, kept_answers, posting, standing_answers, tasks
from activities.alive import alive
from activities.claim_answers import POSTED
from activities.database import HELD, Tx, step
from models.errors import Parked, Refused, kind_and_place
from models.messages import Answered, ClaimAssignment, ClaimStanding, PostedBatch, PostingWish
from models.tables import Claim, RemittanceClaim, RemittanceRow

NOT_ITS_OWN = (OperationalError, CancelledError, MemoryError)
"""What fails a step and no claim is to blame for: it is asked for again."""


@step("remittances.post_batch")
def post_batch(tx: Tx, wish: PostingWish) -> PostedBatch:
    """Post the next claims of a remittance, and tell their workflows.

    Each claim gets its answers in the order they were read: what older remittances say of it is posted with it, where
    their own turn has not come.
    """
    mine = (RemittanceClaim.remittance_id == wish.remittance_id, RemittanceClaim.outcome == "read")
    first = func.min(RemittanceClaim.position)
    query = select(RemittanceClaim.claim_number).where(*mine, col(RemittanceClaim.claim_number).is_not(None))
    numbers = tx.db.exec(query.group_by(RemittanceClaim.claim_number).order_by(first).limit(wish.at_most)).all()
    held = select(Claim).where(col(Claim.number).in_(numbers)).order_by(col(Claim.number)).with_for_update(**HELD)
    locked = {claim.number: claim for claim in tx.db.exec(held).all()}
    _post(tx, locked, _read(tx, locked, wish.remittance_id))
    tx.db.flush()
    tx.after.answers += [Answered(number, POSTED, wish.remittance_id) for number in numbers if number]
    left = select(func.count(func.distinct(RemittanceClaim.claim_number))).where(*mine)
    return PostedBatch(len(numbers), tx.db.exec(left).one(), tx.after.handover())


@step("remittances.post")
def post(tx: Tx, answered: Answered) -> ClaimStanding:
    """Post what a remittance, and older ones, say of a claim: as claims' workflows of before ask for it."""
    claim = claims.locked(tx, answered.claim_number)
    posting.post(tx, {claim.number: claim}, _read(tx, [claim.number], answered.ref))
    return claims.standing(tx, claim)


@step("remittances.assign")
def assign(tx: Tx, wish: ClaimAssignment) -> ClaimStanding:
    """Post a parked part to the claim that a biller says it answers; Refused where it cannot be posted there."""
    claim = claims.locked(tx, wish.claim_number)
    part = tx.db.get(RemittanceClaim, wish.part_id, with_for_update=True)
    if part is None or part.outcome not in ("parked", *standing_answers.STANDING, "reversal"):
        raise Refused("there is no such parked answer")
    if part.outcome != "parked":
        raise Refused(f"this answer was posted already, to claim {part.claim_number}")
    row = tx.db.get_one(RemittanceRow, part.remittance_id)
    if row.payer_id not in (None, claim.payer_id):
        raise Refused(f"claim {claim.number} went to another payer than the one that answers here")
    part.claim_number, part.outcome = claim.number, "read"
    posting.post(tx, {claim.number: claim}, [part])
    if part.outcome == "parked":
        why = "its money was posted before, or never was, or its lines charge more than was billed"
        raise Refused(f"it does not fit claim {claim.number}: {why}")
    tasks.close_tasks(tx, kept_answers.cause(part), f"posted by hand to claim {claim.number}")
    if not kept_answers.still_parked(tx.db, part.remittance_id):
        tasks.close_tasks(tx, kept_answers.cause_of_rest(part.remittance_id), "nothing of it is parked any more")
    return claims.standing(tx, claim)


def _post(tx: Tx, locked: Mapping[str, Claim], parts: Sequence[RemittanceClaim]) -> None:
    """Post them together; where that fails each claim by itself, and one that cannot be posted waits for a person."""
    if not _failed(tx, locked, parts):
        return
    for number, claim in locked.items():
        alive()
        mine = [part for part in parts if part.claim_number == number]
        if why := _failed(tx, {number: claim}, mine):
            kept_answers.park_all(tx, [(part, f"it could not be posted to claim {number}: {why}") for part in mine])


def _failed(tx: Tx, locked: Mapping[str, Claim], parts: Sequence[RemittanceClaim]) -> str:
    """Post them, or nothing of them: then why not, in words without a patient's data ("": they are posted)."""
    try:
        with tx.attempt():
            posting.post(tx, locked, parts)
        return ""
    except NOT_ITS_OWN:
        raise
    except (Refused, Parked) as no:
        return str(no)
    except Exception as fault:  # whatever it is, it must not hold up the claims beside it
        return f"a fault of the program ({kind_and_place(fault)})"


def _read(tx: Tx, numbers: Collection[str], remittance_id: int) -> Sequence[RemittanceClaim]:
    """What this remittance and those before it say of these claims and is not posted yet, in the order it was read."""
    query = select(RemittanceClaim).where(
        col(RemittanceClaim.claim_number).in_(numbers),
        col(RemittanceClaim.remittance_id) <= remittance_id,
        RemittanceClaim.outcome == "read",
    )
    return tx.db.exec(query.order_by(col(RemittanceClaim.remittance_id), col(RemittanceClaim.position))).all()
