"""Claims to payers: the 837P of guide 005010X222A1, written here and read in `claim_837p_reading`."""

from collections.abc import Iterator

from models.errors import Refused
from models.x12.claim_837p_reading import Reading, read, readings, readings_of
from models.x12.claims import (
    Claim837,
    ClaimFile,
    Line,
    LineAdjudication,
    OtherCoverage,
    Submitter,
    problems,
)
from models.x12.parties import Address, Adjustment, Payer, Person, Provider, address_rows, adjustment_rows
from models.x12.writing import Body, Element, Row, compose, day, money, number

__all__ = [
    "Address",
    "Adjustment",
    "Claim837",
    "ClaimFile",
    "Line",
    "LineAdjudication",
    "OtherCoverage",
    "Payer",
    "Person",
    "Provider",
    "Reading",
    "Submitter",
    "problems",
    "read",
    "readings",
    "readings_of",
    "write",
]

GUIDE = "005010X222A1"
BILLING_LEVEL = "1"
DIAGNOSES_AT_MOST = 12
NOTE_AT_MOST = 80
"""Characters of NTE02: what is longer is cut, since a claim without its note is worth more than none."""


def write(file: ClaimFile) -> str:
    """The file as text: one interchange, one transaction, claims in their order."""
    if not file.claims:
        raise Refused("a claim file holds at least one claim")
    rows = [*_header(file), *_billing(file.billing), *_pay_to(file), *_claims(file)]
    return compose(file.envelope, "HC", GUIDE, [Body("837", rows, GUIDE, file.transaction)])


def _header(file: ClaimFile) -> list[Row]:
    created, submitter, receiver = file.envelope.created, file.submitter, file.receiver
    batch = str(file.envelope.control)
    return [
        ("BHT", "0019", "00", batch, day(created), created.strftime("%H%M"), "CH"),
        ("NM1", "41", "2", submitter.name, "", "", "", "", "46", submitter.id),
        ("PER", "IC", submitter.contact, *(("TE", submitter.phone) if submitter.phone else ("EM", submitter.email))),
        ("NM1", "40", "2", receiver.name, "", "", "", "", "46", receiver.id),
    ]


def _billing(billing: Provider) -> list[Row]:
    taxonomy: list[Row] = [("PRV", "BI", "PXC", billing.taxonomy)] if billing.taxonomy else []
    tax: list[Row] = [("REF", billing.tax_kind, billing.tax_id)] if billing.tax_id else []
    return [
        ("HL", BILLING_LEVEL, "", "20", "1"),
        *taxonomy,
        _provider_name("85", billing),
        *address_rows(billing.address),
        *tax,
    ]


def _pay_to(file: ClaimFile) -> list[Row]:
    """Where payments go, when that is another address than the billing provider's (2010AB)."""
    return [("NM1", "87", "2"), *address_rows(file.pay_to)] if file.pay_to else []


def _claims(file: ClaimFile) -> Iterator[Row]:
    """Each claim under its own subscriber level; HL numbers run on through the whole transaction."""
    level = int(BILLING_LEVEL)
    for claim in file.claims:
        level += 1
        yield from _subscriber(claim, level)
        if claim.patient:
            yield from _dependent(claim, level + 1, parent=level)
            level += 1
        yield from _claim(claim, file.billing)


def _subscriber(claim: Claim837, level: int) -> list[Row]:
    """The insured person, who is the patient too unless a dependent level follows with the demographics."""
    relationship = "" if claim.patient else claim.relationship
    return [
        ("HL", str(level), BILLING_LEVEL, "22", "1" if claim.patient else "0"),
        _coverage_row(claim, claim.payer_sequence, relationship),
        _insured_name(claim.subscriber, claim.member_id),
        *([] if claim.patient else _demographics(claim.subscriber)),
        _payer_name(claim.payer),
    ]


def _dependent(claim: Claim837, level: int, parent: int) -> list[Row]:
    if not claim.patient:
        return []
    return [
        ("HL", str(level), str(parent), "23", "0"),
        ("PAT", claim.relationship),
        ("NM1", "QC", "1", claim.patient.last, claim.patient.first),
        *_demographics(claim.patient),
    ]


def _claim(claim: Claim837, billing: Provider) -> Iterator[Row]:
    place: Element = (claim.place_of_service, "B", claim.frequency)
    yield ("CLM", claim.number, money(claim.charge), "", "", place, "Y", "A", "Y", "Y")
    if claim.onset:
        yield ("DTP", "431", "D8", day(claim.onset))
    if claim.authorization:
        yield ("REF", "G1", claim.authorization)
    if claim.payer_claim_number:
        yield ("REF", "F8", claim.payer_claim_number)
    if claim.note:
        yield ("NTE", "ADD", claim.note[:NOTE_AT_MOST])
    yield ("HI", *_diagnoses(claim))
    if claim.referring:
        yield _provider_name("DN", claim.referring)
    if claim.rendering.npi != billing.npi:
        yield _provider_name("82", claim.rendering)
        if claim.rendering.taxonomy:
            yield ("PRV", "PE", "PXC", claim.rendering.taxonomy)
    if claim.supervising:
        yield _provider_name("DQ", claim.supervising)
    for coverage in claim.other_coverages:
        yield from _coverage(coverage)
    for place_in_claim, line in enumerate(claim.lines, start=1):
        yield from _line(line, place_in_claim)
        for coverage in claim.other_coverages:
            yield from _line_adjudications(line, coverage)


def _diagnoses(claim: Claim837) -> list[Element]:
    if len(claim.diagnoses) > DIAGNOSES_AT_MOST:
        raise Refused(f"claim {claim.number} has more than {DIAGNOSES_AT_MOST} diagnoses")
    codes = [code.replace(".", "").strip().upper() for code in claim.diagnoses]
    return [("ABK" if first else "ABF", code) for first, code in zip([True] + [False] * 11, codes, strict=False)]


def _coverage(coverage: OtherCoverage) -> Iterator[Row]:
    """Another payer of this claim: what it decided (2320), whom it insures and who it is (2330A, B)."""
    yield _coverage_row(coverage, coverage.sequence, coverage.relationship)
    yield from adjustment_rows(coverage.adjustments)
    if coverage.paid is not None:
        yield ("AMT", "D", money(coverage.paid))
    if coverage.patient_owes is not None:
        yield ("AMT", "EAF", money(coverage.patient_owes))
    yield ("OI", "", "", "Y", "", "", "Y")
    yield _insured_name(coverage.subscriber, coverage.member_id)
    yield from address_rows(coverage.subscriber.address)
    yield _payer_name(coverage.payer)
    if coverage.paid_on and not coverage.lines:
        yield ("DTP", "573", "D8", day(coverage.paid_on))
    if coverage.claim_number:
        yield ("REF", "F8", coverage.claim_number)


def _coverage_row(insured: Claim837 | OtherCoverage, sequence: str, relationship: str) -> Row:
    plan = (insured.group_number, "", insured.insurance_type)
    return ("SBR", sequence, relationship, *plan, "", "", "", insured.payer.filing)


def _line(line: Line, place: int) -> list[Row]:
    pointers = tuple(str(pointer) for pointer in line.diagnosis_pointers)
    units = number(line.units)
    days = ("RD8", f"{day(line.date)}-{day(line.until)}") if line.until else ("D8", day(line.date))
    note: list[Row] = [("NTE", "ADD", line.note[:NOTE_AT_MOST])] if line.note else []
    return [
        ("LX", str(place)),
        ("SV1", _procedure(line), money(line.charge), "UN", units, line.place_of_service, "", pointers),
        ("DTP", "472", *days),
        ("REF", "6R", line.control),
        *note,
    ]


def _line_adjudications(line: Line, coverage: OtherCoverage) -> Iterator[Row]:
    for decided in coverage.lines:
        if decided.control != line.control:
            continue
        yield ("SVD", coverage.payer.id, money(decided.paid), _procedure(line), "", number(line.units))
        yield from adjustment_rows(decided.adjustments)
        if paid_on := decided.paid_on or coverage.paid_on:
            yield ("DTP", "573", "D8", day(paid_on))
        if decided.patient_owes is not None:
            yield ("AMT", "EAF", money(decided.patient_owes))


def _procedure(line: Line) -> Element:
    return ("HC", line.code, *line.modifiers)


def _insured_name(person: Person, member_id: str) -> Row:
    return ("NM1", "IL", "1", person.last, person.first, "", "", "", "MI", member_id)


def _payer_name(payer: Payer) -> Row:
    return ("NM1", "PR", "2", payer.name, "", "", "", "", "PI", payer.id)


def _provider_name(role: str, provider: Provider) -> Row:
    kind = "1" if provider.first else "2"
    return ("NM1", role, kind, provider.name, provider.first, "", "", "", "XX", provider.npi)


def _demographics(person: Person) -> list[Row]:
    birth: list[Row] = [("DMG", "D8", day(person.birth), person.sex)] if person.birth else []
    return [*address_rows(person.address), *birth]
