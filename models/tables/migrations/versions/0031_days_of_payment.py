"""The day on which pay was paid, beside the moment somebody said so; of before, the local day of that moment."""

import sqlalchemy as sa
from alembic import op

revision: str = "0031"
down_revision: str | None = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pay_statement", sa.Column("settles_on", sa.Date(), nullable=True))
    op.add_column("pay_statement", sa.Column("paid_on", sa.Date(), nullable=True))
    op.add_column("pay_statement", sa.Column("paid_on_before", sa.String(), nullable=False, server_default=""))
    op.alter_column("pay_statement", "paid_on_before", server_default=None)
    op.execute(
        "update pay_statement s set paid_on = (s.paid_at at time zone p.timezone)::date from practice p "
        "where s.paid_at is not null"
    )
    op.create_check_constraint("paid_on_a_day", "pay_statement", "(paid_at is null) = (paid_on is null)")
