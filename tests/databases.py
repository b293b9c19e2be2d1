"""One PostgreSQL for all tests of a process; every test works in a database of its own, made from a migrated one."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import Engine, text

from activities.database import open_engine
from starter import migrations
from starter.sandbox.home import Lock
from starter.sandbox.postgres import DATABASE, Postgres

MakeEngine = Callable[[], Engine]
NUMBERS = count(1)


@contextmanager
def running(home: Path) -> Iterator[str]:
    """A server with the migrated template in it, while it is needed; its address."""
    lock = Lock(home / "lock")
    server = Postgres(home / "postgres", home / "postgres.log", lock, throwaway=True)
    server.launch()
    try:
        asyncio.run(server.answering())
        template = open_engine(server.url)
        migrations.upgrade(template)
        template.dispose()
        yield server.url
    finally:
        server.stop()
        lock.release()


@contextmanager
def new_database(server_url: str) -> Iterator[str]:
    """An empty, migrated database; its address. It is gone afterwards."""
    admin = open_engine(server_url.replace(f"/{DATABASE}?", "/postgres?")).execution_options(
        isolation_level="AUTOCOMMIT"
    )
    name = f"test_{next(NUMBERS)}"
    with admin.connect() as connection:
        connection.execute(text(f"create database {name} template {DATABASE}"))
    try:
        yield server_url.replace(f"/{DATABASE}?", f"/{name}?")
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"drop database {name} with (force)"))
        admin.dispose()
