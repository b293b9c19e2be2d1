"""A session taken off a claim that has not left, onto one of its own: what holds it holds the others no more."""

from collections.abc import Sequence

from sqlmodel import select

from activities import claim_gathering, claim_lines, claim_making, claims
from activities.database import Tx, step
from models.errors import Refused
from models.messages import ClaimStanding, Separation
from models.rules.claim_spans import divisible
from models.tables import AttendanceRow, Claim, ClaimLine, Coverage, Payer, Submission


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
    _own(tx, claim, mine)
    claim_making.look_again(tx, [claim])
    return claims.standing(tx, claim)


def _own(tx: Tx, claim: Claim, lines: Sequence[ClaimLine]) -> None:
    """A claim like the one that the lines were on."""
    coverage = tx.db.get_one(Coverage, claim.coverage_id)
    made = claim_making.make_all(tx, [claim_making.Wanted(claim_lines.as_billed(lines), coverage)])
    for own in made:
        own.authorization, own.diagnoses, own.note = claim.authorization, list(claim.diagnoses), claim.note
    claim_making.look_again(tx, made)
