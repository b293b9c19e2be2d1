"""A payer's payment as its paper reads it: claim by claim, line by line, and what stands beside them."""

from decimal import Decimal

from sqlalchemy import Engine

from activities.remittance_document import PaidClaim, PaidService, PaymentOnPaper
from models.errors import Refused
from starter.queries import remittances as queries


def payment(engine: Engine, remittance_id: int) -> PaymentOnPaper:
    """A payment for `remittance_document.pdf`; Refused when there is none."""
    found = queries.paid(engine, remittance_id)
    if not found:
        raise Refused(f"there is no remittance {remittance_id}")
    [row] = found
    claims = [_claim(answer) for answer in queries.answered(engine, remittance_id=remittance_id)]
    beside = [(one.code, one.reference, one.amount) for one in queries.beside(engine, remittance_id)]
    return PaymentOnPaper(row.payer, row.trace, row.method, row.paid_on, row.payment, claims, beside)


def _reasons(line: queries.Line) -> tuple[tuple[str, str, Decimal], ...]:
    return tuple((a.group, a.reason, a.amount) for a in line.adjustments)


def _service(answer: queries.Answered, line: queries.Line) -> str:
    """A service by its code; where there are several days, with its own."""
    several = len({each.on for each in answer.lines}) > 1
    return f"{line.code} of {line.on}" if several else line.code


def _claim(answer: queries.Answered) -> PaidClaim:
    services = tuple(
        PaidService(_service(answer, line), line.charged, line.paid, _reasons(line)) for line in answer.lines
    )
    return PaidClaim(
        number=answer.claim_number or answer.number,
        client=answer.client or "",
        held_on=answer.held_on,
        last_day=answer.last_day,
        status=answer.status,
        payer_number=answer.payer_claim_number,
        charged=answer.charged,
        paid=answer.paid,
        services=services,
        remarks=answer.remarks,
    )
