"""What the practice offers and agreed: services, rates and policies, each with the day it starts."""

from datetime import date
from decimal import Decimal

from sqlalchemy import ARRAY, Integer
from sqlmodel import Field, SQLModel

from models.tables.columns import MONEY


class Service(SQLModel, table=True):
    """Something a session can be; `code` is its CPT code, "" when it is never claimed.

    Clients book it themselves in the portal where both it and the clinician say `self_book`.
    """

    id: int | None = Field(default=None, primary_key=True)
    name: str
    code: str = ""
    minutes: int = Field(gt=0)
    self_book: bool = False


class RateRow(SQLModel, table=True):
    """A price: of the service, narrower for a clinician, narrowest for a client."""

    __tablename__ = "rate"

    id: int | None = Field(default=None, primary_key=True)
    service_id: int = Field(foreign_key="service.id", index=True)
    clinician_id: int | None = Field(default=None, foreign_key="clinician.id")
    client_id: int | None = Field(default=None, foreign_key="client.id")
    amount: Decimal = Field(sa_type=MONEY, ge=0)
    effective_from: date


class PolicyRow(SQLModel, table=True):
    """The cancellation and reminder policy from a day on; fees as "50%" or "75.00"."""

    __tablename__ = "policy"

    id: int | None = Field(default=None, primary_key=True)
    effective_from: date = Field(unique=True)
    notice_hours: int = 24
    late_cancel_fee: str = "0%"
    no_show_fee: str = "0%"
    waivers_per_year: int = 0
    reminder_hours: list[int] = Field(default=[48, 24, 2], sa_type=ARRAY(Integer))
    no_show_after_hours: int = 24
    fee_grace_hours: int = 0
    note_required: bool = True
