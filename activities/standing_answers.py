"""What answers say of claims as they stand: those not taken back, and of each line the newest (decision 0034)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session as Database
from sqlmodel import col, func, select

from activities import claim_lines
from activities.answered_lines import About, Asked, by_line, over_lines
from activities.kept_answers import as_told
from models.facts import PaidLine
from models.tables import Claim, ClaimLine, RemittanceClaim, RemittanceRow, Submission

STANDING = ("posted", "denied")
"""Outcomes of an answer that a later one can take back."""
NAMES = (("control",), ("code", "on"))
"""By what the lines of a reversal name those of the answer that it takes back, the surest first."""


@dataclass(frozen=True)
class Said:
    """What an answer says of a line of ours; None: of its only session as a whole."""

    part: RemittanceClaim
    line: ClaimLine | None
    told: PaidLine


def of_claims(db: Database, numbers: Collection[str]) -> dict[str, list[RemittanceClaim]]:
    """The answers that stand, by claim, the newest first."""
    query = select(RemittanceClaim).where(
        col(RemittanceClaim.claim_number).in_(numbers),
        col(RemittanceClaim.outcome).in_(STANDING),
        col(RemittanceClaim.reversed_by_id).is_(None),
    )
    found: dict[str, list[RemittanceClaim]] = {}
    for part in db.exec(query.order_by(col(RemittanceClaim.id).desc())).all():
        found.setdefault(part.claim_number or "", []).append(part)
    return found


def of_claim(db: Database, number: str) -> list[Said]:
    """Of each line of a claim what the newest answer says that speaks of it."""
    mine = claim_lines.of_claim(db, number)
    asked = Asked(mine, claim_lines.codes_of(db, mine))
    return newest(asked, of_claims(db, [number]).get(number, ()))


def newest(asked: Asked, parts: Iterable[RemittanceClaim]) -> list[Said]:
    """Of each line what the newest of these answers says that speaks of it; they come with the newest first.

    What is said of a session as a whole is laid out over its lines where a newer answer speaks of one of them.
    """
    left, found = {line.place for line in asked.lines}, []
    for part in parts:
        if not left:
            break
        told = by_line(asked, part)
        if any(line is None for line, _ in told) and len(left) < len(asked.lines):
            told = [about for one in told for about in _each(asked, one)]
        found += [Said(part, line, said) for line, said in told if line is None or line.place in left]
        left -= {line.place for line, _ in told if line} if all(line for line, _ in told) else left
    return found


def _each(asked: Asked, about: About) -> list[About]:
    return [about] if about[0] else over_lines(asked, asked.lines, about[1])


def went_again(db: Database, claims: Iterable[Claim]) -> set[int | None]:
    """The ids of answers that came before their claim left again: what they denied was asked anew."""
    numbers = [claim.number for claim in claims if claim.edition > 1]
    if not numbers:
        return set()
    left = (
        select(col(Submission.claim_number), func.max(Submission.interchange_id).label("at"))
        .where(col(Submission.claim_number).in_(numbers), Submission.edition > 1)
        .group_by(col(Submission.claim_number))
        .subquery()
    )
    query = (
        select(RemittanceClaim.id)
        .join(RemittanceRow, col(RemittanceRow.id) == RemittanceClaim.remittance_id)
        .join(left, left.c.claim_number == RemittanceClaim.claim_number)
        .where(col(RemittanceRow.interchange_id) < left.c.at)
    )
    return set(db.exec(query).all())


def meant(back: RemittanceClaim, standing: Sequence[RemittanceClaim]) -> RemittanceClaim | None:
    """What a reversal takes back: with this payer's number, else with these amounts; of several the one with the
    same lines, else the newest.
    """
    amounts = -back.paid, abs(back.charged)
    alike = [one for one in standing if (one.paid, abs(one.charged)) == amounts]
    found = [one for one in alike if one.payer_claim_number == back.payer_claim_number] or alike
    for names in NAMES:
        wanted = _named(back, names)
        if same := [one for one in found if wanted and _named(one, names) == wanted]:
            return same[0]
    return next(iter(found), None)


def _named(part: RemittanceClaim, names: Sequence[str]) -> list[tuple[str, ...]]:
    """How an answer names its lines; nothing where it does not name each."""
    named = [tuple(str(line.get(name, "")).strip().upper() for name in names) for line in as_told(part)]
    return sorted(named) if all(all(one) for one in named) else []
