"""What people decide about claims in trouble: payers' rules, overruled warnings, plays, appeals, write-offs.

And the deposits of the practice's bank, beside which payments of payers are laid.
"""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.facts import AppealStatus, PayerRuleKind
from models.tables.columns import INSTANT, MONEY, one_of


class PayerRuleRow(SQLModel, table=True):
    """A wish of a payer beyond the guide, from a day on, until one where that ended."""

    __tablename__ = "payer_rule"
    __table_args__ = (
        one_of("kind", PayerRuleKind),
        UniqueConstraint("payer_id", "kind", "applies_to", "effective_from", name="one_payer_rule_a_day"),
    )

    id: int | None = Field(default=None, primary_key=True)
    payer_id: int = Field(foreign_key="payer.id", index=True)
    kind: str
    applies_to: str = ""
    value: str
    effective_from: date
    effective_until: date | None = None


class Overruling(SQLModel, table=True):
    """A warning of the scrub that somebody answers for: this claim may leave all the same, because."""

    __table_args__ = (UniqueConstraint("claim_number", "code", name="overruled_once"),)

    id: int | None = Field(default=None, primary_key=True)
    claim_number: str = Field(foreign_key="claim.number", index=True)
    code: str
    reason: str
    by_id: int | None = Field(default=None, foreign_key="account.id")
    at: datetime = Field(sa_type=INSTANT)


class PlayRow(SQLModel, table=True):
    """A version of what the practice does about a denial code, from a day on; none is ever changed."""

    __tablename__ = "play"
    __table_args__ = (
        UniqueConstraint("code", "version", name="one_play_a_version"),
        CheckConstraint("chance between 0 and 100", name="chance_known"),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str
    version: int
    meaning: str
    action: str
    chance: int
    effective_from: date
    made_at: datetime = Field(sa_type=INSTANT)
    made_by: int | None = Field(default=None, foreign_key="account.id")


class Appeal(SQLModel, table=True):
    """An appeal against a denial; its words are sealed for its row, its letter too once somebody has signed it."""

    __table_args__ = (
        one_of("status", AppealStatus),
        Index(
            "one_appeal_a_level",
            "claim_number",
            "level",
            unique=True,
            postgresql_where=text("status <> 'withdrawn'"),
        ),
    )

    id: UUID = Field(primary_key=True)
    claim_number: str = Field(foreign_key="claim.number", index=True)
    level: int
    status: str = AppealStatus.DRAFT
    template: str
    words: bytes
    heard_until: date
    made_at: datetime = Field(sa_type=INSTANT)
    made_by: int | None = Field(default=None, foreign_key="account.id")
    signer: str = ""
    signed_at: datetime | None = Field(default=None, sa_type=INSTANT)
    signed_by: int | None = Field(default=None, foreign_key="account.id")
    letter: bytes = b""
    sent_at: datetime | None = Field(default=None, sa_type=INSTANT)
    sent_how: str = ""
    answer_by: date | None = None
    decided_on: date | None = None


class WriteOffAsked(SQLModel, table=True):
    """A payer's debt that somebody wants to give up and that is more than one person may decide."""

    __tablename__ = "write_off_asked"

    id: int | None = Field(default=None, primary_key=True)
    claim_number: str = Field(foreign_key="claim.number", index=True)
    amount: Decimal = Field(sa_type=MONEY)
    reason: str
    asked_at: datetime = Field(sa_type=INSTANT)
    asked_by: int | None = Field(default=None, foreign_key="account.id")
    decided_at: datetime | None = Field(default=None, sa_type=INSTANT)
    decided_by: int | None = Field(default=None, foreign_key="account.id")
    granted: bool | None = None
