"""What is agreed with whoever holds sessions: contracts with their signatures, rules, adjustments."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine

from activities.pay_signing import Agreed, print_of
from models.tables import PaySignature, PayTerms
from starter.queries.pay import WHO
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

    @property
    def print(self) -> str:
        """What tells these words from others."""
        return print_of(self.words)


PEOPLE = f"""
select k.id, {WHO} as name, k.active, t.effective_from as since, t.effective_until as until, t.paid_as,
  (select max(s.signed_at) from pay_signature s where s.terms_id = t.id) as signed_at,
  (select count(*) from pay_rule r where r.clinician_id = k.id) as rules,
  (select b.ending from bank_account b where b.clinician_id = k.id) as account
from clinician k left join pay_terms t on t.clinician_id = k.id
  and t.effective_from <= :today and (t.effective_until is null or t.effective_until >= :today)
where k.active or t.id is not null
order by k.active desc, k.name, k.id
"""


def people(engine: Engine, today: date) -> list[PersonRow]:
    """Everybody who is or was paid."""
    return rows(engine, PersonRow, PEOPLE, today=today)


def contracts(known: Agreed) -> list[ContractRow]:
    """Somebody's contracts, newest first."""
    return [ContractRow(terms, known.words(terms), signed) for terms, signed in reversed(known.contracts)]
