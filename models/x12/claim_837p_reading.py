"""Reading the 837P: what a clearinghouse or payer needs to judge and adjudicate each claim.

A large file is read a claim at a time; only the levels above the claim are held.
"""

from collections.abc import Iterator
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
from models.x12.envelope import Envelope, Interchange, Transaction, interchanges
from models.x12.parties import Address, Payer, Provider, read_address, read_adjustments, read_person
from models.x12.segments import Heard, Segment, Segments, cut, every, first, need, nobody, reference, runs

FREQUENCIES = ("1", "7", "8")
SEQUENCES = ("P", "S", "T")
GUIDE = "005010X222"


def read(text: str) -> list[ClaimFile]:
    """Every billing provider's claims in the text, in their order."""
    return [reading.whole() for interchange in interchanges(text) for reading in readings_of(interchange)]


def readings_of(interchange: Interchange, heard: Heard = nobody) -> Iterator["Reading"]:
    """The billing providers of one interchange, in their order."""
    for group in interchange.groups:
        for transaction in group.transactions:
            if transaction.set_id == "837":
                yield from readings(transaction, interchange.envelope(group), heard)


def readings(transaction: Transaction, envelope: Envelope, heard: Heard = nobody) -> Iterator["Reading"]:
    """The billing providers of one 837P, each to be gone through before the next is asked for, claim by claim."""
    if not transaction.version.startswith(GUIDE):
        raise Parked(f"{transaction.opening.where}, element 3: is not a professional claim ({GUIDE})")
    left = _Runs(runs(transaction.source.walk(heard), "HL", "CLM"))
    header = next(left)
    while left.ahead and not _opens_billing(left.ahead):
        next(left)
    if not left.ahead:
        raise Parked(f"{header[0].where}: no billing provider level (HL 20) follows")
    while left.ahead:
        reading = Reading(header, left, envelope, transaction.control)
        yield reading
        for _ in reading.claims():
            pass


class _Runs(Iterator[Segments]):
    """Runs of segments one by one, and with which segment the next begins (None: there is none)."""

    def __init__(self, found: Iterator[Segments]) -> None:
        self._found, self._next = found, next(found, None)

    @property
    def ahead(self) -> Segment | None:
        return self._next[0] if self._next else None

    def __next__(self) -> Segments:
        if self._next is None:
            raise StopIteration
        run, self._next = self._next, next(self._found, None)
        return run


class Reading:
    """One billing provider's claims as they are read: what is said of the provider at once, then a claim at a time."""

    def __init__(self, header: Segments, left: _Runs, envelope: Envelope, control: str) -> None:
        own = next(left)
        self.head = ClaimFile(
            envelope=envelope,
            submitter=_submitter(header),
            receiver=_organisation(need(header, "NM1", "40")),
            billing=_billing(own),
            claims=(),
            pay_to=_pay_to(own),
            transaction=control,
        )
        self._claims = self._read(left)

    def claims(self) -> Iterator[Claim837]:
        """Its claims in their order, once."""
        return self._claims

    def whole(self) -> ClaimFile:
        """All of it at once."""
        return replace(self.head, claims=tuple(self._claims))

    def _read(self, left: _Runs) -> Iterator[Claim837]:
        """The claims below a billing provider; a dependent belongs to the subscriber before it."""
        subscriber: Segments = ()
        owner: Segments = ()
        while left.ahead and not _opens_billing(left.ahead):
            run = next(left)
            if run[0].id == "CLM":
                if owner:
                    yield _claim(run, subscriber, owner, self.head.billing)
            else:
                owner = run
                if owner[0].text(3) == "22":
                    subscriber = owner
                elif owner[0].text(3) != "23" or not subscriber:
                    raise Parked(f"{owner[0].where}: is neither a subscriber nor the dependent of one")


def _submitter(header: Segments) -> Submitter:
    name, contact = need(header, "NM1", "41"), need(header, "PER")
    ways = dict(zip(contact.elements[3::2], contact.elements[4::2], strict=False))
    return Submitter(name.text(3), name.text(9), contact.text(2), ways.get("TE", ""), ways.get("EM", ""))


def _organisation(name: Segment, filing: str = "CI") -> Payer:
    return Payer(name.text(3), name.text(9), filing)


def _opens_billing(segment: Segment) -> bool:
    return segment.id == "HL" and segment.text(3) == "20"


def _billing(own: Segments) -> Provider:
    provider = _provider(need(own, "NM1", "85"), own, reference(own, "EI") or reference(own, "SY"))
    return replace(provider, tax_kind="SY") if reference(own, "SY") and not reference(own, "EI") else provider


def _pay_to(own: Segments) -> Address | None:
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
