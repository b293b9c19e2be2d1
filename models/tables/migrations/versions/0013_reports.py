"""What reports stand on: days as ranges of indexes, and what was owed at the last carry as a view of the ledger."""

from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels = None
depends_on = None

INDEXES = (
    ("session_by_start", "session", "starts"),
    ("claim_by_day", "claim", "made_at"),
    ("remittance_by_day", "remittance", "read_at"),
    ("fee_by_day", "fee", "decided_at"),
    ("payment_by_day", "payment", "at"),
)
ITEM = "case when p.account like 'receivable:payer:%' then e.attendance_id end"
MOVES = "from entry e join posting p on p.entry_id = e.id where p.account like 'receivable:%'"


def upgrade() -> None:
    for name, table, column in INDEXES:
        op.create_index(name, table, [column])
    for column in ("account", "entry_id"):
        op.drop_index(f"ix_posting_{column}", "posting")
    op.create_index("posting_by_account", "posting", ["account", "entry_id"], postgresql_include=["amount"])
    op.create_index("posting_by_entry", "posting", ["entry_id"], postgresql_include=["account", "amount"])
    op.execute(
        f"""
        create materialized view ledger_standing as
        select p.account, {ITEM} as attendance_id, sum(p.amount) as amount {MOVES}
        group by p.account, {ITEM} having sum(p.amount) <> 0
        union all
        select '', null, coalesce(max(id), 0) from entry
        """
    )
    op.execute(
        f"""
        create function receivable_at(day date)
        returns table (account varchar, attendance_id integer, amount numeric) language plpgsql stable as $$
        declare
          carried bigint;
        begin
          select s.amount into carried from ledger_standing s where s.account = '';
          return query execute $sql$
            select x.account, x.attendance_id, sum(x.amount) from (
              select s.account, s.attendance_id, s.amount from ledger_standing s where s.account <> ''
              union all
              select p.account, {ITEM}, p.amount {MOVES} and e.id > $1 and e.on_day <= $2
              union all
              select p.account, {ITEM}, -p.amount {MOVES} and e.id <= $1 and e.on_day > $2) x
            group by x.account, x.attendance_id having sum(x.amount) <> 0
          $sql$ using carried, day;
        end $$
        """
    )
