"""A session taken off a claim that has not left, onto one of its own: what holds it holds the others no more."""

from sqlmodel import select

from activities import claim_gathering, claim_lines, claim_making, claims
from activities.database import Tx, step
from models.errors import Refused
from models.messages import ClaimStanding, Separation
from models.rules.claim_spans import divisible
from models.tables import AttendanceRow, Coverage, Payer, Submission


@step("separating.separate")
def separate(tx: Tx, wish: Separation) -> ClaimStanding:
    """Bill one session of a claim on a claim of its own; Refused once it has left, or where it is the only one."""
    claim = claims.locked(tx, wish.claim_number)
    sent = tx.db.exec(select(Submission.id).where(Submission.claim_number == claim.number)).first()
    if not divisible(claim.status, claim.frequency, sent is not None):
        raise Refused(f"claim {claim.number} is {claim.status} and has left: it is corrected or closed as a whole")
    lines = claim_lines.of_claim(tx.db, claim.number)
    of_session = select(AttendanceRow.id).where(AttendanceRow.session_id == wish.session_id)
    ids = set(tx.db.exec(of_session).all())
    mine = [line for line in lines if line.attendance_id in ids]
    rest = [line for line in lines if line.attendance_id not in ids]
    if not mine or not rest:
        raise Refused(f"claim {claim.number} bills {'nothing else than' if mine else 'nothing of'} that session")
    claim_gathering.put(tx, claim, tx.db.get_one(Payer, claim.payer_id), claim_lines.as_billed(rest))
    coverage = tx.db.get_one(Coverage, claim.coverage_id)
    claim_making.make_all(tx, [claim_making.Wanted(claim_lines.as_billed(mine), coverage, like=claim)])
    claim_making.look_again(tx, [claim])
    return claims.standing(tx, claim)
