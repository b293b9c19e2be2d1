"""What people do, apart from what was agreed with them: who comes, who moves or cancels when, who pays. Ids only.

Times are local to the practice.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from models.facts import By, Method, Status
from models.money import ZERO


def local(at: datetime, tz: ZoneInfo) -> datetime:
    """A moment as the practice's clocks show it, to the second."""
    return at.astimezone(tz).replace(tzinfo=None, microsecond=0)


@dataclass(frozen=True)
class Answer:
    """What a payer answers `days` after it was asked: what it allows, and of that the client's share.

    `denied` is a code such as "CO-16"; `mended` days later a biller sends the claim again and is paid, None: never.
    """

    days: int
    allowed: Decimal
    share: Decimal = ZERO
    denied: str = ""
    mended: int | None = None


@dataclass(frozen=True)
class Waived:
    """Staff waived, at a moment, the fee for what a client did at `of` (missed: the start of the visit)."""

    at: datetime
    of: datetime


@dataclass(frozen=True)
class Part:
    """How a visit ended for one client; `at`, where it was said when, and for a cancellation by whom.

    Booked: nobody said how it ended. There is an answer for each of the coverages.
    """

    client: str
    ended: Status
    at: datetime | None = None
    by: By = By.CLIENT
    minutes: int | None = None
    answers: tuple[Answer, ...] = ()
    waived: tuple[Waived, ...] = ()


@dataclass(frozen=True)
class Moved:
    """A visit was taken to another time, `at` a moment and by somebody's wish."""

    at: datetime
    starts: datetime
    by: By = By.CLIENT


@dataclass(frozen=True)
class Visit:
    """A booked time and what became of it; `starts` is as booked, before any move."""

    id: str
    clinician: str
    service: str
    booked: datetime
    starts: datetime
    parts: tuple[Part, ...]
    signed: datetime | None = None
    moves: tuple[Moved, ...] = ()

    @property
    def times(self) -> tuple[datetime, ...]:
        """Each time that was kept for it, the last one being that at which it stands."""
        return (self.starts, *(move.starts for move in self.moves))


@dataclass(frozen=True)
class Bought:
    """Sessions of a service that were paid for in advance."""

    service: str
    sessions: int
    expires_on: date | None = None


@dataclass(frozen=True)
class Paid:
    """Money a client paid, got back ("refund") or was let off ("write_off").

    `clears`: nothing was owed or left over after it, so under other terms it is whatever clears the account then.
    `buys`: it paid for a package; `package`: that package was given back with it (both by the package's name).
    """

    at: datetime
    amount: Decimal
    method: Method | None = None
    kind: str = "payment"
    clears: bool = False
    package: str = ""
    buys: Bought | None = None
