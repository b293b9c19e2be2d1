"""The chart: sealed notes of several formats, addenda, measures, psychotherapy notes; what is signed stays as it is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
WORDS = postgresql.ARRAY(sa.Text())


def upgrade() -> None:
    op.add_column("clinician", sa.Column("supervisor_id", sa.Integer(), sa.ForeignKey("clinician.id")))
    op.drop_table("note")
    op.create_table(
        "note",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("client_id", sa.Integer(), sa.ForeignKey("client.id"), nullable=False),
        sa.Column("clinician_id", sa.Integer(), sa.ForeignKey("clinician.id"), nullable=False),
        sa.Column("attendance_id", sa.Integer(), sa.ForeignKey("attendance.id"), unique=True),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("diagnoses", WORDS, nullable=False),
        sa.Column("review_on", sa.Date()),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("written_at", INSTANT),
        sa.Column("signed_at", INSTANT),
        sa.Column("needs_cosign", sa.Boolean(), nullable=False),
        sa.Column("cosigned_at", INSTANT),
        sa.Column("cosigned_by", sa.Integer(), sa.ForeignKey("clinician.id")),
        sa.CheckConstraint("format in ('soap', 'dap', 'birp', 'free', 'intake', 'contact', 'plan')", "format_known"),
    )
    op.create_index("ix_note_client_id", "note", ["client_id"])
    op.create_index("ix_note_clinician_id", "note", ["clinician_id"])
    op.create_table(
        "addendum",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("note_id", sa.Uuid(), sa.ForeignKey("note.id"), nullable=False),
        sa.Column("clinician_id", sa.Integer(), sa.ForeignKey("clinician.id"), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
    )
    op.create_index("ix_addendum_note_id", "addendum", ["note_id"])
    op.create_table(
        "measure",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("client_id", sa.Integer(), sa.ForeignKey("client.id"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("answers", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("at_risk", sa.Boolean(), nullable=False),
        sa.Column("taken_at", INSTANT, nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("reviewed_at", INSTANT),
        sa.Column("reviewed_by", sa.Integer(), sa.ForeignKey("clinician.id")),
        sa.CheckConstraint("kind in ('phq9', 'gad7')", "kind_known"),
    )
    op.create_index("ix_measure_client_id", "measure", ["client_id"])
    op.create_table(
        "psychotherapy_note",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("client_id", sa.Integer(), sa.ForeignKey("client.id"), nullable=False),
        sa.Column("clinician_id", sa.Integer(), sa.ForeignKey("clinician.id"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
    )
    op.create_index("ix_psychotherapy_note_client_id", "psychotherapy_note", ["client_id"])
    _guard_what_is_signed()


def _guard_what_is_signed() -> None:
    """A signed note takes its co-signature once; an addendum takes nothing."""
    op.execute(
        """
        create function refuse_signed() returns trigger language plpgsql as $$
        declare
          cosigning text[] := array['cosigned_at', 'cosigned_by'];
        begin
          if old.signed_at is null then
            return case tg_op when 'DELETE' then old else new end;
          end if;
          if tg_op = 'UPDATE' and old.cosigned_at is null and to_jsonb(new) - cosigning = to_jsonb(old) - cosigning then
            return new;
          end if;
          raise exception 'a signed note is never changed: add an addendum';
        end $$
        """
    )
    op.execute(
        """
        create function refuse_addendum_change() returns trigger language plpgsql as $$
        begin
          raise exception 'an addendum is signed as it is written, and never changed';
        end $$
        """
    )
    op.execute(
        "create trigger signed_stays before update or delete on note for each row execute function refuse_signed()"
    )
    op.execute(
        "create trigger signed_stays before update or delete on addendum "
        "for each row execute function refuse_addendum_change()"
    )
    for table in ("note", "addendum"):
        op.execute(
            f"create trigger never_emptied before truncate on {table} "
            "for each statement execute function refuse_addendum_change()"
        )
