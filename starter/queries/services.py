"""Services: those a session can be, those done beside one, and what was done beside a client's part in a session."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Engine
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.facts import ClaimStatus
from models.rules.amending import Bill
from models.rules.coding import ADD_ONS, FURTHER_CRISIS
from models.tables import Service
from starter.queries.reading import only, rows

BESIDE = """coalesce((select json_agg(v.code || case when d.units > 1 then ' x' || d.units else '' end order by v.code)
  from add_on d join service v on v.id = d.service_id where d.attendance_id = a.id), '[]')"""
"""What was done beside the part `a` in a session, by code; SQL."""


@dataclass(frozen=True)
class AddOnOffer:
    """An add-on of the practice."""

    id: int
    name: str
    code: str


@dataclass(frozen=True)
class PartDone:
    """How a client's part in a session was held, what was done beside it with its minutes, and what could be."""

    place: str
    code: str
    held: str | None
    add_ons: dict[str, int | None]
    charged: bool
    known: list[dict[str, Any]]
    bills: list[dict[str, Any]]

    @property
    def add_ons_known(self) -> list[AddOnOffer]:
        """What could be done beside it, as far as the practice has it."""
        return [AddOnOffer(**each) for each in self.known]

    @property
    def claims(self) -> list[Bill]:
        """The claims for it, in the order of their coverages."""
        return [Bill(**{**each, "status": ClaimStatus(each["status"])}) for each in self.bills]


OFFERED = "select id, name, code from service where code = any(:codes) order by code, id"
"""What a clinician may choose beside any session; what follows from the minutes is not chosen."""
CHOSEN = sorted(set(ADD_ONS) - {FURTHER_CRISIS})

BILLS = """
select m.number, m.status, m.frequency, m.payer_claim_number <> '' as known,
  m.status = 'draft' and exists (select from submission x where x.claim_number = m.number and x.edition = m.edition)
    as leaving
from claim m where m.number in (select l.claim_number from claim_line l where l.attendance_id = a.id)
order by m.sequence, m.number"""

PART = f"""
select s.place, v.code, a.held,
  coalesce((select json_object_agg(d.service_id, d.minutes) from add_on d where d.attendance_id = a.id), '{{}}')
    as add_ons,
  exists (select from entry e where e.attendance_id = a.id and e.event like 'attended, %') as charged,
  coalesce((select json_agg(o) from ({OFFERED}) o), '[]') as known,
  coalesce((select json_agg(b) from ({BILLS}) b), '[]') as bills
from attendance a join session s on s.id = a.session_id join service v on v.id = s.service_id
where a.session_id = :session_id and a.client_id = :client_id
"""


def bookable() -> SelectOfScalar[Service]:
    """The services that a session can be, by name."""
    return select(Service).where(col(Service.code).not_in(sorted(ADD_ONS))).order_by(col(Service.name))


def offered_add_ons(engine: Engine) -> list[AddOnOffer]:
    """The add-ons of the practice that may be chosen."""
    return rows(engine, AddOnOffer, OFFERED, codes=CHOSEN)


def part_done(engine: Engine, session_id: UUID, client_id: int) -> PartDone | None:
    """What is said of a client's part in a session."""
    return only(rows(engine, PartDone, PART, session_id=session_id, client_id=client_id, codes=CHOSEN))
