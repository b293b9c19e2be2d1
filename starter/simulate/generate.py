"""A practice that never was, and behaves like one: the same for the same numbers, byte for byte.

Every clinician and every client has a chance of their own (`Random` of seed and name), so that a practice with one
more client has the others unchanged.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from models.calendar import PayCycle
from models.errors import Refused
from models.facts import PayBasis
from starter.simulate.behaviour import Visit
from starter.simulate.habits import HOURS, WORKDAYS, Habits, habits_of, visits_of
from starter.simulate.payers import INSURERS, SERVICES
from starter.simulate.practice import Agreed, Comer, Holder, PayTerm, Practice

FIRST = date(2027, 1, 4)
TIMEZONE = "America/New_York"
LONGEST_MONTHS = 36
POLICY = Agreed(notice_hours=24, late_cancel_fee="50%", no_show_fee="100%", waivers_per_year=1)
CONTRACTS: tuple[tuple[PayTerm, ...], ...] = (
    (PayTerm(PayBasis.PERCENT_OF_COLLECTED, Decimal("60.00")),),
    (
        PayTerm(PayBasis.FLAT, Decimal("85.00")),
        PayTerm(PayBasis.FLAT, Decimal("95.00"), after_sessions=40),
    ),
    (PayTerm(PayBasis.PERCENT_OF_COLLECTED, Decimal("65.00")),),
    (PayTerm(PayBasis.HOURLY, Decimal("90.00")),),
)


@dataclass(frozen=True)
class Wanted:
    """How large a practice, for how long, from which chance."""

    clinicians: int = 20
    clients: int = 800
    months: int = 12
    seed: int = 7
    first: date = FIRST

    def check(self) -> None:
        """Refused for what no practice is."""
        if not 1 <= self.clinicians <= 500:
            raise Refused("--clinicians must be between 1 and 500")
        if not 1 <= self.clients <= 100_000:
            raise Refused("--clients must be between 1 and 100000")
        if not 1 <= self.months <= LONGEST_MONTHS:
            raise Refused(f"--months must be between 1 and {LONGEST_MONTHS}")

    @property
    def last(self) -> date:
        """The last day of the last month."""
        index = self.first.year * 12 + self.first.month - 1 + self.months
        return date(index // 12, index % 12 + 1, 1) - timedelta(days=1)


def generate(wanted: Wanted) -> Practice:
    """The whole practice."""
    wanted.check()
    holders = [_holder(number) for number in range(wanted.clinicians)]
    clients: list[Comer] = []
    visits: list[Visit] = []
    for number, holder in enumerate(holders):
        theirs = [_habits(wanted, client) for client in range(number, wanted.clients, wanted.clinicians)]
        clients += [habits.comer for habits in theirs]
        for habits, slot in _placed(theirs):
            visits += visits_of(habits, holder.id, slot, wanted.first, wanted.last)
    return Practice(
        source=f"generated: {wanted.clinicians} clinicians, {wanted.clients} clients, {wanted.months} months, "
        f"seed {wanted.seed}",
        timezone=TIMEZONE,
        first=wanted.first,
        last=wanted.last,
        pay_period=PayCycle.BIWEEKLY,
        pay_anchor=wanted.first,
        note_required=True,
        policy=POLICY,
        services=SERVICES,
        payers=tuple(insurer.told for insurer in INSURERS),
        clinicians=tuple(holders),
        clients=tuple(sorted(clients, key=lambda client: client.id)),
        visits=tuple(sorted(visits, key=lambda visit: (visit.starts, visit.clinician, visit.id))),
    )


def _holder(number: int) -> Holder:
    return Holder(f"k{number + 1:03d}", CONTRACTS[number % len(CONTRACTS)], fee_share=Decimal("50.00"))


def _habits(wanted: Wanted, number: int) -> Habits:
    name = f"c{number + 1:05d}"
    return habits_of(Random(f"{wanted.seed}/{name}"), name, wanted.first, wanted.last)


def _placed(clients: Sequence[Habits]) -> Iterator[tuple[Habits, tuple[int, int, int]]]:
    """A weekday, an hour and a first week for each client; who finds no free time comes less often, or not at all."""
    cycle = 4
    taken: set[tuple[int, int, int]] = set()
    for habits in clients:
        for every in (habits.every, *(longer for longer in (2, 4) if longer > habits.every)):
            slot = _free(taken, every, habits.chance)
            if slot is not None:
                day, hour, week = slot
                taken |= {(day, hour, w) for w in range(week, cycle, every)}
                yield habits.coming(every), slot
                break


def _free(taken: set[tuple[int, int, int]], every: int, chance: Random) -> tuple[int, int, int] | None:
    slots = [(day, hour, week) for day in range(WORKDAYS) for hour in HOURS for week in range(every)]
    chance.shuffle(slots)
    for day, hour, week in slots:
        if all((day, hour, w) not in taken for w in range(week, 4, every)):
            return day, hour, week
    return None
