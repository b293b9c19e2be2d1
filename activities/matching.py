"""Which claim of ours an answer is about: by our number, by our number of its line, by the payer's own number and day.

What fits none of them is parked with the claims it might be about: same payer, charge and day.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import aliased
from sqlmodel import col, select

from activities import claim_lines
from activities.database import Tx
from models.rules.claim_stages import OVER
from models.tables import Claim, ClaimLine
from models.x12.remittances import ClaimPayment

OF_A_LINE = re.compile(r"(.+)L\d+")
"""Our number of a line (`claim_lines.control`): the claim's number, L and its place."""
SUGGESTED = 3


@dataclass(frozen=True)
class Match:
    """The claim that a payment answers; without one, `hint` says in words which it may be ("" where none is alike)."""

    claim: Claim | None
    hint: str = ""


def matched(tx: Tx, payments: Sequence[ClaimPayment], payer_id: int | None) -> list[Match]:
    """What each of these payments answers, in as many looks at the database as one of them takes."""
    by_number = _by_number(tx, {number for payment in payments for number in _numbers(payment)})
    ours = [next((c for n in _numbers(p) if (c := by_number.get(n))), None) for p in payments]
    left = [payment for payment, claim in zip(payments, ours, strict=True) if claim is None]
    by_icn = _by_payers_number(tx, {payment.icn for payment in left if payment.icn}, payer_id)
    days = _days_of(tx, {claim.number for named in by_icn.values() for claim in named})
    theirs = {id(payment): _by_day(by_icn.get(payment.icn, ()), days, payment) for payment in left}
    alike = _alike(tx, [payment for payment in left if theirs[id(payment)].claim is None], payer_id)
    found = []
    for payment, claim in zip(payments, ours, strict=True):
        match = Match(claim) if claim else theirs[id(payment)]
        found.append(match if match.claim else Match(None, match.hint + _suggested(alike, payment)))
    return found


def of_payer(tx: Tx, found: Sequence[Match], payments: Sequence[ClaimPayment], payer_id: int) -> list[Match]:
    """Of a payer that answers under the number of another's claim: its own claim of the same sessions, if one is.

    A payer that was sent a claim by the one before it knows only the number of that one's. Where that one answered in
    parts, each was sent on as a claim: it is the one of the lines, the days and the charge that are answered.
    """
    strays = {match.claim.number for match in found if match.claim and match.claim.payer_id != payer_id}
    own = _of_the_same_sessions(tx, strays, payer_id) if strays else {}
    numbers = {claim.number for claims in own.values() for claim in claims}
    lines = claim_lines.of_claims(tx.db, strays | numbers) if own else {}
    meant = []
    for match, payment in zip(found, payments, strict=True):
        number = match.claim.number if match.claim else ""
        claims = _narrowed(own.get(number, []), lines, lines.get(number, ()), payment)
        meant.append(Match(claims[0]) if len(claims) == 1 else match)
    return meant


def _narrowed(
    claims: Sequence[Claim],
    lines: Mapping[str, Sequence[ClaimLine]],
    named: Sequence[ClaimLine],
    payment: ClaimPayment,
) -> Sequence[Claim]:
    """Of several claims those that an answer fits: by the sessions of the lines that it names, by days, by charge."""
    controls = {line.control.strip().upper() for line in payment.lines}
    told = {line.attendance_id for line in named if claim_lines.control(line.claim_number, line.place) in controls}
    days, charge = _days(payment), abs(payment.charged)
    fits: tuple[Callable[[Claim], bool], ...] = (
        lambda claim: bool(told & {line.attendance_id for line in lines[claim.number]}),
        lambda claim: bool(days & {line.held_on for line in lines[claim.number]}),
        lambda claim: claim.charge == charge,
    )
    for fit in fits:
        claims = list(filter(fit, claims)) or claims
    return claims


def _of_the_same_sessions(tx: Tx, numbers: Collection[str], payer_id: int) -> dict[str, list[Claim]]:
    """A payer's claims that have a session with these of others in common, by the others' numbers."""
    theirs, ours = aliased(ClaimLine), aliased(ClaimLine)
    query = (
        select(col(theirs.claim_number), Claim)
        .join(ours, col(ours.attendance_id) == theirs.attendance_id)
        .join(Claim, col(Claim.number) == ours.claim_number)
        .where(col(theirs.claim_number).in_(numbers), Claim.payer_id == payer_id)
    )
    found: dict[str, list[Claim]] = {}
    for number, claim in tx.db.exec(query.distinct().order_by(col(theirs.claim_number), col(Claim.number))).all():
        found.setdefault(number, []).append(claim)
    return found


def _numbers(payment: ClaimPayment) -> list[str]:
    """What may be our number: payers cut, pad and replace it, so each that an answer gives is tried."""
    of_lines = [named[1] for line in payment.lines if (named := OF_A_LINE.fullmatch(line.control.strip()))]
    return [number for number in (payment.number.strip(), payment.number.strip().upper(), *of_lines) if number]


def _days(payment: ClaimPayment) -> set[date]:
    """The days of service that an answer names."""
    return {day for day in (payment.date, *(line.date for line in payment.lines)) if day}


def _by_number(tx: Tx, numbers: Collection[str]) -> dict[str, Claim]:
    return {claim.number: claim for claim in tx.db.exec(select(Claim).where(col(Claim.number).in_(numbers))).all()}


def _by_payers_number(tx: Tx, icns: Collection[str], payer_id: int | None) -> dict[str, list[Claim]]:
    found: dict[str, list[Claim]] = {}
    if icns and payer_id is not None:
        known = select(Claim).where(Claim.payer_id == payer_id, col(Claim.payer_claim_number).in_(icns))
        for claim in tx.db.exec(known.order_by(col(Claim.number))).all():
            found.setdefault(claim.payer_claim_number, []).append(claim)
    return found


def _days_of(tx: Tx, numbers: Collection[str]) -> dict[str, set[date]]:
    """The days of service on these claims."""
    found: dict[str, set[date]] = {}
    query = select(col(ClaimLine.claim_number), col(ClaimLine.held_on)).where(col(ClaimLine.claim_number).in_(numbers))
    for number, day in tx.db.exec(query).all() if numbers else ():
        found.setdefault(number, set()).add(day)
    return found


def _by_day(named: Sequence[Claim], days: Mapping[str, set[date]], payment: ClaimPayment) -> Match:
    """The one claim with the payer's number, if the answer is about a day of it: payers use a number again."""
    of_the_day = [claim for claim in named if days[claim.number] & _days(payment)]
    if len(named) == 1 and of_the_day:
        return Match(named[0])
    told = ", ".join(f"{claim.number} of {claim.held_on}" for claim in named[:SUGGESTED])
    return Match(None, f"; the payer's own number is that of: {told}" if told else "")


def _alike(
    tx: Tx, payments: Sequence[ClaimPayment], payer_id: int | None
) -> Mapping[tuple[Decimal, date], Sequence[str]]:
    """The numbers of open claims of this payer, by charge and day."""
    days = {day for payment in payments for day in _days(payment)}
    if payer_id is None or not days:
        return {}
    query = (
        select(col(Claim.number), col(Claim.charge), col(Claim.held_on))
        .where(Claim.payer_id == payer_id, col(Claim.status).not_in(OVER), col(Claim.held_on).in_(days))
        .where(col(Claim.charge).in_({abs(payment.charged) for payment in payments}))
        .order_by(col(Claim.number))
    )
    found: dict[tuple[Decimal, date], list[str]] = {}
    for number, charge, day in tx.db.exec(query).all():
        found.setdefault((charge, day), []).append(number)
    return found


def _suggested(alike: Mapping[tuple[Decimal, date], Sequence[str]], payment: ClaimPayment) -> str:
    numbers = sorted({n for day in _days(payment) for n in alike.get((abs(payment.charged), day), ())})
    return f"; the same charge and day have: {', '.join(numbers[:SUGGESTED])}" if numbers else ""
