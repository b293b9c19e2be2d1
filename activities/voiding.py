"""Taking a claim back: it goes once more as a void (frequency 8), and its payer takes back what it paid."""

from activities import claims, kept_words
from activities.database import Tx, step
from activities.giving_up import cause
from models.errors import Refused
from models.facts import ClaimStatus
from models.messages import ClaimStanding, Voiding
from models.rules.claim_stages import TAKEN_IN
from models.x12.claims import VOID


@step("voiding.void")
def void(tx: Tx, wish: Voiding) -> ClaimStanding:
    """Take a claim back from its payer; its postings stay until the payer's own reversal mirrors them."""
    claim = claims.locked(tx, wish.claim_number)
    because = kept_words.reason(tx, cause(claim), wish)
    if not because:
        raise Refused("voiding a claim needs a reason")
    if claim.frequency == VOID:
        raise Refused(f"claim {claim.number} is being voided already")
    if claim.status not in TAKEN_IN:
        raise Refused(
            f"claim {claim.number} is {claim.status}: its payer has not taken it in; correct it, or close it instead"
        )
    if not claim.payer_claim_number:
        raise Refused(f"claim {claim.number}: its payer's own number is unknown, so it cannot be voided")
    claim.frequency = VOID
    claim.edition += 1
    claim.status, claim.accepted_at = ClaimStatus.DRAFT, None
    claim.why = f"to be voided: {because}"
    claims.goes_again(tx, claim, "the claim is voided")
    return claims.standing(tx, claim)
