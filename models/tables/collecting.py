"""What it takes to collect: wishes to move money through the gateway, payment plans, packages."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from models.collecting import ChargeKind, ChargeState
from models.money import ZERO
from models.tables.columns import INSTANT, MONEY, one_of


class ChargeIntent(SQLModel, table=True):
    """A wish kept before the gateway hears of it, so that asking again asks for the same; its payment has its id.

    `source` is the card that is charged or the payment that goes back; `unattended`: nobody waits for the
    answer, so a decline becomes a task and a mail.
    """

    __tablename__ = "charge_intent"
    __table_args__ = (
        one_of("kind", ChargeKind),
        one_of("state", ChargeState),
        CheckConstraint("amount >= 0", name="intent_not_negative"),
    )

    id: UUID = Field(primary_key=True)
    kind: str
    client_id: int = Field(foreign_key="client.id", index=True)
    amount: Decimal = Field(default=ZERO, sa_type=MONEY)
    method: str
    invoice_number: str | None = Field(default=None, foreign_key="invoice.number", index=True)
    refund_of: UUID | None = Field(default=None, foreign_key="payment.id")
    source: str = ""
    back_path: str = ""
    made_at: datetime = Field(sa_type=INSTANT)
    unattended: bool = False
    state: str = ChargeState.WISHED
    reference: str = ""
    url: str = ""
    reason: str = ""
    retry: bool = False
    decided_at: datetime | None = Field(default=None, sa_type=INSTANT)


class GatewayEvent(SQLModel, table=True):
    """A message of the gateway that was heard: told again, it changes nothing."""

    __tablename__ = "gateway_event"

    id: str = Field(primary_key=True)
    intent_id: UUID = Field(foreign_key="charge_intent.id", index=True)
    heard_at: datetime = Field(sa_type=INSTANT)


class PaymentPlan(SQLModel, table=True):
    """What a client agreed to pay in parts; its invoices name it. `ended` says how: done, broken or cancelled."""

    __tablename__ = "payment_plan"

    id: UUID = Field(primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    amount: Decimal = Field(sa_type=MONEY, gt=0)
    by_card: bool
    made_at: datetime = Field(sa_type=INSTANT)
    ended_at: datetime | None = Field(default=None, sa_type=INSTANT)
    ended: str = ""


class PlanInstalment(SQLModel, table=True):
    """A part of a plan and its day."""

    __tablename__ = "plan_instalment"

    plan_id: UUID = Field(primary_key=True, foreign_key="payment_plan.id")
    number: int = Field(primary_key=True)
    due_on: date
    amount: Decimal = Field(sa_type=MONEY, gt=0)


class PackageRow(SQLModel, table=True):
    """Sessions offered in advance for a price; in force once the payment of the same id stands, until it goes back."""

    __tablename__ = "package"

    id: UUID = Field(primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    service_id: int = Field(foreign_key="service.id")
    sessions: int = Field(gt=0)
    price: Decimal = Field(sa_type=MONEY, gt=0)
    offered_at: datetime = Field(sa_type=INSTANT)
    expires_on: date | None = None


class PackageUse(SQLModel, table=True):
    """A session taken from a package."""

    __tablename__ = "package_use"

    attendance_id: int = Field(primary_key=True, foreign_key="attendance.id")
    package_id: UUID = Field(foreign_key="package.id", index=True)
