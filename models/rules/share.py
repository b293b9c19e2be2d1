"""What a client is expected to pay of a session: their price, or what the coverage leaves to them, and why.

An estimate for the desk: the payer decides (835). What is not known is said as not known, never as nothing.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from models.money import ZERO, share
from models.rules.eligibility import Told, not_covered


@dataclass(frozen=True)
class Cover:
    """The coverage that is billed first: what was entered of it, what its payer told, whether another one follows.

    `allowed` is what this payer last granted for the service; None where it never did.
    """

    copay: Decimal
    told: Told | None = None
    another_follows: bool = False
    allowed: Decimal | None = None


@dataclass(frozen=True)
class Share:
    """An amount in dollars (None: not known) and the rule that set it, in words for the desk."""

    amount: Decimal | None
    rule: str
    why: str

    @property
    def known(self) -> bool:
        return self.amount is not None


NOTHING = Share(ZERO, "share.nothing", "nothing is expected")


def expected(price: Decimal, price_why: str, charge: Decimal, cover: Cover | None, day: date) -> Share:
    """A client's share; `price` is what they pay themselves, `charge` what their claim bills."""
    if cover is None:
        return Share(price, "share.price", price_why)
    told = cover.told
    if why := not_covered(told, day):
        return Share(None, "share.not_covered", f"{why}; without one the price is {price}")
    if cover.another_follows:
        return Share(None, "share.next_coverage", "the next coverage may pay what the first one leaves")
    if told and told.visits_left is not None and told.visits_left <= 0:
        return Share(price, "share.no_visits", f"no visits are left, as the insurer said on {told.told_on}")
    if told and told.covers(day):
        found = _as_told(told, charge, cover.allowed)
        if found:
            return _capped(found, told)
    return _as_entered(cover)


def _as_told(told: Told, charge: Decimal, allowed: Decimal | None) -> Share | None:
    """By the insurer's own words: a copay, else what is left of the deductible and the coinsurance on the rest."""
    said = f"as the insurer said on {told.told_on}"
    left = told.deductible_left
    if told.copay is not None:
        more = f"; {left} of the deductible is left, which the insurer may apply" if left else ""
        return Share(told.copay, "share.copay", f"copay, {said}{more}")
    base, of_what = (charge, "the charge, at most") if allowed is None else (allowed, "what the insurer last allowed")
    if left is not None and left >= base:
        return Share(base, "share.deductible", f"{left} of the deductible is left: {of_what}, {said}")
    if told.coinsurance is None:
        return (
            Share(left, "share.deductible", f"what is left of the deductible, {said}; no more is known")
            if left
            else None
        )
    below = left or ZERO
    amount = below + share(base - below, told.coinsurance)
    part = f"{told.coinsurance.normalize():f} % of {of_what}"
    if left is None:
        part += "; what is left of the deductible is not known"
    elif left:
        part = f"{left} of the deductible, then {part}"
    return Share(amount, "share.coinsurance", f"{part}, {said}")


def _capped(found: Share, told: Told) -> Share:
    """Never more than what is left until the client has paid all they have to this year."""
    left = told.out_of_pocket_left
    if left is None or found.amount is None or found.amount <= left:
        return found
    why = f"only {left} is left to the out-of-pocket maximum, as the insurer said on {told.told_on}"
    return Share(left, "share.out_of_pocket", why)


def _as_entered(cover: Cover) -> Share:
    if cover.copay > ZERO:
        return Share(cover.copay, "share.entered", "copay of the coverage; the payer decides the rest")
    return Share(None, "share.unknown", "neither the insurer nor the coverage says what is left to the client")
