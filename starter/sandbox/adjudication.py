"""What a payer of the sandbox pays for a claim: every charge is explained to the cent, line by line."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from models.money import ZERO, share, total
from models.x12.claims import Claim837, Line, OtherCoverage
from models.x12.parties import Adjustment
from models.x12.remittances import DENIED, REVERSAL, ClaimPayment, LinePayment
from starter.sandbox.payer_rules import Denied, Paid, Terms

PROCESSED_AS = {"P": "1", "S": "2", "T": "3"}
NOT_COVERED = Denied("CO", "96")
ANOTHER_PAYS_FIRST = Denied("CO", "22")


def adjudicate(claim: Claim837, terms: Terms, icn: str) -> ClaimPayment:
    """The payer's decision; denied as a whole where no line was granted anything."""
    lines = tuple(_lines(claim, terms))
    denied = all(line.allowed is None for line in lines)
    return ClaimPayment(
        number=claim.number,
        status=DENIED if denied else PROCESSED_AS[claim.payer_sequence],
        charged=claim.charge,
        paid=total(line.paid for line in lines),
        patient_owes=_patient_part(adjustment for line in lines for adjustment in line.adjustments),
        icn=icn,
        lines=lines,
        date=min(line.date for line in claim.lines),
    )


def reversal(payment: ClaimPayment) -> ClaimPayment:
    """The exact mirror of a payment, under the same number of the payer."""
    return replace(
        payment,
        status=REVERSAL,
        charged=-payment.charged,
        paid=-payment.paid,
        patient_owes=ZERO,
        lines=tuple(_mirrored(line) for line in payment.lines),
    )


def _mirrored(line: LinePayment) -> LinePayment:
    adjustments = tuple(replace(each, amount=-each.amount) for each in line.adjustments)
    return replace(line, charged=-line.charged, paid=-line.paid, adjustments=adjustments, allowed=None)


def _lines(claim: Claim837, terms: Terms) -> Iterator[LinePayment]:
    if isinstance(terms, Denied):
        yield from (_denied(line, terms) for line in claim.lines)
    elif claim.payer_sequence == "P":
        yield from _priced(claim.lines, terms)
    elif earlier := _last_decided(claim):
        yield from _coordinated(claim.lines, _left_to_patient(claim.lines, earlier), terms.share)
    else:
        yield from (_denied(line, ANOTHER_PAYS_FIRST) for line in claim.lines)


def _priced(lines: Sequence[Line], terms: Paid) -> Iterator[LinePayment]:
    """By the fee schedule; deductible and copay are the claim's and are used up by its first lines."""
    deductible, copay = terms.deductible, terms.copay
    for line in lines:
        allowed = terms.allowed(line)
        if allowed is None:
            yield _denied(line, NOT_COVERED)
            continue
        under_deductible = min(deductible, allowed)
        at_the_visit = min(copay, allowed - under_deductible)
        coinsurance = share(allowed - under_deductible - at_the_visit, terms.coinsurance)
        deductible, copay = deductible - under_deductible, copay - at_the_visit
        adjustments = (
            Adjustment("CO", "45", line.charge - allowed),
            Adjustment("PR", "1", under_deductible),
            Adjustment("PR", "2", coinsurance),
            Adjustment("PR", "3", at_the_visit),
        )
        yield _decided(line, allowed, adjustments)


def _coordinated(lines: Sequence[Line], left: Sequence[Decimal], percent: Decimal) -> Iterator[LinePayment]:
    """A later coverage pays of what the earlier one left to the patient; OA-23 says what that one did."""
    for line, open_amount in zip(lines, left, strict=True):
        patient = open_amount - share(open_amount, percent)
        adjustments = (Adjustment("OA", "23", line.charge - open_amount), Adjustment("PR", "2", patient))
        yield _decided(line, open_amount, adjustments)


def _last_decided(claim: Claim837) -> OtherCoverage | None:
    decided = [coverage for coverage in claim.other_coverages if coverage.paid is not None]
    return max(decided, key=lambda coverage: "PST".index(coverage.sequence), default=None)


def _left_to_patient(lines: Sequence[Line], earlier: OtherCoverage) -> list[Decimal]:
    """Line by line; what the earlier payer only said of the claim as a whole fills the lines in their order."""
    by_control = {decided.control: _patient_part(decided.adjustments) for decided in earlier.lines}
    of_claim = _patient_part(earlier.adjustments)
    if not of_claim and not earlier.lines:
        of_claim = earlier.patient_owes or ZERO
    left = []
    for line in lines:
        of_line = min(by_control.get(line.control, ZERO), line.charge)
        filled = min(of_claim, line.charge - of_line)
        of_claim -= filled
        left.append(of_line + filled)
    return left


def _patient_part(adjustments: Iterable[Adjustment]) -> Decimal:
    return total(adjustment.amount for adjustment in adjustments if adjustment.group == "PR")


def _denied(line: Line, why: Denied) -> LinePayment:
    return replace(_decided(line, line.charge, (why.of(line.charge),)), allowed=None)


def _decided(line: Line, allowed: Decimal, adjustments: Iterable[Adjustment]) -> LinePayment:
    """What no adjustment explains is paid."""
    real = tuple(adjustment for adjustment in adjustments if adjustment.amount)
    return LinePayment(
        code=line.code,
        modifiers=line.modifiers,
        control=line.control,
        date=line.date,
        charged=line.charge,
        paid=line.charge - total(adjustment.amount for adjustment in real),
        units=line.units,
        adjustments=real,
        allowed=allowed,
    )
