"""Writing the 835: what a payer sends, made by the sandbox payer and by tests."""

from collections.abc import Iterator, Sequence

from models.errors import Refused
from models.x12.envelope import Envelope
from models.x12.parties import Address, Payer, address_rows, adjustment_rows
from models.x12.remittances import ClaimPayment, LinePayment, Remittance
from models.x12.writing import Body, Element, Row, compose, day, money, number

GUIDE = "005010X221A1"
ADJUSTMENTS_A_SEGMENT = 6
REMARKS_AT_MOST = 5
NO_ADDRESS = Address("NOT GIVEN", "NOT GIVEN", "NY", "10001")


def write(envelope: Envelope, remittances: Sequence[Remittance]) -> str:
    """One interchange with one 835 per remittance."""
    if not remittances:
        raise Refused("a remittance file holds at least one remittance")
    return compose(envelope, "HP", GUIDE, [Body("835", _rows(remittance)) for remittance in remittances])


def _rows(remittance: Remittance) -> list[Row]:
    rows = [*_financial(remittance), *_payer(remittance.payer)]
    rows.append(("N1", "PE", remittance.payee_name, "XX", remittance.payee_npi))
    if remittance.claims:
        rows.append(("LX", "1"))
    for claim in remittance.claims:
        rows += _claim(claim)
    return rows + _provider_adjustments(remittance)


def _financial(remittance: Remittance) -> list[Row]:
    paid_on, payment = day(remittance.date), remittance.payment
    handling = "I" if payment else "H"
    direction = "D" if payment < 0 else "C"
    between = [""] * 11
    return [
        ("BPR", handling, money(abs(payment)), direction, remittance.method, *between, paid_on),
        ("TRN", "1", remittance.trace, _originator(remittance.payer)),
        ("DTM", "405", paid_on),
    ]


def _originator(payer: Payer) -> str:
    """TRN03: 1 and nine digits, made of the digits of the payer's id."""
    digits = "".join(sign for sign in payer.id if sign.isascii() and sign.isdigit())
    return "1" + digits[-9:].rjust(9, "0")


def _payer(payer: Payer) -> list[Row]:
    return [
        ("N1", "PR", payer.name),
        *address_rows(payer.address or NO_ADDRESS),
        ("REF", "2U", payer.id),
        ("PER", "BL", payer.name, "TE", "8005550100"),
    ]


def _claim(claim: ClaimPayment) -> Iterator[Row]:
    """A claim payment; it names our number of the claim and no patient, since that is what it is found by."""
    patient_owes = money(claim.patient_owes) if claim.patient_owes else ""
    amounts = (money(claim.charged), money(claim.paid), patient_owes)
    yield ("CLP", claim.number, claim.status, *amounts, "12", claim.icn or claim.number)
    yield from adjustment_rows(claim.adjustments)
    yield ("NM1", "QC", "1", "PATIENT")
    if claim.crossover_to:
        yield ("NM1", "TT", "2", claim.crossover_to, "", "", "", "", "PI", "NOT GIVEN")
    if claim.remarks:
        yield ("MOA", "", "", *claim.remarks[:REMARKS_AT_MOST])
    if claim.date:
        yield ("DTM", "232", day(claim.date))
    for line in claim.lines:
        yield from _line(line)


def _line(line: LinePayment) -> Iterator[Row]:
    code: Element = ("HC", line.code, *line.modifiers)
    submitted: Element = ("HC", line.submitted_code) if line.submitted_code else ""
    yield ("SVC", code, money(line.charged), money(line.paid), "", number(line.units), submitted)
    if line.date:
        yield ("DTM", "472", day(line.date))
    yield from adjustment_rows(line.adjustments)
    if line.control:
        yield ("REF", "6R", line.control)
    if line.allowed is not None:
        yield ("AMT", "B6", money(line.allowed))
    for remark in line.remarks:
        yield ("LQ", "HE", remark)


def _provider_adjustments(remittance: Remittance) -> list[Row]:
    """PLB segments of up to six adjustments each, dated to the end of the payment's year."""
    year_end = f"{remittance.date.year}1231"
    adjustments = remittance.provider_adjustments
    rows: list[Row] = []
    for start in range(0, len(adjustments), ADJUSTMENTS_A_SEGMENT):
        told: list[Element] = []
        for each in adjustments[start : start + ADJUSTMENTS_A_SEGMENT]:
            told += [(each.code, each.reference), money(each.amount)]
        rows.append(("PLB", remittance.payee_npi, year_end, *told))
    return rows
