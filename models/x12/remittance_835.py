"""Reading the 835 (005010X221A1): loops become payments, and every total is taken twice.

A payment is posted by what is read here; so everything that is money is added up again from the text itself,
by another way (`remittance_totals`), and a file that reads differently is parked. Writing is in
`remittance_835_writing`.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from models.errors import Parked
from models.money import ZERO
from models.x12.envelope import Interchange, Transaction, interchanges
from models.x12.parties import Adjustment, Payer, read_address, read_adjustments
from models.x12.remittance_835_writing import write
from models.x12.remittance_totals import Totals, differing, in_text
from models.x12.remittances import ClaimPayment, LinePayment, ProviderAdjustment, Remittance, problems
from models.x12.segments import Heard, Segment, Segments, cut, every, first, need, nobody, reference

__all__ = [
    "Adjustment",
    "ClaimPayment",
    "LinePayment",
    "Payer",
    "ProviderAdjustment",
    "Reading",
    "Remittance",
    "problems",
    "read",
    "readings",
    "readings_of",
    "write",
]

GUIDE = "005010"
ONE = Decimal(1)
OUTPATIENT_REMARKS = range(3, 8)
INPATIENT_REMARKS = (5, 20, 21, 22, 23)
PRODUCTS = ("AD", "ER", "HC", "HP", "IV", "N4", "N6", "NU", "UI", "WK")
"""Kinds of procedure codes (SVC01-1); one that stands alone has its code in the next element."""


def read(text: str) -> tuple[Remittance, ...]:
    """Every payment in the text; Parked where the file is broken or does not read the same twice."""
    return tuple(reading.whole() for reading in readings(text))


def readings(text: str, heard: Heard = nobody) -> Iterator["Reading"]:
    """Every payment in the text, to be read claim by claim; Parked where an envelope is broken."""
    for interchange in interchanges(text):
        yield from readings_of(interchange, heard)


def readings_of(interchange: Interchange, heard: Heard = nobody) -> Iterator["Reading"]:
    """The payments of one interchange, in their order."""
    return (Reading(transaction, heard) for transaction in interchange.transactions if transaction.set_id == "835")


class Reading:
    """One payment as it is read: what its head says at once, then a claim at a time, at last what was moved outside.

    Nothing of it is to be relied on before its last claim was asked for: Parked then where it reads differently twice.
    """

    def __init__(self, transaction: Transaction, heard: Heard = nobody) -> None:
        self._opening = transaction.opening
        if not transaction.version.startswith(GUIDE):
            raise Parked(f"{self._opening.where}: is of another version than {GUIDE}")
        self._source, self._segments = transaction.source, transaction.source.walk(heard)
        self._claim_starts: Segment | None = None
        self._outside: list[Segment] = []
        self.segments = list(self._run())
        """Of the head at first, then of the claim that was read last."""
        self.head = _head(self.segments)

    def claims(self) -> Iterator[ClaimPayment]:
        """Its claims in their order, once."""
        totals = Totals()
        while self._claim_starts:
            self.segments = [self._claim_starts, *self._run()]
            claim = _claim(self.segments)
            totals.add(claim)
            yield claim
        moved = tuple(moved for plb in self._outside for moved in _provider_adjustments(plb))
        self.head = replace(self.head, provider_adjustments=moved)
        totals.add_outside(moved)
        if names := differing(in_text(self._source), totals):
            raise Parked(f"{self._opening.where}: was read incompletely, see {', '.join(names)}")

    def whole(self) -> Remittance:
        """All of it at once."""
        claims = tuple(self.claims())
        return replace(self.head, claims=claims)

    def _run(self) -> Iterator[Segment]:
        """Up to the next claim; what is moved outside of claims is kept for the end."""
        self._claim_starts = None
        for segment in self._segments:
            if segment.id == "CLP":
                self._claim_starts = segment
                return
            if segment.id == "PLB":
                self._outside.append(segment)
            yield segment


def _head(header: Segments) -> Remittance:
    financial, trace, names = need(header, "BPR"), need(header, "TRN"), cut(header, "N1")[1]
    payee = need(header, "N1", "PE")
    return Remittance(
        payer=_payer(next((loop for loop in names if loop[0].text(1) == "PR"), header), trace),
        payee_npi=payee.text(4) if payee.text(3) == "XX" else "",
        payee_name=payee.text(2),
        payment=_payment(financial),
        method=financial.text(4),
        trace=trace.required(2),
        date=_paid_on(financial, header),
    )


def _payer(loop: Segments, trace: Segment) -> Payer:
    """The payer by the number it is billed under, else by the one its bank transfers carry."""
    name = need(loop, "N1", "PR")
    number = reference(loop, "2U") or name.text(4) or trace.text(3)
    return Payer(name.text(2), number, address=read_address(loop))


def _payment(financial: Segment) -> Decimal:
    signs = {"C": 1, "D": -1}
    if financial.text(3) not in signs:
        raise financial.broken(3, "is neither C nor D")
    return signs[financial.text(3)] * financial.amount(2)


def _paid_on(financial: Segment, header: Segments) -> dt.date:
    """The day of the payment, or the day the file was made where a payer leaves the other out or miswrites it."""
    produced = first(header, "DTM", "405")
    day = financial.day_or_none(16) or (produced and produced.day_or_none(2))
    if not day:
        raise financial.broken(16, "is not a date")
    return day


def _claim(run: Segments) -> ClaimPayment:
    own, lines = cut(run, "SVC")
    claim, dated, sent_on = run[0], first(own, "DTM", "232"), first(own, "NM1", "TT")
    date = dated.day_or_none(2) if dated else None
    return ClaimPayment(
        number=claim.required(1),
        status=claim.required(2),
        charged=claim.amount(3),
        paid=claim.amount(4),
        patient_owes=claim.amount_or_none(5) or ZERO,
        icn=claim.text(7),
        adjustments=read_adjustments(own),
        lines=tuple(_line(line, date) for line in lines),
        remarks=tuple(_claim_remarks(own)),
        date=date,
        crossover_to=sent_on.text(3) if sent_on else "",
    )


def _claim_remarks(claim: Segments) -> Iterator[str]:
    for identifier, places in (("MIA", INPATIENT_REMARKS), ("MOA", OUTPATIENT_REMARKS)):
        for segment in every(claim, identifier):
            yield from (segment.text(place) for place in places if segment.text(place))


def _line(run: Segments, claim_date: dt.date | None) -> LinePayment:
    service, allowed = whole_procedure(run[0]), first(run, "AMT", "B6")
    dated = first(run, "DTM", "472") or first(run, "DTM", "150")
    procedure = service.parts(1)
    return LinePayment(
        code=procedure[1] if len(procedure) > 1 else "",
        modifiers=tuple(modifier for modifier in procedure[2:6] if modifier),
        control=reference(run, "6R"),
        date=(dated and dated.day_or_none(2)) or claim_date,
        charged=service.amount(2),
        paid=service.amount(3),
        units=service.quantity(5) if service.text(5) else ONE,
        adjustments=read_adjustments(run),
        remarks=tuple(remark.text(2) for remark in every(run, "LQ", "HE") if remark.text(2)),
        allowed=allowed.amount(2) if allowed else None,
        submitted_code=service.part(6, 2),
    )


def whole_procedure(service: Segment) -> Segment:
    """The SVC of a payer that wrote kind and code of the procedure as two elements, put right."""
    if service.text(1).upper() not in PRODUCTS:
        return service
    name, kind, code, *others = (*service.elements, "")
    return service._replace(elements=(name, f"{kind}{service.component}{code}", *others))


def _provider_adjustments(plb: Segment) -> Iterator[ProviderAdjustment]:
    for element in range(3, len(plb.elements), 2):
        if plb.text(element) or plb.text(element + 1):
            plb.required(element)
            yield ProviderAdjustment(plb.part(element, 1), plb.amount(element + 1), plb.part(element, 2))
