"""Reading the 837P: what a clearinghouse or payer needs to judge and adjudicate each claim."""

from dataclasses import replace
from typing import cast

from models.errors import Parked
from models.x12.claims import (
    Claim837,
    ClaimFile,
    Frequency,
    Line,
    LineAdjudication,
    OtherCoverage,
    Sequence,
    Submitter,
)
from models.x12.envelope import Envelope, Transaction, interchanges
from models.x12.parties import Address, Payer, Provider, read_address, read_adjustments, read_person
from models.x12.segments import Segment, Segments, cut, every, first, need, reference

FREQUENCIES = ("1", "7", "8")
SEQUENCES = ("P", "S", "T")
GUIDE = "005010X222"


def read(text: str) -> list[ClaimFile]:
    """Every billing provider's claims in the text, in their order."""
    return [
        file
        for interchange in interchanges(text)
        for group in interchange.groups
        for transaction in group.transactions
        if transaction.set_id == "837"
        for file in read_transaction(transaction, interchange.envelope(group))
    ]


def read_transaction(transaction: Transaction, envelope: Envelope) -> list[ClaimFile]:
    """The claims of one 837P, a file for each billing provider."""
    if not transaction.version.startswith(GUIDE):
        raise Parked(f"{transaction.segments[0].where}, element 3: is not a professional claim ({GUIDE})")
    header, levels = cut(transaction.segments, "HL")
    _, billings = cut([segment for level in levels for segment in level], _opens_billing)
    if not billings:
        raise Parked(f"{header[0].where}: no billing provider level (HL 20) follows")
    return [
        ClaimFile(
            envelope=envelope,
            submitter=_submitter(header),
            receiver=_organisation(need(header, "NM1", "40")),
            billing=_billing(billing),
            claims=_claims(billing),
            pay_to=_pay_to(billing),
            transaction=transaction.control,
        )
        for billing in billings
    ]


def _opens_billing(segment: Segment) -> bool:
    return segment.id == "HL" and segment.text(3) == "20"


def _submitter(header: Segments) -> Submitter:
    name, contact = need(header, "NM1", "41"), need(header, "PER")
    return Submitter(name.text(3), name.text(9), contact.text(2), contact.text(4))


def _organisation(name: Segment, filing: str = "CI") -> Payer:
    return Payer(name.text(3), name.text(9), filing)


def _billing(segments: Segments) -> Provider:
    own = [segments[0], *cut(segments[1:], "HL")[0]]
    provider = _provider(need(own, "NM1", "85"), own, reference(own, "EI") or reference(own, "SY"))
    return replace(provider, tax_kind="SY") if reference(own, "SY") and not reference(own, "EI") else provider


def _pay_to(segments: Segments) -> Address | None:
    own = cut(segments[1:], "HL")[0]
    return next((read_address(loop) for loop in cut(own, "NM1")[1] if loop[0].text(1) == "87"), None)


def _provider(name: Segment, loop: Segments, tax_id: str = "") -> Provider:
    specialty = first(loop, "PRV")
    return Provider(
        npi=name.text(9),
        name=name.text(3),
        first=name.text(4),
        tax_id=tax_id,
        taxonomy=specialty.text(3) if specialty else "",
        address=read_address(loop),
    )


def _claims(billing: Segments) -> tuple[Claim837, ...]:
    """The claims below a billing provider; a dependent belongs to the subscriber before it."""
    claims: list[Claim837] = []
    provider = _billing(billing)
    subscriber: Segments = ()
    for level in cut(billing[1:], "HL")[1]:
        owner, runs = cut(level, "CLM")
        if level[0].text(3) == "22":
            subscriber = owner
        elif level[0].text(3) != "23" or not subscriber:
            raise Parked(f"{level[0].where}: is neither a subscriber nor the dependent of one")
        claims += [_claim(run, subscriber, owner, provider) for run in runs]
    return tuple(claims)


def _claim(run: Segments, subscriber: Segments, owner: Segments, billing: Provider) -> Claim837:
    insured, coverage, opening = need(subscriber, "NM1", "IL"), need(subscriber, "SBR"), run[0]
    claim, lines = cut(run, "LX")
    own, others = cut(claim, "SBR")
    is_dependent = owner is not subscriber
    return Claim837(
        number=opening.required(1),
        charge=opening.amount(2),
        frequency=cast(Frequency, _one_of(opening, opening.part(5, 3), 5, FREQUENCIES)),
        place_of_service=opening.part(5, 1),
        diagnoses=_diagnoses(own),
        rendering=_named(own, "82") or billing,
        payer=_organisation(need(subscriber, "NM1", "PR"), coverage.text(9)),
        member_id=insured.text(9),
        subscriber=read_person(insured, subscriber),
        lines=tuple(_line(line) for line in lines),
        relationship=need(owner, "PAT").text(1) if is_dependent else coverage.text(2),
        patient=read_person(need(owner, "NM1", "QC"), owner) if is_dependent else None,
        payer_claim_number=reference(own, "F8") or None,
        authorization=reference(own, "G1") or None,
        payer_sequence=cast(Sequence, _one_of(coverage, coverage.text(1), 1, SEQUENCES)),
        other_coverages=tuple(_coverage(other, lines) for other in others),
        group_number=coverage.text(3),
        insurance_type=coverage.text(5),
        supervising=_named(own, "DQ"),
        referring=_named(own, "DN"),
        onset=onset.day_or_none(3) if (onset := first(own, "DTP", "431")) else None,
        note=_note(own),
    )


def _note(loop: Segments) -> str:
    told = first(loop, "NTE")
    return told.text(2) if told else ""


def _one_of(segment: Segment, text: str, element: int, allowed: tuple[str, ...]) -> str:
    if text not in allowed:
        raise segment.broken(element, f"is none of {', '.join(allowed)}")
    return text


def _diagnoses(claim: Segments) -> tuple[str, ...]:
    """ICD-10 codes, principal first, of every HI that carries diagnoses."""
    composites = [segment.parts(place) for segment in every(claim, "HI") for place in range(1, len(segment.elements))]
    return tuple(parts[1] for parts in composites if len(parts) > 1 and parts[0] in ("ABK", "ABF"))


def _named(claim: Segments, role: str) -> Provider | None:
    """Who the claim names in that role: 82 rendering, DQ supervising, DN referring."""
    for loop in cut(claim, "NM1")[1]:
        if loop[0].text(1) == role:
            return _provider(loop[0], loop)
    return None


def _line(run: Segments) -> Line:
    service, dated, control = need(run, "SV1"), need(run, "DTP", "472"), reference(run, "6R")
    procedure = service.parts(1)
    days = dated.days(3)
    return Line(
        control=control or run[0].text(1),
        code=service.part(1, 2),
        modifiers=procedure[2:6],
        charge=service.amount(2),
        units=service.quantity(4),
        date=dated.day(3),
        diagnosis_pointers=tuple(
            int(pointer) for pointer in service.parts(7) if pointer.isascii() and pointer.isdigit()
        ),
        until=days[-1] if len(days) > 1 else None,
        place_of_service=service.text(5),
        note=_note(run),
    )


def _coverage(run: Segments, lines: list[Segments]) -> OtherCoverage:
    opening, names = run[0], cut(run, "NM1")[1]
    insured = need(run, "NM1", "IL")
    of_payer = next((loop for loop in names if loop[0].text(1) == "PR"), ())
    of_insured = next(loop for loop in names if loop[0] is insured)
    paid, owes, paid_on = first(run, "AMT", "D"), first(run, "AMT", "EAF"), first(of_payer, "DTP", "573")
    return OtherCoverage(
        payer=_organisation(of_payer[0], opening.text(9)) if of_payer else Payer("", "", opening.text(9)),
        member_id=insured.text(9),
        subscriber=read_person(insured, of_insured),
        relationship=opening.text(2),
        sequence=cast(Sequence, _one_of(opening, opening.text(1), 1, SEQUENCES)),
        paid=paid.amount(2) if paid else None,
        patient_owes=owes.amount(2) if owes else None,
        adjustments=read_adjustments(run),
        paid_on=paid_on.day(3) if paid_on else None,
        lines=tuple(_adjudications(lines, of_payer[0].text(9) if of_payer else "")),
        claim_number=reference(of_payer, "F8") or None,
        group_number=opening.text(3),
        insurance_type=opening.text(5),
    )


def _adjudications(lines: list[Segments], payer_id: str) -> list[LineAdjudication]:
    return [
        _adjudication(decided, reference(line, "6R") or line[0].text(1))
        for line in lines
        for decided in cut(line, "SVD")[1]
        if decided[0].text(1) == payer_id
    ]


def _adjudication(run: Segments, control: str) -> LineAdjudication:
    paid_on, owes = first(run, "DTP", "573"), first(run, "AMT", "EAF")
    return LineAdjudication(
        control=control,
        paid=run[0].amount(2),
        adjustments=read_adjustments(run),
        paid_on=paid_on.day(3) if paid_on else None,
        patient_owes=owes.amount(2) if owes else None,
    )
