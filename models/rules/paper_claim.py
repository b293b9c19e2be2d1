"""A claim on paper: what stands in which field of the CMS-1500 (02/12), taken from the claim as its 837P says it.

Numbers are those of the form (NUCC). A form holds twelve diagnoses and six services; more services go on further
forms, and only the last of them has the sum.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from models.addresses import zip_code
from models.money import ZERO, total
from models.x12.claims import Claim837, ClaimFile, Line, OtherCoverage
from models.x12.parties import Address, Person, Provider

SERVICES_A_FORM = 6
"""Service lines of one CMS-1500 (02/12, field 24)."""
PLANS = {"MB": "Medicare", "MA": "Medicare", "MC": "Medicaid", "CH": "TRICARE", "VA": "CHAMPVA"}
RELATIONSHIPS = {"18": "Self", "01": "Spouse", "19": "Child"}
ON_FILE = "Signature on file"
LETTERS = "ABCDEFGHIJKL"


@dataclass(frozen=True)
class Service:
    """A line of field 24, columns A to J."""

    since: str
    until: str
    place: str
    code: str
    modifiers: str
    pointers: str
    charge: str
    units: str
    npi: str
    note: str = ""


@dataclass(frozen=True)
class Form:
    """One sheet: the payer it goes to, its fields by number, its services."""

    payer: str
    fields: dict[str, str]
    services: tuple[Service, ...]


def forms(file: ClaimFile, claim: Claim837) -> list[Form]:
    """The sheets of one claim."""
    runs = [claim.lines[at : at + SERVICES_A_FORM] for at in range(0, len(claim.lines), SERVICES_A_FORM)]
    return [_form(file, claim, run, last=run is runs[-1]) for run in runs]


def _form(file: ClaimFile, claim: Claim837, lines: tuple[Line, ...], last: bool) -> Form:
    fields = _people(claim) | _condition(claim) | _money(file, claim, last)
    return Form(claim.payer.name, fields, tuple(_service(line, claim) for line in lines))


def _people(claim: Claim837) -> dict[str, str]:
    patient, insured = claim.patient or claim.subscriber, claim.subscriber
    other = next(iter(claim.other_coverages), None)
    return {
        "1": PLANS.get(claim.payer.filing, "Group health plan or other"),
        "1a": claim.member_id,
        "2": _name(patient),
        "3": _born(patient),
        "4": _name(insured),
        "5": _lines(patient.address),
        "6": RELATIONSHIPS.get(claim.relationship, "Other"),
        "7": _lines(insured.address or patient.address),
        **_other(other),
        "10": "a No   b No   c No",
        "11": claim.group_number or "NONE",
        "11a": _born(insured),
        "11c": claim.payer.name,
        "11d": "Yes" if other else "No",
        "12": ON_FILE,
        "13": ON_FILE,
    }


def _other(other: OtherCoverage | None) -> dict[str, str]:
    """Fields 9, 9a and 9d: the other insurance."""
    if other is None:
        return {"9": "", "9a": "", "9d": ""}
    return {"9": _name(other.subscriber), "9a": other.group_number or other.member_id, "9d": other.payer.name}


def _condition(claim: Claim837) -> dict[str, str]:
    """Fields 14 to 23: onset, who referred or supervises, diagnoses, numbers of the payer's."""
    role, named = ("DN", claim.referring) if claim.referring else ("DQ", claim.supervising)
    replaces = claim.frequency != "1"
    return {
        "14": f"{_day(claim.onset)} qualifier 431" if claim.onset else "",
        "17": f"{role} {_provider(named)}" if named else "",
        "17b": named.npi if named else "",
        "19": claim.note,
        "21": "   ".join(f"{letter} {code}" for letter, code in zip(LETTERS, claim.diagnoses, strict=False)),
        "22": f"{claim.frequency} | {claim.payer_claim_number or ''}" if replaces else "",
        "23": claim.authorization or "",
    }


def _money(file: ClaimFile, claim: Claim837, last: bool) -> dict[str, str]:
    """Fields 25 to 33: who bills, the sum, what other insurance paid."""
    billing, paid = file.billing, total(each.paid or ZERO for each in claim.other_coverages)
    return {
        "25": f"{billing.tax_id} {'SSN' if billing.tax_kind == 'SY' else 'EIN'}" if billing.tax_id else "",
        "26": claim.number,
        "27": "Yes",
        "28": _amount(claim.charge) if last else "continued",
        "29": _amount(paid) if last and paid else "",
        "31": f"{_provider(claim.rendering)} - {ON_FILE.lower()}",
        "32": f"{billing.name}\n{_lines(billing.address)}" if claim.place_of_service not in ("02", "10") else "",
        "33": f"{_provider(billing)}\n{_lines(file.pay_to or billing.address)}\n{file.submitter.phone}",
        "33a": billing.npi,
        "33b": f"ZZ{billing.taxonomy}" if billing.taxonomy else "",
    }


def _service(line: Line, claim: Claim837) -> Service:
    return Service(
        since=_day(line.date),
        until=_day(line.until or line.date),
        place=line.place_of_service or claim.place_of_service,
        code=line.code,
        modifiers=" ".join(line.modifiers),
        pointers="".join(LETTERS[pointer - 1] for pointer in line.diagnosis_pointers if 0 < pointer <= len(LETTERS)),
        charge=_amount(line.charge),
        units=f"{line.units.normalize():f}",
        npi=claim.rendering.npi,
        note=line.note,
    )


def _name(person: Person) -> str:
    return f"{person.last}, {person.first}".strip(", ")


def _provider(provider: Provider) -> str:
    return f"{provider.first} {provider.name}".strip()


def _born(person: Person) -> str:
    return f"{_day(person.birth)} {person.sex if person.sex != 'U' else ''}".strip() if person.birth else ""


def _lines(address: Address | None) -> str:
    if address is None:
        return ""
    return "\n".join(
        filter(None, (address.line1, address.line2, f"{address.city} {address.state} {zip_code(address.zip)}"))
    )


def _day(day: date | None) -> str:
    return f"{day:%m %d %y}" if day else ""


def _amount(amount: Decimal) -> str:
    """Dollars and cents parted by a blank, as the form has it."""
    return f"{amount:.2f}".replace(".", " ")
