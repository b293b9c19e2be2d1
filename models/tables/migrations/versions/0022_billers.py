"""Plays that hold from a day on, coverages confirmed by telephone, and typed words that Temporal knows by id alone."""

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | None = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("play", sa.Column("effective_from", sa.Date(), nullable=True))
    op.execute(
        "update play set effective_from ="
        " (made_at at time zone coalesce((select timezone from practice where id = 1), 'UTC'))::date"
    )
    op.alter_column("play", "effective_from", nullable=False)
    op.create_table(
        "coverage_call",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("coverage_id", sa.Integer(), sa.ForeignKey("coverage.id"), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("called_on", sa.Date(), nullable=False),
        sa.Column("spoke_to", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("active_until", sa.Date()),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.Integer(), sa.ForeignKey("account.id")),
    )
    op.create_index("ix_coverage_call_coverage_id", "coverage_call", ["coverage_id"])
    op.create_table(
        "kept_words",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_kept_words_about", "kept_words", ["about"])
