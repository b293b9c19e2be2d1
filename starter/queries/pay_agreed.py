"""What is agreed with whoever holds sessions: contracts with their signatures, rules, adjustments."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import pay_contracts
from models.facts import PayRule
from models.paying import Adjustment
from models.tables import PaySignature, PayTerms, Service
from starter.queries.reading import rows


@dataclass(frozen=True)
class PersonRow:
    """Somebody who holds sessions, and the contract of today."""

    id: int
    name: str
    active: bool
    since: date | None
    until: date | None
    paid_as: str | None
    signed_at: datetime | None
    rules: int
    account: str | None


@dataclass(frozen=True)
class ContractRow:
    """A contract, the words it reads now, and the latest signature under it."""

    terms: PayTerms
    words: str
    signed: PaySignature | None

    @property
    def stands(self) -> bool:
        """Signed, and not changed since."""
        return self.signed is not None and self.signed.words == self.words


@dataclass(frozen=True)
class Agreed:
    """All that is agreed with somebody; `services` are names by id."""

    contracts: list[ContractRow]
    rules: list[PayRule]
    adjustments: list[Adjustment]
    services: dict[int, str]


PEOPLE = """
select c.id, c.name, c.active, t.effective_from as since, t.effective_until as until, t.paid_as,
  (select max(s.signed_at) from pay_signature s where s.terms_id = t.id) as signed_at,
  (select count(*) from pay_rule r where r.clinician_id = c.id) as rules,
  (select b.ending from bank_account b where b.clinician_id = c.id) as account
from clinician c left join pay_terms t on t.clinician_id = c.id
  and t.effective_from <= :today and (t.effective_until is null or t.effective_until >= :today)
where c.active or t.id is not null
order by c.active desc, c.name
"""


def people(engine: Engine, today: date) -> list[PersonRow]:
    """Everybody who is or was paid."""
    return rows(engine, PersonRow, PEOPLE, today=today)


def agreed(db: Database, clinician_id: int) -> Agreed:
    """What is agreed with somebody, contracts newest first."""
    services = {row.id or 0: row.name for row in db.exec(select(Service).order_by(col(Service.name))).all()}
    return Agreed(
        contracts=contracts(db, clinician_id),
        rules=pay_contracts.rules_of(db, clinician_id),
        adjustments=pay_contracts.adjustments(db, clinician_id),
        services=services,
    )


def contracts(db: Database, clinician_id: int) -> list[ContractRow]:
    """Somebody's contracts, newest first."""
    found = reversed(pay_contracts.terms_of(db, clinician_id))
    return [ContractRow(t, pay_contracts.words(db, t), pay_contracts.signature(db, t.id or 0)) for t in found]
