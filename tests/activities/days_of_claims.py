"""Claims of several days for tests: months of sessions, what has left, and what payers answer of them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from models.messages import (
    Answered,
)
from models.money import ZERO, total
from models.tables import AttendanceRow, Claim, ClaimLine, Entry, Interchange
from models.x12.claim_837p import read
from models.x12.claims import Claim837
from models.x12.judge import judge
from models.x12.remittances import ClaimPayment
from tests.activities.payer import adjusted
from tests.activities.practice import HOUR, Desk, usd
from tests.activities.test_add_ons import answer, line

WEEK = timedelta(days=7)
MARCH = [date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 16), date(2026, 3, 23)]
"""Mondays; 150.00 each."""
APRIL = datetime(2026, 4, 1, 15, 0, tzinfo=UTC)


def monthly(desk: Desk, **changes: Any) -> int:
    return desk.payer(claims_per="month", **changes)


def weekly(desk: Desk, client: int, sessions: int = 4, **changes: Any) -> list[UUID]:
    """Sessions a week apart, each signed at once."""
    held = []
    for _ in range(sessions):
        held.append(desk.hold(client, **changes))
        desk.now += WEEK - 2 * HOUR
    return held


def all_claims(desk: Desk) -> list[Claim]:
    return desk.rows(select(Claim).order_by(col(Claim.number)))


def lines_of(desk: Desk, number: str) -> list[ClaimLine]:
    return desk.rows(select(ClaimLine).where(ClaimLine.claim_number == number).order_by(col(ClaimLine.place)))


def left(desk: Desk) -> list[Claim837]:
    """What has left, from files that the judge takes."""
    files = desk.rows(select(Interchange).where(Interchange.direction == "out").order_by(col(Interchange.id)))
    texts = [file.content.decode() for file in files]
    assert [judge(text) for text in texts] == [[] for _ in texts]
    return [claim for text in texts for each in read(text) for claim in each.claims]


def month_of(desk: Desk, *payers: int, sessions: int = 4, **changes: Any) -> str:
    """The number of the accepted claim of some sessions in March."""
    weekly(desk, desk.client(*(payers or (monthly(desk),)), **changes), sessions)
    desk.at(APRIL)
    desk.send()
    number = all_claims(desk)[0].number
    desk.tell(Answered(number, "accepted", 0, payer_claim_number="ICN1"))
    return number


def by_session(desk: Desk, account: str) -> list[str]:
    """What stands on an account of each session, in their order."""
    parts = desk.rows(select(AttendanceRow).order_by(col(AttendanceRow.id)))
    entries = desk.rows(select(Entry))
    return [
        str(total(desk.postings(e).get(account, ZERO) for e in entries if e.attendance_id == part.id)) for part in parts
    ]


def whole(number: str, paid: str, *told: str, status: str = "1") -> ClaimPayment:
    """An answer without lines."""
    adjustments = adjusted(*told)
    charged = usd(paid) + total(a.amount for a in adjustments)
    owes = total(a.amount for a in adjustments if a.group == "PR")
    return ClaimPayment(number, status, charged, usd(paid), owes, "ICN1", adjustments=adjustments)


def paid_lines(number: str, *paid: tuple[str, ...]) -> ClaimPayment:
    return answer(number, *(line(number, place, "90837", *told) for place, told in enumerate(paid, start=1)))
