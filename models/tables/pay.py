"""What clinicians are paid by, what they earned line by line, their statements, and where their money goes."""

from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlmodel import Field, SQLModel

from models.facts import PayBasis
from models.money import ZERO
from models.paying import AdminTime, PaidAs, WorkKind
from models.tables.columns import INSTANT, MONEY, one_of

ONE_CONTRACT = "one_contract_at_a_time"


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
    """A clinician's contract: what holds for all of their pay from a day to a day (until further notice: None).

    `fee_share` is a percentage of collected fees, the rest are dollars; two contracts never hold on one day.
    """

    __tablename__ = "pay_terms"
    __table_args__ = (
        ExcludeConstraint(
            (text("int4range(clinician_id, clinician_id, '[]')"), "&&"),
            (text("daterange(effective_from, effective_until, '[]')"), "&&"),
            using="gist",
            name=ONE_CONTRACT,
        ),
        CheckConstraint("effective_until is null or effective_until >= effective_from", name="ends_after_it_begins"),
        one_of("paid_as", PaidAs),
        one_of("admin", AdminTime),
    )

    id: int | None = Field(default=None, primary_key=True)
    clinician_id: int = Field(foreign_key="clinician.id", index=True)
    fee_share: Decimal = Field(default=ZERO, sa_type=MONEY)
    guaranteed: Decimal = Field(default=ZERO, sa_type=MONEY)
    effective_from: date
    effective_until: date | None = None
    paid_as: str = PaidAs.EMPLOYEE
    draw: Decimal = Field(default=ZERO, sa_type=MONEY)
    clawback_cap: Decimal | None = Field(default=None, sa_type=MONEY)
    admin: str = AdminTime.INCLUDED
    admin_rate: Decimal = Field(default=ZERO, sa_type=MONEY)
    admin_minutes: int = 0
    supervision_rate: Decimal = Field(default=ZERO, sa_type=MONEY)


class PaySignature(SQLModel, table=True):
    """A clinician's yes to a contract: the words as they were, a typed name, and what binds both to the moment."""

    __tablename__ = "pay_signature"

    id: int | None = Field(default=None, primary_key=True)
    terms_id: int = Field(foreign_key="pay_terms.id", index=True)
    words: str
    typed_name: str
    signed_at: datetime = Field(sa_type=INSTANT)
    account_id: int | None = Field(default=None, foreign_key="account.id")
    digest: str


class PayAdjustment(SQLModel, table=True):
    """More for some of a clinician's sessions; conditions that are empty hold for any (`models/paying.py`)."""

    __tablename__ = "pay_adjustment"

    id: int | None = Field(default=None, primary_key=True)
    clinician_id: int = Field(foreign_key="clinician.id", index=True)
    name: str
    service_id: int | None = Field(default=None, foreign_key="service.id")
    min_minutes: int = 0
    from_time: time | None = None
    until_time: time | None = None
    remote: bool | None = None
    amount: Decimal = Field(default=ZERO, sa_type=MONEY)
    percent: Decimal = Field(default=ZERO, sa_type=MONEY)
    effective_from: date
    effective_until: date | None = None


class WorkTime(SQLModel, table=True):
    """Minutes beside sessions that a clinician logged; once a statement pays them they never change."""

    __tablename__ = "work_time"
    __table_args__ = (one_of("kind", WorkKind), CheckConstraint("minutes between 1 and 1440", name="within_a_day"))

    id: int | None = Field(default=None, primary_key=True)
    clinician_id: int = Field(foreign_key="clinician.id", index=True)
    kind: str
    day: date
    minutes: int
    about: str = ""
    logged_at: datetime = Field(sa_type=INSTANT)
    account_id: int | None = Field(default=None, foreign_key="account.id")
    statement_id: int | None = Field(default=None, foreign_key="pay_statement.id", index=True)


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
    """A closed period of a clinician; its total is the sum of its lines.

    `paid_on` is the day the money was theirs (tax years go by it), `paid_at` the moment somebody said so;
    `paid_on_before` are days that were corrected, each with who and why. `settles_on` is when its file is at the bank.
    """

    __tablename__ = "pay_statement"
    __table_args__ = (
        UniqueConstraint("clinician_id", "last"),
        CheckConstraint("(paid_at is null) = (paid_on is null)", name="paid_on_a_day"),
    )

    id: int | None = Field(default=None, primary_key=True)
    clinician_id: int = Field(foreign_key="clinician.id")
    first: date
    last: date
    closed_at: datetime = Field(sa_type=INSTANT)
    approved_at: datetime | None = Field(default=None, sa_type=INSTANT)
    approved_by: str = ""
    paid_at: datetime | None = Field(default=None, sa_type=INSTANT)
    paid_by: str = ""
    exported_at: datetime | None = Field(default=None, sa_type=INSTANT)
    settles_on: date | None = None
    paid_on: date | None = None
    paid_on_before: str = ""


class PayFile(SQLModel, table=True):
    """A file of deposits that was made for the bank: its letter tells the files of a local day apart.

    Its content is sealed, so that it can be had again as it was; `wish` is the form that asked for it.
    """

    __tablename__ = "pay_file"

    made_on: date = Field(primary_key=True)
    letter: str = Field(primary_key=True)
    last: date
    made_at: datetime = Field(sa_type=INSTANT)
    wish: UUID | None = Field(default=None, unique=True)
    sealed: bytes | None = None


class BankAccount(SQLModel, table=True):
    """Where pay goes to, and where it comes from (`clinician_id` None: the practice); the number is sealed."""

    __tablename__ = "bank_account"

    id: int | None = Field(default=None, primary_key=True)
    clinician_id: int | None = Field(default=None, foreign_key="clinician.id", unique=True)
    routing: str
    sealed: bytes
    ending: str
    savings: bool = False
    bank: str = ""
    company_id: str = ""
    changed_at: datetime = Field(sa_type=INSTANT)
