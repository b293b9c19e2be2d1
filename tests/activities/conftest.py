"""One PostgreSQL for the tests of the steps; every test works in a database of its own, made from a migrated one."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import Engine, text

from activities.database import open_engine
from starter import migrations
from starter.sandbox.home import Lock
from starter.sandbox.postgres import DATABASE, Postgres
from tests.activities.practice import Desk

MakeEngine = Callable[[], Engine]


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """A running server, with the migrated template in it.

    Not below pytest's own folder: the next pytest closes that to the user whom PostgreSQL runs as.
    """
    with TemporaryDirectory(prefix="persession-steps-") as home, running(Path(home)) as url:
        yield url


@contextmanager
def running(home: Path) -> Iterator[str]:
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


@pytest.fixture
def new_engine(server_url: str) -> Iterator[MakeEngine]:
    """Makes empty, migrated databases; all are gone after the test."""
    admin = open_engine(server_url.replace(f"/{DATABASE}?", "/postgres?")).execution_options(
        isolation_level="AUTOCOMMIT"
    )
    made: list[Engine] = []

    def make() -> Engine:
        name = f"test_{len(made)}"
        with admin.connect() as connection:
            connection.execute(text(f"create database {name} template {DATABASE}"))
        made.append(open_engine(server_url.replace(f"/{DATABASE}?", f"/{name}?"), threads=4))
        return made[-1]

    yield make
    for engine in made:
        engine.dispose()
    with admin.connect() as connection:
        for number in range(len(made)):
            connection.execute(text(f"drop database test_{number} with (force)"))
    admin.dispose()


@pytest.fixture
def desk(new_engine: MakeEngine) -> Desk:
    """A practice with a clinician, a service and a policy."""
    return Desk.opened(new_engine())
