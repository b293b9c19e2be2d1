"""Files of deposits are kept, sealed, and known by the form that asked for them."""

import sqlalchemy as sa
from alembic import op

revision: str = "0024"
down_revision: str | None = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pay_file", sa.Column("wish", sa.Uuid(), nullable=True))
    op.add_column("pay_file", sa.Column("sealed", sa.LargeBinary(), nullable=True))
    op.create_unique_constraint("pay_file_wish_key", "pay_file", ["wish"])
