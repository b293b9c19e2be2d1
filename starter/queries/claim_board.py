"""Claims by stage."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine

from models.rules.deadlines import filing_clock
from starter.queries.reading import OWED_OF_CLAIM, rows


@dataclass(frozen=True)
class Card:
    """A claim on the board; `of_stage` and `charged` count its whole stage, `open` is what its payer still owes."""

    number: str
    status: str
    client_id: int
    client: str
    payer: str
    held_on: date
    made_at: datetime
    charge: Decimal
    open: Decimal
    why: str
    file_by: date
    leaves_on: date | None
    of_stage: int
    charged: Decimal


BOARD = f"""
with shown as (
  select m.*, row_number() over (partition by m.status order by m.held_on, m.number) as place,
    count(*) over (partition by m.status) as of_stage, sum(m.charge) over (partition by m.status) as charged
  from claim m
  where (m.status not in ('paid', 'closed') or m.made_at >= :since)
    and (cast(:stage as text) is null or m.status = :stage)
    and (cast(:payer_id as int) is null or m.payer_id = :payer_id))
select m.number, m.status, m.client_id, trim(c.first || ' ' || c.last) as client, p.name as payer,
  p.timely_filing_days, m.held_on, m.made_at, m.charge, m.why, m.leaves_on, m.of_stage, m.charged,
  {OWED_OF_CLAIM} as open
from shown m join client c on c.id = m.client_id
  join payer p on p.id = m.payer_id
where m.place > :after and m.place <= :after + :most
order by m.status, m.place
"""


def board(
    engine: Engine,
    since: datetime,
    stage: str | None = None,
    payer_id: int | None = None,
    most: int = 8,
    after: int = 0,
) -> list[Card]:
    """The oldest claims of each stage (or of one); those that are over only when made since a moment."""
    values = {"since": since, "stage": stage, "payer_id": payer_id, "most": most, "after": after}
    return rows(engine, _card, BOARD, **values)


def _card(timely_filing_days: int, held_on: date, **row: Any) -> Card:
    return Card(held_on=held_on, file_by=filing_clock(held_on, timely_filing_days).last, **row)
