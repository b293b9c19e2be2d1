"""The clock of a claim: until when its payer must hear, and when a person is told (RULES 4).

A claim has one clock at a time: filing until its payer has decided, the appeal once it is denied, the payer's answer
or its money once an appeal is under way. The claim's workflow waits for it and asks for `claims.warn` when it rings.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import standing_answers
from activities.database import Tx
from models.calendar import local_day
from models.facts import AppealStatus, ClaimStatus, TaskKind
from models.rules.claim_stages import TO_BE_FILED
from models.rules.deadlines import PAYMENT_DAYS, FilingClock, appeal_clock, filing_clock
from models.rules.remittance import is_denied
from models.tables import Appeal, Claim, Payer, RemittanceClaim, RemittanceRow

FILING = "filing"


@dataclass(frozen=True)
class Clock:
    """What runs out, when somebody is told, when the owner hears, the last day, and the task's words."""

    name: str
    kind: TaskKind
    warn_on: date
    escalate_on: date
    last: date
    what: str


def of_claim(tx: Tx, claim: Claim) -> Clock | None:
    """The clock that runs now; None when nothing can run out."""
    if claim.status in TO_BE_FILED:
        return _filing(tx, claim)
    if claim.status == ClaimStatus.DENIED:
        return _denied(tx, claim)
    return None


def newest_denial(db: Database, claim: Claim) -> tuple[RemittanceClaim, date] | None:
    """The payer's newest answer of which a denial stands, and its day; what was paid later is denied no more."""
    denied = [one.part for one in standing_answers.of_claim(db, claim.number) if is_denied(one.told)]
    if not denied:
        return None
    part = max(denied, key=lambda each: each.id or 0)
    return part, db.get_one(RemittanceRow, part.remittance_id).paid_on


def newest_appeal(tx: Tx, claim: Claim) -> Appeal | None:
    """The appeal of the highest level that was not withdrawn."""
    query = select(Appeal).where(Appeal.claim_number == claim.number, Appeal.status != AppealStatus.WITHDRAWN)
    return tx.db.exec(query.order_by(col(Appeal.level).desc())).first()


def appeal_window(tx: Tx, claim: Claim) -> FilingClock:
    """The time for the next appeal: from the denial, or from the decision on the appeal before."""
    before = newest_appeal(tx, claim)
    _, denied_on = newest_denial(tx.db, claim) or (None, tx.today)
    decided = before.decided_on if before and before.status == AppealStatus.UPHELD else None
    return appeal_clock(decided or denied_on, tx.db.get_one(Payer, claim.payer_id).appeal_days)


def _filing(tx: Tx, claim: Claim) -> Clock:
    clock = filing_clock(claim.held_on, tx.db.get_one(Payer, claim.payer_id).timely_filing_days)
    what = f"claim {claim.number} is {claim.status}; it must reach its payer by {clock.last}"
    return Clock(FILING, TaskKind.TIMELY_FILING, clock.warn_on, clock.escalate_on, clock.last, what)


def _denied(tx: Tx, claim: Claim) -> Clock:
    appeal = newest_appeal(tx, claim)
    if appeal and appeal.status == AppealStatus.SENT and appeal.answer_by:
        what = f"claim {claim.number}: the payer was to answer the appeal by {appeal.answer_by}; ask what became of it"
        return _reminder(f"answer/{appeal.level}", appeal.answer_by, what)
    if appeal and appeal.status == AppealStatus.WON:
        won = appeal.decided_on or local_day(tx.now, tx.tz)
        what = f"claim {claim.number}: the appeal was won on {won} and no money has come; ask for it"
        return _reminder(f"money/{appeal.level}", won + timedelta(days=PAYMENT_DAYS), what)
    clock = appeal_window(tx, claim)
    what = f"claim {claim.number} is denied and an appeal is heard until {clock.last}: correct it, appeal, or close it"
    return Clock(f"appeal/{clock.last}", TaskKind.APPEAL_DUE, clock.warn_on, clock.escalate_on, clock.last, what)


def _reminder(name: str, day: date, what: str) -> Clock:
    """For a day on which nothing is lost, but somebody must ask."""
    return Clock(name, TaskKind.APPEAL_DUE, day, day + timedelta(days=7), day, what)
