"""Claims and remittances in their plain form."""

from collections.abc import Callable, Iterator
from functools import partial

from models.money import ZERO
from models.unfolding import Unfolding
from models.x12 import claim_837p
from models.x12.claims import Claim837, ClaimFile, Line, OtherCoverage
from models.x12.normal_words import Plain, adjustments, amount, day, number, payer, person, provider
from models.x12.remittance_835 import Reading
from models.x12.remittances import ClaimPayment, LinePayment, problems_of_claim, problems_of_payment


def remittance(open_anew: Callable[[], Reading]) -> Plain:
    """A payment, read through once to know that it can be and whether it adds up; its claims are read again."""
    reading, claims, wrong, paid_out = open_anew(), 0, False, ZERO
    for claim in reading.claims():
        claims += 1
        paid_out += claim.paid
        wrong = wrong or any(problems_of_claim(claim))
    paid = reading.head
    return {
        "set": "835",
        "payment": amount(paid.payment),
        "method": paid.method,
        "trace": paid.trace,
        "date": day(paid.date),
        "payer": payer(paid.payer),
        "payee": {"name": paid.payee_name, "npi": paid.payee_npi},
        "balanced": not wrong and not any(problems_of_payment(paid, paid_out)),
        "claims": Unfolding(claims, lambda: map(_claim_payment, open_anew().claims())),
        "provider_adjustments": [
            {"code": each.code, "amount": amount(each.amount)} for each in paid.provider_adjustments
        ],
    }


def _claim_payment(claim: ClaimPayment) -> Plain:
    return {
        "number": claim.number,
        "status": claim.status,
        "charged": amount(claim.charged),
        "paid": amount(claim.paid),
        "patient": amount(claim.patient_owes),
        "icn": claim.icn,
        "adjustments": adjustments(claim.adjustments),
        "lines": [_line_payment(line) for line in claim.lines],
    }


def _line_payment(line: LinePayment) -> Plain:
    return {
        "code": line.code,
        "modifiers": list(line.modifiers),
        "charged": amount(line.charged),
        "paid": amount(line.paid),
        "adjustments": adjustments(line.adjustments),
    }


def claim_files(open_anew: Callable[[], Iterator[claim_837p.Reading]]) -> Unfolding:
    """The billing providers of an 837P, read through once to know that they can be; their claims are read again.

    As they are read so they are gone through: the claims of a provider before the next provider.
    """
    counts = [sum(1 for _ in reading.claims()) for reading in open_anew()]

    def anew() -> Iterator[Plain]:
        for count, reading in zip(counts, open_anew(), strict=True):
            yield _claim_file(reading.head, Unfolding(count, partial(map, _claim, reading.claims())))

    return Unfolding(len(counts), anew)


def _claim_file(file: ClaimFile, claims: Unfolding) -> Plain:
    return {
        "set": "837",
        "control": file.transaction,
        "submitter": {"name": file.submitter.name, "id": file.submitter.id},
        "receiver": payer(file.receiver),
        "billing": provider(file.billing) | {"tax_id": file.billing.tax_id},
        "claims": claims,
    }


def _claim(claim: Claim837) -> Plain:
    return {
        "number": claim.number,
        "charged": amount(claim.charge),
        "frequency": claim.frequency,
        "place_of_service": claim.place_of_service,
        "icn": claim.payer_claim_number,
        "authorization": claim.authorization,
        "diagnoses": list(claim.diagnoses),
        "rendering": provider(claim.rendering),
        "payer": payer(claim.payer),
        "sequence": claim.payer_sequence,
        "member": claim.member_id,
        "relationship": claim.relationship,
        "subscriber": person(claim.subscriber),
        "patient": person(claim.patient),
        "lines": [_line(line) for line in claim.lines],
        "other_coverages": [_coverage(coverage) for coverage in claim.other_coverages],
    }


def _line(line: Line) -> Plain:
    return {
        "number": line.control,
        "code": line.code,
        "modifiers": list(line.modifiers),
        "charged": amount(line.charge),
        "units": number(line.units),
        "date": day(line.date),
        "diagnosis_pointers": list(line.diagnosis_pointers),
    }


def _coverage(coverage: OtherCoverage) -> Plain:
    return {
        "payer": payer(coverage.payer),
        "sequence": coverage.sequence,
        "member": coverage.member_id,
        "paid": amount(coverage.paid),
        "patient": amount(coverage.patient_owes),
        "icn": coverage.claim_number,
        "adjustments": adjustments(coverage.adjustments),
        "lines": [
            {"number": line.control, "paid": amount(line.paid), "adjustments": adjustments(line.adjustments)}
            for line in coverage.lines
        ],
    }
