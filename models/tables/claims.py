"""Claims, the files that carried them, what payers answered, and what the bank says arrived."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.billed import ClaimsPer
from models.facts import ClaimStatus
from models.tables.columns import INSTANT, MONEY, WORDS, one_of


class Claim(SQLModel, table=True):
    """A client's sessions billed to one coverage: `ClaimLine` says which; `held_on` is the earliest day of them.

    `edition` counts what was sent, `payer_claim_number` is the payer's own, `findings` are what the scrub holds it
    for, as it found them. `claims_per` is how the payer wanted claims when it was made; while
    `leaves_on` is set it waits for that day, and further sessions of its span may join it (`rules/claim_spans.py`).
    """

    __table_args__ = (
        UniqueConstraint("number", "coverage_id", name="claim_of_coverage"),
        one_of("status", ClaimStatus),
        one_of("claims_per", ClaimsPer),
        Index("claim_by_day", "made_at"),
    )

    number: str = Field(primary_key=True, max_length=20)
    client_id: int = Field(foreign_key="client.id", index=True)
    coverage_id: int = Field(foreign_key="coverage.id", index=True)
    payer_id: int = Field(foreign_key="payer.id", index=True)
    sequence: int
    status: str = Field(default=ClaimStatus.DRAFT, index=True)
    charge: Decimal = Field(sa_type=MONEY)
    held_on: date
    made_at: datetime = Field(sa_type=INSTANT)
    frequency: str = "1"
    edition: int = 1
    payer_claim_number: str = ""
    authorization: str = ""
    diagnoses: list[str] = Field(default_factory=list, sa_type=WORDS)
    why: str = ""
    note: str = ""
    accepted_at: datetime | None = Field(default=None, sa_type=INSTANT)
    findings: list[dict[str, object]] = Field(default_factory=list, sa_type=JSONB)
    claims_per: str = ClaimsPer.SESSION
    leaves_on: date | None = None


class ClaimLine(SQLModel, table=True):
    """One service of a claim: whose part in which session it is of, its day, and what is charged for it.

    `place` counts from 1. A session has one line of its own service, and one for each `add_on`; its own service is
    billed once to a coverage. The control number (REF*6R) is `activities/claim_lines.control`.
    """

    __tablename__ = "claim_line"
    __table_args__ = (
        ForeignKeyConstraint(
            ["claim_number", "coverage_id"], ["claim.number", "claim.coverage_id"], name="claim_line_of_claim"
        ),
        Index("billed_once", "attendance_id", "coverage_id", unique=True, postgresql_where=text("not add_on")),
    )

    claim_number: str = Field(primary_key=True, max_length=20)
    place: int = Field(primary_key=True)
    coverage_id: int
    attendance_id: int = Field(foreign_key="attendance.id", index=True)
    service_id: int = Field(foreign_key="service.id")
    held_on: date
    add_on: bool = False
    units: int = 1
    charge: Decimal = Field(sa_type=MONEY)


class CorrectionRow(SQLModel, table=True):
    """What a correction of a claim says that is a patient's: kept before its workflow is told, which learns the id."""

    __tablename__ = "correction"

    id: UUID = Field(primary_key=True)
    claim_number: str = Field(foreign_key="claim.number", index=True)
    diagnoses: list[str] = Field(default_factory=list, sa_type=WORDS)
    note: str = ""
    kept_at: datetime = Field(sa_type=INSTANT)


class Interchange(SQLModel, table=True):
    """A file that left or came, whole; known by its content, never by its name.

    `control` is what we count our own files by: ISA13, GS06 and ST02 of a file that left.
    """

    __table_args__ = (UniqueConstraint("direction", "digest"),)

    id: int | None = Field(default=None, primary_key=True)
    direction: str
    name: str
    digest: str
    content: bytes
    kinds: list[str] = Field(sa_type=WORDS)
    control: int = Field(index=True)
    payer_id: int | None = Field(default=None, foreign_key="payer.id")
    created_at: datetime = Field(sa_type=INSTANT)
    sent_at: datetime | None = Field(default=None, sa_type=INSTANT)
    status: str = "built"
    why: str = ""


class Submission(SQLModel, table=True):
    """An edition of a claim in a file that leaves: each edition leaves once."""

    __table_args__ = (UniqueConstraint("claim_number", "edition"),)

    id: int | None = Field(default=None, primary_key=True)
    claim_number: str = Field(foreign_key="claim.number", index=True)
    interchange_id: int = Field(foreign_key="interchange.id", index=True)
    edition: int


class RemittanceRow(SQLModel, table=True):
    """A payment of a payer as its 835 tells it; the same payer, trace and amount is the same money."""

    __tablename__ = "remittance"
    __table_args__ = (
        UniqueConstraint("payer_key", "trace", "payment"),
        Index("remittance_by_day", "read_at"),
        Index("remittance_latest", text("paid_on desc"), text("id desc")),
    )

    id: int | None = Field(default=None, primary_key=True)
    interchange_id: int = Field(foreign_key="interchange.id", index=True)
    payer_id: int | None = Field(default=None, foreign_key="payer.id")
    payer_key: str
    trace: str
    payment: Decimal = Field(sa_type=MONEY)
    method: str
    paid_on: date
    read_at: datetime = Field(sa_type=INSTANT)


class RemittanceClaim(SQLModel, table=True):
    """One claim of a remittance, as read: `detail` keeps its lines and adjustments."""

    __tablename__ = "remittance_claim"
    __table_args__ = (UniqueConstraint("remittance_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    remittance_id: int = Field(foreign_key="remittance.id", index=True)
    position: int
    claim_number: str | None = Field(default=None, foreign_key="claim.number", index=True)
    status: str
    charged: Decimal = Field(sa_type=MONEY)
    paid: Decimal = Field(sa_type=MONEY)
    payer_claim_number: str
    detail: dict[str, object] = Field(sa_type=JSONB)
    outcome: str = "read"
    reversed_by_id: int | None = Field(default=None, foreign_key="remittance_claim.id")


class Deposit(SQLModel, table=True):
    """Money of payers that the bank says arrived; it confirms a remittance and is itself never booked."""

    __table_args__ = (UniqueConstraint("key", name="deposit_known"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str
    on_day: date = Field(index=True)
    amount: Decimal = Field(sa_type=MONEY)
    words: str = ""
    entered_at: datetime = Field(sa_type=INSTANT)
    entered_by: int | None = Field(default=None, foreign_key="account.id")
    remittance_id: int | None = Field(default=None, foreign_key="remittance.id", unique=True)
    matched_at: datetime | None = Field(default=None, sa_type=INSTANT)
    matched_how: str = ""
