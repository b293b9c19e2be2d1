"""Lines of claims: what each is for, how the 835 names it, and which of them a payer's lines answer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlmodel import Session as Database
from sqlmodel import col, select

from models.billed import ServiceLine
from models.facts import PaidLine
from models.rules.line_matching import AskedLine, ToldLine, answered
from models.tables import Claim, ClaimLine, RemittanceClaim, Service


def control(claim_number: str, place: int = 1) -> str:
    """How the 835 names a claim's line (REF*6R); places count from 1."""
    return f"{claim_number}L{place}"


def keep(db: Database, claim: Claim, lines: Sequence[ServiceLine]) -> None:
    """The lines of a new claim, in their order."""
    db.add_all(
        ClaimLine(
            claim_number=claim.number,
            place=place,
            attendance_id=line.attendance_id,
            service_id=line.service_id,
            units=line.units,
            charge=line.charge,
        )
        for place, line in enumerate(lines, start=1)
    )
    db.flush()


def of_claims(db: Database, numbers: Iterable[str]) -> dict[str, list[ClaimLine]]:
    """The lines of these claims, by claim, in their order."""
    query = select(ClaimLine).where(col(ClaimLine.claim_number).in_(list(numbers)))
    found: dict[str, list[ClaimLine]] = {}
    for line in db.exec(query.order_by(col(ClaimLine.claim_number), col(ClaimLine.place))).all():
        found.setdefault(line.claim_number, []).append(line)
    return found


def of_claim(db: Database, number: str) -> list[ClaimLine]:
    """The lines of one claim, in their order."""
    return of_claims(db, [number]).get(number, [])


def as_billed(lines: Iterable[ClaimLine]) -> list[ServiceLine]:
    """The same lines for another claim: what was done is billed alike to the next coverage."""
    return [ServiceLine(line.attendance_id, line.service_id, line.units, line.charge) for line in lines]


def codes_of(db: Database, lines: Iterable[ClaimLine]) -> dict[int, str]:
    """The codes of what these lines are for, by service."""
    known = select(Service).where(col(Service.id).in_({line.service_id for line in lines}))
    return {service.id or 0: service.code for service in db.exec(known)}


def answers_by_line(
    claim: Claim, mine: Sequence[ClaimLine], codes: Mapping[int, str], part: RemittanceClaim, told: Sequence[PaidLine]
) -> list[tuple[ClaimLine | None, PaidLine]]:
    """Each line of a payer's answer beside the line of the claim that it is about; None: about the claim as a whole."""
    if len(mine) == 1:
        return [(mine[0], line) for line in told]
    asked = [AskedLine(control(claim.number, m.place), codes[m.service_id], claim.held_on, m.charge) for m in mine]
    lines: Any = part.detail["lines"]
    said = [
        ToldLine(line.get("control", ""), line.get("code", ""), line.get("on", ""), abs(Decimal(line["charged"])))
        for line in lines
    ]
    beside = zip(answered(asked, said), told, strict=True)
    return [
        (None, line) if place is None else (mine[place], replace(line, of=codes[mine[place].service_id]))
        for place, line in beside
    ]
