"""What kind of plan a payer's is, as claims say it (837P, SBR09)."""

import sqlalchemy as sa
from alembic import op

revision: str = "0029"
down_revision: str | None = "0026"
branch_labels = None
depends_on = None

KNOWN = (
    "filing_indicator in ('CI', 'BL', 'MC', 'MB', 'MA', 'CH', 'VA', '12', '13', '14', '15', '16', '17', 'HM', 'FI', "
    "'OF', 'TV', '11', 'WC', 'AM', 'LM', 'DS', 'ZZ')"
)


def upgrade() -> None:
    op.add_column("payer", sa.Column("filing_indicator", sa.String(), nullable=False, server_default="CI"))
    op.alter_column("payer", "filing_indicator", server_default=None)
    op.create_check_constraint("filing_indicator_known", "payer", KNOWN)
