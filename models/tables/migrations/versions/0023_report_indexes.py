"""Reports read a month from indexes alone: who came, what was booked on a day, what was taken back, what is signed."""

from alembic import op
from sqlalchemy import text

revision: str = "0023"
down_revision: str | None = "0024"
branch_labels = None
depends_on = None

TAKEN_BACK = text("reverses_id is not null")
SIGNED = text("signed_at is not null")


def upgrade() -> None:
    op.create_index(
        "attendance_of_session",
        "attendance",
        ["session_id", "client_id"],
        unique=True,
        postgresql_include=["id", "status"],
    )
    op.create_index(
        "attendance_of_client", "attendance", ["client_id"], postgresql_include=["id", "session_id", "status"]
    )
    op.drop_constraint("attendance_session_id_client_id_key", "attendance", type_="unique")
    op.drop_index("ix_attendance_session_id", "attendance")
    op.drop_index("ix_attendance_client_id", "attendance")
    op.create_index("entry_by_day", "entry", ["on_day", "id"])
    op.drop_index("ix_entry_on_day", "entry")
    op.create_index("entry_reversed", "entry", ["reverses_id"], unique=True, postgresql_where=TAKEN_BACK)
    op.drop_constraint("entry_reverses_id_key", "entry", type_="unique")
    op.create_index("note_signed", "note", ["signed_at", "attendance_id"], postgresql_where=SIGNED)
