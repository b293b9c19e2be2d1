"""Databases to throw away on one server: copies of one that was migrated once, there much sooner than a new server."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg

from activities.database import open_engine
from starter import migrations
from starter.sandbox.postgres import DATABASE, throwaway


@contextmanager
def template(home: Path) -> Iterator[str]:
    """A server of its own in `home` with a migrated, empty database on it; that database's address."""
    with throwaway(home) as url:
        engine = open_engine(url, threads=1)
        migrations.upgrade(engine)
        engine.dispose()
        yield url


@contextmanager
def copied(template_url: str) -> Iterator[str]:
    """A copy of a template while it is needed; its address."""
    name = f"copy_{uuid4().hex}"
    administer(template_url, f"create database {name} template {DATABASE} strategy file_copy")
    try:
        yield template_url.replace(f"/{DATABASE}?", f"/{name}?")
    finally:
        administer(template_url, f"drop database {name} with (force)")


def administer(template_url: str, command: str) -> None:
    """Ask the server of a template for something about its databases."""
    with psycopg.connect(template_url.replace(f"/{DATABASE}?", "/postgres?"), autocommit=True) as connection:
        connection.execute(command)
