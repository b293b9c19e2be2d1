"""Who stands in a claim or a remittance, and why an amount was adjusted: shared by 837P, 835 and eligibility."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, cast

from models.x12.segments import Segment, Segments, every, first
from models.x12.writing import Row, day, money

Sex = Literal["F", "M", "U"]
TRIPLETS_A_SEGMENT = 6


@dataclass(frozen=True)
class Address:
    line1: str
    city: str
    state: str
    zip: str
    line2: str = ""


@dataclass(frozen=True)
class Person:
    last: str
    first: str
    birth: date | None = None
    sex: Sex = "U"
    address: Address | None = None


@dataclass(frozen=True)
class Provider:
    """An organisation, or a person where `first` is given; `tax_kind` is EI for an employer's number, SY for an SSN."""

    npi: str
    name: str
    first: str = ""
    tax_id: str = ""
    taxonomy: str = ""
    address: Address | None = None
    tax_kind: Literal["EI", "SY"] = "EI"


@dataclass(frozen=True)
class Payer:
    """`filing` is the kind of plan (SBR09): CI commercial, BL Blue Cross, MB Medicare part B, MC Medicaid."""

    name: str
    id: str
    filing: str = "CI"
    address: Address | None = None


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Why the paid amount differs from the charge: group CO, PR, OA, PI and a claim adjustment reason code."""

    group: str
    reason: str
    amount: Decimal


def read_adjustments(segments: Segments) -> tuple[Adjustment, ...]:
    """Every triplet of every CAS among the segments: up to six in each."""
    found = []
    for cas in every(segments, "CAS"):
        for reason in range(2, len(cas.elements), 3):
            if cas.text(reason) or cas.text(reason + 1):
                found.append(Adjustment(cas.required(1), cas.required(reason), cas.amount(reason + 1)))
    return tuple(found)


def adjustment_rows(adjustments: Sequence[Adjustment]) -> list[Row]:
    """One CAS per group with up to six reasons in it: payers refuse a second CAS that begins a group again."""
    rows: list[Row] = []
    for group in dict.fromkeys(adjustment.group for adjustment in adjustments):
        of_group = [adjustment for adjustment in adjustments if adjustment.group == group]
        for start in range(0, len(of_group), TRIPLETS_A_SEGMENT):
            rows.append(("CAS", group, *_triplets(of_group[start : start + TRIPLETS_A_SEGMENT])))
    return rows


def read_address(loop: Segments) -> Address | None:
    street, town = first(loop, "N3"), first(loop, "N4")
    if not street or not town:
        return None
    return Address(street.text(1), town.text(1), town.text(2), town.text(3), street.text(2))


def read_person(name: Segment, loop: Segments) -> Person:
    """The person an NM1 names, with what its loop says of birth, sex and address."""
    birth = first(loop, "DMG")
    sex = birth.text(3) if birth and birth.text(3) in ("F", "M") else "U"
    return Person(
        last=name.text(3),
        first=name.text(4),
        birth=birth.day_or_none(2) if birth else None,
        sex=cast(Sex, sex),
        address=read_address(loop),
    )


def address_rows(address: Address | None) -> list[Row]:
    if not address:
        return []
    return [("N3", address.line1, address.line2), ("N4", address.city, address.state, address.zip)]


def birth_rows(person: Person) -> list[Row]:
    """The birth date, and the sex where it is known."""
    return [("DMG", "D8", day(person.birth), "" if person.sex == "U" else person.sex)] if person.birth else []


def level_of(header: Segments, levels: Sequence[Segments], kind: str) -> Segments:
    """The first level (HL) of a kind; the header where a file has none."""
    return next((level for level in levels if level[0].text(3) == kind), header)


def _triplets(adjustments: Iterable[Adjustment]) -> list[str]:
    return [text for each in adjustments for text in (each.reason, money(each.amount), "")]
