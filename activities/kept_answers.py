"""Answers of payers to claims, as they are kept; what fits no claim is parked for a person, and may be set aside."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlmodel import Session as Database
from sqlmodel import col, func, select

from activities import tasks
from activities.database import Tx
from models.errors import Refused
from models.facts import Adjusted, PaidLine, TaskKind
from models.tables import RemittanceClaim, Task
from models.x12.parties import Adjustment
from models.x12.remittance_835 import ClaimPayment

AT_ONCE = 500
"""Claims of a file that are kept, or compared with what was, in one go."""
OWN_TASKS = 20
"""Parked claims of a remittance that have a task each; of more, one tells."""
SET_ASIDE = "set_aside"
FORWARDED = frozenset({"19", "20", "21"})
"""Processed and sent on to the next payer by this one (CLP02)."""


def set_aside(db: Database, part_id: int) -> UUID | None:
    """A person decided that a parked part is not to be posted; the task of its remittance's rest, if that is done."""
    part = db.get(RemittanceClaim, part_id, with_for_update=True)
    if part is None or part.outcome not in ("parked", SET_ASIDE):
        raise Refused("there is no such parked answer")
    part.outcome = SET_ASIDE
    if still_parked(db, part.remittance_id):
        return None
    rest = select(Task.id).where(Task.cause == cause_of_rest(part.remittance_id), col(Task.closed_at).is_(None))
    return db.exec(rest).first()


def as_detail(payment: ClaimPayment, why: str = "") -> dict[str, Any]:
    """What is kept of a claim's payment: its lines and adjustments, amounts as text; `why` it is parked."""
    lines = [
        _line(line.charged, line.paid, line.adjustments)
        | {"code": line.code, "on": str(line.date or ""), "control": line.control}
        for line in payment.lines
    ]
    kept: dict[str, Any] = {}
    if payment.adjustments and lines:  # claims of several sessions lay out over their lines what was said of the claim
        kept = {"beside": lines, "of_claim": _told(payment.adjustments)}
    if payment.adjustments or not lines:  # said of the claim: judged as one, for no line carries its own reason
        lines = [_line(payment.charged, payment.paid, payment.every_adjustment)]
    remarks = [*payment.remarks, *(remark for line in payment.lines for remark in line.remarks)]
    kept |= {"lines": lines, "remarks": remarks, "number": payment.number}
    return kept | {"why": why} if why else kept


def _line(charged: Decimal, paid: Decimal, adjustments: Sequence[Adjustment]) -> dict[str, Any]:
    return {"charged": str(charged), "paid": str(paid), "adjustments": _told(adjustments)}


def _told(adjustments: Sequence[Adjustment]) -> list[list[str]]:
    return [[a.group, a.reason, str(a.amount)] for a in adjustments]


def lines_of(part: RemittanceClaim) -> tuple[PaidLine, ...]:
    """The lines that were kept, as the rules read them."""
    return as_lines(part.detail["lines"])


def as_told(part: RemittanceClaim) -> Any:
    """The lines as the payer told them, also where what it said of the claim was judged as one."""
    return part.detail.get("beside") or part.detail["lines"]


def as_lines(kept: Any) -> tuple[PaidLine, ...]:
    """Lines as they were kept, as the rules read them."""
    return tuple(
        PaidLine(Decimal(line["charged"]), Decimal(line["paid"]), as_adjustments(line["adjustments"])) for line in kept
    )


def as_adjustments(kept: Any) -> tuple[Adjusted, ...]:
    """Adjustments as they were kept."""
    return tuple(Adjusted(group, reason, Decimal(amount)) for group, reason, amount in kept)


def park(tx: Tx, part: RemittanceClaim, why: str) -> None:
    """Keep a part of a remittance for a person; nothing of it was posted."""
    part.outcome = "parked"
    what = f"remittance {part.remittance_id}, claim {part.position + 1} in it ({part.status}, {part.paid}): {why}"
    tasks.open_task(tx, TaskKind.REMITTANCE_PARKED, cause(part), what)


def park_all(tx: Tx, unfit: Sequence[tuple[RemittanceClaim, str]]) -> None:
    """Keep parts for a person, each for its reason: those that a remittance has room for with a task of their own."""
    of_remittances: dict[int, list[tuple[RemittanceClaim, str]]] = {}
    for part, why in unfit:
        of_remittances.setdefault(part.remittance_id, []).append((part, why))
    for remittance_id, mine in of_remittances.items():
        parked = RemittanceClaim.remittance_id == remittance_id, RemittanceClaim.outcome == "parked"
        before = tx.db.exec(select(func.count()).select_from(RemittanceClaim).where(*parked)).one()
        for place, (part, why) in enumerate(mine, start=before):
            part.outcome, part.detail = "parked", {**part.detail, "why": why}
            if place < OWN_TASKS:
                park(tx, part, why)
        gather(tx, remittance_id, before + len(mine))


def gather(tx: Tx, remittance_id: int, parked: int) -> None:
    """One task for those of so many parked parts of a remittance that have none of their own."""
    if parked > OWN_TASKS:
        more = parked - OWN_TASKS
        what = f"remittance {remittance_id}: {more} more claims in it are parked; see Parked, or whose file it is"
        tasks.open_task(tx, TaskKind.REMITTANCE_PARKED, cause_of_rest(remittance_id), what)


def still_parked(db: Database, remittance_id: int) -> bool:
    """Whether a part of a remittance waits for a person."""
    parked = RemittanceClaim.remittance_id == remittance_id, RemittanceClaim.outcome == "parked"
    return db.exec(select(RemittanceClaim.id).where(*parked).limit(1)).first() is not None


def cause(part: RemittanceClaim) -> str:
    """How tasks name a parked part."""
    return f"remittance_claim/{part.id}"


def cause_of_rest(remittance_id: int) -> str:
    """How the task is named that tells of the parked parts without one of their own."""
    return f"remittance/{remittance_id}"
