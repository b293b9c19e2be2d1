"""The tables of access: accounts, sign-ins, one-time links, and the trail of who saw what of a chart."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
WORDS = postgresql.ARRAY(sa.Text())


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("login", sa.String(), nullable=False, unique=True),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("roles", WORDS, nullable=False),
        sa.Column("clinician_id", sa.Integer(), sa.ForeignKey("clinician.id")),
        sa.Column("password", sa.String(), nullable=False),
        sa.Column("totp", sa.LargeBinary()),
        sa.Column("totp_on", sa.Boolean(), nullable=False),
        sa.Column("totp_counter", sa.Integer(), nullable=False),
        sa.Column("recovery", WORDS, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", INSTANT),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
    )
    op.create_table(
        "account_client",
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("client_id", sa.Integer(), sa.ForeignKey("client.id"), primary_key=True),
        sa.Column("relation", sa.String(), nullable=False),
    )
    op.create_index("ix_account_client_client_id", "account_client", ["client_id"])
    op.create_table(
        "sign_in",
        sa.Column("digest", sa.String(), primary_key=True),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("acting_for", sa.Integer(), sa.ForeignKey("client.id")),
        sa.Column("browser", sa.String(), nullable=False),
    )
    op.create_index("ix_sign_in_account_id", "sign_in", ["account_id"])
    op.create_table(
        "ticket",
        sa.Column("digest", sa.String(), primary_key=True),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT),
    )
    op.create_index("ix_ticket_account_id", "ticket", ["account_id"])
    op.create_table(
        "chart_event",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("client_id", sa.Integer(), sa.ForeignKey("client.id"), nullable=False),
        sa.Column("deed", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
    )
    op.create_index("ix_chart_event_account_id", "chart_event", ["account_id"])
    op.create_index("ix_chart_event_client_id", "chart_event", ["client_id"])
    op.execute(
        """
        create function refuse_trace() returns trigger language plpgsql as $$
        begin
          raise exception 'who saw a chart is never changed or deleted';
        end $$
        """
    )
    op.execute(
        "create trigger append_only before update or delete on chart_event for each row execute function refuse_trace()"
    )
    op.add_column("message", sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id")))
