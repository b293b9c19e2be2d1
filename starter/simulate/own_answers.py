"""What payers really answered to each attendance, as behaviour: after how many days, allowing how much."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine, text

from models.money import ZERO, total
from starter.simulate.behaviour import Answer

ANSWERS = """
select m.attendance_id, m.sequence, m.number, m.status as now, cast(m.made_at as date) as made_on, r.paid_on, c.paid,
  c.status, c.detail
from claim m join remittance_claim c on c.claim_number = m.number join remittance r on r.id = c.remittance_id
where m.attendance_id = any(:attendances) and c.status <> '22' and c.reversed_by_id is null and c.outcome <> 'set_aside'
order by m.attendance_id, m.sequence, r.paid_on, c.id
"""
DENIED = "4"


def answers_of(engine: Engine, attendances: list[int]) -> dict[int, tuple[Answer, ...]]:
    """By attendance, an answer for each coverage that answered, the first coverage first."""
    said: dict[int, dict[int, list[Any]]] = defaultdict(lambda: defaultdict(list))
    with engine.connect() as connection:
        for row in connection.execute(text(ANSWERS), {"attendances": attendances}):
            said[row.attendance_id][row.sequence].append(row)
    return {
        attendance: tuple(_answer(rows) for _, rows in sorted(by_sequence.items()))
        for attendance, by_sequence in said.items()
    }


def _answer(rows: list[Any]) -> Answer:
    """The first answer, and where that was a denial, whether a later one paid."""
    first, last = rows[0], rows[-1]
    days = max(0, (first.paid_on - first.made_on).days)
    shares = total(amount for group, _, amount in _adjustments(last) if group == "PR")
    denied = _denied(first)
    if not denied:
        return Answer(days, last.paid + shares, shares)
    mended = (last.paid_on - first.paid_on).days if last.paid > ZERO else None
    return Answer(days, last.paid + shares, shares, denied, mended)


def _denied(row: Any) -> str:
    """The code of a denial; "" for what was paid or allowed."""
    codes = [f"{group}-{reason}" for group, reason, _ in _adjustments(row)]
    shared = any(code in ("PR-1", "PR-2", "PR-3") for code in codes)
    return codes[0] if row.paid == ZERO and codes and (row.status == DENIED or not shared) else ""


def _adjustments(row: Any) -> list[tuple[str, str, Decimal]]:
    return [
        (group, reason, Decimal(amount))
        for line in row.detail["lines"]
        for group, reason, amount in line["adjustments"]
    ]
