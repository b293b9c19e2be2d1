"""Reading the 835 (005010X221A1): pyx12 cuts the segments, loops become payments, totals are taken twice.

pyx12 loses segments of some real files in silence; so everything that is money is added up again from the
file by another way, and a file that reads differently is parked. Writing is in `remittance_835_writing`.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from io import StringIO

from pyx12.errors import X12Error
from pyx12.x12file import X12Reader

from models.errors import Parked
from models.money import ZERO, total
from models.x12.envelope import Interchange, Transaction, interchanges
from models.x12.parties import Adjustment, Payer, read_address, read_adjustments
from models.x12.remittance_835_writing import write
from models.x12.remittances import ClaimPayment, LinePayment, ProviderAdjustment, Remittance, problems
from models.x12.segments import Segment, Segments, cut, every, first, need, reference

__all__ = [
    "Adjustment",
    "ClaimPayment",
    "LinePayment",
    "Payer",
    "ProviderAdjustment",
    "Remittance",
    "problems",
    "read",
    "write",
]

OUTPATIENT_REMARKS = range(3, 8)
INPATIENT_REMARKS = (5, 20, 21, 22, 23)


def read(text: str) -> tuple[Remittance, ...]:
    """Every payment in the text; Parked where the file is broken or does not read the same twice."""
    return tuple(remittance for interchange in interchanges(text) for remittance in _of_interchange(interchange))


def _of_interchange(interchange: Interchange) -> Iterator[Remittance]:
    expected = [transaction for transaction in interchange.transactions if transaction.set_id == "835"]
    if not expected:
        return
    loops = [run for run in cut(_as_pyx12_cuts(interchange), "ST")[1] if run[0].text(1) == "835"]
    if len(loops) != len(expected):
        raise Parked(f"{expected[0].segments[0].where}: not every 835 of the file could be read")
    for run, transaction in zip(loops, expected, strict=True):
        remittance = _remittance(_placed(run, transaction))
        _reconcile(remittance, transaction)
        yield remittance


def _as_pyx12_cuts(interchange: Interchange) -> list[Segment]:
    """The segments as pyx12 cuts them, with identifiers in capitals, not placed yet."""
    end, element = re.escape(interchange.terminator), re.escape(interchange.element)
    identifier = rf"(?:^|{end}\s*)[A-Za-z][A-Za-z0-9]{{1,2}}(?={element})"
    text = re.sub(identifier, lambda found: found.group().upper(), interchange.text)
    try:
        return [
            Segment((str(segment.get_seg_id()), *(str(element.format()) for element in segment.elements)), "")
            for segment in X12Reader(StringIO(text))
        ]
    except X12Error:
        raise Parked("file 1, segment 1 ISA: has not the fixed widths, or is of another version than 00501") from None


def _placed(run: Segments, transaction: Transaction) -> Segments:
    """The segments from ST to SE with their places and separators; Parked where pyx12 dropped some."""
    closing = next((place for place, segment in enumerate(run, start=1) if segment.id == "SE"), 0)
    if [segment.id for segment in run[:closing]] != [segment.id for segment in transaction.segments]:
        raise Parked(f"{transaction.segments[0].where}: its segments do not read the same twice")
    return [replace(raw, elements=segment.elements) for segment, raw in zip(run, transaction.segments, strict=False)]


def _remittance(segments: Segments) -> Remittance:
    header, claims = cut(segments, "CLP")
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
        claims=tuple(_claim(run) for run in claims),
        provider_adjustments=tuple(moved for plb in every(segments, "PLB") for moved in _provider_adjustments(plb)),
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
    service, allowed = run[0], first(run, "AMT", "B6")
    dated = first(run, "DTM", "472") or first(run, "DTM", "150")
    return LinePayment(
        code=service.part(1, 2),
        modifiers=tuple(modifier for modifier in service.parts(1)[2:6] if modifier),
        control=reference(run, "6R"),
        date=(dated and dated.day_or_none(2)) or claim_date,
        charged=service.amount(2),
        paid=service.amount(3),
        units=service.quantity(5) if service.text(5) else Decimal(1),
        adjustments=read_adjustments(run),
        remarks=tuple(remark.text(2) for remark in every(run, "LQ", "HE") if remark.text(2)),
        allowed=allowed.amount(2) if allowed else None,
        submitted_code=service.part(6, 2),
    )


def _provider_adjustments(plb: Segment) -> Iterator[ProviderAdjustment]:
    for element in range(3, len(plb.elements), 2):
        if plb.text(element) or plb.text(element + 1):
            plb.required(element)
            yield ProviderAdjustment(plb.part(element, 1), plb.amount(element + 1), plb.part(element, 2))


@dataclass(frozen=True)
class _Totals:
    """What must be the same in the file and in what was read from it."""

    claims: int
    charges: Decimal
    payments: Decimal
    patient_shares: Decimal
    line_charges: Decimal
    line_payments: Decimal
    adjustments: dict[str, Decimal]
    provider_adjustments: Decimal


def _reconcile(remittance: Remittance, transaction: Transaction) -> None:
    in_file, as_read = _totals_of_file(transaction.segments), _totals_as_read(remittance)
    names = [field.name for field in fields(_Totals)]
    if differing := [name for name in names if getattr(in_file, name) != getattr(as_read, name)]:
        told = ", ".join(name.replace("_", " ") for name in differing)
        raise Parked(f"{transaction.segments[0].where}: was read incompletely, see {told}")


def _totals_of_file(segments: Segments) -> _Totals:
    def column(identifier: str, element: int) -> Decimal:
        return total(segment.amount_or_none(element) or ZERO for segment in every(segments, identifier))

    return _Totals(
        claims=len(every(segments, "CLP")),
        charges=column("CLP", 3),
        payments=column("CLP", 4),
        patient_shares=column("CLP", 5),
        line_charges=column("SVC", 2),
        line_payments=column("SVC", 3),
        adjustments=_by_group(
            (cas.text(1), cas.amount(element))
            for cas in every(segments, "CAS")
            for element in range(3, len(cas.elements), 3)
            if cas.text(element)
        ),
        provider_adjustments=total(column("PLB", element) for element in range(4, 15, 2)),
    )


def _totals_as_read(remittance: Remittance) -> _Totals:
    claims = remittance.claims
    lines = [line for claim in claims for line in claim.lines]
    return _Totals(
        claims=len(claims),
        charges=total(claim.charged for claim in claims),
        payments=total(claim.paid for claim in claims),
        patient_shares=total(claim.patient_owes for claim in claims),
        line_charges=total(line.charged for line in lines),
        line_payments=total(line.paid for line in lines),
        adjustments=_by_group((each.group, each.amount) for claim in claims for each in claim.every_adjustment),
        provider_adjustments=total(adjustment.amount for adjustment in remittance.provider_adjustments),
    )


def _by_group(amounts: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    sums: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    for group, amount in amounts:
        sums[group] += amount
    return dict(sums)
