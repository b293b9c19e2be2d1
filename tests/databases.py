"""One PostgreSQL for all tests of a process; every test works in a database of its own, like one just migrated.

To make a database takes twenty times as long as to empty one, so a test may get one that another has left: without
rows, its numbers at the start, under a name that nobody of before knows. One whose shape was changed is dropped.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import psycopg
from psycopg import sql
from sqlalchemy import Engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.orm import Mapper
from sqlalchemy.util import LRUCache
from sqlmodel import SQLModel

from starter.sandbox.databases import administer, template
from starter.sandbox.postgres import DATABASE

MakeEngine = Callable[[], Engine]
NUMBERS = count(1)
EMPTY: list[str] = []
"""Databases that wait for a test."""

OTHERS_OUT = """
    select pg_terminate_backend(pid, 10000) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
"""
CATALOGS = ("class", "attribute", "attrdef", "index", "constraint", "trigger", "proc", "rewrite", "type", "enum")
NEWEST = sql.SQL("select {}").format(
    sql.SQL(", ").join(sql.SQL(f"(select max(xmin::text::bigint) from pg_{name})") for name in CATALOGS)
)
"""Which transaction last changed each kind of thing a database is made of."""
TABLES = "select tablename from pg_tables where schemaname = 'public' and tablename <> 'alembic_version'"
NUMBERS_FROM_THE_START = """
    select setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    from pg_sequences where last_value is not null
"""


@event.listens_for(Mapper, "init")
def of_its_columns(row: SQLModel, _: tuple[object, ...], said: dict[str, object]) -> None:
    """A row that is made says nothing for which it has no column: SQLModel would forget it without a word."""
    if unknown := said.keys() - type(row).model_fields.keys():
        raise TypeError(f"{type(row).__name__} has no column {', '.join(sorted(unknown))}")


class OneForAll(PGDialect_psycopg):
    """What was made of a statement for one database of the tests is good for every other."""

    supports_statement_cache = True
    compiled: ClassVar[LRUCache[Any, Any]] = LRUCache(5000)

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        engine.update_execution_options(compiled_cache=cls.compiled)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))


registry.register("postgresql.psycopg", __name__, OneForAll.__name__)


@contextmanager
def running(home: Path) -> Iterator[str]:
    """A server with the migrated template in it, while it is needed; the template's address."""
    with template(home) as url:
        try:
            yield url
        finally:
            EMPTY.clear()


@contextmanager
def new_database(server_url: str) -> Iterator[str]:
    """An empty, migrated database; its address, which is good for this once."""
    name = f"test_{next(NUMBERS)}"
    if EMPTY:
        administer(server_url, f"alter database {EMPTY.pop()} rename to {name}")
    else:
        administer(server_url, f"create database {name} template {DATABASE} strategy file_copy")
    url = server_url.replace(f"/{DATABASE}?", f"/{name}?")
    try:
        yield url
    finally:
        if emptied(url, shape_of(server_url)):
            EMPTY.append(name)
        else:
            administer(server_url, f"drop database {name} with (force)")


@contextmanager
def unmigrated_database(server_url: str) -> Iterator[str]:
    """A database without any table; its address."""
    name = f"bare_{next(NUMBERS)}"
    administer(server_url, f"create database {name}")
    try:
        yield server_url.replace(f"/{DATABASE}?", f"/{name}?")
    finally:
        administer(server_url, f"drop database {name} with (force)")


@cache
def shape_of(template_url: str) -> tuple[int, ...]:
    """How the migrations left the catalogs."""
    with psycopg.connect(template_url) as connection:
        return connection.execute(NEWEST).fetchone() or ()


def emptied(url: str, shape: tuple[int, ...]) -> bool:
    """Take everybody and every row out of a database; False where the shape is not as it was."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(OTHERS_OUT)
        if connection.execute(NEWEST).fetchone() != shape:
            return False
        tables = [sql.Identifier(name) for [name] in connection.execute(TABLES)]
        filled = sql.SQL(" union all ").join(
            sql.SQL("select {} where exists (select from {})").format(sql.Literal(table.as_string()), table)
            for table in tables
        )
        deletes = [sql.SQL(f"delete from {name}") for [name] in connection.execute(filled)]
        connection.execute("set session_replication_role = replica")  # no trigger keeps what is append-only
        connection.execute(sql.SQL("; ").join([*deletes, sql.SQL(NUMBERS_FROM_THE_START)]))
    return True
