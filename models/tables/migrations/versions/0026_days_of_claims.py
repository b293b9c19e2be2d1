"""Claims of several sessions: a claim is a client's, its lines say of which session and day they are."""

import sqlalchemy as sa
from alembic import op

revision: str = "0026"
down_revision: str | None = "0028"
branch_labels = None
depends_on = None

PER = "claims_per in ('session', 'week', 'month')"


def upgrade() -> None:
    for table in ("payer", "claim"):
        op.add_column(table, sa.Column("claims_per", sa.String(), nullable=False, server_default="session"))
        op.alter_column(table, "claims_per", server_default=None)
        op.create_check_constraint("claims_per_known", table, PER)
    op.add_column("claim", sa.Column("leaves_on", sa.Date()))
    op.add_column("claim", sa.Column("client_id", sa.Integer(), sa.ForeignKey("client.id")))
    op.execute("update claim c set client_id = a.client_id from attendance a where a.id = c.attendance_id")
    op.alter_column("claim", "client_id", nullable=False)
    op.create_index("ix_claim_client_id", "claim", ["client_id"])
    op.create_unique_constraint("claim_of_coverage", "claim", ["number", "coverage_id"])
    _lines()
    op.drop_column("claim", "attendance_id")


def _lines() -> None:
    op.add_column("claim_line", sa.Column("coverage_id", sa.Integer()))
    op.add_column("claim_line", sa.Column("held_on", sa.Date()))
    op.add_column("claim_line", sa.Column("add_on", sa.Boolean()))
    op.execute(
        "update claim_line l set coverage_id = c.coverage_id, held_on = c.held_on, add_on = l.place > 1"
        " from claim c where c.number = l.claim_number"
    )
    for column in ("coverage_id", "held_on", "add_on"):
        op.alter_column("claim_line", column, nullable=False)
    op.drop_constraint("claim_line_claim_number_fkey", "claim_line", type_="foreignkey")
    op.create_foreign_key(
        "claim_line_of_claim", "claim_line", "claim", ["claim_number", "coverage_id"], ["number", "coverage_id"]
    )
    op.create_index(
        "billed_once",
        "claim_line",
        ["attendance_id", "coverage_id"],
        unique=True,
        postgresql_where=sa.text("not add_on"),
    )
