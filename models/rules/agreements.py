"""What a client must have signed, in which version (the cancellation policy among it)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from models.facts import Audience

GROWN_UP = 18


@dataclass(frozen=True)
class Version:
    """The words of an agreement from a day on; `sign_again` asks those who signed an earlier version, too."""

    id: int
    agreement_id: int
    number: int
    audience: Audience
    effective_from: date
    sign_again: bool
    retired_on: date | None = None


@dataclass(frozen=True)
class Signer:
    """A client as far as it matters who signs what; `signed` are ids of versions."""

    birth: date | None
    self_pay: bool
    signed: frozenset[int]


@dataclass(frozen=True)
class ToSign:
    """A version that a client still has to sign, and why."""

    version_id: int
    why: str


def to_sign(versions: Iterable[Version], signer: Signer, today: date) -> tuple[ToSign, ...]:
    """Of each agreement the version in force, where it concerns the client and no signature answers for it."""
    by_agreement: dict[int, list[Version]] = {}
    for version in sorted(versions, key=lambda v: v.number):
        if version.effective_from <= today and not (version.retired_on and version.retired_on <= today):
            by_agreement.setdefault(version.agreement_id, []).append(version)
    asked = (_asked(history, signer, today) for history in by_agreement.values())
    return tuple(found for found in asked if found)


def minor(birth: date | None, today: date) -> bool:
    """Not grown up yet: somebody else signs and pays."""
    return birth is not None and today < _birthday(birth, GROWN_UP)


def _asked(history: list[Version], signer: Signer, today: date) -> ToSign | None:
    newest = history[-1]
    if not _concerns(newest.audience, signer, today):
        return None
    signed = [v.number for v in history if v.id in signer.signed]
    if not signed:
        return ToSign(newest.id, "never signed")
    if any(v.sign_again and v.number > max(signed) for v in history):
        return ToSign(newest.id, f"version {newest.number} holds since {newest.effective_from}")
    return None


def _concerns(audience: Audience, signer: Signer, today: date) -> bool:
    if audience is Audience.MINORS:
        return minor(signer.birth, today)
    return audience is Audience.EVERYONE or signer.self_pay


def _birthday(birth: date, years: int) -> date:
    """That birthday; of a 29 February the day after where the year has none."""
    try:
        return birth.replace(year=birth.year + years)
    except ValueError:
        return date(birth.year + years, 3, 1)
