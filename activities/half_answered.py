"""Sessions of a decided claim that its payer has not answered yet: what they are worth is nobody's to give up."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session as Database

from activities import claim_lines, standing_answers
from activities.giving_up import open_of_sessions
from models.errors import Refused
from models.rules.claim_stages import DECIDED
from models.tables import Claim


def refuse(db: Database, claim: Claim) -> None:
    """Refused, with the days, where some sessions of a claim were decided and others are still to be answered.

    What came later for those would find nothing open, and be parked.
    """
    if claim.status in DECIDED and (waiting := days(db, claim)):
        named = ", ".join(map(str, waiting))
        raise Refused(
            f"claim {claim.number}: its payer has not answered for {named} yet: wait for that, or send the claim again"
        )


def days(db: Database, claim: Claim) -> Sequence[date]:
    """The days of the sessions that are open and of which no answer speaks that stands, while one speaks of others."""
    said = standing_answers.of_claim(db, claim.number)
    if not said or any(one.line is None for one in said):
        return ()
    waiting = open_of_sessions(db, claim).keys() - {one.line.attendance_id for one in said if one.line}
    return sorted({line.held_on for line in claim_lines.of_claim(db, claim.number) if line.attendance_id in waiting})
