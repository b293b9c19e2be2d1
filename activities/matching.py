"""Which claim of ours an answer is about: by our number, by our number of its line, by the payer's own number.

What fits none of them is parked with the claims it might be about: same payer, charge and day.
"""

import re

from sqlmodel import col, select

from activities.database import Tx
from models.facts import ClaimStatus
from models.tables import Claim
from models.x12.remittances import ClaimPayment

OF_A_LINE = re.compile(r"(.+)L\d+")
"""Our number of a line (`claim_lines.control`): the claim's number, L and its place."""
SUGGESTED = 3
OVER = (ClaimStatus.PAID, ClaimStatus.CLOSED)


def claim_of(tx: Tx, payment: ClaimPayment, payer_id: int | None) -> Claim | None:
    """The claim a payment answers; payers cut, pad and replace numbers, so each that it gives is tried."""
    for number in dict.fromkeys((payment.number.strip(), payment.number.strip().upper(), *_of_lines(payment))):
        if number and (claim := tx.db.get(Claim, number)):
            return claim
    if not payment.icn or payer_id is None:
        return None
    known = select(Claim).where(Claim.payer_id == payer_id, Claim.payer_claim_number == payment.icn)
    found = tx.db.exec(known.limit(2)).all()
    return found[0] if len(found) == 1 else None


def suggestions(tx: Tx, payment: ClaimPayment, payer_id: int | None) -> str:
    """The claims that an answer under an unknown number might be about, in words; "" where there are none."""
    if payer_id is None:
        return ""
    days = {line.date or payment.date for line in payment.lines} | {payment.date}
    alike = (
        select(Claim.number)
        .where(Claim.payer_id == payer_id, Claim.charge == abs(payment.charged), col(Claim.status).not_in(OVER))
        .where(col(Claim.held_on).in_([day for day in days if day]))
        .order_by(col(Claim.number))
    )
    found = tx.db.exec(alike.limit(SUGGESTED)).all()
    return f"; the same charge and day have: {', '.join(found)}" if found else ""


def _of_lines(payment: ClaimPayment) -> list[str]:
    return [named[1] for line in payment.lines if (named := OF_A_LINE.fullmatch(line.control.strip()))]
