"""The tables of scheduling: series, time off, the waitlist and outside calendars; sessions know their series."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _series()
    _waitlist()
    _calendars()
    op.add_column("attendance", sa.Column("checked_in_at", INSTANT))
    op.add_column("availability", sa.Column("effective_until", sa.Date()))


def _series() -> None:
    op.create_table(
        "series",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("clinician_id", sa.Integer(), sa.ForeignKey("clinician.id"), nullable=False),
        sa.Column("service_id", sa.Integer(), sa.ForeignKey("service.id"), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("until", sa.Date()),
        sa.Column("at", sa.Time(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
    )
    op.create_index("ix_series_clinician_id", "series", ["clinician_id"])
    op.create_table(
        "series_client",
        sa.Column("series_id", sa.Uuid(), sa.ForeignKey("series.id"), primary_key=True),
        sa.Column("client_id", sa.Integer(), sa.ForeignKey("client.id"), primary_key=True),
    )
    op.create_index("ix_series_client_client_id", "series_client", ["client_id"])
    op.create_table(
        "series_skip",
        sa.Column("series_id", sa.Uuid(), sa.ForeignKey("series.id"), primary_key=True),
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("why", sa.String(), nullable=False),
    )
    op.add_column("session", sa.Column("series_id", sa.Uuid(), sa.ForeignKey("series.id")))
    op.add_column("session", sa.Column("series_day", sa.Date()))
    op.create_unique_constraint("one_session_a_series_day", "session", ["series_id", "series_day"])


def _waitlist() -> None:
    op.create_table(
        "waitlist_entry",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("client_id", sa.Integer(), sa.ForeignKey("client.id"), nullable=False),
        sa.Column("service_id", sa.Integer(), sa.ForeignKey("service.id"), nullable=False),
        sa.Column("clinician_id", sa.Integer(), sa.ForeignKey("clinician.id")),
        sa.Column("weekdays", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("until", sa.Date()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.Column("closed_because", sa.String(), nullable=False),
    )
    op.create_index("ix_waitlist_entry_client_id", "waitlist_entry", ["client_id"])
    op.create_table(
        "waitlist_offer",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("entry_id", sa.Integer(), sa.ForeignKey("waitlist_entry.id"), nullable=False),
        sa.Column("freed_by", sa.String(), nullable=False),
        sa.Column("clinician_id", sa.Integer(), sa.ForeignKey("clinician.id"), nullable=False),
        sa.Column("starts", INSTANT, nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.CheckConstraint("state in ('open', 'accepted', 'declined', 'expired')", "state_known"),
    )
    op.create_index("ix_waitlist_offer_entry_id", "waitlist_offer", ["entry_id"])
    op.create_index("ix_waitlist_offer_freed_by", "waitlist_offer", ["freed_by"])


def _calendars() -> None:
    op.create_table(
        "time_off",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("clinician_id", sa.Integer(), sa.ForeignKey("clinician.id")),
        sa.Column("starts", INSTANT, nullable=False),
        sa.Column("ends", INSTANT, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint("starts < ends", "time_passes"),
    )
    op.create_index("ix_time_off_clinician_id", "time_off", ["clinician_id"])
    op.create_table(
        "external_calendar",
        sa.Column("clinician_id", sa.Integer(), sa.ForeignKey("clinician.id"), primary_key=True),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("read_at", INSTANT),
        sa.Column("trouble", sa.String(), nullable=False),
    )
    op.create_table(
        "busy_time",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("clinician_id", sa.Integer(), sa.ForeignKey("clinician.id"), nullable=False),
        sa.Column("starts", INSTANT, nullable=False),
        sa.Column("ends", INSTANT, nullable=False),
    )
    op.create_index("ix_busy_time_clinician_id", "busy_time", ["clinician_id"])
    op.create_table(
        "feed",
        sa.Column("clinician_id", sa.Integer(), sa.ForeignKey("clinician.id"), primary_key=True),
        sa.Column("digest", sa.String(), nullable=False, unique=True),
        sa.Column("made_at", INSTANT, nullable=False),
    )
