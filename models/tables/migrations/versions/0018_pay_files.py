"""The files of deposits that were made, each with its letter of the day."""

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels = None
depends_on = None

KNOWN = """
insert into pay_file (made_on, letter, last, made_at)
select made_on, substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', cast(number as int), 1), last, exported_at
from (
  select made_on, last, exported_at, row_number() over (partition by made_on order by exported_at) as number
  from (
    select cast(s.exported_at at time zone p.timezone as date) as made_on, max(s.last) as last, s.exported_at
    from pay_statement s cross join practice p where s.exported_at is not null group by 1, 3
  ) made
) numbered where number <= 36
"""
"""What statements say about earlier files: the statements of one file left at one moment."""


def upgrade() -> None:
    op.create_table(
        "pay_file",
        sa.Column("made_on", sa.Date(), primary_key=True),
        sa.Column("letter", sa.String(), primary_key=True),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.execute(KNOWN)
