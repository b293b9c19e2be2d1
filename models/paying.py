"""Clinicians' contracts and pay periods: what the rules read, and what crosses Temporal."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from models.calendar import within
from models.money import ZERO


class PaidAs(StrEnum):
    """What a clinician is to the practice, by the form that the year's pay is told on."""

    EMPLOYEE = "w2"
    CONTRACTOR = "1099"


class AdminTime(StrEnum):
    """How time beside sessions is paid."""

    INCLUDED = "included"
    HOURLY = "hourly"
    LOGGED = "logged"


class WorkKind(StrEnum):
    """What a clinician logs hours of."""

    ADMIN = "admin"
    SUPERVISION = "supervision"


class ItemKind(StrEnum):
    """What an owner adds to a clinician's pay by hand."""

    BONUS = "bonus"
    DEDUCTION = "deduction"
    REIMBURSEMENT = "reimbursement"
    CORRECTION = "correction"


class Source(StrEnum):
    """Where a pay line comes from."""

    SESSION = "session"
    ADJUSTMENT = "adjustment"
    COLLECTION = "collection"
    FEE = "fee"
    ADMIN = "admin"
    SUPERVISION = "supervision"
    RECALCULATED = "recalculated"
    CORRECTION = "correction"
    BONUS = "bonus"
    DEDUCTION = "deduction"
    REIMBURSEMENT = "reimbursement"
    GUARANTEE = "guarantee"
    CLAWBACK_DEFERRED = "clawback_deferred"
    CLAWBACK_CARRIED = "clawback_carried"
    DRAW = "draw"
    DRAW_RECOVERED = "draw_recovered"
    CARRIED_OVER = "carried_over"


SESSION_SOURCES = (Source.SESSION, Source.ADJUSTMENT, Source.COLLECTION, Source.ADMIN, Source.RECALCULATED)
"""What a session has earned its clinician, fees apart: what is worked out anew when its rule was wrong."""
UNPOSTED = (Source.CARRIED_OVER, Source.CLAWBACK_DEFERRED, Source.CLAWBACK_CARRIED)
"""Lines that move an amount to another period; it was posted in the period it was earned in."""
ON_TOP = (Source.BONUS, Source.DEDUCTION, Source.REIMBURSEMENT, Source.CORRECTION)
"""What a guaranteed minimum leaves out of account, as it does what was earned in an earlier period."""
CLAWED_BACK = (Source.COLLECTION, Source.ADJUSTMENT, Source.FEE, Source.RECALCULATED)
"""Whose lines below zero a cap holds back."""


@dataclass(frozen=True)
class Contract:
    """What is agreed with a clinician from a day to a day (`until` None: until further notice), in dollars and percent.

    `clawback_cap` None: whatever money goes back comes off at once. `draw` is paid ahead where less was earned.
    """

    since: date
    until: date | None = None
    paid_as: PaidAs = PaidAs.EMPLOYEE
    fee_share: Decimal = ZERO
    guaranteed: Decimal = ZERO
    draw: Decimal = ZERO
    clawback_cap: Decimal | None = None
    admin: AdminTime = AdminTime.INCLUDED
    admin_rate: Decimal = ZERO
    admin_minutes: int = 0
    supervision_rate: Decimal = ZERO

    def __contains__(self, day: date) -> bool:
        return within(day, self.since, self.until)


@dataclass(frozen=True)
class Adjustment:
    """More (or less) for some sessions: the conditions that are set must all hold; local times, `until` excluded.

    Either dollars or a percentage of what the session itself earns by its rule.
    """

    name: str
    since: date
    until: date | None = None
    service_id: int | None = None
    min_minutes: int = 0
    from_time: time | None = None
    until_time: time | None = None
    remote: bool | None = None
    amount: Decimal = ZERO
    percent: Decimal = ZERO
    id: int = 0


@dataclass(frozen=True)
class HeldSession:
    """A session as adjustments see it; `starts` by the practice's clock."""

    service_id: int
    starts: datetime
    minutes: int
    remote: bool


@dataclass(frozen=True)
class Logged:
    """Minutes a clinician logged on a day."""

    id: int
    kind: WorkKind
    day: date
    minutes: int


@dataclass(frozen=True)
class Earned:
    """A line that waits for its statement; `late` where it puts right what an earlier period stated."""

    source: str
    amount: Decimal
    late: bool = False


@dataclass(frozen=True)
class PeriodFacts:
    """A period about to be stated: what waits for it, and what earlier ones left.

    `whole` is the first day of the practice's period where this one begins within it: the cycle was changed.
    """

    first: date
    last: date
    contracts: tuple[Contract, ...]
    lines: tuple[Earned, ...] = ()
    logged: tuple[Logged, ...] = ()
    last_total: Decimal = ZERO
    deferred: Decimal = ZERO
    advanced: Decimal = ZERO
    whole: date | None = None


@dataclass(frozen=True)
class Unstated:
    """What no statement tells of a clinician yet.

    `stated_through` is the last day of the newest statement, `days` are those on which something was earned or logged.
    """

    stated_through: date | None = None
    days: tuple[date, ...] = ()
    contracts: tuple[Contract, ...] = ()


@dataclass(frozen=True)
class PayItem:
    """A wish of the owner: a bonus, a deduction, a reimbursement or a correction; a deduction's amount is positive.

    The office keeps the reason in the database under `kept_id` before Temporal sees the wish; so in a `Recalculation`.
    """

    id: UUID
    clinician_id: int
    kind: ItemKind
    amount: Decimal
    reason: str
    by: str
    account_id: int | None = None
    kept_id: UUID | None = None

    @property
    def about(self) -> str:
        """What its words are about."""
        return pay_item_workflow(self.id)


@dataclass(frozen=True)
class ItemStanding:
    """The line that an item became."""

    line_id: int
    amount: Decimal


@dataclass(frozen=True)
class Recalculation:
    """Pay worked out anew for sessions held since a day, because a rate or contract was entered late."""

    clinician_id: int
    since: date
    reason: str
    by: str
    account_id: int | None = None
    kept_id: UUID | None = None

    @property
    def about(self) -> str:
        """What its words are about."""
        return f"recalculation/{self.clinician_id}/{self.since}"


@dataclass(frozen=True)
class Payout:
    """An approved statement was paid on a day; None: on the day its file settles at the bank, or today."""

    statement_id: int
    by: str
    paid_on: date | None = None


def pay_item_workflow(item_id: UUID) -> str:
    """The workflow of something added to a clinician's pay."""
    return f"pay-item/{item_id}"
