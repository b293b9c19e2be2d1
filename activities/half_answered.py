"""Sessions of a decided claim that its payer has not answered yet: what they are worth is nobody's to give up."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import claim_lines
from activities.answered_lines import Asked, by_session
from activities.giving_up import open_of_sessions
from models.errors import Refused
from models.rules.amending import DECIDED
from models.tables import Claim, RemittanceClaim


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
    query = select(RemittanceClaim).where(
        RemittanceClaim.claim_number == claim.number,
        col(RemittanceClaim.outcome).in_(("posted", "denied")),
        col(RemittanceClaim.reversed_by_id).is_(None),
    )
    parts = db.exec(query).all()
    if not parts:
        return ()
    lines = claim_lines.of_claim(db, claim.number)
    asked = Asked(lines, claim_lines.codes_of(db, lines))
    heard = {attendance_id for part in parts for attendance_id in by_session(asked, part)}
    waiting = open_of_sessions(db, claim).keys() - heard
    return sorted({line.held_on for line in lines if line.attendance_id in waiting})
