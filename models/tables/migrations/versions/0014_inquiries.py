"""Payers asked whether clients are covered and where claims stand; when a claim was accepted."""

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
MONEY = sa.Numeric(12, 2)
AMOUNTS = ("copay", "coinsurance", "deductible", "deductible_left")
LIMITS = ("out_of_pocket", "out_of_pocket_left", "visits", "visits_left")


def upgrade() -> None:
    for flag in ("answers_eligibility", "answers_status"):
        op.add_column("payer", sa.Column(flag, sa.Boolean(), nullable=False, server_default=sa.true()))
        op.alter_column("payer", flag, server_default=None)
    op.add_column("claim", sa.Column("accepted_at", INSTANT))
    op.create_table(
        "eligibility_inquiry",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("trace", sa.String(), nullable=False, unique=True),
        sa.Column("coverage_id", sa.Integer(), sa.ForeignKey("coverage.id"), nullable=False, index=True),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("interchange_id", sa.Integer(), sa.ForeignKey("interchange.id"), nullable=False, index=True),
    )
    op.create_table(
        "eligibility_answer",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("inquiry_id", sa.Integer(), sa.ForeignKey("eligibility_inquiry.id"), nullable=False),
        sa.Column("interchange_id", sa.Integer(), sa.ForeignKey("interchange.id"), nullable=False),
        sa.Column("told_at", INSTANT, nullable=False),
        sa.Column("active", sa.Boolean()),
        sa.Column("begins", sa.Date()),
        sa.Column("ends", sa.Date()),
        sa.Column("plan", sa.String(), nullable=False),
        *(sa.Column(name, MONEY) for name in (*AMOUNTS, *LIMITS)),
        sa.Column("carve_out", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("inquiry_id", "interchange_id"),
    )
    op.create_table(
        "status_inquiry",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("claim_number", sa.String(), sa.ForeignKey("claim.number"), nullable=False, index=True),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("interchange_id", sa.Integer(), sa.ForeignKey("interchange.id"), index=True),
        sa.Column("told_at", INSTANT),
        sa.Column("told_on", sa.Date()),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("paid", MONEY),
        sa.Column("reference", sa.String(), nullable=False),
    )
