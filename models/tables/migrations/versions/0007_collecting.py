"""Charges through the gateway, payment plans, packages; payments say what they give back."""

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
MONEY = sa.Numeric(12, 2)


def upgrade() -> None:
    op.add_column("payment", sa.Column("refund_of", sa.Uuid(), sa.ForeignKey("payment.id")))
    op.add_column("client", sa.Column("card_method", sa.String(), nullable=False, server_default="card"))
    op.add_column("client", sa.Column("card_label", sa.String(), nullable=False, server_default=""))
    _charges()
    _plans()
    _packages()


def _charges() -> None:
    op.create_table(
        "charge_intent",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("client_id", sa.Integer(), sa.ForeignKey("client.id"), nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("invoice_number", sa.String(), sa.ForeignKey("invoice.number")),
        sa.Column("refund_of", sa.Uuid(), sa.ForeignKey("payment.id")),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("back_path", sa.String(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("unattended", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("retry", sa.Boolean(), nullable=False),
        sa.Column("decided_at", INSTANT),
        sa.CheckConstraint("kind in ('charge', 'checkout', 'setup', 'refund')", name="kind_known"),
        sa.CheckConstraint(
            "state in ('wished', 'open', 'pending', 'approved', 'declined', 'expired')", name="state_known"
        ),
        sa.CheckConstraint("amount >= 0", name="intent_not_negative"),
    )
    for column in ("client_id", "invoice_number"):
        op.create_index(f"ix_charge_intent_{column}", "charge_intent", [column])
    op.create_table(
        "gateway_event",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("intent_id", sa.Uuid(), sa.ForeignKey("charge_intent.id"), nullable=False),
        sa.Column("heard_at", INSTANT, nullable=False),
    )
    op.create_index("ix_gateway_event_intent_id", "gateway_event", ["intent_id"])


def _plans() -> None:
    op.create_table(
        "payment_plan",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("client_id", sa.Integer(), sa.ForeignKey("client.id"), nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("by_card", sa.Boolean(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("ended", sa.String(), nullable=False),
    )
    op.create_index("ix_payment_plan_client_id", "payment_plan", ["client_id"])
    op.create_table(
        "plan_instalment",
        sa.Column("plan_id", sa.Uuid(), sa.ForeignKey("payment_plan.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount", MONEY, nullable=False),
    )
    op.add_column("invoice", sa.Column("plan_id", sa.Uuid(), sa.ForeignKey("payment_plan.id")))
    op.create_index("ix_invoice_plan_id", "invoice", ["plan_id"])


def _packages() -> None:
    op.create_table(
        "package",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("client_id", sa.Integer(), sa.ForeignKey("client.id"), nullable=False),
        sa.Column("service_id", sa.Integer(), sa.ForeignKey("service.id"), nullable=False),
        sa.Column("sessions", sa.Integer(), nullable=False),
        sa.Column("price", MONEY, nullable=False),
        sa.Column("offered_at", INSTANT, nullable=False),
        sa.Column("expires_on", sa.Date()),
    )
    op.create_index("ix_package_client_id", "package", ["client_id"])
    op.create_table(
        "package_use",
        sa.Column("attendance_id", sa.Integer(), sa.ForeignKey("attendance.id"), primary_key=True),
        sa.Column("package_id", sa.Uuid(), sa.ForeignKey("package.id"), nullable=False),
    )
    op.create_index("ix_package_use_package_id", "package_use", ["package_id"])
