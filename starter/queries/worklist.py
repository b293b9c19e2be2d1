"""What billers work on: claims that are held, rejected or denied, in the order of what working on them is worth."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Engine
from sqlmodel import Session as Database

from activities import playbook
from models.facts import Adjusted, ClaimStatus
from models.rules.deadlines import appeal_by, filing_clock
from models.rules.denials import Action, Play, play_for
from models.rules.worklist import DEEDS, NOT_SENT_YET, Worth, rank, worth
from starter.queries.reading import OWED_OF_CLAIM, rows


@dataclass(frozen=True)
class WorkItem:
    """A claim somebody must do something about: what was said, what to do, until when, what it is worth."""

    number: str
    status: str
    session_id: UUID
    client_id: int
    client: str
    payer: str
    held_on: date
    charge: Decimal
    open: Decimal
    why: str
    codes: tuple[str, ...]
    meaning: str
    action: str
    deed: str
    last_day: date
    worth: Worth
    appeal: str
    task_id: UUID | None
    whose: str | None


WORK = f"""
select m.number, m.status, m.client_id, trim(c.first || ' ' || c.last) as client, p.name as payer,
  (select a.session_id from claim_line l join attendance a on a.id = l.attendance_id
    where l.claim_number = m.number and l.place = 1) as session_id,
  p.appeal_days, p.timely_filing_days, m.held_on, m.charge, m.why, coalesce(said.paid_on, m.held_on) as denied_on,
  coalesce(said.detail, '{{}}') as detail, appeal.status as appeal, appeal.answer_by, appeal.decided_on,
  {OWED_OF_CLAIM} as open,
  t.id as task_id, coalesce(o.name, case when t.id is not null then 'any ' || replace(t.role, '_', ' ') end) as whose
from claim m join client c on c.id = m.client_id
  join payer p on p.id = m.payer_id
  left join lateral (select r.paid_on, rc.detail from remittance_claim rc join remittance r on r.id = rc.remittance_id
    where rc.claim_number = m.number and rc.outcome = 'denied' and m.status = 'denied'
    order by rc.id desc limit 1) said on true
  left join lateral (select status, answer_by, decided_on from appeal where claim_number = m.number
    and status <> 'withdrawn' order by level desc limit 1) appeal on true
  left join lateral (select * from task where cause = 'claim/' || m.number and closed_at is null
    and kind in ('claim_denied', 'claim_rejected', 'claim_held') order by opened_at desc limit 1) t on true
  left join account o on o.id = t.owner_id
where m.status in ('held', 'rejected', 'denied')
"""
MEND = "mend it; it leaves as an original"
LATE = "send it with a reason for being late, or close it"
"""What to do about what no payer has decided on: `LATE` once the time to file is over."""
WAITING = ("sent", "won")
"""Appeals that are the payer's turn: their claims are no work until the answer is late."""


def worklist(engine: Engine, today: date) -> list[WorkItem]:
    """Everything that waits for a biller, the most worth first; what is too late last."""
    with Database(engine) as db:
        plays = playbook.plays(db, today)
    found = rows(engine, lambda **row: _item(plays, today, **row), WORK)
    return sorted((item for item in found if item is not None), key=lambda item: (*rank(item.worth), item.number))


def _item(
    plays: Mapping[str, Play],
    today: date,
    appeal_days: int,
    timely_filing_days: int,
    denied_on: date,
    detail: dict[str, Any],
    appeal: str | None,
    answer_by: date | None,
    decided_on: date | None,
    **row: Any,
) -> WorkItem | None:
    if appeal in WAITING and (answer_by is None or answer_by >= today):
        return None
    denied = row["status"] == ClaimStatus.DENIED
    told = [a for line in detail.get("lines", ()) for a in line["adjustments"]]
    adjustments = [Adjusted(group, reason, Decimal(amount)) for group, reason, amount in told]
    play = play_for(adjustments, plays) if denied else _not_sent(row["status"])
    from_day = decided_on if appeal == "upheld" and decided_on else denied_on
    last = appeal_by(from_day, appeal_days) if denied else filing_clock(row["held_on"], timely_filing_days).last
    return WorkItem(
        codes=tuple(dict.fromkeys(f"{a.group}-{a.reason}" for a in adjustments)),
        meaning=play.meaning,
        action=play.action.value if denied else MEND if last >= today else LATE,
        deed=DEEDS[play.action],
        last_day=last,
        worth=worth(row["open"], play.chance, last, today),
        appeal=appeal or "",
        **row,
    )


def _not_sent(status: str) -> Play:
    """What no payer has decided on: mended, it goes out as any other."""
    meaning = "held back by the scrub" if status == ClaimStatus.HELD else "rejected before it reached the payer"
    return Play((), meaning, Action.CORRECT, NOT_SENT_YET)
