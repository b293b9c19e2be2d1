"""Indexes for lists that are read from their newest end, and for what was given back or paid for an invoice."""

from alembic import op
from sqlalchemy import text

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels = None
depends_on = None

OPEN = text("settled_at is null")
DRAFT = text("signed_at is null")


def upgrade() -> None:
    op.create_index("ix_payment_refund_of", "payment", ["refund_of"])
    op.create_index("ix_payment_invoice_number", "payment", ["invoice_number"])
    op.create_index("invoice_latest", "invoice", [text("issued_at desc"), text("number desc")])
    op.create_index("invoice_open", "invoice", [text("issued_at desc"), text("number desc")], postgresql_where=OPEN)
    op.create_index("remittance_latest", "remittance", [text("paid_on desc"), text("id desc")])
    op.create_index("note_drafts", "note", ["clinician_id"], postgresql_where=DRAFT)
