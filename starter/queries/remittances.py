"""What payers paid, claim by claim and line by line; and what was parked."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from starter.queries.reading import only, rows


@dataclass(frozen=True)
class Adjustment:
    """What was not paid of a line, who bears it and why (CARC)."""

    group: str
    reason: str
    amount: Decimal


@dataclass(frozen=True)
class Line:
    """A service as its payer answered it; `code` empty where the payer spoke of the whole claim."""

    code: str
    on: str
    charged: Decimal
    paid: Decimal
    adjustments: tuple[Adjustment, ...]


@dataclass(frozen=True)
class Answered:
    """A claim in a remittance; `number` as the payer named it."""

    id: int
    remittance_id: int
    position: int
    claim_number: str | None
    client_id: int | None
    client: str | None
    held_on: date | None
    last_day: date | None
    status: str
    charged: Decimal
    paid: Decimal
    payer_claim_number: str
    outcome: str
    number: str
    lines: tuple[Line, ...]
    remarks: tuple[str, ...]
    trace: str
    paid_on: date
    payer: str
    client_share: Decimal


@dataclass(frozen=True)
class Sums:
    """How many claims a remittance answers, and what they come to in dollars."""

    claims: int
    charged: Decimal
    paid: Decimal
    client_share: Decimal


@dataclass(frozen=True)
class Paid:
    """A payment of a payer, and the file that told of it."""

    id: int
    payer: str
    trace: str
    payment: Decimal
    method: str
    paid_on: date
    read_at: datetime
    interchange_id: int
    file: str
    claims: int
    parked: int


@dataclass(frozen=True)
class Beside:
    """An adjustment of the practice's account: its code (WO, FB, L6, ...), what it adds to the payment, and what it is
    about as its payer says (PLB03-2), often a claim.
    """

    code: str
    amount: Decimal
    reference: str = ""


@dataclass(frozen=True)
class ParkedFile:
    """A file of which nothing was posted, or one with an answer nobody here knows."""

    id: int
    name: str
    kinds: list[str]
    created_at: datetime
    status: str
    why: str
    size: int
    task_id: UUID | None


@dataclass(frozen=True)
class ParkedPart:
    """A claim of a remittance that was not posted, and why not; `told_number` is the claim's as the payer told it."""

    id: int
    remittance_id: int
    payer: str
    trace: str
    paid_on: date
    claim_number: str | None
    told_number: str
    status: str
    charged: Decimal
    paid: Decimal
    outcome: str
    why: str
    interchange_id: int
    task_id: UUID | None


@dataclass(frozen=True)
class Candidate:
    """A claim that a parked answer may be for."""

    number: str
    client: str
    held_on: date
    status: str


@dataclass(frozen=True)
class RawFile:
    """A file as it came or left."""

    name: str
    content: bytes


SAID = """
select rc.id, rc.remittance_id, rc.position, rc.claim_number, m.client_id, trim(c.first || ' ' || c.last) as client,
  m.held_on, (select max(l.held_on) from claim_line l where l.claim_number = m.number) as last_day, rc.status,
  rc.charged, rc.paid, rc.payer_claim_number, rc.outcome, rc.detail, r.trace, r.paid_on,
  coalesce(p.name, r.payer_key) as payer
from remittance_claim rc join remittance r on r.id = rc.remittance_id left join payer p on p.id = r.payer_id
  left join claim m on m.number = rc.claim_number left join client c on c.id = m.client_id
"""
ANSWERED = f"""{SAID}
where (cast(:remittance_id as int) is null or rc.remittance_id = :remittance_id)
  and (cast(:number as text) is null or rc.claim_number = :number)
  and (cast(:part_id as int) is null or rc.id = :part_id)
order by r.paid_on, rc.remittance_id, rc.position
"""
ON_A_PAGE = f"""{SAID}
where rc.remittance_id = :remittance_id and rc.position >= :after order by rc.position limit :most
"""

SUMS = """
select count(*) as claims, coalesce(sum(rc.charged), 0) as charged, coalesce(sum(rc.paid), 0) as paid,
  coalesce(sum((select sum((a->>2)::numeric) from jsonb_array_elements(rc.detail->'lines') l,
    jsonb_array_elements(l->'adjustments') a where a->>0 = 'PR')), 0) as client_share
from remittance_claim rc where rc.remittance_id = :id
"""

PAID = """
select r.id, coalesce(p.name, r.payer_key) as payer, r.trace, r.payment, r.method, r.paid_on, r.read_at,
  r.interchange_id, i.name as file,
  (select count(*) from remittance_claim rc where rc.remittance_id = r.id) as claims,
  (select count(*) from remittance_claim rc where rc.remittance_id = r.id and rc.outcome = 'parked') as parked
from remittance r join interchange i on i.id = r.interchange_id left join payer p on p.id = r.payer_id
where cast(:id as int) is null or r.id = :id
order by r.paid_on desc, r.id desc limit :most offset :after
"""

PARKED_FILES = """
select i.id, i.name, i.kinds, i.created_at, i.status, coalesce(nullif(i.why, ''), t.what, '') as why,
  length(i.content) as size, t.id as task_id
from interchange i left join task t on t.cause = 'interchange/' || i.id and t.closed_at is null
where i.direction = 'in' and (i.status = 'parked' or t.id is not null or i.id = :id)
  and (cast(:id as int) is null or i.id = :id)
order by i.created_at desc, i.id desc limit :most offset :after
"""

PARKED_PARTS = """
select rc.id, rc.remittance_id, coalesce(p.name, r.payer_key) as payer, r.trace, r.paid_on, rc.claim_number, rc.status,
  coalesce(rc.detail ->> 'number', '') as told_number,
  rc.charged, rc.paid, rc.outcome, r.interchange_id, coalesce(t.what, rc.detail ->> 'why', '') as why,
  case when t.closed_at is null then t.id end as task_id
from remittance_claim rc join remittance r on r.id = rc.remittance_id left join payer p on p.id = r.payer_id
  left join lateral (select * from task where cause = 'remittance_claim/' || rc.id order by opened_at desc limit 1) t
    on true
where (rc.outcome = 'parked' or rc.id = :id) and (cast(:id as int) is null or rc.id = :id)
order by r.paid_on desc, rc.id desc limit :most offset :after
"""

CANDIDATES = """
select m.number, trim(c.first || ' ' || c.last) as client, m.held_on, m.status
from remittance_claim rc join remittance r on r.id = rc.remittance_id
  join claim m on m.charge = abs(rc.charged) and (r.payer_id is null or m.payer_id = r.payer_id)
  join client c on c.id = m.client_id
where rc.id = :part_id and m.status in ('submitted', 'accepted', 'denied')
order by m.held_on desc, m.number limit 10
"""

BESIDE = """
select e.why, sum(p.amount) as amount from entry e join posting p on p.entry_id = e.id
where e.remittance_id = :id and p.account = 'cash:payer' group by e.id, e.why order by e.id
"""

RAW = "select name, content from interchange where id = :id"


def answered(
    engine: Engine, remittance_id: int | None = None, number: str | None = None, part_id: int | None = None
) -> list[Answered]:
    """The answers of one remittance, to one claim, or one of them."""
    return rows(engine, _answered, ANSWERED, remittance_id=remittance_id, number=number, part_id=part_id)


def answers_on_a_page(engine: Engine, remittance_id: int, most: int, after: int) -> list[Answered]:
    """So many answers of a remittance after some, in its order."""
    return rows(engine, _answered, ON_A_PAGE, remittance_id=remittance_id, most=most, after=after)


def sums(engine: Engine, remittance_id: int) -> Sums:
    """What the claims of a remittance come to."""
    [found] = rows(engine, Sums, SUMS, id=remittance_id)
    return found


def paid(engine: Engine, remittance_id: int | None = None, most: int = 50, after: int = 0) -> list[Paid]:
    """Payments of payers, the newest first."""
    return rows(engine, Paid, PAID, id=remittance_id, most=most, after=after)


def parked_files(engine: Engine, interchange_id: int | None = None, most: int = 1, after: int = 0) -> list[ParkedFile]:
    """Files that wait for a person, the newest first; or one of them."""
    return rows(engine, ParkedFile, PARKED_FILES, id=interchange_id, most=most, after=after)


def parked_parts(engine: Engine, part_id: int | None = None, most: int = 1, after: int = 0) -> list[ParkedPart]:
    """Answers that wait for a person, the newest first; or one of them."""
    return rows(engine, ParkedPart, PARKED_PARTS, id=part_id, most=most, after=after)


def candidates(engine: Engine, part_id: int) -> list[Candidate]:
    """Open claims of the same payer and charge as a parked answer."""
    return rows(engine, Candidate, CANDIDATES, part_id=part_id)


def beside(engine: Engine, remittance_id: int) -> list[Beside]:
    """What a payment holds beside its claims (PLB), below zero where the payer kept it."""
    return rows(engine, _beside, BESIDE, id=remittance_id)


def raw(engine: Engine, interchange_id: int) -> RawFile | None:
    """A file, byte for byte."""
    return only(rows(engine, RawFile, RAW, id=interchange_id))


def _answered(detail: dict[str, Any], **row: Any) -> Answered:
    lines = tuple(_line(**line) for line in detail["lines"])
    shares = (a.amount for line in lines for a in line.adjustments if a.group == "PR")
    remarks = tuple(detail.get("remarks", ()))
    number = detail.get("number", "")
    return Answered(number=number, lines=lines, remarks=remarks, client_share=sum(shares, Decimal("0.00")), **row)


def _line(charged: str, paid: str, adjustments: list[list[str]], code: str = "", on: str = "", **_: str) -> Line:
    told = tuple(Adjustment(group, reason, Decimal(amount)) for group, reason, amount in adjustments)
    return Line(code, on, Decimal(charged), Decimal(paid), told)


def _beside(why: str, amount: Decimal) -> Beside:
    code, _, reference = why.removeprefix("835 PLB ").partition(" ")
    return Beside(code, amount, reference)
