"""The payers of a generated practice: what they allow, how long they take, how often they say no."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from models.money import ZERO, share
from starter.simulate.behaviour import Answer
from starter.simulate.practice import Insurer, Offered

SERVICES = (
    Offered("intake", "90791", 60, Decimal("220.00")),
    Offered("session-45", "90834", 45, Decimal("150.00")),
    Offered("session-60", "90837", 60, Decimal("180.00")),
)


@dataclass(frozen=True)
class Ways:
    """A payer's ways: percent of our full fee it allows, days it takes, what it leaves to clients, its denials."""

    told: Insurer
    allows: Decimal
    days: tuple[int, int]
    copays: tuple[Decimal, ...]
    denies: tuple[int, int]
    """Of a thousand claims: those a biller can mend, and those that stay denied."""

    def answer(self, service: Offered, copay: Decimal, chance: Random) -> Answer:
        """What it says to one claim."""
        days = chance.randint(*self.days) + (chance.randint(10, 30) if chance.random() < 0.05 else 0)
        allowed = share(service.rate, self.allows)
        drawn = chance.randrange(1000)
        mendable, final = self.denies
        if drawn < mendable:
            return Answer(days, allowed, min(copay, allowed), chance.choice(MENDABLE), chance.randint(3, 21))
        if drawn < mendable + final:
            return Answer(days, allowed, ZERO, chance.choice(FINAL))
        return Answer(days, allowed, min(copay, allowed))


MENDABLE = ("CO-16", "CO-16", "CO-11", "CO-4")
FINAL = ("PR-204", "CO-50", "CO-29")
INSURERS = (
    Ways(Insurer("northstar", "60054"), Decimal(72), (9, 21), (Decimal("20.00"), Decimal("30.00")), (35, 12)),
    Ways(Insurer("bluecoast", "87726"), Decimal(80), (7, 16), (Decimal("15.00"), Decimal("25.00")), (25, 10)),
    Ways(Insurer("harbor", "62308"), Decimal(66), (14, 35), (Decimal("40.00"), ZERO), (60, 25)),
    Ways(Insurer("state-medicaid", "77027", 365, allows_no_show_fee=False), Decimal(52), (12, 28), (ZERO,), (45, 20)),
)
