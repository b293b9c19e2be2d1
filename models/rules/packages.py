"""Packages: sessions paid for in advance, each at its part of the price (docs/decisions/0011)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from models.money import parts
from models.rules.rates import Price


@dataclass(frozen=True)
class Package:
    """So many sessions of a service for a price, paid on `sold_on`; nothing of it was given back."""

    id: UUID
    price: Decimal
    sessions: int
    used: int
    sold_on: date
    expires_on: date | None = None

    def covers(self, on: date) -> bool:
        """Whether a session of that day may be taken from it."""
        return self.used < self.sessions and self.sold_on <= on <= (self.expires_on or on)


@dataclass(frozen=True)
class Covered:
    """A session taken from a package, at its part of the price."""

    package_id: UUID
    price: Price


def price(packages: Iterable[Package], on: date) -> Covered | None:
    """The price of a session under the oldest package that covers its day; None when none does."""
    covering = sorted((p for p in packages if p.covers(on)), key=lambda p: (p.sold_on, p.id))
    if not covering:
        return None
    package = covering[0]
    amount = parts(package.price, package.sessions)[package.used]
    why = f"session {package.used + 1} of {package.sessions} of the package paid on {package.sold_on}"
    return Covered(package.id, Price(amount, "packages.session", why))
