"""The tables of records: contacts, documents, agreements and who signed them, estimates; and more about clients."""

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
MONEY = sa.Numeric(precision=12, scale=2)
KEPT = ("agreement_version", "signature")
"""What was agreed is never changed or deleted."""


def upgrade() -> None:
    _clients_and_coverages()
    _contacts_and_documents()
    _agreements()
    _estimates()


def _clients_and_coverages() -> None:
    for name in ("preferred", "pronouns", "phone"):
        op.add_column("client", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.add_column("practice", sa.Column("gives_estimates", sa.Boolean(), nullable=False, server_default="true"))
    op.alter_column("practice", "gives_estimates", server_default=None)
    op.add_column("client", sa.Column("uses_insurance", sa.Boolean(), nullable=False, server_default="false"))
    for name in ("plan", "group_number", "subscriber_first", "subscriber_last", "deductible_note"):
        op.add_column("coverage", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.add_column("coverage", sa.Column("relation", sa.String(), nullable=False, server_default="self"))
    op.add_column("coverage", sa.Column("subscriber_birth", sa.Date()))
    op.add_column("coverage", sa.Column("subscriber_sex", sa.String(), nullable=False, server_default="U"))
    op.add_column("coverage", sa.Column("deductible", MONEY))
    op.create_check_constraint("relation_known", "coverage", "relation in ('self', 'spouse', 'child', 'other')")


def _contacts_and_documents() -> None:
    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("client_id", sa.Integer(), sa.ForeignKey("client.id"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("emergency", sa.Boolean(), nullable=False),
        sa.Column("guarantor", sa.Boolean(), nullable=False),
        sa.Column("line1", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("zip", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind in ('parent', 'guardian', 'partner', 'relative', 'friend', 'other')", name="kind_known"
        ),
    )
    op.create_index("ix_contact_client_id", "contact", ["client_id"])
    op.create_index("one_guarantor", "contact", ["client_id"], unique=True, postgresql_where=sa.text("guarantor"))
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("client_id", sa.Integer(), sa.ForeignKey("client.id"), nullable=False),
        sa.Column("coverage_id", sa.Integer(), sa.ForeignKey("coverage.id")),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("added_by", sa.Integer(), sa.ForeignKey("account.id")),
        sa.Column("deleted_at", INSTANT),
        sa.Column("deleted_by", sa.Integer(), sa.ForeignKey("account.id")),
        sa.Column("deleted_because", sa.String(), nullable=False),
        sa.CheckConstraint("kind in ('document', 'card_front', 'card_back')", name="kind_known"),
    )
    op.create_index("ix_document_client_id", "document", ["client_id"])
    op.create_index("ix_document_coverage_id", "document", ["coverage_id"])


def _agreements() -> None:
    op.create_table(
        "agreement",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("title", sa.String(), nullable=False, unique=True),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("retired_on", sa.Date()),
        sa.CheckConstraint("audience in ('everyone', 'minors', 'self_pay')", name="audience_known"),
    )
    op.create_table(
        "agreement_version",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("agreement_id", sa.Integer(), sa.ForeignKey("agreement.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("sign_again", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("agreement_id", "number"),
    )
    op.create_table(
        "signature",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("version_id", sa.Integer(), sa.ForeignKey("agreement_version.id"), nullable=False),
        sa.Column("client_id", sa.Integer(), sa.ForeignKey("client.id"), nullable=False),
        sa.Column("typed_name", sa.String(), nullable=False),
        sa.Column("signed_at", INSTANT, nullable=False),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id")),
        sa.Column("digest", sa.String(), nullable=False),
        sa.UniqueConstraint("version_id", "client_id"),
    )
    op.create_index("ix_signature_client_id", "signature", ["client_id"])
    op.execute(
        """
        create function refuse_rewriting() returns trigger language plpgsql as $$
        begin
          raise exception 'what was agreed is never changed or deleted: write a new version';
        end $$
        """
    )
    for table in KEPT:
        op.execute(
            f"create trigger append_only before update or delete on {table} "
            "for each row execute function refuse_rewriting()"
        )


def _estimates() -> None:
    op.create_table(
        "estimate",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("client_id", sa.Integer(), sa.ForeignKey("client.id"), nullable=False),
        sa.Column("clinician_id", sa.Integer(), sa.ForeignKey("clinician.id"), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("diagnoses", sa.String(), nullable=False),
        sa.Column("given_at", INSTANT, nullable=False),
        sa.Column("given_by", sa.Integer(), sa.ForeignKey("account.id")),
    )
    op.create_index("ix_estimate_client_id", "estimate", ["client_id"])
    op.create_table(
        "estimate_line",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("estimate_id", sa.Integer(), sa.ForeignKey("estimate.id"), nullable=False),
        sa.Column("service_id", sa.Integer(), sa.ForeignKey("service.id"), nullable=False),
        sa.Column("sessions", sa.Integer(), nullable=False),
        sa.Column("price", MONEY, nullable=False),
    )
    op.create_index("ix_estimate_line_estimate_id", "estimate_line", ["estimate_id"])
    op.create_table(
        "estimate_request",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("client_id", sa.Integer(), sa.ForeignKey("client.id"), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.UniqueConstraint("client_id", "asked_on"),
    )
