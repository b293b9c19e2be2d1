"""Who moved a session, when and from where, and who cancelled."""

import sqlalchemy as sa
from alembic import op

revision: str = "0028"
down_revision: str | None = "0025"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "session_move",
        sa.Column("session_id", sa.Uuid(), sa.ForeignKey("session.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("starts_before", INSTANT, nullable=False),
        sa.Column("starts", INSTANT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.CheckConstraint("by in ('client', 'practice')", name="by_known"),
    )
    op.create_index("session_move_by_time", "session_move", ["at"])
    op.add_column("attendance", sa.Column("cancelled_by", sa.String(), nullable=True))
    op.create_check_constraint("cancelled_by_known", "attendance", "cancelled_by in ('client', 'practice')")
