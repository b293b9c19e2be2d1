"""Tasks have owners, comments and a history, their kinds are the rules' table; an authorization has its limits."""

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
DEEDS = "'opened', 'commented', 'assigned', 'moved', 'reminded', 'escalated', 'closed'"


def upgrade() -> None:
    op.execute("alter table task drop constraint if exists kind_known")
    op.add_column("task", sa.Column("owner_id", sa.Integer(), sa.ForeignKey("account.id")))
    op.add_column("task", sa.Column("clinician_id", sa.Integer(), sa.ForeignKey("clinician.id")))
    op.add_column("task", sa.Column("details", sa.String(), nullable=False, server_default=""))
    op.add_column("task", sa.Column("escalate_at", INSTANT, nullable=False, server_default=sa.text("now()")))
    op.add_column("task", sa.Column("closed_by_id", sa.Integer(), sa.ForeignKey("account.id")))
    op.add_column("coverage", sa.Column("authorized_until", sa.Date()))
    op.add_column("coverage", sa.Column("authorized_sessions", sa.Integer()))
    op.create_index("ix_task_cause", "task", ["cause"])
    op.create_index("ix_task_client_id", "task", ["client_id"])
    op.create_index("task_open_by_due", "task", ["due_at"], postgresql_where=sa.text("closed_at is null"))
    op.create_table(
        "task_event",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("task_id", sa.Uuid(), sa.ForeignKey("task.id"), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id")),
        sa.Column("deed", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.CheckConstraint(f"deed in ({DEEDS})", name="deed_known"),
    )
    op.create_index("ix_task_event_task_id", "task_event", ["task_id"])
