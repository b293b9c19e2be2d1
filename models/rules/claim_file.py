"""What a payer would refuse in a claim file though the guide allows it: numbers, codes, sums, pointers.

pyx12 knows the guide; it takes a wrong check digit, a code that is none, a charge unlike its lines and a
claim that is in the file twice. This is read from the segments, so that a file of another system is judged too.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from models.errors import Parked
from models.money import total
from models.rules.scrub_checks import CPT_SHAPE, ICD10_SHAPE, valid_npi
from models.x12.segments import Segment, Segments, cut, every, first, runs

TAXONOMY_SHAPE = re.compile("[0-9]{3}[0-9A-Z]{6}[A-Z]")
DIAGNOSES, OLD_DIAGNOSES = ("ABK", "ABF"), ("BK", "BF")
ONLY_ONCE_DECIDED = ("7", "8")


@dataclass(frozen=True)
class Remark:
    """Something wrong with one element of a segment (0: with the segment), and what to do."""

    segment: Segment
    element: int
    component: int
    what: str


def remarks(segments: Iterable[Segment], today: date) -> Iterator[Remark]:
    """Every reason a payer would have to refuse the claims of one 837P, in its order."""
    seen: set[str] = set()
    for run in runs(segments, "CLM"):
        for segment in run:
            yield from _identifiers(segment)
        if run[0].id == "CLM":
            number = run[0].text(1)
            if number in seen:
                yield Remark(run[0], 1, 0, "is in this file twice: give each claim its own number")
            seen.add(number)
            yield from _claim(run, today)


def _identifiers(segment: Segment) -> Iterator[Remark]:
    if segment.id == "NM1" and segment.text(8) == "XX" and not valid_npi(segment.text(9)):
        yield Remark(segment, 9, 0, "is no NPI: its check digit is wrong; correct it")
    if segment.id == "PRV" and segment.text(2) == "PXC" and not TAXONOMY_SHAPE.fullmatch(segment.text(3)):
        yield Remark(
            segment, 3, 0, "is not written like a taxonomy code (ten signs: three digits first, a letter last)"
        )


def _claim(run: Segments, today: date) -> Iterator[Remark]:
    opening, (own, lines) = run[0], cut(run, "LX")
    yield from _charge(opening, lines)
    if opening.part(5, 3) in ONLY_ONCE_DECIDED and not first(own, "REF", "F8"):
        yield Remark(opening, 5, 3, "replaces or voids a claim, and no payer's claim number (REF*F8) says which")
    diagnoses = [
        (segment, place)
        for segment in every(own, "HI")
        for place in range(1, len(segment.elements))
        if segment.part(place, 1) in (*DIAGNOSES, *OLD_DIAGNOSES)
    ]
    for segment, place in diagnoses:
        if segment.part(place, 1) in DIAGNOSES and not _is_icd10(segment.part(place, 2)):
            yield Remark(segment, place, 2, "is not written like an ICD-10-CM code without its dot")
    for line in lines:
        yield from _line(line, len(diagnoses), today)


def _is_icd10(code: str) -> bool:
    return bool(ICD10_SHAPE.fullmatch(code)) and "." not in code


def _charge(opening: Segment, lines: list[Segments]) -> Iterator[Remark]:
    if not lines:
        yield Remark(opening, 0, 0, "has no service line: a claim without a procedure is refused")
    try:
        charged = opening.amount(2)
        of_lines = total(service.amount(2) for line in lines for service in every(line, "SV1"))
    except Parked:
        return  # no amount at all: reading the file tells it with its place
    if charged != of_lines:
        yield Remark(opening, 2, 0, f"is not the sum of the claim's lines ({of_lines})")
    if charged < 0:
        yield Remark(opening, 2, 0, "is below zero")


def _line(line: Segments, diagnoses: int, today: date) -> Iterator[Remark]:
    for service in every(line, "SV1"):
        if not CPT_SHAPE.fullmatch(service.part(1, 2)):
            yield Remark(service, 1, 2, "is not written like a CPT or HCPCS code")
        for place, pointer in enumerate(service.parts(7), start=1):
            if not pointer.isdigit() or not 0 < int(pointer) <= diagnoses:
                yield Remark(service, 7, place, f"points at no diagnosis: the claim has {diagnoses}")
    for dated in every(line, "DTP", "472"):
        if (held := dated.day_or_none(3)) and held > today:
            yield Remark(dated, 3, 0, "is a day that has not come yet")
