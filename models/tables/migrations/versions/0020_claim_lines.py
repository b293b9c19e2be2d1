"""Claims of several lines: add-ons, how a session was held, lines of claims, groups that bill under their own NPI."""

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0023"
branch_labels = None
depends_on = None

MONEY = sa.Numeric(12, 2)
HELD = "'office', 'home', 'elsewhere', 'audio'"
BEFORE = "'modifier', 'telehealth_place', 'telehealth_modifier', 'taxonomy', 'authorization'"

LINES_THAT_WERE = """
insert into claim_line (claim_number, place, attendance_id, service_id, units, charge)
select c.number, 1, c.attendance_id, s.service_id, 1, c.charge
from claim c join attendance a on a.id = c.attendance_id join session s on s.id = a.session_id
"""


def upgrade() -> None:
    op.add_column("attendance", sa.Column("held", sa.String()))
    op.create_check_constraint("held_known", "attendance", f"held in ({HELD})")
    op.add_column("entry", sa.Column("service_id", sa.Integer(), sa.ForeignKey("service.id")))
    _add_ons()
    _claim_lines()
    _billing_groups()


def _add_ons() -> None:
    op.create_table(
        "add_on",
        sa.Column("attendance_id", sa.Integer(), sa.ForeignKey("attendance.id"), primary_key=True),
        sa.Column("service_id", sa.Integer(), sa.ForeignKey("service.id"), primary_key=True),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer()),
    )


def _claim_lines() -> None:
    op.create_table(
        "claim_line",
        sa.Column("claim_number", sa.String(20), sa.ForeignKey("claim.number"), primary_key=True),
        sa.Column("place", sa.Integer(), primary_key=True),
        sa.Column("attendance_id", sa.Integer(), sa.ForeignKey("attendance.id"), nullable=False),
        sa.Column("service_id", sa.Integer(), sa.ForeignKey("service.id"), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("charge", MONEY, nullable=False),
    )
    op.create_index("ix_claim_line_attendance_id", "claim_line", ["attendance_id"])
    op.execute(LINES_THAT_WERE)


def _billing_groups() -> None:
    texts = ("tax_id", "taxonomy", "line1", "city", "state", "zip", "place")
    op.create_table(
        "billing_group",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("npi", sa.String(), nullable=False, unique=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in texts),
    )
    op.drop_constraint("kind_known", "payer_rule", type_="check")
    op.create_check_constraint("kind_known", "payer_rule", f"kind in ({BEFORE}, 'billing')")
