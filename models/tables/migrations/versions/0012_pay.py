"""Contracts with an end, signed; adjustments, logged hours, bank accounts; a statement approved, then paid."""

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
MONEY = sa.Numeric(12, 2)


def upgrade() -> None:
    _contracts()
    _statements()
    op.create_table(
        "pay_signature",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("terms_id", sa.Integer(), sa.ForeignKey("pay_terms.id"), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("typed_name", sa.String(), nullable=False),
        sa.Column("signed_at", INSTANT, nullable=False),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id")),
        sa.Column("digest", sa.String(), nullable=False),
    )
    op.create_index("ix_pay_signature_terms_id", "pay_signature", ["terms_id"])
    op.create_table(
        "pay_adjustment",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("clinician_id", sa.Integer(), sa.ForeignKey("clinician.id"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("service_id", sa.Integer(), sa.ForeignKey("service.id")),
        sa.Column("min_minutes", sa.Integer(), nullable=False),
        sa.Column("from_time", sa.Time()),
        sa.Column("until_time", sa.Time()),
        sa.Column("remote", sa.Boolean()),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("percent", MONEY, nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_until", sa.Date()),
    )
    op.create_index("ix_pay_adjustment_clinician_id", "pay_adjustment", ["clinician_id"])
    op.create_table(
        "work_time",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("clinician_id", sa.Integer(), sa.ForeignKey("clinician.id"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("logged_at", INSTANT, nullable=False),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id")),
        sa.Column("statement_id", sa.Integer(), sa.ForeignKey("pay_statement.id")),
        sa.CheckConstraint("kind in ('admin', 'supervision')", name="kind_known"),
        sa.CheckConstraint("minutes between 1 and 1440", name="within_a_day"),
    )
    op.create_index("ix_work_time_clinician_id", "work_time", ["clinician_id"])
    op.create_index("ix_work_time_statement_id", "work_time", ["statement_id"])
    op.create_table(
        "bank_account",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("clinician_id", sa.Integer(), sa.ForeignKey("clinician.id"), unique=True),
        sa.Column("routing", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("ending", sa.String(), nullable=False),
        sa.Column("savings", sa.Boolean(), nullable=False),
        sa.Column("bank", sa.String(), nullable=False),
        sa.Column("company_id", sa.String(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
    )


def _contracts() -> None:
    """Terms get an end: each until the day before the next of the same clinician."""
    op.drop_constraint("pay_terms_clinician_id_effective_from_key", "pay_terms", type_="unique")
    for name, kind, value in (
        ("paid_as", sa.String(), "w2"),
        ("draw", MONEY, "0.00"),
        ("admin", sa.String(), "included"),
        ("admin_rate", MONEY, "0.00"),
        ("admin_minutes", sa.Integer(), "0"),
        ("supervision_rate", MONEY, "0.00"),
    ):
        op.add_column("pay_terms", sa.Column(name, kind, nullable=False, server_default=value))
        op.alter_column("pay_terms", name, server_default=None)
    op.add_column("pay_terms", sa.Column("clawback_cap", MONEY))
    op.add_column("pay_terms", sa.Column("effective_until", sa.Date()))
    op.execute(
        """
        update pay_terms t set effective_until = (select min(n.effective_from) - 1 from pay_terms n
          where n.clinician_id = t.clinician_id and n.effective_from > t.effective_from)
        """
    )
    op.create_index("ix_pay_terms_clinician_id", "pay_terms", ["clinician_id"])
    op.create_check_constraint("paid_as_known", "pay_terms", "paid_as in ('w2', '1099')")
    op.create_check_constraint("admin_known", "pay_terms", "admin in ('included', 'hourly', 'logged')")
    op.create_check_constraint(
        "ends_after_it_begins", "pay_terms", "effective_until is null or effective_until >= effective_from"
    )
    op.execute(
        """
        alter table pay_terms add constraint one_contract_at_a_time exclude using gist (
          int4range(clinician_id, clinician_id, '[]') with &&,
          daterange(effective_from, effective_until, '[]') with &&)
        """
    )


def _statements() -> None:
    op.add_column("pay_statement", sa.Column("paid_by", sa.String(), nullable=False, server_default=""))
    op.alter_column("pay_statement", "paid_by", server_default=None)
    op.execute("update pay_statement set paid_by = approved_by where paid_at is not null")
    op.add_column("pay_statement", sa.Column("exported_at", INSTANT))
