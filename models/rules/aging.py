"""How old what is owed is: open amounts by days since they arose."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from models.money import ZERO, total

BUCKETS = ((30, "0-30 days"), (60, "31-60 days"), (90, "61-90 days"), (None, "over 90 days"))
"""Up to how many days, and what such an amount is called."""


@dataclass(frozen=True)
class OpenItem:
    """An amount somebody owes since a day."""

    owner_id: int
    since: date
    amount: Decimal


@dataclass(frozen=True)
class Aged:
    """What one owes, by age."""

    owner_id: int
    amounts: tuple[Decimal, ...]

    @property
    def total(self) -> Decimal:
        """All of it."""
        return total(self.amounts)


def aged(items: Iterable[OpenItem], today: date) -> list[Aged]:
    """What each owes by age, those who owe most first."""
    found: dict[int, list[Decimal]] = {}
    for item in items:
        amounts = found.setdefault(item.owner_id, [ZERO] * len(BUCKETS))
        amounts[bucket((today - item.since).days)] += item.amount
    lines = [Aged(owner_id, tuple(amounts)) for owner_id, amounts in found.items()]
    return sorted(lines, key=lambda line: (-line.total, line.owner_id))


def bucket(days: int) -> int:
    """Which bucket an amount of that age belongs to."""
    return next(i for i, (most, _) in enumerate(BUCKETS) if most is None or days <= most)
