"""What payers are asked (whether a client is covered, where a claim stands) and what they say, by file or telephone."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.tables.columns import INSTANT, MONEY


class EligibilityInquiry(SQLModel, table=True):
    """A coverage asked after for a day (270); `about` is how it was: once it was changed, no answer counts."""

    __tablename__ = "eligibility_inquiry"

    id: int | None = Field(default=None, primary_key=True)
    trace: str = Field(unique=True)
    coverage_id: int = Field(foreign_key="coverage.id", index=True)
    about: str
    day: date
    asked_at: datetime = Field(sa_type=INSTANT)
    interchange_id: int = Field(foreign_key="interchange.id", index=True)


class EligibilityAnswerRow(SQLModel, table=True):
    """What a payer said of it (271); None is what it did not say. `again`: it may be able to tell another day."""

    __tablename__ = "eligibility_answer"
    __table_args__ = (UniqueConstraint("inquiry_id", "interchange_id"),)

    id: int | None = Field(default=None, primary_key=True)
    inquiry_id: int = Field(foreign_key="eligibility_inquiry.id")
    interchange_id: int = Field(foreign_key="interchange.id")
    told_at: datetime = Field(sa_type=INSTANT)
    active: bool | None = None
    begins: date | None = None
    ends: date | None = None
    plan: str = ""
    copay: Decimal | None = Field(default=None, sa_type=MONEY)
    coinsurance: Decimal | None = Field(default=None, sa_type=MONEY)
    deductible: Decimal | None = Field(default=None, sa_type=MONEY)
    deductible_left: Decimal | None = Field(default=None, sa_type=MONEY)
    out_of_pocket: Decimal | None = Field(default=None, sa_type=MONEY)
    out_of_pocket_left: Decimal | None = Field(default=None, sa_type=MONEY)
    visits: Decimal | None = Field(default=None, sa_type=MONEY)
    visits_left: Decimal | None = Field(default=None, sa_type=MONEY)
    carve_out: str = ""
    problem: str = ""
    again: bool = False


class CoverageCall(SQLModel, table=True):
    """What a payer said of a coverage on the telephone, to whom it was said, and under which number it can prove it.

    `about` is how the coverage was: once it was changed, the call counts no more. `active_until` None: no end was told.
    """

    __tablename__ = "coverage_call"

    id: int | None = Field(default=None, primary_key=True)
    coverage_id: int = Field(foreign_key="coverage.id", index=True)
    about: str
    called_on: date
    spoke_to: str
    reference: str
    active: bool = True
    active_until: date | None = None
    entered_at: datetime = Field(sa_type=INSTANT)
    entered_by: int | None = Field(default=None, foreign_key="account.id")


class StatusInquiryRow(SQLModel, table=True):
    """A silent claim asked after (276), in a file once the batch has written it, and what its payer said (277)."""

    __tablename__ = "status_inquiry"

    id: int | None = Field(default=None, primary_key=True)
    claim_number: str = Field(foreign_key="claim.number", index=True)
    edition: int
    asked_at: datetime = Field(sa_type=INSTANT)
    interchange_id: int | None = Field(default=None, foreign_key="interchange.id", index=True)
    told_at: datetime | None = Field(default=None, sa_type=INSTANT)
    told_on: date | None = None
    category: str = ""
    words: str = ""
    action: str = ""
    paid: Decimal | None = Field(default=None, sa_type=MONEY)
    reference: str = ""

    @property
    def trace(self) -> str:
        """How its answer is found again (TRN02)."""
        return f"S{self.id or 0:09d}"
