"""Warnings of the scrub that a person answers for: kept with the reason, once a claim and warning."""

from sqlmodel import select

from activities import claim_making, claims, kept_words
from activities.database import Tx, step
from activities.giving_up import cause
from models.errors import Refused
from models.facts import ClaimStatus
from models.messages import ClaimStanding, Overruled
from models.rules.scrub import CHECKS, OVERRULABLE
from models.tables import Overruling

LONGEST = 500


@step("overruling.overrule")
def overrule(tx: Tx, wish: Overruled) -> ClaimStanding:
    """Keep why a claim may leave in spite of a warning, and look at it again; said again it changes nothing."""
    claim = claims.locked(tx, wish.claim_number)
    if claim.status != ClaimStatus.HELD:
        raise Refused(f"claim {claim.number} is {claim.status}: only what holds a claim is overruled")
    if wish.code not in {check.code for check in CHECKS}:
        raise Refused(f"the scrub has no check {wish.code!r}")
    if wish.code not in OVERRULABLE:
        raise Refused(f"{wish.code} is an error: mend it, it cannot be overruled")
    because = kept_words.opened(tx, cause(claim), wish.kept_id) if wish.kept_id else ""
    if not because or len(because) > LONGEST:
        raise Refused(f"say why, in {LONGEST} letters at most")
    said = select(Overruling.id).where(Overruling.claim_number == claim.number, Overruling.code == wish.code)
    if tx.db.exec(said).first() is None:
        tx.db.add(Overruling(claim_number=claim.number, code=wish.code, reason=because, by_id=wish.by_id, at=tx.now))
        tx.db.flush()
    claim_making.look_again(tx, [claim])
    return claims.standing(tx, claim)
