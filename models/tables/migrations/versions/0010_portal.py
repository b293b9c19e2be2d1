"""The tables of the portal: forms and their sealed answers, requests for times; what clients may book themselves."""

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for table in ("service", "clinician"):
        op.add_column(table, sa.Column("self_book", sa.Boolean(), nullable=False, server_default=sa.false()))
        op.alter_column(table, "self_book", server_default=None)
    op.create_table(
        "practice_form",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False, unique=True),
        sa.Column("questions", sa.String(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("retired_at", INSTANT),
    )
    op.create_table(
        "form_request",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("client_id", sa.Integer(), sa.ForeignKey("client.id"), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("questions", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by", sa.Integer(), sa.ForeignKey("account.id")),
        sa.Column("answers", sa.LargeBinary()),
        sa.Column("saved_at", INSTANT),
        sa.Column("sent_at", INSTANT),
        sa.Column("sent_by", sa.Integer(), sa.ForeignKey("account.id")),
        sa.Column("withdrawn_at", INSTANT),
        sa.CheckConstraint("(questions = '') <> (measure = '')", name="form_or_measure"),
    )
    op.create_index("ix_form_request_client_id", "form_request", ["client_id"])
    op.create_table(
        "appointment_request",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("client_id", sa.Integer(), sa.ForeignKey("client.id"), nullable=False),
        sa.Column("service_id", sa.Integer(), sa.ForeignKey("service.id"), nullable=False),
        sa.Column("clinician_id", sa.Integer(), sa.ForeignKey("clinician.id")),
        sa.Column("earliest", sa.Date(), nullable=False),
        sa.Column("wishes", sa.LargeBinary()),
        sa.Column("asked_by", sa.Integer(), sa.ForeignKey("account.id")),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.Column("reply", sa.LargeBinary()),
        sa.Column("session_id", sa.Uuid(), sa.ForeignKey("session.id")),
        sa.CheckConstraint("status in ('open', 'booked', 'declined', 'withdrawn')", name="status_known"),
    )
    op.create_index("ix_appointment_request_client_id", "appointment_request", ["client_id"])
    op.execute(
        """
        create function refuse_sent() returns trigger language plpgsql as $$
        begin
          if old.sent_at is not null then
            raise exception 'answers that were sent are never changed or deleted';
          end if;
          return case tg_op when 'DELETE' then old else new end;
        end $$
        """
    )
    op.execute(
        "create trigger sent_once before update or delete on form_request for each row execute function refuse_sent()"
    )
