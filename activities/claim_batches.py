"""The day's claims out: one file a payer, judged before it is written down, delivered once."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select

from activities import claim_files, claim_making, interchanges
from activities.database import Tx
from models.errors import Refused
from models.messages import ClaimFileRef
from models.tables import Claim, Interchange, Submission
from models.x12.judge import judge

LEAVING = select(Submission.id).where(Submission.claim_number == Claim.number, Submission.edition == Claim.edition)


def due(today: date) -> ColumnElement[bool]:
    """Whether a claim that is ready leaves with the batch of a day: it waits for no further sessions any more."""
    return or_(col(Claim.leaves_on).is_(None), col(Claim.leaves_on) <= today)


def write(tx: Tx, payer_id: int, mine: Sequence[Claim]) -> None:
    """Write and judge a file; where it is refused, hold the claims that a judge refuses alone and write it again."""
    control = tx.next("interchange_control")
    good = list(mine)
    content = _written(tx, good, control)
    if not content or judge(content):
        good = [claim for claim in mine if _passes_alone(tx, claim, control)]
        if not good:
            return
        content = claim_files.write(tx, good, control)
    interchange = interchanges.written(tx, "837P", control, payer_id, content)
    for claim in good:
        claim.leaves_on = None  # whoever waits for the claim to let a session join it sees that it is too late
    tx.db.add_all(
        Submission(claim_number=c.number, interchange_id=interchange.id or 0, edition=c.edition) for c in good
    )


def _passes_alone(tx: Tx, claim: Claim, control: int) -> bool:
    try:
        problems = [f"{p.where}: {p.what}" for p in judge(claim_files.write(tx, [claim], control))]
    except Refused as unwritable:
        problems = [str(unwritable)]
    if problems:
        claim_making.hold(tx, claim, "; ".join(problems))
    return not problems


def _written(tx: Tx, mine: Sequence[Claim], control: int) -> str:
    """The file; nothing where one of the claims cannot be written at all."""
    try:
        return claim_files.write(tx, mine, control)
    except Refused:
        return ""


def undelivered(tx: Tx) -> tuple[ClaimFileRef, ...]:
    """Every file that was written and has not left, oldest first."""
    query = select(Interchange.id).where(Interchange.direction == "out", col(Interchange.sent_at).is_(None))
    found = []
    for interchange_id in tx.db.exec(query.order_by(col(Interchange.id))).all():
        carried = select(Submission.claim_number).where(Submission.interchange_id == interchange_id)
        found.append(ClaimFileRef(interchange_id or 0, tuple(tx.db.exec(carried.order_by(col(Submission.id))).all())))
    return tuple(found)
