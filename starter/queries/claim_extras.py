"""What people decided about one claim: warnings answered for, appeals, write-offs asked for; all in one look."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from starter.queries.claims import InquiryRow, SentRow
from starter.queries.reading import OWED_OF_LINE, covered, rows


@dataclass(frozen=True)
class AppealRow:
    """An appeal: its level, where it stands, until when it is heard, when an answer is due."""

    id: UUID
    claim_number: str
    level: int
    status: str
    template: str
    heard_until: date
    made_at: datetime
    signer: str
    signed_at: datetime | None
    sent_at: datetime | None
    sent_how: str
    answer_by: date | None
    decided_on: date | None


@dataclass(frozen=True)
class Overruled:
    """A warning somebody answered for."""

    code: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class AskedFor:
    """A write-off that waits for a second person, or had its answer."""

    id: int
    amount: Decimal
    reason: str
    asked_at: datetime
    asked_by_id: int | None
    asked_by: str
    decided_at: datetime | None
    decided_by: str
    granted: bool | None


@dataclass(frozen=True)
class LineRow:
    """A service that a claim bills: its place, code, day, how many times, and what is charged.

    `open` is what the payer still owes for the session, said with the session's own service.
    """

    place: int
    code: str
    service: str
    on: date
    units: int
    charge: Decimal
    session_id: UUID
    open: Decimal | None


@dataclass(frozen=True)
class Extras:
    """All of it, and the claim's lines."""

    appeals: list[AppealRow]
    overruled: list[Overruled]
    asked: list[AskedFor]
    further_payer: str
    lines: list[LineRow]
    sent: list[SentRow]
    inquiries: list[InquiryRow]

    @property
    def waiting(self) -> AskedFor | None:
        """The write-off nobody has decided yet."""
        return next((asked for asked in self.asked if asked.decided_at is None), None)


EXTRAS = f"""
select
  coalesce((select jsonb_agg(jsonb_build_object('id', a.id, 'claim_number', a.claim_number, 'level', a.level,
    'status', a.status, 'template', a.template, 'heard_until', a.heard_until, 'made_at', a.made_at,
    'signer', a.signer, 'signed_at', a.signed_at, 'sent_at', a.sent_at, 'sent_how', a.sent_how,
    'answer_by', a.answer_by, 'decided_on', a.decided_on) order by a.made_at)
    from appeal a where a.claim_number = :number), '[]') as appeals,
  coalesce((select jsonb_agg(jsonb_build_object('code', o.code, 'reason', o.reason,
    'by', coalesce(k.name, 'the command line'), 'at', o.at) order by o.at)
    from overruling o left join account k on k.id = o.by_id where o.claim_number = :number), '[]') as overruled,
  coalesce((select jsonb_agg(jsonb_build_object('id', w.id, 'amount', w.amount::text, 'reason', w.reason,
    'asked_at', w.asked_at, 'asked_by_id', w.asked_by, 'asked_by', coalesce(k.name, 'the command line'),
    'decided_at', w.decided_at, 'decided_by', coalesce(d.name, ''), 'granted', w.granted) order by w.asked_at)
    from write_off_asked w left join account k on k.id = w.asked_by left join account d on d.id = w.decided_by
    where w.claim_number = :number), '[]') as asked,
  coalesce((select p.name from claim m join claim_line l on l.claim_number = m.number and not l.add_on
    cross join lateral (select v.id, v.payer_id from coverage v
      where v.client_id = m.client_id and v.sequence > m.sequence and {covered("v", "l.held_on")}
      order by v.sequence limit 1) n
    join payer p on p.id = n.payer_id
    where m.number = :number
      and not exists (select from claim_line o where o.attendance_id = l.attendance_id and o.coverage_id = n.id)
      and {OWED_OF_LINE} > 0
    order by l.place limit 1), '') as further_payer,
  (select coalesce(jsonb_agg(jsonb_build_object('place', l.place, 'code', v.code, 'service', v.name,
    'on', l.held_on, 'units', l.units, 'charge', l.charge::text, 'session_id', t.session_id,
    'open', case when l.add_on then null else coalesce({OWED_OF_LINE}, 0)::text end) order by l.place), '[]')
    from claim_line l join claim m on m.number = l.claim_number join service v on v.id = l.service_id
    join attendance t on t.id = l.attendance_id where l.claim_number = :number) as lines,
  coalesce((select jsonb_agg(jsonb_build_object('claim_number', s.claim_number, 'edition', s.edition, 'file', i.name,
    'sent_at', i.sent_at, 'file_status', i.status, 'interchange_id', i.id, 'file_why', i.why) order by s.edition)
    from submission s join interchange i on i.id = s.interchange_id where s.claim_number = :number), '[]') as sent,
  coalesce((select jsonb_agg(jsonb_build_object('asked_at', q.asked_at, 'told_at', q.told_at, 'words', q.words,
    'action', q.action, 'paid', q.paid::text, 'reference', q.reference) order by q.id)
    from status_inquiry q where q.claim_number = :number), '[]') as inquiries
"""


def extras(engine: Engine, number: str) -> Extras:
    """What people decided about a claim."""
    [found] = rows(engine, _extras, EXTRAS, number=number)
    return found


def _extras(
    appeals: list[dict[str, Any]],
    overruled: list[dict[str, Any]],
    asked: list[dict[str, Any]],
    further_payer: str,
    lines: list[dict[str, Any]],
    sent: list[dict[str, Any]],
    inquiries: list[dict[str, Any]],
) -> Extras:
    return Extras(
        appeals=[AppealRow(**_timed(row)) for row in appeals],
        overruled=[Overruled(**_timed(row)) for row in overruled],
        asked=[AskedFor(**_timed({**row, "amount": Decimal(row["amount"])})) for row in asked],
        further_payer=further_payer,
        lines=[
            LineRow(**_timed({**row, "charge": Decimal(row["charge"]), "open": _amount(row["open"])})) for row in lines
        ],
        sent=[SentRow(**_timed(row)) for row in sent],
        inquiries=[InquiryRow(**_timed({**row, "paid": _amount(row["paid"])})) for row in inquiries],
    )


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _timed(row: dict[str, Any]) -> dict[str, Any]:
    """Days and moments of JSON as what they are."""
    found = dict(row)
    for name, value in row.items():
        if value is None:
            continue
        if name.endswith("_at") or name == "at":
            found[name] = datetime.fromisoformat(value)
        elif name in ("heard_until", "answer_by", "decided_on", "on"):
            found[name] = date.fromisoformat(value)
        elif name in ("id", "session_id") and isinstance(value, str):
            found[name] = UUID(value)
    return found
