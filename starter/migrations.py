"""The database's shape: brought up to date by Alembic, and asked how far it is."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

import models.tables


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring the database to the newest shape, or that of a revision; nothing to do is fine."""
    if to == "head" and _revision(engine) == newest():
        return
    with engine.begin() as connection:
        command.upgrade(_config(connection), to)


def revisions(engine: Engine) -> tuple[str | None, str | None]:
    """The database's revision and the newest one."""
    return _revision(engine), newest()


@cache
def newest() -> str | None:
    """The newest revision that this code knows; to read all of them takes a while."""
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(models.tables.__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
