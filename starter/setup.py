"""Reference data: who works here, what is offered and agreed. Checked before it is kept, in words a person can act on.

What has an effective date is never changed: a newer row takes its place from its day on.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session as Database
from sqlmodel import SQLModel

from activities import directory, pay_contracts
from models.calendar import PayCycle, zone
from models.errors import Refused
from models.facts import Relation
from models.money import ZERO
from models.rules.coding import ADD_ONS
from models.rules.scrub_checks import CPT_SHAPE, ICD10_SHAPE, valid_npi
from models.tables import (
    BillingGroup,
    Client,
    Clinician,
    Contact,
    Coverage,
    PayAdjustment,
    Payer,
    PayRuleRow,
    PayTerms,
    PolicyRow,
    Practice,
    RateRow,
    Service,
)
from starter import pay_checks

EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
STATE = re.compile(r"[A-Z]{2}")
ZIP = re.compile(r"[0-9]{5}(-?[0-9]{4})?")
TAXONOMY = re.compile(r"[0-9A-Z]{10}")
TAX_ID = re.compile(r"[0-9]{9}")
PHONE = re.compile(r"(?=(\D*\d){7,15}\D*$)[\d\s().+x-]+")
PAYER_ID = re.compile(r"[A-Za-z0-9]{2,80}")
SEXES = ("F", "M", "U")

Problems = Iterator[str]


def add(engine: Engine, row: SQLModel) -> int:
    """Keep a new row, in a transaction of its own, and tell its id."""
    with Database(engine) as db, db.begin():
        return keep(db, row)


def keep(db: Database, row: SQLModel) -> int:
    """Keep a new row and tell its id; Refused names everything that is wrong with it."""
    check(row)
    if isinstance(row, Practice) and db.get(Practice, 1) is not None:
        raise Refused("this database has a practice already: use `persession change practice`")
    if isinstance(row, PayTerms):
        return pay_contracts.agree(db, row)
    return directory.keep(db, row)


def change(engine: Engine, table: type[SQLModel], key: int, fields: dict[str, Any]) -> None:
    """Correct a row that is there; Refused when it is not, or would be wrong."""
    row = _there(engine, table, key)
    if row is None:
        raise Refused(f"there is no {table.__name__.lower()} {key}")
    for name, value in fields.items():
        setattr(row, name, value)
    check(row)
    directory.enter(engine, row)


def check(row: SQLModel) -> None:
    """Refused with every reason why a row cannot be right."""
    problems = list(CHECKS[type(row)](row))
    if problems:
        raise Refused("; ".join(problems))


def _there(engine: Engine, table: type[SQLModel], key: int) -> SQLModel | None:
    with Database(engine, expire_on_commit=False) as db:
        return db.get(table, key)


def _practice(row: Practice) -> Problems:
    yield from _named(row.name)
    yield from _contact(row.email, row.timezone)
    yield from _address(row.state, row.zip)
    yield from _npi(row.npi)
    yield from _address(row.pay_to_state, row.pay_to_zip)
    if row.pay_to_line1 and not (row.pay_to_city and row.pay_to_state and row.pay_to_zip):
        yield "payers send money to a whole address: street, city, state and ZIP"
    if not row.email:
        yield "an e-mail address is needed: mails to clients come from it"
    if row.tax_id and not TAX_ID.fullmatch(row.tax_id):
        yield f"tax id {row.tax_id!r} is not nine digits"
    if row.pay_cycle not in set(PayCycle):
        yield f"{row.pay_cycle!r} is no pay period: {', '.join(PayCycle)}"


def _billing_group(row: BillingGroup) -> Problems:
    """What a claim must say of who bills it (837P loop 2010AA)."""
    yield from _named(row.name)
    if not row.npi:
        yield "a group that bills needs an NPI of its own"
    yield from _npi(row.npi)
    if not TAX_ID.fullmatch(row.tax_id):
        yield f"tax id {row.tax_id!r} is not nine digits"
    if row.taxonomy and not TAXONOMY.fullmatch(row.taxonomy):
        yield f"taxonomy {row.taxonomy!r} is not ten letters and digits, such as 101YM0800X"
    yield from _address(row.state, row.zip)
    if not (row.line1 and row.city and row.state and row.zip):
        yield "who bills has a whole address: street, city, state and ZIP"


def _clinician(row: Clinician) -> Problems:
    yield from _named(row.name)
    yield from _contact(row.email, None)
    yield from _npi(row.npi)


def _client(row: Client) -> Problems:
    yield from _named(row.first)
    yield from _contact(row.email, row.timezone)
    yield from _address(row.state, row.zip)
    if row.sex not in SEXES:
        yield f"sex {row.sex!r} is not one of {', '.join(SEXES)} (as on the insurance card; U unknown)"
    yield from _phone(row.phone)
    if row.autopay_since and not row.card:
        yield "autopay needs a card on file"
    for code in row.diagnoses:
        if not ICD10_SHAPE.fullmatch(code):
            yield f"{code!r} is not written like an ICD-10-CM code, such as F41.1"


def _service(row: Service) -> Problems:
    yield from _named(row.name)
    if row.code and not CPT_SHAPE.fullmatch(row.code):
        yield f"{row.code!r} is no CPT or HCPCS code, such as 90834; leave it out for what is never claimed"
    if not (row.minutes == 0 and row.code in ADD_ONS) and not 0 < row.minutes <= 24 * 60:
        yield f"{row.minutes} minutes is not a length a session can have"


def _rate(row: RateRow) -> Problems:
    if row.amount < ZERO:
        yield "a rate is not below zero"


def _policy(row: PolicyRow) -> Problems:
    for name, text in (("late cancellation fee", row.late_cancel_fee), ("no-show fee", row.no_show_fee)):
        try:
            directory.terms(text)
        except ValueError as wrong:
            yield f"{name}: {wrong}"
    numbers = {
        "notice hours": row.notice_hours,
        "waivers a year": row.waivers_per_year,
        "hours until a no-show": row.no_show_after_hours,
        "hours of grace": row.fee_grace_hours,
    }
    yield from (f"{name} cannot be below zero" for name, number in numbers.items() if number < 0)
    if any(hours <= 0 for hours in row.reminder_hours):
        yield "a reminder goes out before the start: hours above zero"


def _payer(row: Payer) -> Problems:
    yield from _named(row.name)
    if not PAYER_ID.fullmatch(row.payer_id):
        yield f"payer id {row.payer_id!r} is not letters and digits"
    if row.timely_filing_days <= 0 or row.appeal_days <= 0:
        yield "deadlines are days above zero"


def _coverage(row: Coverage) -> Problems:
    if not row.member_id.strip():
        yield "the member id is missing: it is on the insurance card"
    yield from _npi(row.referrer_npi)
    if row.referrer_npi and not row.referrer_last:
        yield "who referred the client is named with the NPI"
    if row.sequence < 1:
        yield "coverages count from 1 (primary)"
    if row.copay < ZERO:
        yield "a copay is not below zero"
    if row.covered_from and row.covered_until and row.covered_until < row.covered_from:
        yield "the coverage ends before it begins"
    if row.relation not in set(Relation):
        yield f"{row.relation!r} is not who the client is to the subscriber: {', '.join(Relation)}"
    elif row.relation != Relation.SELF and not (row.subscriber_first and row.subscriber_last and row.subscriber_birth):
        yield "the subscriber is somebody else: their first and last name and birth date are needed"
    if row.deductible is not None and row.deductible < ZERO:
        yield "a deductible is not below zero"


def _contact_row(row: Contact) -> Problems:
    yield from _named(row.name)
    yield from _contact(row.email, None)
    yield from _phone(row.phone)
    yield from _address(row.state, row.zip)
    if row.guarantor and not (row.phone or row.email):
        yield "who pays must be reachable: a phone number or mail address is needed"


CHECKS: dict[type[SQLModel], Callable[[Any], Problems]] = {
    Practice: _practice,
    BillingGroup: _billing_group,
    Clinician: _clinician,
    Client: _client,
    Service: _service,
    RateRow: _rate,
    PolicyRow: _policy,
    Payer: _payer,
    Coverage: _coverage,
    Contact: _contact_row,
    PayRuleRow: pay_checks.rule,
    PayTerms: pay_checks.terms,
    PayAdjustment: pay_checks.adjustment,
}


def _named(name: str) -> Problems:
    if not name.strip():
        yield "a name is missing"


def _phone(phone: str) -> Problems:
    if phone and not PHONE.fullmatch(phone):
        yield "the phone number is not seven to fifteen digits, such as 217-555-0142"


def _contact(email: str, timezone: str | None) -> Problems:
    if email and not EMAIL.fullmatch(email):
        yield "the e-mail address does not read name@host"
    if timezone is not None:
        try:
            zone(timezone)
        except Refused as unknown:
            yield str(unknown)


def _address(state: str, code: str) -> Problems:
    if state and not STATE.fullmatch(state):
        yield f"state {state!r} is not two capital letters, such as MA"
    if code and not ZIP.fullmatch(code):
        yield f"ZIP {code!r} is not five or nine digits"


def _npi(npi: str) -> Problems:
    if npi and not valid_npi(npi):
        yield f"NPI {npi!r} is not ten digits with a right check digit"
