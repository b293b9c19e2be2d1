"""Add-ons corrected after they were charged: the charges are reversed and posted anew, and the claims follow."""

import re
from collections.abc import Collection, Sequence

from sqlalchemy import exists
from sqlmodel import col, select

from activities import (
    claim_answers,
    claim_batches,
    claim_gathering,
    claim_lines,
    claim_making,
    claims,
    earnings,
    invoices,
    ledger,
    service_lines,
    settlement,
)
from activities.database import HELD, Tx
from activities.service_lines import Charged
from models.errors import Refused
from models.facts import ClaimStatus
from models.messages import Answered
from models.money import total
from models.rules.amending import Bill, against, goes_again
from models.rules.claim_spans import most_lines
from models.rules.claim_stages import DECIDED, NOT_SENT
from models.tables import AttendanceRow, Claim, ClaimLine, Entry, Interchange, Payer, Session, Submission

WHY = "what was done beside the session was corrected"


def held(tx: Tx, attendance: AttendanceRow, replace: bool) -> list[Claim]:
    """The claims for a client's part, primary first, held until the step ends; Refused where one does not allow it."""
    lines = select(ClaimLine.claim_number).where(ClaimLine.attendance_id == attendance.id)
    query = select(Claim).where(col(Claim.number).in_(lines)).order_by(col(Claim.number)).with_for_update(**HELD)
    found = tx.db.exec(query.execution_options(populate_existing=True)).all()
    found = sorted(found, key=lambda claim: claim.sequence)
    if no := against(_bills(tx, found), replace):
        raise Refused(no)
    return found


def amend(tx: Tx, session: Session, attendance: AttendanceRow, bills: Sequence[Claim]) -> None:
    """Charge what is done now and was not charged, take back what was not done, and let the claims follow."""
    done = {each.service_id: each for each in service_lines.done(tx, session, attendance) if each.add_on}
    standing = _charges(tx, attendance)
    gone = standing.keys() - done.keys()
    for service_id in sorted(gone):
        ledger.reverse(tx, standing[service_id], WHY)
    new = [each for service_id, each in done.items() if service_id not in standing]
    payer = bills[0].payer_id if bills else None
    more = settlement.charge_beside(tx, session, attendance, new, payer)
    if gone or more:
        _follow(tx, attendance, bills, gone, more)
    else:
        claim_making.look_again(tx, [claim for claim in bills if claim.status in NOT_SENT])
    invoices.settle(tx, attendance.client_id)
    earnings.accrue_client(tx, attendance.client_id)
    earnings.follow(tx, session, WHY)
    tx.after.answers += [Answered(claim.number, claim_answers.POSTED, 0) for claim in bills]


def _follow(
    tx: Tx, attendance: AttendanceRow, bills: Sequence[Claim], gone: Collection[int], more: Sequence[Charged]
) -> None:
    """Claims bill what was done; the first goes again where its payer decided on it, another when a biller sends it."""
    again = goes_again(_bills(tx, bills))
    for claim in bills:
        _change_lines(tx, claim, attendance, gone, more)
        if again and claim.number == again.number:
            claims.send_again(tx, claim, WHY)
        elif claim.status in DECIDED:
            claim_answers.ask_biller(tx, claim, f"{WHY}: correct it once claim {bills[0].number} is answered again")
        elif claim.status in NOT_SENT:
            claim_making.look_again(tx, [claim])


def _change_lines(
    tx: Tx, claim: Claim, attendance: AttendanceRow, gone: Collection[int], more: Sequence[Charged]
) -> None:
    """Lines of what was not done go, new ones come last: what stays keeps the number that its payer knows."""
    lines = claim_lines.of_claim(tx.db, claim.number)
    for line in lines:
        if line.attendance_id == attendance.id and line.service_id in gone:
            tx.db.delete(line)
    last = max(_highest_billed(tx, claim), *(line.place for line in lines))
    held_on = next(line.held_on for line in lines if line.attendance_id == attendance.id)
    tx.db.add_all(claim_lines.drafted(claim, service_lines.billed(attendance, held_on, more), first=last + 1))
    tx.db.flush()
    left = claim_lines.of_claim(tx.db, claim.number)
    claim.charge = total(line.charge for line in left)
    payer = tx.db.get_one(Payer, claim.payer_id)
    if (most := most_lines(payer.on_paper)) < len(left):
        do = "take a session off it first" if len(claim_lines.sessions(left)) > 1 else "leave an add-on out"
        raise Refused(f"claim {claim.number} would have {len(left)} lines and holds {most}: {do}")
    claim_gathering.close_if_full(claim, payer, len(left))


def _highest_billed(tx: Tx, claim: Claim) -> int:
    """The highest number a line of it was ever billed under, 0 for none: an answer may still come that names it."""
    files = select(Interchange.content).join(Submission, col(Submission.interchange_id) == Interchange.id)
    name = re.compile(rf"\b{re.escape(claim_lines.control(claim.number, 0)[:-1])}(\d+)\b".encode())
    contents = tx.db.exec(files.where(Submission.claim_number == claim.number))
    return max((int(place) for content in contents for place in name.findall(content)), default=0)


def _charges(tx: Tx, attendance: AttendanceRow) -> dict[int, Entry]:
    """The charges of add-ons that stand, by service."""
    undone = select(Entry.reverses_id).where(col(Entry.reverses_id).is_not(None), Entry.attendance_id == attendance.id)
    query = select(Entry).where(
        Entry.attendance_id == attendance.id,
        col(Entry.event).in_(settlement.CHARGES),
        col(Entry.service_id).is_not(None),
        col(Entry.id).not_in(undone),
    )
    return {entry.service_id or 0: entry for entry in tx.db.exec(query).all()}


def _bills(tx: Tx, found: Sequence[Claim]) -> list[Bill]:
    numbers = [claim.number for claim in found]
    leaving = set(tx.db.exec(select(Claim.number).where(col(Claim.number).in_(numbers), exists(claim_batches.LEAVING))))
    return [
        Bill(
            claim.number,
            ClaimStatus(claim.status),
            claim.frequency,
            claim.status == ClaimStatus.DRAFT and claim.number in leaving,
            bool(claim.payer_claim_number),
        )
        for claim in found
    ]
