"""Warnings of the scrub that a person answers for: kept with the reason, once a claim and warning."""

from datetime import datetime

from sqlmodel import Session as Database
from sqlmodel import select

from models.errors import Refused
from models.rules.scrub import CHECKS, OVERRULABLE
from models.tables import Overruling

LONGEST = 500


def keep(db: Database, number: str, code: str, reason: str, at: datetime, by_id: int | None) -> None:
    """Keep why a claim may leave in spite of a warning; said again it changes nothing."""
    if code not in {check.code for check in CHECKS}:
        raise Refused(f"the scrub has no check {code!r}")
    if code not in OVERRULABLE:
        raise Refused(f"{code} is an error: mend it, it cannot be overruled")
    if not reason.strip() or len(reason) > LONGEST:
        raise Refused(f"say why, in {LONGEST} letters at most")
    said = select(Overruling.id).where(Overruling.claim_number == number, Overruling.code == code)
    if db.exec(said).first() is None:
        db.add(Overruling(claim_number=number, code=code, reason=reason.strip(), by_id=by_id, at=at))
