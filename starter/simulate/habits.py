"""How a client of a generated practice behaves: when they come, when they cancel, how they pay."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from models.facts import By, Method, Status
from models.money import ZERO
from starter.simulate.behaviour import Part, Visit
from starter.simulate.payers import INSURERS, SERVICES, Ways
from starter.simulate.practice import Comer, Offered

WORKDAYS = 5
HOURS = (8, 9, 10, 11, 13, 14, 15, 16, 17, 18)
BOOKED_AHEAD = timedelta(days=28)
SELF_PAY = 0.35
SLIDING = (Decimal("90.00"), Decimal("100.00"), Decimal("120.00"))
PAID_BY = (Method.CHECK, Method.CHECK, Method.ACH, Method.CASH)
EVERY = (1, 1, 1, 1, 1, 1, 2, 2, 2, 4)
"""Weeks between visits: six of ten clients come weekly."""
LEADS = ((2, 8, 30), (8, 24, 20), (24, 48, 20), (48, 168, 30))
"""Hours before the start at which clients cancel: from, to, how many of a hundred."""


@dataclass(frozen=True)
class Habits:
    """One client's ways; their chance goes on from visit to visit."""

    comer: Comer
    chance: Random
    service: Offered
    every: int
    since: date
    until: date
    cancels: float
    forgets: float
    payer: Ways | None
    copay: Decimal

    def coming(self, every: int) -> "Habits":
        """The same client, coming every so many weeks."""
        return replace(self, every=every)


def habits_of(chance: Random, name: str, first: date, last: date) -> Habits:
    """A client: seven of ten are there from the first day, the others come later; each stays for a while."""
    days = (last - first).days + 1
    since = first if chance.random() < 0.7 else first + timedelta(days=chance.randrange(days))
    stays = timedelta(weeks=8 + int(chance.expovariate(1 / 40)))
    service = SERVICES[1] if chance.random() < 0.55 else SERVICES[2]
    payer = None if chance.random() < SELF_PAY else chance.choices(INSURERS, (35, 30, 20, 15))[0]
    sliding = payer is None and chance.random() < 0.25
    autopay = chance.random() < 0.72
    pays = None if chance.random() < 0.03 else chance.randint(3, 40)
    return Habits(
        comer=Comer(
            name,
            rates={service.id: chance.choice(SLIDING)} if sliding else {},
            payers=(payer.told.id,) if payer else (),
            autopay=autopay,
            pays_after=None if autopay else pays,
            method=chance.choice(PAID_BY),
        ),
        chance=chance,
        service=service,
        every=chance.choice(EVERY),
        since=since,
        until=min(last, since + stays),
        cancels=min(0.35, 0.03 + chance.expovariate(1 / 0.08)),
        forgets=min(0.25, 0.005 + chance.expovariate(1 / 0.025)),
        payer=payer,
        copay=chance.choice(payer.copays) if payer else ZERO,
    )


def visits_of(habits: Habits, clinician: str, slot: tuple[int, int, int], first: date, last: date) -> Iterator[Visit]:
    """Every visit of a client at their hour of the week, the first one an intake where they are new."""
    day, hour, week = slot
    monday = first - timedelta(days=first.weekday())
    number = 0
    on = monday + timedelta(weeks=week, days=day)
    while on <= min(habits.until, last):
        if on >= habits.since:
            number += 1
            new = number == 1 and habits.since > first
            yield _visit(habits, clinician, number, datetime.combine(on, time(hour)), new, first)
        on += timedelta(weeks=habits.every)


def _visit(habits: Habits, clinician: str, number: int, starts: datetime, new: bool, first: date) -> Visit:
    chance = habits.chance
    service = SERVICES[0] if new else habits.service
    ahead = timedelta(days=chance.randint(2, 14)) if new else BOOKED_AHEAD
    booked = max(datetime.combine(first, time()), starts - ahead)
    part = _ended(habits, service, booked, starts)
    ends = starts + timedelta(minutes=service.minutes)
    signed = ends + _until_signed(chance) if part.ended == Status.ATTENDED else None
    return Visit(f"{habits.comer.id}-{number:03d}", clinician, service.id, booked, starts, (part,), signed)


def _ended(habits: Habits, service: Offered, booked: datetime, starts: datetime) -> Part:
    """Cancelled, forgotten (the likelier the longer ago it was booked), or attended."""
    chance, client = habits.chance, habits.comer.id
    lead = starts - booked
    drawn, drawn_again = chance.random(), chance.random()
    if drawn < 0.01:
        return Part(client, Status.CANCELLED, _before(starts, lead, 4 + chance.randrange(68)), By.PRACTICE)
    if drawn < 0.01 + habits.cancels:
        low, high = chance.choices([(a, b) for a, b, _ in LEADS], [share for _, _, share in LEADS])[0]
        minutes = chance.randrange(low * 60, high * 60)
        return Part(client, Status.CANCELLED, _before(starts, lead, minutes / 60), By.CLIENT)
    if drawn_again < habits.forgets * (0.6 + min(lead.days, 42) / 28):
        return Part(client, Status.NO_SHOW)
    minutes = service.minutes + chance.choice((0, 0, 0, 0, -2, 3, 5))
    answers = (habits.payer.answer(service, habits.copay, chance),) if habits.payer else ()
    return Part(client, Status.ATTENDED, minutes=minutes, answers=answers)


def _before(starts: datetime, lead: timedelta, hours: float) -> datetime:
    """So many hours before the start, or as soon as it is booked; at a quarter past, where several things happen."""
    at = max(starts - timedelta(hours=int(hours)), starts - lead + timedelta(hours=1))
    return min(at, starts - timedelta(hours=1)) + timedelta(minutes=15)


def _until_signed(chance: Random) -> timedelta:
    """Most notes are signed the same day, some in the next two, a few much later."""
    drawn = chance.random()
    if drawn < 0.7:
        return timedelta(minutes=15 * chance.randint(1, 4))
    if drawn < 0.95:
        return timedelta(hours=chance.randint(12, 60))
    return timedelta(days=chance.randint(3, 10), hours=chance.randint(0, 5))
