"""What payers really answered to each attendance, as behaviour: after how many days, allowing how much."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Engine
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import claim_lines
from activities.answered_lines import Asked, by_session
from activities.kept_answers import SET_ASIDE
from models.facts import Adjusted, PaidLine
from models.money import ZERO, total
from models.tables import Claim, ClaimLine, RemittanceClaim, RemittanceRow
from models.x12.remittances import REVERSAL
from starter.simulate.behaviour import Answer

DENIED = "4"


@dataclass(frozen=True)
class Said:
    """What a payer said of one session, on which day."""

    paid_on: date
    status: str
    lines: tuple[PaidLine, ...]

    @property
    def paid(self) -> Decimal:
        """Dollars."""
        return total(line.paid for line in self.lines)

    @property
    def adjusted(self) -> Iterator[Adjusted]:
        """What was not paid, and why."""
        return (adjustment for line in self.lines for adjustment in line.adjustments)

    @property
    def denied(self) -> str:
        """The code of a denial; "" for what was paid or allowed."""
        codes = [f"{a.group}-{a.reason}" for a in self.adjusted]
        shared = any(code in ("PR-1", "PR-2", "PR-3") for code in codes)
        return codes[0] if self.paid == ZERO and codes and (self.status == DENIED or not shared) else ""


def answers_of(engine: Engine, ready: Mapping[int, date]) -> dict[int, tuple[Answer, ...]]:
    """By attendance, an answer for each coverage that answered, the first coverage first.

    `ready` is the day on which each was ready to be billed: so many days later its first coverage answered, whatever
    else was on the claim; a further one is counted from the answer before it.
    """
    said: dict[int, dict[int, list[Said]]] = defaultdict(lambda: defaultdict(list))
    with Database(engine) as db:
        for attendance_id, sequence, each in _said(db, list(ready)):
            said[attendance_id][sequence].append(each)
    return {
        attendance: tuple(_answers(ready[attendance], [by_sequence[place] for place in sorted(by_sequence)]))
        for attendance, by_sequence in said.items()
    }


def _said(db: Database, attendances: list[int]) -> Iterator[tuple[int, int, Said]]:
    """What stands of each of these sessions, in the order of the answers, with the coverage's place."""
    numbers = select(ClaimLine.claim_number).where(col(ClaimLine.attendance_id).in_(attendances))
    query = (
        select(Claim, RemittanceClaim, col(RemittanceRow.paid_on))
        .join(RemittanceClaim, col(RemittanceClaim.claim_number) == Claim.number)
        .join(RemittanceRow, col(RemittanceRow.id) == RemittanceClaim.remittance_id)
        .where(col(Claim.number).in_(numbers), RemittanceClaim.status != REVERSAL)
        .where(col(RemittanceClaim.reversed_by_id).is_(None), RemittanceClaim.outcome != SET_ASIDE)
    )
    answered = db.exec(query.order_by(col(RemittanceRow.paid_on), col(RemittanceClaim.id))).all()
    lines = claim_lines.of_claims(db, {claim.number for claim, _, _ in answered})
    codes = claim_lines.codes_of(db, (line for mine in lines.values() for line in mine))
    wanted = set(attendances)
    for claim, part, paid_on in answered:
        for attendance_id, told in by_session(Asked(lines[claim.number], codes), part).items():
            if attendance_id in wanted:
                about = Said(paid_on, part.status, tuple(line for _, line in told))
                yield attendance_id, claim.sequence, about


def _answers(ready: date, of_coverages: Iterable[list[Said]]) -> Iterator[Answer]:
    """Each coverage's answer, counted from the day on which it was its turn."""
    for said in of_coverages:
        yield _answer(ready, said)
        ready = said[0].paid_on


def _answer(ready: date, said: list[Said]) -> Answer:
    """The first answer, and where that was a denial, whether a later one paid."""
    first, last = said[0], said[-1]
    days = max(0, (first.paid_on - ready).days)
    shares = total(a.amount for a in last.adjusted if a.group == "PR")
    if not first.denied:
        return Answer(days, last.paid + shares, shares)
    mended = (last.paid_on - first.paid_on).days if last.paid > ZERO else None
    return Answer(days, last.paid + shares, shares, first.denied, mended)
