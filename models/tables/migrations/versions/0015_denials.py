"""The tables of claims in trouble: payers' rules, overruled warnings, plays, appeals, write-offs asked for, deposits."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
MONEY = sa.Numeric(12, 2)


def upgrade() -> None:
    op.add_column("practice", sa.Column("write_off_limit", MONEY))
    for table, column in (("clinician", "licence"), ("payer", "appeals_to")):
        op.add_column(table, sa.Column(column, sa.String(), nullable=False, server_default=""))
        op.alter_column(table, column, server_default=None)
    op.add_column("claim", sa.Column("findings", JSONB(), nullable=False, server_default="[]"))
    op.alter_column("claim", "findings", server_default=None)
    op.create_index("ix_claim_coverage_id", "claim", ["coverage_id"])
    _payer_rules()
    _overruled()
    _plays()
    _appeals()
    _write_offs()
    _deposits()


def _payer_rules() -> None:
    kinds = "'modifier', 'telehealth_place', 'telehealth_modifier', 'taxonomy', 'authorization'"
    op.create_table(
        "payer_rule",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("payer_id", sa.Integer(), sa.ForeignKey("payer.id"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("applies_to", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_until", sa.Date()),
        sa.CheckConstraint(f"kind in ({kinds})", name="kind_known"),
        sa.UniqueConstraint("payer_id", "kind", "applies_to", "effective_from", name="one_payer_rule_a_day"),
    )
    op.create_index("ix_payer_rule_payer_id", "payer_rule", ["payer_id"])


def _overruled() -> None:
    op.create_table(
        "overruling",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("claim_number", sa.String(20), sa.ForeignKey("claim.number"), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), sa.ForeignKey("account.id")),
        sa.Column("at", INSTANT, nullable=False),
        sa.UniqueConstraint("claim_number", "code", name="overruled_once"),
    )
    op.create_index("ix_overruling_claim_number", "overruling", ["claim_number"])


def _plays() -> None:
    op.create_table(
        "play",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("meaning", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("chance", sa.Integer(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.Integer(), sa.ForeignKey("account.id")),
        sa.CheckConstraint("chance between 0 and 100", name="chance_known"),
        sa.UniqueConstraint("code", "version", name="one_play_a_version"),
    )


def _appeals() -> None:
    statuses = "'draft', 'signed', 'sent', 'won', 'upheld', 'withdrawn'"
    op.create_table(
        "appeal",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("claim_number", sa.String(20), sa.ForeignKey("claim.number"), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("heard_until", sa.Date(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.Integer(), sa.ForeignKey("account.id")),
        sa.Column("signer", sa.String(), nullable=False),
        sa.Column("signed_at", INSTANT),
        sa.Column("signed_by", sa.Integer(), sa.ForeignKey("account.id")),
        sa.Column("letter", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", INSTANT),
        sa.Column("sent_how", sa.String(), nullable=False),
        sa.Column("answer_by", sa.Date()),
        sa.Column("decided_on", sa.Date()),
        sa.CheckConstraint(f"status in ({statuses})", name="status_known"),
    )
    op.create_index(
        "one_appeal_a_level",
        "appeal",
        ["claim_number", "level"],
        unique=True,
        postgresql_where=sa.text("status <> 'withdrawn'"),
    )
    op.create_index("ix_appeal_claim_number", "appeal", ["claim_number"])


def _write_offs() -> None:
    op.create_table(
        "write_off_asked",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("claim_number", sa.String(20), sa.ForeignKey("claim.number"), nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by", sa.Integer(), sa.ForeignKey("account.id")),
        sa.Column("decided_at", INSTANT),
        sa.Column("decided_by", sa.Integer(), sa.ForeignKey("account.id")),
        sa.Column("granted", sa.Boolean()),
    )
    op.create_index("ix_write_off_asked_claim_number", "write_off_asked", ["claim_number"])


def _deposits() -> None:
    op.create_table(
        "deposit",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("entered_by", sa.Integer(), sa.ForeignKey("account.id")),
        sa.Column("remittance_id", sa.Integer(), sa.ForeignKey("remittance.id"), unique=True),
        sa.Column("matched_at", INSTANT),
        sa.Column("matched_how", sa.String(), nullable=False),
        sa.UniqueConstraint("key", name="deposit_known"),
    )
    op.create_index("ix_deposit_on_day", "deposit", ["on_day"])
