"""What giving a claim up leaves: its debt with the client, the next coverage or nobody, or a second person asked."""

from collections.abc import Collection
from decimal import Decimal

from sqlmodel import Session as Database
from sqlmodel import col, func, select

from activities import earnings, invoices, ledger, tasks
from activities.database import Tx
from models.errors import Refused
from models.facts import ClaimStatus, TaskKind
from models.money import ZERO, total
from models.rules.ledger import Event, draft, payer_account
from models.tables import AttendanceRow, Claim, ClaimLine, Entry, Posting, WriteOffAsked

RULES = {
    Event.CLIENT_SHARE: "claims.billed_to_client",
    Event.PAYER_WRITE_OFF: "claims.written_off",
    Event.NEXT_COVERAGE: "claims.billed_to_next",
}


def left_open(tx: Tx, claim: Claim) -> Decimal:
    """What this payer still owes for the claim."""
    return total(open_of_sessions(tx.db, claim).values())


def open_of_sessions(db: Database, claim: Claim) -> dict[int, Decimal]:
    """What this payer still owes for each session of the claim, by attendance; what is settled is left out."""
    mine = select(ClaimLine.attendance_id).where(ClaimLine.claim_number == claim.number)
    query = (
        select(Entry.attendance_id, func.sum(Posting.amount))
        .join(Posting, col(Posting.entry_id) == Entry.id)
        .where(Posting.account == payer_account(claim.payer_id), col(Entry.attendance_id).in_(mine))
    )
    found = db.exec(query.group_by(col(Entry.attendance_id)).order_by(col(Entry.attendance_id))).all()
    return {number or 0: amount for number, amount in found if amount}


def cause(claim: Claim) -> str:
    """How tasks name a claim."""
    return f"claim/{claim.number}"


def needs_second(tx: Tx, claim: Claim) -> bool:
    """Whether writing off what is open of a claim is more than one person may decide."""
    limit = tx.practice.write_off_limit
    return limit is not None and left_open(tx, claim) > limit


def ask_second(tx: Tx, claim: Claim, amount: Decimal, reason: str, by_id: int | None) -> None:
    """Keep a wish to give up more than one person may, once; somebody else is asked."""
    if by_id is None:
        raise Refused("that is more than one person may write off: say who asks for it")
    waiting = select(WriteOffAsked).where(
        WriteOffAsked.claim_number == claim.number, col(WriteOffAsked.decided_at).is_(None)
    )
    if tx.db.exec(waiting).first():
        raise Refused("a second person was asked already, and has not decided yet")
    row = WriteOffAsked(claim_number=claim.number, amount=amount, reason=reason, asked_at=tx.now, asked_by=by_id)
    tx.db.add(row)
    what = f"claim {claim.number}: agree that {amount} is written off ({reason}), or do not"
    tasks.open_task(tx, TaskKind.WRITE_OFF_ASKED, cause(claim), what, claim.client_id)


def withdraw_asked(tx: Tx, claim: Claim) -> None:
    """A claim goes out again: what a second person was asked about it holds no longer, whatever they say later."""
    waiting = select(WriteOffAsked).where(
        WriteOffAsked.claim_number == claim.number, col(WriteOffAsked.decided_at).is_(None)
    )
    for asked in tx.db.exec(waiting.with_for_update()).all():
        asked.decided_at, asked.granted = tx.now, False
    tasks.close_tasks(tx, cause(claim), "the claim goes out again", TaskKind.WRITE_OFF_ASKED)


def give_up(tx: Tx, claim: Claim, event: Event, reason: str, only: Collection[int] | None = None, **whose: int) -> None:
    """What a claim's payer still owes becomes what the event says, of all its sessions or `only` of these attendances.

    The claim is closed with the last of what is open.
    """
    everything = {number: amount for number, amount in open_of_sessions(tx.db, claim).items() if amount > ZERO}
    owed = {number: amount for number, amount in everything.items() if only is None or number in only}
    entries = [_post(tx, claim, event, number, amount, reason, **whose) for number, amount in owed.items()]
    asked = [entry for entry in entries if entry and event is Event.CLIENT_SHARE]
    if asked:
        invoices.ask(tx, claim.client_id, asked)
    if owed:
        earnings.accrue_client(tx, claim.client_id)
    if owed.keys() == everything.keys():
        claim.status, claim.why = ClaimStatus.CLOSED, reason
        tx.db.flush()
        tasks.close_tasks(tx, cause(claim), "the claim was closed")


def _post(
    tx: Tx, claim: Claim, event: Event, attendance_id: int, owed: Decimal, reason: str, **whose: int
) -> Entry | None:
    """What is open of one session of the claim, and whose it is now."""
    drafted = draft(event, owed, RULES[event], reason, payer=claim.payer_id, client=claim.client_id, **whose)
    return ledger.post(
        tx,
        f"close/{claim.number}/{claim.edition}/{attendance_id}",
        drafted,
        client_id=claim.client_id,
        session_id=tx.db.get_one(AttendanceRow, attendance_id).session_id,
        attendance_id=attendance_id,
        claim_number=claim.number,
    )
