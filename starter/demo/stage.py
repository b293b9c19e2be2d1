"""What every act of the demo uses: the running practice, its people by name, and a voice."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as hour
from itertools import cycle
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from rich.markup import escape
from sqlmodel import Session as Database

from models.calendar import instant
from models.errors import Unreachable
from starter.cli.output import console
from starter.demo.moving_in import Ids
from starter.demo.people import Cast, Person
from starter.office import Office
from starter.running import RunningPractice

PATIENCE = 45.0
SECONDS_BETWEEN_LOOKS = 0.2
VISIT_HOURS = (hour(10), hour(13), hour(15), hour(11))
SATURDAY = 5
OPENS, CLOSES = hour(9), hour(18)


@dataclass(frozen=True)
class Stage:
    """The demo under way; `sessions` are those held or booked so far, by name; `stays` that it is not stopped after."""

    practice: RunningPractice
    cast: Cast
    ids: Ids
    tz: ZoneInfo
    opened: datetime
    sessions: dict[str, UUID] = field(default_factory=dict)
    stays: bool = False

    @property
    def office(self) -> Office:
        return self.practice.office

    def client(self, key: str) -> int:
        return self.ids.clients[key]

    def person(self, key: str) -> Person:
        return next(person for person in self.cast.clients if person.key == key)

    def named(self, keys: tuple[str, ...]) -> str:
        """The clients of these keys, for a line."""
        return ", ".join(self.person(key).name for key in keys)

    def all(self, query: Any) -> list[Any]:
        """Every row of a query."""
        with Database(self.practice.engine, expire_on_commit=False) as db:
            return list(db.exec(query).all())

    async def until(self, met: Callable[[], bool], what: str) -> None:
        """Wait for what the worker does by itself."""
        deadline = time.monotonic() + PATIENCE
        while not await asyncio.to_thread(met):
            if time.monotonic() > deadline:
                raise Unreachable(f"waited {PATIENCE:.0f} s in vain: {what}")
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)

    def past_slots(self) -> Iterator[datetime]:
        """A clinician's visits, one on each working day before today, the latest first."""
        for day, at in zip(self.working_days(-1), cycle(VISIT_HOURS), strict=False):
            yield instant(datetime.combine(day, at), self.tz)

    def working_days(self, step: int) -> Iterator[date]:
        """Days from Monday to Friday, onward (1) or back (-1) from today."""
        day = self.opened.astimezone(self.tz).date()
        while True:
            day += timedelta(days=step)
            if day.weekday() < SATURDAY:
                yield day

    def coming_hours(self) -> Iterator[datetime]:
        """Whole hours at which the practice is open, from the next one on."""
        at = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        while True:
            at += timedelta(hours=1)
            if OPENS <= at.astimezone(self.tz).time() <= CLOSES:
                yield at


def act(title: str) -> None:
    """A new act begins."""
    paper = console()
    paper.print()
    paper.rule(f"[bold]{escape(title)}", align="left")


def tell(line: str, mark: str = "·") -> None:
    """One thing that happened."""
    console().print(f"  [bold]{mark}[/] {escape(line)}", soft_wrap=True, highlight=True)
