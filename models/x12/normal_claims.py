"""Claims and remittances in their plain form."""

from models.x12.claims import Claim837, ClaimFile, Line, OtherCoverage
from models.x12.normal_words import Plain, adjustments, amount, day, number, payer, person, provider
from models.x12.remittances import ClaimPayment, LinePayment, Remittance, problems


def remittance(paid: Remittance) -> Plain:
    return {
        "set": "835",
        "payment": amount(paid.payment),
        "method": paid.method,
        "trace": paid.trace,
        "date": day(paid.date),
        "payer": payer(paid.payer),
        "payee": {"name": paid.payee_name, "npi": paid.payee_npi},
        "balanced": not problems(paid),
        "claims": [_claim_payment(claim) for claim in paid.claims],
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


def claim_file(file: ClaimFile) -> Plain:
    return {
        "set": "837",
        "control": file.transaction,
        "submitter": {"name": file.submitter.name, "id": file.submitter.id},
        "receiver": payer(file.receiver),
        "billing": provider(file.billing) | {"tax_id": file.billing.tax_id},
        "claims": [_claim(claim) for claim in file.claims],
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
