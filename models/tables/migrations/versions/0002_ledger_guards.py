"""What the database itself refuses: unbalanced entries, changed or deleted ones; and the sequences of numbers."""

from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels = None
depends_on = None

SEQUENCES = ("invoice_number", "claim_number", "interchange_control")
LEDGER = ("entry", "posting")


def upgrade() -> None:
    for name in SEQUENCES:
        op.execute(f"create sequence {name}")
    op.execute(
        """
        create function refuse_change() returns trigger language plpgsql as $$
        begin
          raise exception 'the ledger is append-only: reverse an entry instead of changing it';
        end $$
        """
    )
    for table in LEDGER:
        op.execute(
            f"create trigger append_only before update or delete on {table} "
            "for each row execute function refuse_change()"
        )
        op.execute(
            f"create trigger never_emptied before truncate on {table} "
            "for each statement execute function refuse_change()"
        )
    op.execute(
        """
        create function refuse_unbalanced() returns trigger language plpgsql as $$
        declare
          of_entry integer := (to_jsonb(new) ->> case tg_table_name when 'entry' then 'id' else 'entry_id' end)::integer;
          sides integer;
          rest numeric;
        begin
          select count(*), coalesce(sum(amount), 0) into sides, rest from posting where entry_id = of_entry;
          if sides < 2 or rest <> 0 then
            raise exception 'entry % does not balance: % postings, % left over', of_entry, sides, rest;
          end if;
          return null;
        end $$
        """
    )
    for table in LEDGER:
        op.execute(
            f"create constraint trigger balanced after insert on {table} deferrable initially deferred "
            "for each row execute function refuse_unbalanced()"
        )
