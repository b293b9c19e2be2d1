"""Contracts as they are signed: the words they read, the clinician's typed name under them, and both as paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlmodel import Session as Database
from sqlmodel import SQLModel, and_, col, func, select

from activities.agreements import LONGEST_NAME, digest
from activities.documents import drawn
from activities.papers import card_of
from activities.pay_contracts import as_adjustment, as_contract, as_rule
from activities.wording import long_date, moment
from models.calendar import local_day, zone
from models.errors import Refused
from models.facts import PayRule
from models.letters import same_name
from models.paying import Adjustment
from models.rules import pay_contracts as rules
from models.rules.pay import standing
from models.tables import Account, Clinician, PayAdjustment, PayRuleRow, PaySignature, PayTerms, Practice, Service


@dataclass(frozen=True)
class Agreed:
    """All that is agreed with a clinician: contracts, oldest first, each with the latest signature under it.

    `services` are the names of those that rules and adjustments are for.
    """

    clinician: Clinician
    contracts: Sequence[tuple[PayTerms, PaySignature | None]]
    rules: list[PayRule]
    adjustments: list[Adjustment]
    services: dict[int, str]

    @property
    def entries(self) -> list[tuple[PayRule, bool]]:
        """Rules, newest first; whether each stands, or a later entry of the same day took its place."""
        stand = {rule.id for rule in standing(self.rules)}
        newest = sorted(self.rules, key=lambda rule: (rule.effective_from, rule.id), reverse=True)
        return [(rule, rule.id in stand) for rule in newest]

    def words(self, terms: PayTerms) -> str:
        """What is signed: the contract, its rules and adjustments as they are now, in plain words."""
        last = terms.effective_until or date.max
        mine = [rule for rule in self.rules if rule.effective_from <= last]
        extra = [a for a in self.adjustments if max(a.since, terms.effective_from) <= min(a.until or date.max, last)]
        return rules.words_of(as_contract(terms), mine, extra, self.services)


def agreed(db: Database, clinician_id: int) -> Agreed | None:
    """Read at once, however many contracts there are; None where there is no such clinician."""
    latest = select(func.max(PaySignature.id)).where(PaySignature.terms_id == PayTerms.id).correlate(PayTerms)
    query: Any = (
        select(Clinician, PayTerms, PaySignature)
        .outerjoin(PayTerms, col(PayTerms.clinician_id) == Clinician.id)
        .outerjoin(
            PaySignature, and_(PaySignature.terms_id == PayTerms.id, col(PaySignature.id) == latest.scalar_subquery())
        )
        .where(Clinician.id == clinician_id)
        .order_by(col(PayTerms.effective_from))
    )
    rows = db.execute(query).all()
    if not rows:
        return None
    known = _for_services(db, PayRuleRow, clinician_id)
    extra = _for_services(db, PayAdjustment, clinician_id)
    return Agreed(
        clinician=rows[0][0],
        contracts=[(terms, signature) for _, terms, signature in rows if terms is not None],
        rules=[as_rule(row) for row, _ in known],
        adjustments=[as_adjustment(row) for row, _ in extra],
        services={row.service_id: name for row, name in (*known, *extra) if row.service_id is not None},
    )


def print_of(words: str) -> str:
    """What tells words from others, short: a form carries it, so that nobody signs what they were not shown."""
    return sha256(words.encode()).hexdigest()


def sign(
    db: Database,
    terms_id: int,
    clinician_id: int,
    typed_name: str,
    account_id: int | None,
    at: datetime,
    shown: str | None = None,
) -> int:
    """Sign one's own contract as it reads now; signing the same words again changes nothing.

    `shown` is the print of the words that were read; Refused where they are others by now.
    """
    db.exec(select(PayTerms.id).where(PayTerms.id == terms_id).with_for_update()).first()
    known, terms, before = _contract(db, terms_id, clinician_id)
    name = " ".join(typed_name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused("type your full name to sign")
    _must_be_theirs(db, name, known.clinician, account_id)
    said = known.words(terms)
    if shown is not None and shown != print_of(said):
        raise Refused("this contract reads otherwise since you opened the page: read it again, then sign")
    if before and before.words == said:
        return before.id or 0
    bound = digest(said, terms_id, clinician_id, name, at)
    signed = PaySignature(
        terms_id=terms_id, words=said, typed_name=name, signed_at=at, account_id=account_id, digest=bound
    )
    db.add(signed)
    db.flush()
    return signed.id or 0


def _must_be_theirs(db: Database, name: str, clinician: Clinician, account_id: int | None) -> None:
    """Refused unless a name is the clinician's, as the practice keeps it or as their account says it."""
    account = db.get_one(Account, account_id) if account_id is not None else None
    if not any(same_name(name, own) for own in (clinician.name, account.name if account else "")):
        raise Refused(
            f"a contract is signed in your own name, {clinician.name}, as the practice keeps it; "
            "where that is not how you write it, ask the practice's owner to change it first"
        )


def holds(signed: PaySignature, clinician_id: int) -> bool:
    """Whether a signature still belongs to the words, the name and the moment it was made with."""
    return signed.digest == digest(signed.words, signed.terms_id, clinician_id, signed.typed_name, signed.signed_at)


def contract_pdf(db: Database, terms_id: int, clinician_id: int) -> bytes:
    """The contract as it was signed last: the words of then, the name, the moment and the seal over all of it."""
    known, terms, signed = _contract(db, terms_id, clinician_id)
    if signed is None:
        raise Refused("this contract is not signed yet")
    if not holds(signed, clinician_id):
        raise Refused("this signature does not belong to these words: somebody changed the database")
    practice = db.get_one(Practice, 1)
    at = signed.signed_at.astimezone(zone(practice.timezone))
    data = {
        "parties": f"{practice.name} and {known.clinician.name}",
        "since": long_date(terms.effective_from),
        "words": signed.words,
        "changed": signed.words != known.words(terms),
        "signature": {
            "name": signed.typed_name,
            "clinician": known.clinician.name,
            "at": moment(at),
            "digest": signed.digest,
        },
    }
    return drawn("pay_contract", card_of(practice), local_day(signed.signed_at, zone(practice.timezone)), data)


def _contract(db: Database, terms_id: int, clinician_id: int) -> tuple[Agreed, PayTerms, PaySignature | None]:
    known = agreed(db, clinician_id)
    for terms, signature in known.contracts if known else ():
        if known and terms.id == terms_id:
            return known, terms, signature
    raise Refused("there is no such contract of yours")


def _for_services(db: Database, table: type[SQLModel], clinician_id: int) -> Sequence[Any]:
    """A clinician's rows, each with the name of the service it is for."""
    rows: Any = table
    query: Any = select(table, Service.name).outerjoin(Service, col(Service.id) == rows.service_id)
    return db.execute(query.where(rows.clinician_id == clinician_id).order_by(rows.id)).all()
