"""What a correction says of a patient, kept in the database before the claim's workflow is told that there is one."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session as Database

from activities.database import Tx
from models.errors import Refused
from models.messages import Correction
from models.tables import Claim, CorrectionRow


def keep(db: Database, kept_id: UUID, number: str, diagnoses: tuple[str, ...], note: str, at: datetime) -> None:
    """Keep the diagnoses and the note of a correction, once per id."""
    if db.get(Claim, number) is None:
        raise Refused(f"there is no claim {number}")
    if db.get(CorrectionRow, kept_id) is None:
        db.add(CorrectionRow(id=kept_id, claim_number=number, diagnoses=list(diagnoses), note=note, kept_at=at))


def said(tx: Tx, correction: Correction) -> tuple[list[str], str]:
    """The diagnoses and the note: as they were kept, or as a message of before carried them."""
    if correction.kept_id is None:
        return list(correction.diagnoses), correction.note
    kept = tx.db.get(CorrectionRow, correction.kept_id)
    if kept is None or kept.claim_number != correction.claim_number:
        raise Refused(f"nothing of that was kept for claim {correction.claim_number}: correct it again")
    return kept.diagnoses, kept.note
