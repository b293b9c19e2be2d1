"""The practice, who works there, what it offers and agrees, its clients and their coverages."""

from models.billed import FILING_WORDS, ClaimsPer, FilingIndicator
from models.calendar import PayCycle
from models.checks.words import (
    PAYER_ID,
    TAXONOMY,
    Problem,
    Problems,
    address,
    email,
    in_order,
    named,
    npi,
    phone,
    tax_id,
    timezone,
)
from models.facts import Relation
from models.money import ZERO
from models.rules.attendance import terms_of
from models.rules.coding import ADD_ONS
from models.rules.scrub_checks import CPT_SHAPE, ICD10_SHAPE
from models.tables import (
    BillingGroup,
    Client,
    Clinician,
    Contact,
    Coverage,
    Payer,
    PolicyRow,
    Practice,
    RateRow,
    Service,
)

SEXES = ("F", "M", "U")


def practice(row: Practice) -> Problems:
    """The practice itself."""
    yield from named(row.name)
    yield from email(row.email)
    yield from timezone(row.timezone)
    yield from address(row.state, row.zip)
    yield from npi(row.npi)
    yield from address(row.pay_to_state, row.pay_to_zip, "pay_to_")
    if row.pay_to_line1 and not (row.pay_to_city and row.pay_to_state and row.pay_to_zip):
        yield Problem("pay_to_line1", "payers send money to a whole address: street, city, state and ZIP")
    if not row.email:
        yield Problem("email", "an e-mail address is needed: mails to clients come from it")
    if row.tax_id:
        yield from tax_id(row.tax_id)
    if row.pay_cycle not in set(PayCycle):
        yield Problem("pay_cycle", f"{row.pay_cycle!r} is no pay period: {', '.join(PayCycle)}")


def billing_group(row: BillingGroup) -> Problems:
    """What a claim must say of who bills it (837P loop 2010AA)."""
    yield from named(row.name)
    if not row.npi:
        yield Problem("npi", "a group that bills needs an NPI of its own")
    yield from npi(row.npi)
    yield from tax_id(row.tax_id)
    if row.taxonomy and not TAXONOMY.fullmatch(row.taxonomy):
        yield Problem("taxonomy", f"taxonomy {row.taxonomy!r} is not ten letters and digits, such as 101YM0800X")
    yield from address(row.state, row.zip)
    if not (row.line1 and row.city and row.state and row.zip):
        yield Problem("line1", "who bills has a whole address: street, city, state and ZIP")


def clinician(row: Clinician) -> Problems:
    """Somebody who holds sessions."""
    yield from named(row.name)
    yield from email(row.email)
    yield from npi(row.npi)


def client(row: Client) -> Problems:
    """Somebody who comes."""
    yield from named(row.first, "first")
    yield from email(row.email)
    yield from timezone(row.timezone)
    yield from address(row.state, row.zip)
    if row.sex not in SEXES:
        yield Problem("sex", f"sex {row.sex!r} is not one of {', '.join(SEXES)} (as on the insurance card; U unknown)")
    yield from phone(row.phone)
    if row.autopay_since and not row.card:
        yield Problem("autopay_since", "autopay needs a card on file")
    for code in row.diagnoses:
        if not ICD10_SHAPE.fullmatch(code):
            yield Problem("diagnoses", f"{code!r} is not written like an ICD-10-CM code, such as F41.1")


def service(row: Service) -> Problems:
    """What is offered."""
    yield from named(row.name)
    if row.code and not CPT_SHAPE.fullmatch(row.code):
        words = "is no CPT or HCPCS code, such as 90834; leave it out for what is never claimed"
        yield Problem("code", f"{row.code!r} {words}")
    if not (row.minutes == 0 and row.code in ADD_ONS) and not 0 < row.minutes <= 24 * 60:
        yield Problem("minutes", f"{row.minutes} minutes is not a length a session can have")


def rate(row: RateRow) -> Problems:
    """A price."""
    if row.amount < ZERO:
        yield Problem("amount", "a rate is not below zero")


def policy(row: PolicyRow) -> Problems:
    """What holds for sessions booked from a day on."""
    fees = {"late_cancel_fee": "late cancellation fee", "no_show_fee": "no-show fee"}
    for field, name in fees.items():
        try:
            terms_of(getattr(row, field))
        except ValueError as wrong:
            yield Problem(field, f"{name}: {wrong}")
    numbers = {
        "notice_hours": "notice hours",
        "waivers_per_year": "waivers a year",
        "no_show_after_hours": "hours until a no-show",
        "fee_grace_hours": "hours of grace",
    }
    for field, name in numbers.items():
        if getattr(row, field) < 0:
            yield Problem(field, f"{name} cannot be below zero")
    if any(hours <= 0 for hours in row.reminder_hours):
        yield Problem("reminder_hours", "a reminder goes out before the start: hours above zero")


def payer(row: Payer) -> Problems:
    """An insurer."""
    yield from named(row.name)
    if not PAYER_ID.fullmatch(row.payer_id):
        yield Problem("payer_id", f"payer id {row.payer_id!r} is not letters and digits")
    if row.timely_filing_days <= 0 or row.appeal_days <= 0:
        yield Problem("timely_filing_days", "deadlines are days above zero")
    if row.claims_per not in set(ClaimsPer):
        yield Problem("claims_per", f"{row.claims_per!r} is no way of claims: {', '.join(ClaimsPer)}")
    if row.filing_indicator not in set(FilingIndicator):
        known = ", ".join(f"{code} {words}" for code, words in FILING_WORDS.items())
        yield Problem("filing_indicator", f"{row.filing_indicator!r} is no kind of plan: {known}")


def coverage(row: Coverage) -> Problems:
    """A client's insurance."""
    if not row.member_id.strip():
        yield Problem("member_id", "the member id is missing: it is on the insurance card")
    yield from npi(row.referrer_npi, "referrer_npi")
    if row.referrer_npi and not row.referrer_last:
        yield Problem("referrer_last", "who referred the client is named with the NPI")
    if row.sequence < 1:
        yield Problem("sequence", "coverages count from 1 (primary)")
    if row.copay < ZERO:
        yield Problem("copay", "a copay is not below zero")
    yield from in_order(row.covered_from, row.covered_until, "covered_until", "the coverage ends before it begins")
    if row.relation not in set(Relation):
        words = f"{row.relation!r} is not who the client is to the subscriber: {', '.join(Relation)}"
        yield Problem("relation", words)
    elif row.relation != Relation.SELF and not (row.subscriber_first and row.subscriber_last and row.subscriber_birth):
        words = "the subscriber is somebody else: their first and last name and birth date are needed"
        yield Problem("subscriber_first", words)
    if row.deductible is not None and row.deductible < ZERO:
        yield Problem("deductible", "a deductible is not below zero")


def contact(row: Contact) -> Problems:
    """Somebody around a client."""
    yield from named(row.name)
    yield from email(row.email)
    yield from phone(row.phone)
    yield from address(row.state, row.zip)
    if row.guarantor and not (row.phone or row.email):
        yield Problem("guarantor", "who pays must be reachable: a phone number or mail address is needed")
