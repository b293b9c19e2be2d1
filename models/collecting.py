"""What crosses Temporal about collecting money: charges through the gateway, plans, statements; ids and amounts."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from models.messages import Handover
from models.money import ZERO

NOTHING = Handover()


class ChargeKind(StrEnum):
    """What the gateway is asked for."""

    CHARGE = "charge"
    CHECKOUT = "checkout"
    SETUP = "setup"
    REFUND = "refund"


class ChargeState(StrEnum):
    """Where a wish to move money through the gateway stands."""

    WISHED = "wished"
    OPEN = "open"
    PENDING = "pending"
    APPROVED = "approved"
    DECLINED = "declined"
    EXPIRED = "expired"

    @property
    def over(self) -> bool:
        """The gateway has said how it ended."""
        return self in (ChargeState.APPROVED, ChargeState.DECLINED, ChargeState.EXPIRED)


@dataclass(frozen=True)
class ChargeWish:
    """A wish to move money through the gateway, once per id; `amount` 0.00 for a card that is only left there.

    `refund_of` is the payment that goes back; `back_path` is the page of ours that the gateway's leads
    back to, with `?charge=ID`. The reason of a refund stays in the database under `kept_id`.
    """

    id: UUID
    kind: ChargeKind
    client_id: int
    amount: Decimal = ZERO
    method: str = "card"
    invoice_number: str | None = None
    refund_of: UUID | None = None
    back_path: str = ""
    kept_id: UUID | None = None


@dataclass(frozen=True)
class ChargeStart:
    """A charge to ask the gateway for and to follow until it has said how it ended; `wish` where it is new."""

    id: UUID
    wish: ChargeWish | None = None


@dataclass(frozen=True)
class GatewayNews:
    """The gateway told of a charge (`event_id`), or somebody wants to know how it stands."""

    charge_id: UUID
    event_id: str = ""


@dataclass(frozen=True)
class ChargeStanding:
    """How a charge stands: its page while one is open, the reason of a decline, the client's balance after it."""

    id: UUID
    state: ChargeState
    url: str = ""
    reason: str = ""
    balance: Decimal = ZERO
    handover: Handover = NOTHING


@dataclass(frozen=True)
class AutopayStanding:
    """What came of an automatic charge: whether it is worth another day's look at the card."""

    again: bool
    handover: Handover = NOTHING


@dataclass(frozen=True)
class PlanWish:
    """What a client agreed to pay in parts, from a day on; its invoices rest while it is kept."""

    id: UUID
    client_id: int
    invoice_numbers: tuple[str, ...]
    count: int
    first: date
    every: str
    by_card: bool


@dataclass(frozen=True)
class PlanRef:
    """A plan to look at, or to end."""

    id: UUID


@dataclass(frozen=True)
class PlanFollowing:
    """How a plan stands, and when to look at it again."""

    state: str
    look_at: datetime | None
    handover: Handover = NOTHING


@dataclass(frozen=True)
class StatementMonth:
    """The month (its first day) whose statements are mailed, for clients after an id."""

    month: date | None = None
    after: int = 0


@dataclass(frozen=True)
class StatementBatch:
    """How many statements left, and after whom the next batch begins (None: that was all)."""

    month: date
    mailed: int
    next_after: int | None
    handover: Handover = NOTHING
