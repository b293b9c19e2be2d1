"""What a claim says beyond its lines: who referred the client, since when, who supervises, where money goes; paper."""

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels = None
depends_on = None

TEXTS = {
    "practice": ("pay_to_line1", "pay_to_city", "pay_to_state", "pay_to_zip"),
    "coverage": ("referrer_first", "referrer_last", "referrer_npi"),
    "claim": ("note",),
}
FLAGS = {"payer": "on_paper", "clinician": "billed_supervised"}


def upgrade() -> None:
    for table, names in TEXTS.items():
        for name in names:
            op.add_column(table, sa.Column(name, sa.String(), nullable=False, server_default=""))
            op.alter_column(table, name, server_default=None)
    for table, name in FLAGS.items():
        op.add_column(table, sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
        op.alter_column(table, name, server_default=None)
    op.add_column("coverage", sa.Column("onset", sa.Date()))
