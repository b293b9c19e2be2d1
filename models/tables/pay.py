"""What clinicians are paid by, what they earned line by line, and their statements."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.facts import PayBasis
from models.money import ZERO
from models.tables.columns import INSTANT, MONEY, one_of


class PayRuleRow(SQLModel, table=True):
    """A pay rule of a clinician from a day on; `value` in dollars or percent, as the basis says."""

    __tablename__ = "pay_rule"
    __table_args__ = (one_of("basis", PayBasis),)

    id: int | None = Field(default=None, primary_key=True)
    clinician_id: int = Field(foreign_key="clinician.id", index=True)
    service_id: int | None = Field(default=None, foreign_key="service.id")
    basis: str
    value: Decimal = Field(sa_type=MONEY, ge=0)
    after_sessions: int = 0
    per_extra_attendee: Decimal = Field(default=ZERO, sa_type=MONEY)
    from_attendees: int = 1
    effective_from: date


class PayTerms(SQLModel, table=True):
    """What holds for all of a clinician's pay: percent of collected fees, guaranteed dollars a period."""

    __tablename__ = "pay_terms"
    __table_args__ = (UniqueConstraint("clinician_id", "effective_from"),)

    id: int | None = Field(default=None, primary_key=True)
    clinician_id: int = Field(foreign_key="clinician.id")
    fee_share: Decimal = Field(default=ZERO, sa_type=MONEY)
    guaranteed: Decimal = Field(default=ZERO, sa_type=MONEY)
    effective_from: date


class PayLine(SQLModel, table=True):
    """One reason to pay a clinician: `basis` is what `amount` is a share of, `source` session, collection, fee, ..."""

    __tablename__ = "pay_line"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    clinician_id: int = Field(foreign_key="clinician.id", index=True)
    session_id: UUID | None = Field(default=None, foreign_key="session.id", index=True)
    attendance_id: int | None = Field(default=None, foreign_key="attendance.id", index=True)
    source: str
    earned_on: date
    basis: Decimal = Field(sa_type=MONEY)
    amount: Decimal = Field(sa_type=MONEY)
    rule: str
    why: str
    statement_id: int | None = Field(default=None, foreign_key="pay_statement.id", index=True)


class PayStatement(SQLModel, table=True):
    """A closed period of a clinician; its total is the sum of its lines."""

    __tablename__ = "pay_statement"
    __table_args__ = (UniqueConstraint("clinician_id", "last"),)

    id: int | None = Field(default=None, primary_key=True)
    clinician_id: int = Field(foreign_key="clinician.id")
    first: date
    last: date
    closed_at: datetime = Field(sa_type=INSTANT)
    approved_at: datetime | None = Field(default=None, sa_type=INSTANT)
    approved_by: str = ""
    paid_at: datetime | None = Field(default=None, sa_type=INSTANT)
