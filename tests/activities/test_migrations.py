"""The migrations make exactly the tables that the code names."""

from collections.abc import Callable

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine
from sqlmodel import SQLModel

import models.tables  # noqa: F401  (fills the metadata)


def test_migrated_tables_are_those_of_the_code(new_engine: Callable[[], Engine]) -> None:
    with new_engine().connect() as connection:
        migrated = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(migrated, SQLModel.metadata) == []
