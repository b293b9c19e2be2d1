"""What ran by the clock, and for how long a practice keeps things."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "scheduled_run",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("key", sa.String(), nullable=False, unique=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("planned_at", INSTANT),
        sa.Column("workflow_id", sa.String(), nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("problems", JSONB(), nullable=False),
        sa.CheckConstraint("state in ('running', 'done', 'failed', 'skipped')", name="state_known"),
    )
    op.create_index("scheduled_run_latest", "scheduled_run", ["name", "began_at"])
    op.create_table(
        "retention",
        sa.Column("what", sa.String(), primary_key=True),
        sa.Column("days", sa.Integer(), nullable=False),
    )
