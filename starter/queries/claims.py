"""Claims and what came back, as a biller sees them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from starter.queries.reading import SESSIONS_OF_CLAIM, each, rows


@dataclass(frozen=True)
class ClaimRow:
    """A claim; `open` is what its payer still owes for it (or for the session whose claims are asked for).

    `session_id` and `held_on` are of its first session.

    `leaves_on`: it waits for that day, and further sessions of its span may join it till then.
    """

    number: str
    status: str
    session_id: UUID
    client_id: int
    client: str
    payer_id: int
    payer: str
    sequence: int
    held_on: date
    charge: Decimal
    open: Decimal
    frequency: str
    edition: int
    payer_claim_number: str
    why: str
    made_at: datetime
    authorization: str
    diagnoses: list[str]
    timely_filing_days: int
    findings: list[dict[str, str]]
    sessions: list[UUID]
    last_day: date
    claims_per: str
    leaves_on: date | None


@dataclass(frozen=True)
class SentRow:
    """An edition of a claim in a file that left."""

    claim_number: str
    edition: int
    file: str
    sent_at: datetime | None
    file_status: str
    interchange_id: int
    file_why: str


@dataclass(frozen=True)
class AnswerRow:
    """What a payer answered to a claim; `adjustments` as "CO-45 60.00".

    `told_number` is the claim's as the payer told it; `why` it is parked.
    """

    id: int
    claim_number: str | None
    remittance_id: int
    trace: str
    payer: str
    paid_on: date
    status: str
    charged: Decimal
    paid: Decimal
    adjustments: tuple[str, ...]
    remarks: tuple[str, ...]
    payer_claim_number: str
    outcome: str
    reversed_by_id: int | None
    told_number: str
    why: str


@dataclass(frozen=True)
class RemittanceListRow:
    """A payment of a payer."""

    id: int
    payer: str
    trace: str
    payment: Decimal
    method: str
    paid_on: date
    read_at: datetime
    claims: int
    posted: int
    parked: int


@dataclass(frozen=True)
class Waiting:
    """How many claims of a file were not posted yet, of how many."""

    left: int
    claims: int


@dataclass(frozen=True)
class Outcome:
    """How many claims of a file came to the same."""

    outcome: str
    claims: int


@dataclass(frozen=True)
class FileRow:
    """A file that came or left; known by its digest."""

    id: int
    direction: str
    name: str
    kinds: list[str]
    created_at: datetime
    status: str
    why: str


@dataclass(frozen=True)
class InquiryRow:
    """A claim asked after, and what its payer said (`told_at` None: nothing yet)."""

    asked_at: datetime
    told_at: datetime | None
    words: str
    action: str
    paid: Decimal | None
    reference: str


CLAIMS = f"""
select m.number, m.status, x.sessions[1] as session_id, x.sessions, x.last_day, m.client_id,
  trim(c.first || ' ' || c.last) as client, m.payer_id,
  p.name as payer, m.sequence, m.held_on, m.charge, m.frequency, m.edition, m.payer_claim_number, m.why,
  m.made_at, m."authorization", m.diagnoses, m.findings, m.claims_per, m.leaves_on,
  p.timely_filing_days,
  coalesce((select sum(o.amount) from claim_line l join attendance a on a.id = l.attendance_id
    join entry e on e.attendance_id = l.attendance_id
    join posting o on o.entry_id = e.id and o.account = 'receivable:payer:' || m.payer_id
    where l.claim_number = m.number and not l.add_on
      and (cast(:session_id as uuid) is null or a.session_id = :session_id)), 0) as open
from claim m join client c on c.id = m.client_id
  join payer p on p.id = m.payer_id
  cross join {SESSIONS_OF_CLAIM} x
where (cast(:status as text) is null or m.status = :status)
  and (cast(:payer_id as int) is null or m.payer_id = :payer_id)
  and (cast(:number as text) is null or m.number = :number)
  and (cast(:session_id as uuid) is null or m.number in (select l.claim_number
    from claim_line l join attendance a on a.id = l.attendance_id where a.session_id = :session_id))
order by m.number
"""

SENT = """
select s.claim_number, s.edition, i.name as file, i.sent_at, i.status as file_status,
  i.id as interchange_id, i.why as file_why
from submission s join interchange i on i.id = s.interchange_id
where s.claim_number = any(:numbers) order by s.claim_number, s.edition
"""

ANSWERS = """
select rc.id, rc.claim_number, rc.remittance_id, r.trace, coalesce(p.name, r.payer_key) as payer, r.paid_on, rc.status,
  rc.charged, rc.paid, rc.detail, rc.payer_claim_number, rc.outcome, rc.reversed_by_id
from remittance_claim rc join remittance r on r.id = rc.remittance_id left join payer p on p.id = r.payer_id
where (cast(:remittance_id as int) is null or rc.remittance_id = :remittance_id)
  and (cast(:numbers as text[]) is null or rc.claim_number = any(:numbers))
  and (cast(:outcome as text) is null or rc.outcome = :outcome)
  and (cast(:interchange_id as int) is null or r.interchange_id = :interchange_id)
order by rc.remittance_id, rc.position
"""

TO_POST = """
select count(*) filter (where rc.outcome = 'read') as left, count(*) as claims
from remittance_claim rc join remittance r on r.id = rc.remittance_id where r.interchange_id = :interchange_id
"""

OUTCOMES = """
select rc.outcome, count(*) as claims
from remittance_claim rc join remittance r on r.id = rc.remittance_id where r.interchange_id = :interchange_id
group by rc.outcome order by rc.outcome
"""

REMITTANCES = """
select r.id, coalesce(p.name, r.payer_key) as payer, r.trace, r.payment, r.method, r.paid_on, r.read_at,
  count(rc.id) as claims, count(rc.id) filter (where rc.outcome in ('posted', 'denied', 'reversal')) as posted,
  count(rc.id) filter (where rc.outcome = 'parked') as parked
from remittance r left join payer p on p.id = r.payer_id left join remittance_claim rc on rc.remittance_id = r.id
where (cast(:id as int) is null or r.id = :id)
group by r.id, p.name order by r.id
"""

FILES = """
select id, direction, name, kinds, created_at, status, why from interchange
where (cast(:status as text) is null or status = :status)
  and (cast(:direction as text) is null or direction = :direction)
  and (cast(:digest as text) is null or digest = :digest)
order by id
"""


def claims(
    engine: Engine,
    status: str | None = None,
    payer_id: int | None = None,
    number: str | None = None,
    session_id: UUID | None = None,
) -> list[ClaimRow]:
    """Claims by number."""
    values = {"status": status, "payer_id": payer_id, "number": number, "session_id": session_id}
    return rows(engine, ClaimRow, CLAIMS, **values)


def sent(engine: Engine, numbers: Sequence[str]) -> list[SentRow]:
    """In which files these claims left."""
    return rows(engine, SentRow, SENT, numbers=list(numbers))


def answers(
    engine: Engine,
    numbers: Sequence[str] | None = None,
    remittance_id: int | None = None,
    outcome: str | None = None,
    interchange_id: int | None = None,
) -> list[AnswerRow]:
    """What payers said of these claims, of one remittance, or of one file."""
    values = {"remittance_id": remittance_id, "outcome": outcome, "interchange_id": interchange_id}
    return rows(engine, _answer, ANSWERS, numbers=None if numbers is None else list(numbers), **values)


def answers_in(engine: Engine, interchange_id: int) -> Iterator[AnswerRow]:
    """What a file says of claims, one by one."""
    none = {"remittance_id": None, "numbers": None, "outcome": None}
    return each(engine, _answer, ANSWERS, interchange_id=interchange_id, **none)


def outcomes(engine: Engine, interchange_id: int) -> dict[str, int]:
    """How many claims of a file came to what."""
    return {found.outcome: found.claims for found in rows(engine, Outcome, OUTCOMES, interchange_id=interchange_id)}


def to_post(engine: Engine, interchange_id: int) -> Waiting:
    """How many claims of a file wait to be posted."""
    [found] = rows(engine, Waiting, TO_POST, interchange_id=interchange_id)
    return found


def remittances(engine: Engine, remittance_id: int | None = None) -> list[RemittanceListRow]:
    """Payments of payers in the order in which they were read."""
    return rows(engine, RemittanceListRow, REMITTANCES, id=remittance_id)


def files(
    engine: Engine, status: str | None = None, direction: str | None = None, digest: str | None = None
) -> list[FileRow]:
    """Files that came or left."""
    return rows(engine, FileRow, FILES, status=status, direction=direction, digest=digest)


def _answer(detail: dict[str, Any], **answer: Any) -> AnswerRow:
    adjustments = [tuple(a) for line in detail["lines"] for a in line["adjustments"]]
    said = tuple(f"{group}-{reason} {amount}" for group, reason, amount in adjustments)
    told = {"told_number": detail.get("number", ""), "why": detail.get("why", "")}
    return AnswerRow(adjustments=said, remarks=tuple(detail.get("remarks", ())), **told, **answer)
