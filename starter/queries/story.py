"""The money story of a session: booked under which policy, what it cost whom, who paid, who earned, what is open."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session as Database

from activities import directory, ledger
from models.calendar import local_day
from models.errors import Refused
from models.money import ZERO
from models.rules import rates
from models.rules.collections import trace
from starter.queries import claims, money, pay, sessions
from starter.queries.claims import AnswerRow, ClaimRow, SentRow
from starter.queries.money import EntryFilter, EntryRow
from starter.queries.pay import PayLineRow
from starter.queries.reading import rows
from starter.queries.sessions import SessionFilter, SessionRow


@dataclass(frozen=True)
class Agreed:
    """The policy a session is judged by: the one in force when it was booked."""

    booked_at: datetime
    moves: int
    policy_since: date
    notice_hours: int
    late_cancel_fee: str
    no_show_fee: str
    waivers_per_year: int
    fee_grace_hours: int
    note_required: bool


@dataclass(frozen=True)
class Part:
    """One client's part: how it ended, the price, and what of it the client has paid."""

    attendance_id: int
    client_id: int
    client: str
    status: str
    decided_at: datetime | None
    minutes: int | None
    presumed: bool
    signed_at: datetime | None
    price: Decimal
    price_rule: str
    price_why: str
    paid: Decimal
    owed: Decimal


@dataclass(frozen=True)
class FeeDecision:
    """A fee as it was decided."""

    client_id: int
    decided_at: datetime
    amount: Decimal
    rule: str
    why: str
    outcome: str


@dataclass(frozen=True)
class InvoiceShare:
    """An invoice that asks for something of this session; `amount` is this session's part."""

    number: str
    client_id: int
    issued_on: date
    amount: Decimal
    settled_at: datetime | None


@dataclass(frozen=True)
class Open:
    """What is still open, and for whom."""

    who: str
    what: str
    amount: Decimal | None = None


@dataclass(frozen=True)
class Story:
    """All that one session did to anybody's money."""

    session: SessionRow
    agreed: Agreed
    parts: tuple[Part, ...]
    fees: tuple[FeeDecision, ...]
    entries: tuple[EntryRow, ...]
    claims: tuple[ClaimRow, ...]
    sent: tuple[SentRow, ...]
    answers: tuple[AnswerRow, ...]
    invoices: tuple[InvoiceShare, ...]
    pay: tuple[PayLineRow, ...]
    open: tuple[Open, ...]


AGREED = """
select s.booked_at, s.moves, p.effective_from as policy_since, p.notice_hours, p.late_cancel_fee, p.no_show_fee,
  p.waivers_per_year, p.fee_grace_hours, p.note_required
from session s join policy p on p.id = s.policy_id where s.id = :id
"""

PARTS = """
select a.id as attendance_id, a.client_id, trim(c.first || ' ' || c.last) as client, a.status, a.decided_at, a.minutes,
  a.presumed, n.signed_at
from attendance a join client c on c.id = a.client_id left join note n on n.attendance_id = a.id
where a.session_id = :id order by a.id
"""

FEES = """
select f.client_id, f.decided_at, f.amount, f.rule, f.why,
  case when f.withdrawn then 'withdrawn' when f.waived_because is not null then 'waived: ' || f.waived_because
    when f.waived_by_itself then 'waived by itself' when f.charged then 'charged'
    when f.amount = 0 then 'none' else 'waits for its grace' end as outcome
from fee f join attendance a on a.id = f.attendance_id where a.session_id = :id order by f.decided_at, f.key
"""

INVOICES = """
select i.number, i.client_id, i.issued_on, sum(p.amount) as amount, i.settled_at
from invoice i join invoice_line l on l.invoice_number = i.number
  join entry e on e.session_id = :id and l.entry_id in (e.id, e.reverses_id)
  join posting p on p.entry_id = e.id and p.account = 'receivable:client:' || i.client_id
group by i.number order by i.number
"""

TASKS = """
select t.role as who, t.what from task t
where t.closed_at is null and (t.cause = 'session/' || cast(:id as text)
  or t.cause in (select 'claim/' || l.claim_number from claim_line l join attendance a on a.id = l.attendance_id
    where a.session_id = :id)
  or t.cause in (select 'invoice/' || l.invoice_number from invoice_line l join entry e on e.id = l.entry_id
    where e.session_id = :id))
order by t.due_at
"""


def story(engine: Engine, session_id: UUID, now: datetime, tz: ZoneInfo) -> Story:
    """Everything that is known of a session's money."""
    found = sessions.sessions(engine, SessionFilter(session_id=session_id))
    if not found:
        raise Refused("there is no such session")
    [agreed] = rows(engine, Agreed, AGREED, id=session_id)
    parts = _parts(engine, found[0], tz)
    of_session = claims.claims(engine, session_id=session_id)
    numbers = [claim.number for claim in of_session]
    lines = pay.lines(engine, session_id=session_id)
    return Story(
        session=found[0],
        agreed=agreed,
        parts=tuple(parts),
        fees=tuple(rows(engine, FeeDecision, FEES, id=session_id)),
        entries=tuple(money.entries(engine, EntryFilter(session_id=session_id))),
        claims=tuple(of_session),
        sent=tuple(claims.sent(engine, numbers)),
        answers=tuple(claims.answers(engine, numbers)),
        invoices=tuple(rows(engine, InvoiceShare, INVOICES, id=session_id)),
        pay=tuple(lines),
        open=(
            *_awaited(found[0], agreed, parts, now),
            *_owed(parts, of_session),
            *_unpaid(lines),
            *rows(engine, Open, TASKS, id=session_id),
        ),
    )


def _parts(engine: Engine, session: SessionRow, tz: ZoneInfo) -> list[Part]:
    on = local_day(session.starts, tz)

    def part(attendance_id: int, client_id: int, **row: Any) -> Part:
        price = rates.price(of_service, session.clinician_id, client_id, on)
        account = trace(ledger.movements(db, client_id))
        mine = [debt for debt in account.owed if debt.attendance_id == attendance_id]
        return Part(
            attendance_id=attendance_id,
            client_id=client_id,
            price=price.amount,
            price_rule=price.rule,
            price_why=price.why,
            paid=sum((account.collected.get(debt, ZERO) for debt in mine), ZERO),
            owed=sum((account.open(debt) for debt in mine), ZERO),
            **row,
        )

    with Database(engine) as db:
        of_service = directory.rates(db, session.service_id)
        return rows(engine, part, PARTS, id=session.id)


def _awaited(session: SessionRow, agreed: Agreed, parts: list[Part], now: datetime) -> list[Open]:
    """What people have to say or do before money can move on."""
    found = []
    for part in parts:
        if part.status in ("booked", "confirmed"):
            ended = now >= session.ends
            who, what = (session.clinician, "record how it ended for") if ended else (part.client, "is expected:")
            found.append(Open(who, f"{what} client {part.client_id}"))
        if part.status == "attended" and agreed.note_required and part.signed_at is None:
            found.append(Open(session.clinician, f"sign the note for client {part.client_id}"))
    return found


def _owed(parts: list[Part], of_session: list[ClaimRow]) -> list[Open]:
    owed = [Open(part.client, "owes for this session", part.owed) for part in parts if part.owed]
    return owed + [Open(c.payer, f"claim {c.number} is {c.status}", c.open) for c in of_session if c.open]


def _unpaid(lines: list[PayLineRow]) -> list[Open]:
    """What the clinicians earned and were not paid yet."""
    waiting: dict[tuple[str, str], Decimal] = {}
    for line in lines:
        if line.paid_on is None:
            key = (line.clinician, _waits(line))
            waiting[key] = waiting.get(key, ZERO) + line.amount
    return [Open(who, what, amount) for (who, what), amount in waiting.items() if amount]


def _waits(line: PayLineRow) -> str:
    return f"pay waits for approval of the period to {line.last}" if line.last else "pay waits for its period's end"
