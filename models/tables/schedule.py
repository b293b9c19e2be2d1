"""Sessions and who attends them. The database itself refuses two sessions of a clinician at once."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlmodel import Field, SQLModel

from models.billed import Held
from models.facts import By, Status
from models.tables.columns import INSTANT, MONEY, one_of

NO_OVERLAP = "no_overlap"


class Session(SQLModel, table=True):
    """A slot of a clinician, from `starts` to `ends`; `released` once nobody is expected any more.

    `series_day` is the local day of its series that it stands for, wherever it was moved since; `earned_on` the local
    day its clinician earned it, as the `earned_rank`-th of the pay period (from 0), by `pay_rule_id` (None: by no rule)
    until pay is worked out anew.
    """

    __table_args__ = (
        ExcludeConstraint(
            (text("int4range(clinician_id, clinician_id, '[]')"), "&&"),
            (text("tstzrange(starts, ends)"), "&&"),
            where=text("not released"),
            using="gist",
            name=NO_OVERLAP,
        ),
        Index("session_by_day", "clinician_id", "starts"),
        Index("session_by_start", "starts"),
        UniqueConstraint("series_id", "series_day", name="one_session_a_series_day"),
    )

    id: UUID = Field(primary_key=True)
    clinician_id: int = Field(foreign_key="clinician.id")
    service_id: int = Field(foreign_key="service.id")
    policy_id: int = Field(foreign_key="policy.id")
    starts: datetime = Field(sa_type=INSTANT)
    ends: datetime = Field(sa_type=INSTANT)
    place: str = ""
    booked_at: datetime = Field(sa_type=INSTANT)
    moves: int = 0
    released: bool = False
    earned_on: date | None = None
    earned_rank: int | None = None
    pay_rule_id: int | None = Field(default=None, foreign_key="pay_rule.id")
    billed_elsewhere: bool = False
    series_id: UUID | None = Field(default=None, foreign_key="series.id")
    series_day: date | None = None


class SessionMove(SQLModel, table=True):
    """A session that was taken from one time to another: the `number`-th move of it, when, and who wished it."""

    __tablename__ = "session_move"
    __table_args__ = (one_of("by", By), Index("session_move_by_time", "at"))

    session_id: UUID = Field(primary_key=True, foreign_key="session.id")
    number: int = Field(primary_key=True)
    at: datetime = Field(sa_type=INSTANT)
    starts_before: datetime = Field(sa_type=INSTANT)
    starts: datetime = Field(sa_type=INSTANT)
    by: str


class AttendanceRow(SQLModel, table=True):
    """One client's part in a session; `minutes` as really spent, `presumed` while no person has said how it ended.

    `held` is how it was held where somebody said so; else the session's place tells. `cancelled_by` is who cancelled;
    None where that was before it was written down.
    """

    __tablename__ = "attendance"
    __table_args__ = (
        Index("attendance_of_session", "session_id", "client_id", unique=True, postgresql_include=["id", "status"]),
        Index("attendance_of_client", "client_id", postgresql_include=["id", "session_id", "status"]),
        one_of("status", Status),
        one_of("held", Held),
        one_of("cancelled_by", By),
    )

    id: int | None = Field(default=None, primary_key=True)
    session_id: UUID = Field(foreign_key="session.id")
    client_id: int = Field(foreign_key="client.id")
    status: str = Status.BOOKED
    minutes: int | None = None
    decided_at: datetime | None = Field(default=None, sa_type=INSTANT)
    presumed: bool = False
    checked_in_at: datetime | None = Field(default=None, sa_type=INSTANT)
    held: str | None = None
    cancelled_by: str | None = None


class AddOnRow(SQLModel, table=True):
    """A service done beside the session's own for one client; `minutes` of psychotherapy where its code has some."""

    __tablename__ = "add_on"

    attendance_id: int = Field(primary_key=True, foreign_key="attendance.id")
    service_id: int = Field(primary_key=True, foreign_key="service.id")
    units: int = Field(default=1, gt=0)
    minutes: int | None = None


class FeeRow(SQLModel, table=True):
    """A fee as decided: charged, or waived by itself or by staff; the ledger holds what was charged."""

    __tablename__ = "fee"
    __table_args__ = (Index("fee_by_day", "decided_at"),)

    key: str = Field(primary_key=True)
    attendance_id: int = Field(foreign_key="attendance.id", index=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    decided_at: datetime = Field(sa_type=INSTANT)
    amount: Decimal = Field(sa_type=MONEY)
    rule: str
    why: str
    waived_by_itself: bool = False
    waived_because: str | None = None
    charged: bool = False
    withdrawn: bool = False
