"""Posting what payers paid: one claim of one remittance at a time, exactly once, mirrored when taken back."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import claim_lines, claims, earnings, invoices, ledger, playbook, tasks
from activities.database import Tx, step
from activities.giving_up import left_open
from models.errors import Refused
from models.facts import Adjusted, Answer, ClaimStatus, PaidLine, TaskKind
from models.messages import Answered, ClaimAssignment, ClaimStanding
from models.money import ZERO, total
from models.rules.denials import play_for
from models.rules.ledger import Draft, Event, payer_account
from models.rules.remittance import Decision, decide
from models.tables import AttendanceRow, Claim, ClaimLine, Entry, InvoiceLine, Posting, RemittanceClaim, RemittanceRow
from models.x12.parties import Adjustment
from models.x12.remittance_835 import ClaimPayment

REVERSAL = "22"
SET_ASIDE = "set_aside"
FORWARDED = frozenset({"19", "20", "21"})
"""Processed and sent on to the next payer by this one (CLP02)."""


@step("remittances.post")
def post(tx: Tx, answered: Answered) -> ClaimStanding:
    """Post every part of a remittance that concerns a claim, in the order of the file."""
    claim = claims.locked(tx, answered.claim_number)
    _post_parts(tx, claim, _parts(tx, claim, answered.ref))
    return claims.standing(tx, claim)


@step("remittances.assign")
def assign(tx: Tx, wish: ClaimAssignment) -> ClaimStanding:
    """Post a parked part to the claim that a biller says it answers; Refused where it cannot be posted there."""
    claim = claims.locked(tx, wish.claim_number)
    part = tx.db.get(RemittanceClaim, wish.part_id, with_for_update=True)
    if part is None or part.outcome not in ("parked", "posted", "denied", "reversal"):
        raise Refused("there is no such parked answer")
    if part.outcome != "parked":
        raise Refused(f"this answer was posted already, to claim {part.claim_number}")
    row = tx.db.get_one(RemittanceRow, part.remittance_id)
    if row.payer_id not in (None, claim.payer_id):
        raise Refused(f"claim {claim.number} went to another payer than the one that answers here")
    part.claim_number, part.outcome = claim.number, "read"
    tx.db.flush()
    _post_parts(tx, claim, [part])
    if part.outcome == "parked":
        raise Refused(f"it does not fit claim {claim.number}: its money was posted before, or never was")
    tasks.close_tasks(tx, _cause(part), f"posted by hand to claim {claim.number}")
    return claims.standing(tx, claim)


def set_aside(db: Database, part_id: int) -> None:
    """A person decided that a parked part is not to be posted."""
    part = db.get(RemittanceClaim, part_id, with_for_update=True)
    if part is None or part.outcome not in ("parked", SET_ASIDE):
        raise Refused("there is no such parked answer")
    part.outcome = SET_ASIDE


def as_detail(payment: ClaimPayment) -> dict[str, Any]:
    """What is kept of a claim's payment: its lines and adjustments, amounts as text."""
    lines = [
        _line(line.charged, line.paid, line.adjustments)
        | {"code": line.code, "on": str(line.date or ""), "control": line.control}
        for line in payment.lines
    ]
    if payment.adjustments or not lines:  # said of the claim: judged as one, for no line carries its own reason
        lines = [_line(payment.charged, payment.paid, payment.every_adjustment)]
    remarks = [*payment.remarks, *(remark for line in payment.lines for remark in line.remarks)]
    return {"lines": lines, "remarks": remarks, "number": payment.number}


def _line(charged: Decimal, paid: Decimal, adjustments: Sequence[Adjustment]) -> dict[str, Any]:
    told = [[a.group, a.reason, str(a.amount)] for a in adjustments]
    return {"charged": str(charged), "paid": str(paid), "adjustments": told}


def lines_of(part: RemittanceClaim) -> tuple[PaidLine, ...]:
    """The lines that were kept, as the rules read them."""
    kept: Any = part.detail["lines"]
    return tuple(
        PaidLine(
            Decimal(line["charged"]),
            Decimal(line["paid"]),
            tuple(Adjusted(group, reason, Decimal(amount)) for group, reason, amount in line["adjustments"]),
        )
        for line in kept
    )


def _post_parts(tx: Tx, claim: Claim, parts: Sequence[RemittanceClaim]) -> None:
    attendance = tx.db.get_one(AttendanceRow, claim.attendance_id)
    asked: list[Entry] = []
    for part in sorted(parts, key=lambda p: not _takes_back(tx, claim, p)):  # a correction may stand before it
        if part.status == REVERSAL:
            _reverse(tx, claim, part)
        else:
            asked += _post_part(tx, claim, attendance, part)
    _ask_client(tx, attendance.client_id, asked)
    invoices.settle(tx, attendance.client_id)
    earnings.accrue_client(tx, attendance.client_id)


def _parts(tx: Tx, claim: Claim, remittance_id: int) -> Sequence[RemittanceClaim]:
    query = select(RemittanceClaim).where(
        RemittanceClaim.remittance_id == remittance_id,
        RemittanceClaim.claim_number == claim.number,
        RemittanceClaim.outcome == "read",
    )
    return tx.db.exec(query.order_by(col(RemittanceClaim.position))).all()


def _post_part(tx: Tx, claim: Claim, attendance: AttendanceRow, part: RemittanceClaim) -> list[Entry]:
    """Post one answer; the entries that the client now owes."""
    following = claims.next_coverage(tx, claim)
    told = claim_lines.answers_by_line(tx.db, claim, part, lines_of(part))
    answer = Answer(
        lines=tuple(line for _, line in told),
        client_id=attendance.client_id,
        payer_id=claim.payer_id,
        next_payer_id=following.payer_id if following else None,
        secondary=claim.sequence > 1,
        left_open=left_open(tx, claim),
    )
    decision = decide(answer)
    if _overpays(decision, answer):
        park(tx, part, "it pays a claim that has been paid, without taking the first payment back")
        return []
    entries = _write(tx, claim, attendance, part, decision, [line for line, _ in told])
    part.outcome = "denied" if decision.denied else "posted"
    claim.payer_claim_number = part.payer_claim_number or claim.payer_claim_number
    if following and decision.shared > ZERO:
        claims.pass_on(tx, claim, following, part.status in FORWARDED)
    _decided(tx, claim, decision)
    return [e for e in entries if e.event == Event.CLIENT_SHARE.value]


def _decided(tx: Tx, claim: Claim, decision: Decision) -> None:
    if decision.denied:
        play = play_for(decision.denied, playbook.plays(tx.db, tx.today))
        codes = ", ".join(map(_reasons, decision.denied_lines))
        claims.answered(tx, claim, ClaimStatus.DENIED, f"denied with {codes} ({play.meaning}): {play.action.value}")
        return
    claims.answered(tx, claim, ClaimStatus.PAID, "")
    rest = left_open(tx, claim)
    if rest != ZERO:
        claims.ask_biller(tx, claim, f"paid, but {rest} of it is not explained by any adjustment: decide who owes it")


def _reasons(line: PaidLine) -> str:
    told = ", ".join(f"{a.group}-{a.reason} {a.amount}" for a in line.adjustments)
    return f"{told} on {line.of}" if line.of else told


def _overpays(decision: Decision, answer: Answer) -> bool:
    account = payer_account(answer.payer_id)
    taken = -total(amount for entry in decision.entries for name, amount in entry.postings if name == account)
    return taken > answer.left_open


def _write(
    tx: Tx,
    claim: Claim,
    attendance: AttendanceRow,
    part: RemittanceClaim,
    decision: Decision,
    lines: Sequence[ClaimLine | None],
) -> list[Entry]:
    """The entries, those of an add-on's line with its service."""
    by_service: dict[int | None, dict[str, Draft]] = {}
    for index, (place, drafted) in enumerate(zip(decision.lines, decision.entries, strict=True)):
        line = lines[place]
        add_on = line.service_id if line and line.place > 1 else None
        by_service.setdefault(add_on, {})[f"remittance/{part.id}/{index}"] = drafted
    return [
        entry
        for service_id, drafts in by_service.items()
        for entry in ledger.post_all(
            tx,
            drafts,
            client_id=attendance.client_id,
            session_id=attendance.session_id,
            attendance_id=attendance.id,
            claim_number=claim.number,
            remittance_claim_id=part.id,
            service_id=service_id,
        )
    ]


def _reverse(tx: Tx, claim: Claim, part: RemittanceClaim) -> None:
    """Mirror what an earlier answer posted."""
    original = _original(tx, claim, part)
    if original is None:
        park(tx, part, "it takes back a payment that was never posted")
        return
    for entry in tx.db.exec(select(Entry).where(Entry.remittance_claim_id == original.id)).all():
        if entry.reverses_id is None:
            ledger.reverse(tx, entry, "the payer took its answer back", remittance_claim_id=part.id)
    original.reversed_by_id = part.id
    part.outcome = "reversal"
    claim.status = ClaimStatus.ACCEPTED
    claims.taken_back(tx, claim)


def _takes_back(tx: Tx, claim: Claim, part: RemittanceClaim) -> bool:
    return part.status == REVERSAL and _original(tx, claim, part) is not None


def _original(tx: Tx, claim: Claim, part: RemittanceClaim) -> RemittanceClaim | None:
    """What a reversal takes back: the newest answer with this payer's number, else with these amounts."""
    query = select(RemittanceClaim).where(
        RemittanceClaim.claim_number == claim.number,
        col(RemittanceClaim.outcome).in_(("posted", "denied")),
        col(RemittanceClaim.reversed_by_id).is_(None),
        RemittanceClaim.paid == -part.paid,
    )
    found = tx.db.exec(query.order_by(col(RemittanceClaim.id).desc())).all()
    named = [f for f in found if f.payer_claim_number == part.payer_claim_number]
    return next(iter(named or found), None)


def _ask_client(tx: Tx, client_id: int, entries: list[Entry]) -> None:
    """Invoice the client's new shares at once; one that was taken back alike stays on the invoice it stood on."""
    new = []
    for entry in entries:
        if invoice := _invoice_of_twin(tx, entry):
            tx.db.add(InvoiceLine(entry_id=entry.id or 0, invoice_number=invoice))
            tx.db.flush()
        else:
            new.append(entry)
    if new:
        invoices.ask(tx, client_id, new)


def _invoice_of_twin(tx: Tx, entry: Entry) -> str | None:
    """The invoice that asked for the same share of the same claim before it was reversed in this step."""
    undone = select(Entry.reverses_id).where(
        Entry.at == entry.at, col(Entry.reverses_id).is_not(None), Entry.claim_number == entry.claim_number
    )
    twins = tx.db.exec(
        select(InvoiceLine, Entry)
        .join(Entry, col(Entry.id) == InvoiceLine.entry_id)
        .where(col(Entry.id).in_(undone), Entry.event == entry.event)
    ).all()
    return next((line.invoice_number for line, twin in twins if _amount(tx, twin) == _amount(tx, entry)), None)


def _amount(tx: Tx, entry: Entry) -> Decimal:
    postings = tx.db.exec(select(col(Posting.amount)).where(Posting.entry_id == entry.id, Posting.amount > 0)).all()
    return total(postings)


def park(tx: Tx, part: RemittanceClaim, why: str) -> None:
    """Keep a part of a remittance for a person; nothing of it was posted."""
    part.outcome = "parked"
    what = f"remittance {part.remittance_id}, claim {part.position + 1} in it ({part.status}, {part.paid}): {why}"
    tasks.open_task(tx, TaskKind.REMITTANCE_PARKED, _cause(part), what)


def _cause(part: RemittanceClaim) -> str:
    return f"remittance_claim/{part.id}"
