"""What payers say of coverages (271): found by our trace, kept as it was told; what does not hold becomes a task."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, select

from activities import reviews, tasks
from activities.database import Tx
from models.facts import TaskKind
from models.tables import Coverage, EligibilityAnswerRow, EligibilityInquiry, Interchange
from models.x12 import eligibility_270_271 as x12
from models.x12.eligibility import EligibilityAnswer, Rejection

LATER = ("42", "80")
"""The payer cannot answer at present, or did not (AAA03)."""


def take(tx: Tx, interchange: Interchange, content: str) -> None:
    """Keep what payers say; a record whose coverage does not hold becomes a task, one that holds closes it."""
    touched: set[int] = set()
    for response in x12.read_271(content):
        for rejection in response.rejections:
            touched |= _refused(tx, interchange, response.reference, rejection)
        for answer in response.answers:
            touched |= _told(tx, interchange, response.reference, answer)
    for client_id in sorted(touched):
        reviews.look_at(tx, client_id)


def _refused(tx: Tx, interchange: Interchange, reference: str, rejection: Rejection) -> set[int]:
    """The whole request was refused: nothing is known of any of its coverages."""
    inquiries = _asked_in(tx, reference)
    if not inquiries:
        _unknown(tx, interchange)
    for inquiry in inquiries:
        _keep(tx, EligibilityAnswerRow(**_keys(tx, inquiry, interchange), **_problem([rejection])))
    return _whose(tx, inquiries)


def _told(tx: Tx, interchange: Interchange, reference: str, answer: EligibilityAnswer) -> set[int]:
    inquiry = _question(tx, reference, answer)
    if inquiry is None:
        _unknown(tx, interchange)
        return set()
    _keep(tx, EligibilityAnswerRow(**_keys(tx, inquiry, interchange), **_said(answer), **_problem(answer.rejections)))
    return _whose(tx, [inquiry])


def _question(tx: Tx, reference: str, answer: EligibilityAnswer) -> EligibilityInquiry | None:
    """By our trace; where the payer did not repeat it, the only one in the same request with this member id."""
    by_trace = select(EligibilityInquiry).where(col(EligibilityInquiry.trace).in_(answer.traces))
    if found := tx.db.exec(by_trace).first():
        return found
    members = [
        each
        for each in _asked_in(tx, reference)
        if tx.db.get_one(Coverage, each.coverage_id).member_id == answer.member_id
    ]
    return members[0] if len(members) == 1 else None


def _asked_in(tx: Tx, reference: str) -> Sequence[EligibilityInquiry]:
    """What a request asked; `reference` is its number."""
    if not reference.isdigit():
        return []
    query = select(EligibilityInquiry).join(Interchange, col(Interchange.id) == EligibilityInquiry.interchange_id)
    ours = query.where(Interchange.direction == "out", Interchange.control == int(reference[:9]))
    return tx.db.exec(ours.order_by(col(EligibilityInquiry.id))).all()


def _unknown(tx: Tx, interchange: Interchange) -> None:
    what = f"file {interchange.id} answers an eligibility inquiry that was never made here"
    tasks.open_task(tx, TaskKind.REMITTANCE_PARKED, f"interchange/{interchange.id}", what)


def _whose(tx: Tx, inquiries: Sequence[EligibilityInquiry]) -> set[int]:
    return {tx.db.get_one(Coverage, each.coverage_id).client_id for each in inquiries}


def _keys(tx: Tx, inquiry: EligibilityInquiry, interchange: Interchange) -> dict[str, Any]:
    return {"inquiry_id": inquiry.id or 0, "interchange_id": interchange.id or 0, "told_at": tx.now}


def _said(answer: EligibilityAnswer) -> dict[str, Any]:
    terms, elsewhere = answer.terms(), answer.carve_out
    contact = f"{elsewhere.name} {elsewhere.phone}".strip() if elsewhere else ""
    told = {"active": answer.active, "plan": answer.plan, "begins": answer.begins, "ends": answer.ends}
    return {**told, "carve_out": contact, **vars(terms)}


def _problem(rejections: Sequence[Rejection]) -> dict[str, Any]:
    words = "; ".join(dict.fromkeys(f"{each.text} ({each.action})" for each in rejections))
    return {"problem": words, "again": bool(rejections) and all(each.code in LATER for each in rejections)}


def _keep(tx: Tx, row: EligibilityAnswerRow) -> None:
    """Once for each file and inquiry."""
    same = select(EligibilityAnswerRow.id).where(
        EligibilityAnswerRow.inquiry_id == row.inquiry_id, EligibilityAnswerRow.interchange_id == row.interchange_id
    )
    if tx.db.exec(same).first() is None:
        tx.db.add(row)
        tx.db.flush()
