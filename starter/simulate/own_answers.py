"""What payers really answered to each attendance, as behaviour: after how many days, allowing how much.

A claim that waits for its payer on the last day is answered after it, as this payer usually answers for the service.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from statistics import median_low

from sqlalchemy import Engine
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import claim_lines
from activities.answered_lines import Asked, by_session
from activities.kept_answers import SET_ASIDE
from models.facts import Adjusted, PaidLine
from models.money import ZERO, total
from models.rules.claim_stages import TO_BE_FILED
from models.tables import Claim, ClaimLine, RemittanceClaim, RemittanceRow
from models.x12.remittances import REVERSAL
from starter.simulate.behaviour import Answer

DENIED = "4"


By = tuple[int, int | None]
"""Who answers about what: a payer, a service."""


@dataclass(frozen=True)
class Said:
    """What a payer said of one session, on which day."""

    paid_on: date
    status: str
    lines: tuple[PaidLine, ...]
    by: By

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


def answers_of(engine: Engine, ready: Mapping[int, date], last: date) -> dict[int, tuple[Answer, ...]]:
    """By attendance, an answer for each coverage that answered or will, the first coverage first.

    `ready` is the day on which each was ready to be billed: so many days later its first coverage answered, whatever
    else was on the claim; a further one is counted from the answer before it.
    """
    said: dict[int, dict[int, list[Said]]] = defaultdict(lambda: defaultdict(list))
    with Database(engine) as db:
        for attendance_id, sequence, each in _said(db, list(ready)):
            said[attendance_id][sequence].append(each)
        waiting = _waiting(db, list(ready))
    found: dict[int, dict[int, Answer]] = defaultdict(dict)
    usual: dict[By, list[Answer]] = defaultdict(list)
    since = {}
    for attendance, by_sequence in said.items():
        day = ready[attendance]
        for place, each_said in sorted(by_sequence.items()):
            found[attendance][place] = answer = _answer(day, each_said)
            usual[each_said[0].by].append(answer)
            since[attendance] = day = each_said[0].paid_on
    for attendance, place, by in waiting:
        to_come = _to_come(found[attendance].get(place), usual[by], last - since.get(attendance, ready[attendance]))
        if to_come:
            found[attendance][place] = to_come
    return {number: tuple(answers[place] for place in sorted(answers)) for number, answers in found.items()}


def _waiting(db: Database, attendances: list[int]) -> list[tuple[int, int, By]]:
    """Sessions on claims that were not answered yet, or were denied and sent again: coverage's place and whose turn."""
    query = select(ClaimLine.attendance_id, Claim.sequence, Claim.payer_id, ClaimLine.service_id)
    query = query.join(Claim, col(Claim.number) == ClaimLine.claim_number)
    query = query.where(col(ClaimLine.attendance_id).in_(attendances), col(Claim.status).in_(TO_BE_FILED))
    query = query.where(col(ClaimLine.add_on).is_(False)).order_by(col(Claim.number), col(ClaimLine.place))
    return [(attendance, place, (payer, service)) for attendance, place, payer, service in db.exec(query).all()]


def _to_come(before: Answer | None, usual: list[Answer], left: timedelta) -> Answer | None:
    """An answer after the last day, `left` days from now; None where it is known, or nobody knows this payer's ways."""
    paid = [answer for answer in usual if answer.allowed]
    if not paid or (before and (not before.denied or before.mended is not None)):
        return None
    allowed, share = (median_low(amounts) for amounts in zip(*((a.allowed, a.share) for a in paid), strict=True))
    days = left.days + 1
    if before:
        return replace(before, allowed=allowed, share=share, mended=max(0, days))
    return Answer(max(days, median_low(answer.days for answer in usual)), allowed, share)


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
                service = next((line.service_id for line, _ in told if line and not line.add_on), None)
                about = Said(paid_on, part.status, tuple(line for _, line in told), (claim.payer_id, service))
                yield attendance_id, claim.sequence, about


def _answer(ready: date, said: list[Said]) -> Answer:
    """The first answer, and where that was a denial, whether a later one paid."""
    first, last = said[0], said[-1]
    days = max(0, (first.paid_on - ready).days)
    shares = total(a.amount for a in last.adjusted if a.group == "PR")
    if not first.denied:
        return Answer(days, last.paid + shares, shares)
    mended = (last.paid_on - first.paid_on).days if last.paid > ZERO else None
    return Answer(days, last.paid + shares, shares, first.denied, mended)
