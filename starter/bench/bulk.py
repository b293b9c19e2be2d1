"""A database that is thrown away after, and much written into it at once.

Indexes are taken down before and built again after, which sorts each of them once. What holds for single rows holds
for all of them then: a unique index refuses to be built over rows that break it. Exclusions do not come back: they
would be asked for each row, no reading uses them, and what was written in bulk is only read.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, text
from sqlmodel import Session as Database

from activities.database import open_engine
from starter import migrations
from starter.sandbox.postgres import throwaway

MEMORY = """select set_config('work_mem', '256MB', true), set_config('maintenance_work_mem', '512MB', true),
  set_config('jit', 'off', true)"""
EXCLUSION = "x"
EMPTIED = """
select string_agg(format('%I', relname), ', ') from pg_class
where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'alembic_version'
"""
INDEXES = """
select t.relname as tables, coalesce(k.conname, i.relname) as name,
  case when k.oid is null then pg_get_indexdef(i.oid) else pg_get_constraintdef(k.oid) end as made, k.contype as kind
from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
  left join pg_constraint k on k.conindid = i.oid and k.contype in ('u', 'x')
where t.relnamespace = 'public'::regnamespace and t.relkind = 'r' and not x.indisprimary
  and not exists (select from pg_constraint f where f.contype = 'f' and f.conindid = i.oid)
order by t.relname, i.relname
"""


@dataclass(frozen=True)
class Index:
    """An index as the database tells it; `kind`: that of the constraint of its name, if it stands for one."""

    table: str
    name: str
    made: str
    kind: str | None

    @property
    def down(self) -> str:
        """Take it down."""
        return f'alter table "{self.table}" drop constraint "{self.name}"' if self.kind else f'drop index "{self.name}"'

    @property
    def up(self) -> str:
        """Build it as it was."""
        return f'alter table "{self.table}" add constraint "{self.name}" {self.made}' if self.kind else self.made


@contextmanager
def database(home: Path) -> Iterator[Engine]:
    """A server of its own in `home`, its database in today's shape."""
    with throwaway(home) as url:
        engine = open_engine(url)
        migrations.upgrade(engine)
        yield engine
        engine.dispose()


@contextmanager
def in_bulk(db: Database) -> Iterator[None]:
    """Rows are written into empty tables inside, unchecked one by one, and found quickly only after."""
    db.execute(text(MEMORY))
    db.execute(text("set local session_replication_role = replica"))
    db.execute(text(f"truncate {db.execute(text(EMPTIED)).scalar_one()}"))
    indexes = [Index(*row) for row in db.execute(text(INDEXES))]
    for index in indexes:
        db.execute(text(index.down))
    yield
    for index in indexes:
        if index.kind != EXCLUSION:
            db.execute(text(index.up))
