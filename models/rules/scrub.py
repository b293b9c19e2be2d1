"""What would get a claim refused, found before it leaves: every problem at once, with its mend."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from models.facts import ClaimFacts
from models.rules.coding import mismatch

ICD10_SHAPE = re.compile(r"[A-Z][0-9][0-9A-Z](\.?[0-9A-Z]{1,4})?")
CPT_SHAPE = re.compile(r"[0-9A-Z][0-9]{3}[0-9A-Z]")


@dataclass(frozen=True)
class Finding:
    """One reason to hold a claim: which field, what is wrong, what to do."""

    code: str
    field: str
    what: str
    mend: str


def scrub(claim: ClaimFacts) -> list[Finding]:
    """Every reason not to send this claim yet; empty when it may leave."""
    return [*_clinical(claim), *_parties(claim), *_coverage(claim)]


def _clinical(claim: ClaimFacts) -> Iterator[Finding]:
    if not CPT_SHAPE.fullmatch(claim.code):
        yield Finding("procedure", "service code", "is no CPT or HCPCS code", "give the service its code")
    elif wrong := mismatch(claim.code, claim.minutes):
        yield Finding("minutes", "minutes", wrong, "correct the minutes or the service; it is never recoded silently")
    if not claim.diagnoses:
        yield Finding("diagnosis_missing", "diagnosis", "none is given", "add an ICD-10-CM code to the note")
    for diagnosis in claim.diagnoses:
        if not ICD10_SHAPE.fullmatch(diagnosis):
            yield Finding("diagnosis", "diagnosis", "is not written like an ICD-10-CM code", "correct the diagnosis")
    if len(claim.diagnoses) > 12:
        yield Finding("diagnosis_count", "diagnosis", "a claim holds 12 at most", "leave out the least important")
    if not claim.note_signed:
        yield Finding("note", "note", "is not signed", "sign the note")
    if claim.charge <= 0:
        yield Finding("charge", "charge", "is not above zero", "give the service its full fee")


def _parties(claim: ClaimFacts) -> Iterator[Finding]:
    for field, npi in (("rendering NPI", claim.rendering_npi), ("billing NPI", claim.billing_npi)):
        if not valid_npi(npi):
            yield Finding("npi", field, "has no valid check digit", "correct the NPI")
    for field in claim.missing:
        yield Finding("demographics", field, "is missing in the client's record", "ask the client and add it")
    if not claim.member_id.strip():
        yield Finding("member", "member id", "is empty", "take it from the insurance card")


def _coverage(claim: ClaimFacts) -> Iterator[Finding]:
    if claim.covered_from and claim.held_on < claim.covered_from:
        yield Finding("coverage", "coverage", "began after the session", "check who covered the client that day")
    if claim.covered_until and claim.held_on > claim.covered_until:
        yield Finding("coverage", "coverage", "ended before the session", "check who covered the client that day")


def valid_npi(npi: str) -> bool:
    """Ten digits whose last is the Luhn check digit over 80840 and the rest (45 CFR 162.406)."""
    if not re.fullmatch(r"[0-9]{10}", npi):
        return False
    digits = [int(d) for d in reversed("80840" + npi)]
    doubled = sum(sum(divmod(d * 2, 10)) for d in digits[1::2])
    return (sum(digits[::2]) + doubled) % 10 == 0
