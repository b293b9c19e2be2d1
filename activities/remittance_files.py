"""An 835 taken in: each remittance kept once, each claim of it matched to ours or parked; its posting comes after.

Claims are kept as they are read, some hundred at a time, so that a large file is never held whole.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

from sqlalchemy import insert
from sqlmodel import col, select

from activities import claim_lines, kept_answers, ledger, matching, same_money, tasks
from activities.alive import alive
from activities.database import Tx
from activities.same_money import Comparison
from models.errors import Parked
from models.facts import TaskKind
from models.money import ZERO, total
from models.rules.ledger import Event, draft
from models.tables import Interchange, Payer, RemittanceClaim, RemittanceRow
from models.x12 import remittance_835
from models.x12.envelope import PROBLEMS_TOLD, Problem
from models.x12.remittance_835 import Reading
from models.x12.remittances import ClaimPayment, Remittance, problems_of_claim, problems_of_payment


def take(tx: Tx, interchange: Interchange, content: str) -> None:
    """Keep each remittance once; nothing at all of a file in which one does not add up.

    Of money that was told before the file says so, and a person hears where its claims are not the same.
    """
    wrong: list[Problem] = []
    again: list[Comparison] = []
    for reading in remittance_835.readings(content):
        if row := same_money.known(tx, reading.head):
            again.append(Comparison(tx, row))
            wrong += again[-1].read(reading)
        else:
            wrong += _keep(tx, interchange, reading)
    interchange.why = "; ".join(each.words for each in again)
    if any(each.differs for each in again):
        told = "; ".join(each.words for each in again if each.differs)
        what = f"answer file {interchange.id} tells of {told}"
        tasks.open_task(tx, TaskKind.REMITTANCE_PARKED, f"interchange/{interchange.id}", what)
    if wrong:
        more = f"; and {len(wrong) - PROBLEMS_TOLD} more" if len(wrong) > PROBLEMS_TOLD else ""
        raise Parked("; ".join(map(str, wrong[:PROBLEMS_TOLD])) + more)


def _keep(tx: Tx, interchange: Interchange, reading: Reading) -> Iterator[Problem]:
    """Keep a remittance; what of it does not add up."""
    row = _row(tx, interchange, reading.head)
    told, first, paid, parked = reading.claims(), 0, ZERO, 0
    named = row.payer_id
    while some := list(islice(told, kept_answers.AT_ONCE)):
        alive()
        parked += _claims(tx, row, named, first, some, parked)
        first += len(some)
        paid += total(payment.paid for payment in some)
        for payment in some:
            yield from (problem for _, problem in problems_of_claim(payment))
    yield from problems_of_payment(reading.head, paid)
    kept_answers.gather(tx, row.id or 0, parked)
    _provider_adjustments(tx, row, reading.head)
    tx.after.remittances.append(row.id or 0)


def _row(tx: Tx, interchange: Interchange, r: Remittance) -> RemittanceRow:
    row = RemittanceRow(
        interchange_id=interchange.id or 0,
        payer_id=_payer(tx, r.payer.id),
        payer_key=same_money.payer_key(r),
        trace=r.trace,
        payment=r.payment,
        method=r.method,
        paid_on=r.date,
        read_at=tx.now,
    )
    tx.db.add(row)
    tx.db.flush()
    return row


def _payer(tx: Tx, payer_id: str) -> int | None:
    named = tx.db.exec(select(Payer).where(Payer.payer_id == payer_id)).first()
    return named.id if named else None


def _claims(
    tx: Tx, row: RemittanceRow, named: int | None, first: int, payments: Sequence[ClaimPayment], parked: int
) -> int:
    """Keep some claims; one that is not ours, of another charge or of another payer than the one that the file names
    is parked, as `parked` were before. How many.
    """
    found = matching.matched(tx, payments, row.payer_id)
    if named is not None:
        found = matching.of_payer(tx, found, payments, named)
    elif row.payer_id is None:  # a payer of another name or number than ours: the one whose claims it answers
        row.payer_id = next((match.claim.payer_id for match in found if match.claim), None)
    charges = _charges(tx, payments, found)
    whys = [_unfit(payment, match, named, charges) for payment, match in zip(payments, found, strict=True)]
    rows = [
        {
            "remittance_id": row.id,
            "position": position,
            "claim_number": match.claim.number if match.claim else None,
            "status": payment.status,
            "charged": payment.charged,
            "paid": payment.paid,
            "payer_claim_number": payment.icn,
            "detail": kept_answers.as_detail(payment, why),
            "outcome": "parked" if why else "read",
        }
        for position, (payment, match, why) in enumerate(zip(payments, found, whys, strict=True), start=first)
    ]
    tx.db.execute(insert(RemittanceClaim), rows)
    unfit = {position: why for position, why in enumerate(whys, start=first) if why}
    for part in _parts(tx, row, list(unfit)[: max(kept_answers.OWN_TASKS - parked, 0)]):
        kept_answers.park(tx, part, unfit[part.position])
    return len(unfit)


def _charges(tx: Tx, payments: Sequence[ClaimPayment], found: Sequence[matching.Match]) -> dict[str, Decimal]:
    """What the lines charge, by control number, of claims that are answered with another charge than theirs."""
    both = zip(payments, found, strict=True)
    other = {m.claim.number for p, m in both if m.claim and abs(p.charged) != m.claim.charge}
    lines = claim_lines.of_claims(tx.db, other) if other else {}
    return {claim_lines.control(line.claim_number, line.place): line.charge for mine in lines.values() for line in mine}


def _unfit(payment: ClaimPayment, match: matching.Match, named: int | None, charges: Mapping[str, Decimal]) -> str:
    """Why a claim is not posted by itself; "" where it is. A payer may answer a claim in parts, line by line."""
    if match.claim is None:
        return f"no claim of that number was made here{match.hint}"
    if named not in (None, match.claim.payer_id):
        return f"it answers claim {match.claim.number}, which went to another payer"
    if payment.reversal:  # it finds what it takes back
        return ""
    of_lines = [charges.get(control) for control in {line.control.strip().upper() for line in payment.lines}]
    in_part = bool(of_lines) and None not in of_lines and total(filter(None, of_lines)) == payment.charged
    if payment.charged != match.claim.charge and not in_part:
        return f"it answers a charge of {payment.charged}, the claim was for {match.claim.charge}"
    return ""


def _parts(tx: Tx, row: RemittanceRow, positions: Sequence[Any]) -> Sequence[RemittanceClaim]:
    if not positions:
        return ()
    query = select(RemittanceClaim).where(
        RemittanceClaim.remittance_id == row.id, col(RemittanceClaim.position).in_(positions)
    )
    return tx.db.exec(query.order_by(col(RemittanceClaim.position))).all()


def _provider_adjustments(tx: Tx, row: RemittanceRow, r: Remittance) -> None:
    """Money outside of claims: interest is income, all else stands between the payer and us."""
    if r.provider_adjustments and row.payer_id is None:
        raise Parked(f"payment {r.trace}: it adjusts the provider's account, and its payer is not known here")
    for index, adjustment in enumerate(r.provider_adjustments):
        event = Event.INTEREST if adjustment.code == "L6" else Event.PROVIDER_ADJUSTMENT
        if adjustment.amount != ZERO:
            why = f"835 PLB {adjustment.code} {adjustment.reference}".rstrip()
            drafted = draft(event, adjustment.amount, "remittance.provider_adjustment", why, payer=row.payer_id or 0)
            ledger.post(tx, f"plb/{row.id}/{index}", drafted, remittance_id=row.id)
