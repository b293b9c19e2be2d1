"""When sessions may be: series, time off, wishes for freed time, and calendars that clinicians keep elsewhere."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Integer
from sqlmodel import Field, SQLModel

from models.scheduling import OfferState
from models.tables.columns import INSTANT, one_of


class Series(SQLModel, table=True):
    """Sessions that recur: `rule` is an RRULE counted from the local day `first`, each at the local time `at`.

    `until` is the last local day (None: for as long as nobody ends it). A change to later sessions moves `first`.
    """

    id: UUID = Field(primary_key=True)
    clinician_id: int = Field(foreign_key="clinician.id", index=True)
    service_id: int = Field(foreign_key="service.id")
    rule: str
    first: date
    until: date | None = None
    at: time
    place: str = ""
    created_at: datetime = Field(sa_type=INSTANT)
    edition: int = 0


class SeriesClient(SQLModel, table=True):
    """Who comes to a series."""

    __tablename__ = "series_client"

    series_id: UUID = Field(primary_key=True, foreign_key="series.id")
    client_id: int = Field(primary_key=True, foreign_key="client.id", index=True)


class SeriesSkip(SQLModel, table=True):
    """A day of a series that is not held, and why: somebody left it out, or its time was taken."""

    __tablename__ = "series_skip"

    series_id: UUID = Field(primary_key=True, foreign_key="series.id")
    day: date = Field(primary_key=True)
    why: str


class TimeOff(SQLModel, table=True):
    """Time in which nobody is booked by a series or by clients themselves; without a clinician, a practice holiday."""

    __tablename__ = "time_off"
    __table_args__ = (CheckConstraint("starts < ends", name="time_passes"),)

    id: int | None = Field(default=None, primary_key=True)
    clinician_id: int | None = Field(default=None, foreign_key="clinician.id", index=True)
    starts: datetime = Field(sa_type=INSTANT)
    ends: datetime = Field(sa_type=INSTANT)
    reason: str


class WaitlistEntry(SQLModel, table=True):
    """A client's wish for a time that comes free: weekdays (0 Monday; none: any) and hours in the practice's time."""

    __tablename__ = "waitlist_entry"

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    service_id: int = Field(foreign_key="service.id")
    clinician_id: int | None = Field(default=None, foreign_key="clinician.id")
    weekdays: list[int] = Field(default_factory=list, sa_type=ARRAY(Integer))
    opens: time = time(0)
    closes: time = time(23, 59)
    until: date | None = None
    created_at: datetime = Field(sa_type=INSTANT)
    closed_at: datetime | None = Field(default=None, sa_type=INSTANT)
    closed_because: str = ""


class WaitlistOffer(SQLModel, table=True):
    """A freed time offered to somebody who waits; it holds the time for nobody, whoever books first has it."""

    __tablename__ = "waitlist_offer"
    __table_args__ = (one_of("state", OfferState),)

    id: UUID = Field(primary_key=True)
    entry_id: int = Field(foreign_key="waitlist_entry.id", index=True)
    freed_by: str = Field(index=True)
    clinician_id: int = Field(foreign_key="clinician.id")
    starts: datetime = Field(sa_type=INSTANT)
    place: str = ""
    made_at: datetime = Field(sa_type=INSTANT)
    expires_at: datetime = Field(sa_type=INSTANT)
    state: str = OfferState.OPEN


class ExternalCalendar(SQLModel, table=True):
    """A clinician's calendar elsewhere, read by its address (sealed: whoever has it reads the calendar)."""

    __tablename__ = "external_calendar"

    clinician_id: int = Field(primary_key=True, foreign_key="clinician.id")
    address: bytes
    read_at: datetime | None = Field(default=None, sa_type=INSTANT)
    trouble: str = ""


class BusyTime(SQLModel, table=True):
    """A time that is taken in a clinician's other calendar; what for is not kept."""

    __tablename__ = "busy_time"

    id: int | None = Field(default=None, primary_key=True)
    clinician_id: int = Field(foreign_key="clinician.id", index=True)
    starts: datetime = Field(sa_type=INSTANT)
    ends: datetime = Field(sa_type=INSTANT)


class Feed(SQLModel, table=True):
    """A clinician's private calendar address; only the hash of its secret is kept."""

    clinician_id: int = Field(primary_key=True, foreign_key="clinician.id")
    digest: str = Field(unique=True)
    made_at: datetime = Field(sa_type=INSTANT)
