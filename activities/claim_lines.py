"""Lines of claims: what each is for, of whose session, and how the 835 names it."""

from collections.abc import Iterable, Sequence

from sqlmodel import Session as Database
from sqlmodel import col, select

from models.billed import ServiceLine
from models.tables import Claim, ClaimLine, Service


def control(claim_number: str, place: int = 1) -> str:
    """How the 835 names a claim's line (REF*6R); places count from 1."""
    return f"{claim_number}L{place}"


def keep(db: Database, claim: Claim, lines: Sequence[ServiceLine]) -> None:
    """The lines of a claim, in their order."""
    db.add_all(drafted(claim, lines))
    db.flush()


def drafted(claim: Claim, lines: Sequence[ServiceLine], first: int = 1) -> list[ClaimLine]:
    """Lines as they stand on a claim, from a place on, and are not kept yet."""
    return [
        ClaimLine(
            claim_number=claim.number,
            place=place,
            coverage_id=claim.coverage_id,
            attendance_id=line.attendance_id,
            service_id=line.service_id,
            held_on=line.held_on,
            add_on=line.add_on,
            units=line.units,
            charge=line.charge,
        )
        for place, line in enumerate(lines, start=first)
    ]


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
    """The same lines, to be billed anew: to the next coverage, on another claim or, with others, on the same one."""
    return [
        ServiceLine(line.attendance_id, line.service_id, line.held_on, line.units, line.charge, line.add_on)
        for line in lines
    ]


def sessions(lines: Iterable[ClaimLine]) -> list[int]:
    """Whose part in which session these lines are of, each attendance once, in their order."""
    return list(dict.fromkeys(line.attendance_id for line in lines))


def codes_of(db: Database, lines: Iterable[ClaimLine]) -> dict[int, str]:
    """The codes of what these lines are for, by service."""
    known = select(Service).where(col(Service.id).in_({line.service_id for line in lines}))
    return {service.id or 0: service.code for service in db.exec(known)}
