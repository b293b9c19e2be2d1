"""A run keeps of what it did how many."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0025"
down_revision: str | None = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("scheduled_run", sa.Column("parts", JSONB(), nullable=False, server_default="{}"))
    op.alter_column("scheduled_run", "parts", server_default=None)
